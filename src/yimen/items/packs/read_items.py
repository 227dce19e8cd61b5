"""An item's folder: its implementation list, its rules and its cases, every error kept with its place."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ruamel.yaml.comments import CommentedMap

from yimen import dmn
from yimen.items.logic import Baseline, ConditionText, ItemDefinition, Material, Office, Option, Question, Result
from yimen.items.packs.entries import LONG_AGO, Entry, Findings, entries_of, entry_of, load
from yimen.items.packs.model import PackItem, Place, RuleCase, RuleFile

Row = TypeVar("Row")
OVERRIDE, MORE = "override.yaml", "more_conditions"


def item_of(path: Path, folder: Path, below: list[Path], findings: Findings) -> PackItem | None:
    """Return the item of this folder with its rules and cases; None (and a finding) where it cannot be read."""
    if (path / OVERRIDE).is_file():
        return _overriding(path, folder, below, findings)
    file = str((path / "item.yaml").relative_to(folder))
    one = entry_of(load(path / "item.yaml", folder, findings), file, findings)
    return None if one is None else _whole(one, path, path, folder, findings)


def _overriding(path: Path, folder: Path, below: list[Path], findings: Findings) -> PackItem | None:
    """Return an item of the pack below with what this one says put over it (本级差异).

    `more_conditions` come after those there are; rules and their cases are those below unless stated here.
    """
    file = str((path / OVERRIDE).relative_to(folder))
    origin = next((one / "items" / path.name for one in below if (one / "items" / path.name).is_dir()), None)
    if origin is None:
        findings.at(Place(file), f"下层内容包里没有事项“{path.name}”。", "请写完整的 item.yaml。")
        return None
    content = load(origin / "item.yaml", origin, Findings())
    changes = load(path / OVERRIDE, folder, findings)
    if not isinstance(content, CommentedMap) or not isinstance(changes, CommentedMap):
        findings.at(Place(file), "这里应为“名称: 值”的对照。", "请只写与下层不同的内容。")
        return None
    for name, value in changes.items():
        if name == MORE:
            known = content.get("conditions")
            if isinstance(known, list) and isinstance(value, list):
                known.extend(value)
            else:
                line = changes.lc.key(MORE)[0] + 1
                findings.at(Place(file, line), f"{MORE} 应为列表，接在下层的 conditions 之后。", "请逐项以“- ”开头。")
        else:
            content[name] = value
    one = Entry(content, file, findings)
    return _whole(one, path if "rule" in changes else origin, path, folder, findings)


def _whole(one: Entry, rules: Path, path: Path, folder: Path, findings: Findings) -> PackItem:
    """Return the item; its rules and cases are in the folder `rules`."""
    definition = _definition(one)
    if definition.slug != path.name:
        one.wrong("slug", f"slug 为“{definition.slug}”，与文件夹名“{path.name}”不同。", "请改成一样的。")
    rule = rule_of(one, rules, folder, findings)
    one.finish()
    return PackItem(one.place, definition, rule, tuple(cases_of(rules / "cases.yaml", folder, findings)))


def _definition(one: Entry) -> ItemDefinition:
    result = one.entry("result")
    baseline = one.entry("baseline") if one.has("baseline") else None
    offer = one.entry("offer") if one.has("offer") else None
    office = one.entry("office") if one.has("office") else None
    definition = ItemDefinition(
        slug=one.text("slug"),
        name=one.text("name"),
        english_name=one.text("english_name", ""),
        item_type=one.text("item_type"),
        agency=one.text("agency"),
        implementation_code=one.text("implementation_code"),
        served=one.texts("served", is_required=True),
        legal_basis=one.texts("legal_basis", is_required=True),
        handling=one.text("handling"),
        statutory_days=one.count("statutory_days"),
        promised_days=one.count("promised_days"),
        visits=one.count("visits"),
        fee=one.text("fee"),
        effective_from=one.day("effective_from") or LONG_AGO,
        effective_until=one.day("effective_until", is_required=False),
        summary=one.text("summary"),
        conditions=tuple(
            rows(one, "conditions", lambda row: ConditionText(row.text("id"), row.text("text"), row.text("clause")))
        ),
        questions=tuple(rows(one, "questions", question_of)),
        materials=tuple(rows(one, "materials", material_of)),
        result=result_of(result) if result else Result("", {}),
        outcomes=one.texts("outcomes"),
        keywords=one.texts("keywords"),
        notes=one.text("notes", ""),
        source=one.text("source", ""),
        subjects=one.texts("subjects") or ("person",),
        repeatable=one.flag("repeatable"),
        baseline=_baseline(baseline) if baseline else None,
        offer_min_age=offer.count("min_age") if offer else None,
        consent=one.text("consent", ""),
        office=_office(office) if office else None,
    )
    for part in (result, baseline, offer, office):
        if part:
            part.finish()
    return definition


def result_of(one: Entry) -> Result:
    """Return what an approval gives, as written under `result`."""
    return Result(one.text("licence_type"), one.pairs("face"), one.text("registers", ""))


def _office(one: Entry) -> Office:
    return Office(one.text("name"), one.text("address"), one.text("hours"), one.text("phone"))


def _baseline(one: Entry) -> Baseline:
    return Baseline(
        days=one.count("days"),
        visits=one.count("visits"),
        materials=one.count("materials"),
        steps=one.count("steps"),
        source=one.text("source"),
    )


def rows(one: Entry, name: str, make: Callable[[Entry], Row]) -> Iterator[Row]:
    """Yield what `make` makes of each entry of a list; names it did not ask for are found."""
    for row in one.entries(name):
        yield make(row)
        row.finish()


def question_of(row: Entry) -> Question:
    """Return a question to the applicant, as written under `questions`."""
    options = rows(
        row, "options", lambda option: Option(option.text("value"), option.text("label"), option.text("effect", ""))
    )
    return Question(row.text("fact"), row.text("ask"), row.text("hint", ""), tuple(options))


def material_of(row: Entry) -> Material:
    """Return a document asked for, as written under `materials`."""
    return Material(row.text("name"), row.text("form"), row.text("required_when"), row.text("replaced_by", ""))


def rule_of(one: Entry, path: Path, folder: Path, findings: Findings) -> RuleFile | None:
    """Return the rules named under `rule`, in the folder `path`; None (and a finding) where there are none."""
    rule = one.entry("rule")
    if rule is None:
        return None
    source = path / rule.text("file")
    place = Place(str(source.relative_to(folder)) if source.is_relative_to(folder) else source.name)
    starts, ends = rule.day("effective_from") or LONG_AGO, rule.day("effective_until", is_required=False)
    rule.finish()
    if not source.is_file():
        findings.at(place, "没有这个文件。", "请把决策模型放在 item.yaml 旁边。")
        return None
    xml, model = source.read_bytes(), None
    try:
        model = dmn.load(xml)
    except dmn.ModelError as error:
        for problem in error.problems:
            findings.at(Place(place.file, problem.line), f"{problem.place}：{problem.what}", problem.remedy)
    return RuleFile(source, place, xml, starts, ends, model)


def cases_of(path: Path, folder: Path, findings: Findings) -> Iterator[RuleCase]:
    """Yield the cases of a cases.yaml."""
    file = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    content = load(path, folder, findings)
    for one in [] if content is None else entries_of(content, file, findings):
        yield RuleCase(
            place=one.place,
            name=one.text("name"),
            on=one.day("on") or LONG_AGO,
            facts=one.values("facts"),
            outcome=one.choice("outcome", ["approve", "reject", "undetermined"]),
            failing=one.texts("failing"),
            missing=one.texts("missing"),
            amount=Decimal(str(one.number("amount"))) if one.has("amount") else None,
        )
        one.finish()
