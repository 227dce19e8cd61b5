"""How well a dataset's schema keeps to the data elements (标准符合度). Pure functions over plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yimen.standards.logic import DATA_TYPES, ElementDefinition


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """A field as its dataset describes it. `codes` are our codes it can have, empty where it has any value."""

    name: str
    title: str
    type: str
    element: str = ""
    length: int | None = None
    codes: tuple[str, ...] = ()


class Weight(StrEnum):
    """How bad it is."""

    CONTRADICTS = "CONTRADICTS"
    MISSING = "MISSING"
    DIFFERS = "DIFFERS"


WEIGHT_LABELS: Mapping[Weight, str] = {
    Weight.CONTRADICTS: "不符合",
    Weight.MISSING: "没有对应数据元",
    Weight.DIFFERS: "有出入",
}
LOST: Mapping[Weight, float] = {Weight.CONTRADICTS: 1.0, Weight.MISSING: 1.0, Weight.DIFFERS: 0.25}
"""How much of a field's point each finding takes; a field loses one point at most."""
TYPES: Mapping[str, frozenset[str]] = {
    "string": frozenset({"string", "boolean", "list"}),
    "number": frozenset({"number"}),
    "date": frozenset({"date"}),
    "datetime": frozenset({"date", "string"}),
    "boolean": frozenset({"boolean"}),
    "binary": frozenset(),
}
"""Which field types can hold a value of a data element's type."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in which a field does not keep to its element, in a sentence with what to do."""

    field: str
    weight: Weight
    sentence: str


@dataclass(frozen=True, slots=True)
class Conformance:
    """What was found of a dataset, and its figure from 0 to 100: the share of its fields that keep to the standard."""

    findings: tuple[Finding, ...]
    figure: float

    @property
    def is_contradicted(self) -> bool:
        """Tell whether a field contradicts its element."""
        return any(one.weight is Weight.CONTRADICTS for one in self.findings)


def conformance(
    fields: Sequence[FieldSchema],
    elements: Mapping[str, ElementDefinition],
    code_lists: Mapping[str, Mapping[str, str]],
) -> Conformance:
    """Compare each field with its data element.

    `code_lists` has the names by code, of each list a data element names. A dataset without fields has the figure 0.
    """
    findings = [found for one in fields for found in _of_field(one, elements, code_lists)]
    lost = {one.name: 0.0 for one in fields}
    for found in findings:
        lost[found.field] = min(1.0, lost[found.field] + LOST[found.weight])
    kept = sum(1.0 - points for points in lost.values())
    return Conformance(tuple(findings), round(100 * kept / len(fields), 1) if fields else 0.0)


def _of_field(
    one: FieldSchema, elements: Mapping[str, ElementDefinition], code_lists: Mapping[str, Mapping[str, str]]
) -> list[Finding]:
    def found(weight: Weight, sentence: str) -> Finding:
        return Finding(one.name, weight, f"字段“{one.title}”（{one.name}）{sentence}")

    if not one.element:
        return [found(Weight.MISSING, "没有写明数据元，请选一个，或登记新的数据元。")]
    element = elements.get(one.element)
    if element is None:
        return [found(Weight.CONTRADICTS, f"的数据元“{one.element}”不存在，请改正。")]
    findings = []
    if one.type not in TYPES[element.data_type]:
        wanted = DATA_TYPES[element.data_type]
        findings.append(found(Weight.CONTRADICTS, f"的类型是 {one.type}，数据元“{element.name}”是{wanted}，请改正。"))
    if element.longest is not None and one.length is not None and one.length > element.longest:
        findings.append(
            found(
                Weight.CONTRADICTS,
                f"长 {one.length}，数据元“{element.name}”最长 {element.longest}，请缩短或改用别的数据元。",
            )
        )
    if element.code_list:
        known = code_lists.get(element.code_list, {})
        if strange := [code for code in one.codes if code not in known]:
            findings.append(
                found(
                    Weight.CONTRADICTS,
                    f"的代码 {'、'.join(strange[:5])} 不在代码集“{element.code_list}”中，请改正代码对照。",
                )
            )
        elif not one.codes:
            findings.append(
                found(Weight.DIFFERS, f"没有代码对照，部门的值要能直接用代码集“{element.code_list}”的代码，请核对。")
            )
    if one.title != element.name and one.title not in element.synonyms:
        findings.append(found(Weight.DIFFERS, f"与数据元“{element.name}”名称不同，可以统一，或把它登记为同义名称。"))
    return findings
