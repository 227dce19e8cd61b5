"""The form a dataset is registered with: what was typed stays as it was typed, until it makes a definition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from yimen.core.errors import Invalid
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, Registration

TEXTS = (
    "code",
    "title",
    "resource_code",
    "local_code",
    "abstract",
    "keywords",
    "category",
    "subject",
    "sharing",
    "sharing_condition",
    "legal_ground",
    "openness",
    "update_cycle",
    "contact",
    "contact_phone",
    "related",
    "source_kind",
    "connection",
    "settings",
    "timeout_s",
    "keyed_by",
    "reason",
)
FIELD_TEXTS = ("name", "title", "type", "source_name", "codes", "when_absent", "element", "length", "level", "sharing")
FIELD_FLAGS = ("is_key", "is_required", "blank_is_value")
EMPTY_ROWS = 3
MOST_FIELDS = 60
"""What a form can hold; a wider table comes from a content pack or the mapping of its source."""
SEPARATORS = re.compile(r"[、,，;；\s]+")
LARGEST_NUMBER = 10**6


class Unfilled(Invalid):
    """Something in the form cannot be read."""

    code = "console.bad-dataset-form"
    title = "登记表有几处需要改正。"


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form, as texts; `rows` are the fields, each with its texts and flags."""

    values: Mapping[str, str]
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def with_empty_rows(self) -> list[dict[str, str]]:
        """Return the rows with a few empty ones to write in."""
        room = max(0, min(EMPTY_ROWS, MOST_FIELDS - len(self.rows)))
        return [*self.rows, *({"type": "string", "level": "2"} for _ in range(room))]


def blank() -> Form:
    """Return the form for a new dataset."""
    values = {
        "category": "department",
        "sharing": "conditional",
        "openness": "closed",
        "update_cycle": "daily",
        "source_kind": "sql",
        "timeout_s": "2",
        "keyed_by": "person",
        "settings": "relation=\nkey=",
    }
    return Form(values)


def filled(definition: DatasetDefinition, reason: str = "") -> Form:
    """Return the form with what is registered."""
    said = definition.registration
    values = {
        "code": definition.code,
        "title": definition.title,
        "resource_code": said.resource_code,
        "local_code": said.local_code,
        "abstract": said.abstract,
        "keywords": "、".join(said.keywords),
        "category": said.category,
        "subject": said.subject,
        "sharing": definition.sharing,
        "sharing_condition": said.sharing_condition,
        "legal_ground": said.legal_ground,
        "openness": said.openness,
        "update_cycle": said.update_cycle,
        "contact": said.contact,
        "contact_phone": said.contact_phone,
        "related": "、".join(said.related),
        "source_kind": definition.source_kind,
        "connection": definition.connection,
        "settings": "\n".join(f"{name}={value}" for name, value in definition.settings.items()),
        "timeout_s": f"{definition.timeout_s:g}",
        "keyed_by": "、".join(definition.keyed_by),
        "reason": reason,
    }
    return Form(values, [_row_of(one) for one in definition.fields])


def _row_of(one: FieldDefinition) -> dict[str, str]:
    row = {name: str(getattr(one, name) or "") for name in FIELD_TEXTS if name != "codes"}
    row["codes"] = "\n".join(f"{theirs}={ours}" for theirs, ours in one.codes.items())
    return row | {name: "on" for name in FIELD_FLAGS if getattr(one, name)}


def posted(post: QueryDict) -> Form:
    """Return the form as it was sent; a row without any name is none."""

    def clean(name: str) -> str:
        return post.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()

    count = min(sum(1 for name in post if re.fullmatch(r"field-\d{1,3}-name", name)), MOST_FIELDS + EMPTY_ROWS)
    rows = []
    for number in range(count):
        row = {name: clean(f"field-{number}-{name}") for name in FIELD_TEXTS}
        row |= {name: "on" for name in FIELD_FLAGS if clean(f"field-{number}-{name}")}
        if row["name"] or row["title"] or row["source_name"]:
            rows.append(row)
    return Form({name: clean(name) for name in TEXTS}, rows)


def definition_of(form: Form, *, agency: str, old: DatasetDefinition | None = None) -> DatasetDefinition:
    """Return what the form says; what no form shows stays as in `old`.

    Raises:
        Unfilled: a number or a list of pairs cannot be read; the sentence names the place.
    """
    values, problems = form.values, list[str]()
    timeout = _number(values["timeout_s"], "时限", problems)
    definition = DatasetDefinition(
        code=old.code if old else values["code"],
        title=values["title"],
        agency=agency,
        sharing=values["sharing"],
        source_kind=values["source_kind"],
        connection=values["connection"],
        settings=_pairs(values["settings"], "数据源设置", problems),
        timeout_s=timeout,
        keyed_by=tuple(_words(values["keyed_by"])),
        fields=tuple(_field(row, problems) for row in form.rows),
        registration=Registration(
            resource_code=values["resource_code"],
            local_code=values["local_code"],
            abstract=values["abstract"],
            keywords=tuple(_words(values["keywords"])),
            category=values["category"],
            subject=values["subject"],
            sharing_condition=values["sharing_condition"],
            legal_ground=values["legal_ground"],
            openness=values["openness"],
            update_cycle=values["update_cycle"],
            published_on=old.registration.published_on if old else None,
            contact=values["contact"],
            contact_phone=values["contact_phone"],
            related=tuple(_words(values["related"])),
        ),
    )
    if not values["title"]:
        problems.append("请填写资源名称。")
    if not definition.fields:
        problems.append("请至少填写一个字段。")
    if problems:
        raise Unfilled(" ".join(problems))
    return definition


def _field(row: Mapping[str, str], problems: list[str]) -> FieldDefinition:
    where = f"字段“{row['title'] or row['name'] or row['source_name']}”"
    for name, label in (("name", "字段名"), ("title", "中文名称"), ("source_name", "部门字段名")):
        if not row[name]:
            problems.append(f"{where}缺少{label}。")
    length = int(_number(row["length"], f"{where}的最大长度", problems)) if row["length"] else None
    return FieldDefinition(
        name=row["name"],
        title=row["title"],
        type=row["type"],
        source_name=row["source_name"],
        codes=_pairs(row["codes"], f"{where}的代码对照", problems),
        when_absent=row["when_absent"],
        element=row["element"],
        length=length or None,
        level=int(_number(row["level"] or "2", f"{where}的敏感级别", problems)),
        sharing=row["sharing"],
        is_key="is_key" in row,
        is_required="is_required" in row,
        blank_is_value="blank_is_value" in row,
    )


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in SEPARATORS.split(text) if word))


def _pairs(text: str, where: str, problems: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not equals or not name:
            problems.append(f"{where}中的“{line.strip()[:40]}”应写成“名称=值”，一行一个。")
        else:
            pairs[name] = value
    return pairs


def _number(text: str, where: str, problems: list[str]) -> float:
    if re.fullmatch(r"\d{1,7}(\.\d{1,3})?", text, re.ASCII) and float(text) <= LARGEST_NUMBER:
        return float(text)
    problems.append(f"{where}应为不大于 {LARGEST_NUMBER} 的数字。")
    return 0.0
