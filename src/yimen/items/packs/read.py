"""From a folder to a pack: every file read, every error kept with its place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ruamel.yaml.comments import CommentedMap

from yimen import dmn
from yimen.datasets.base import AttributeDefinition, LibraryDefinition
from yimen.datasets.classifying import ClassDefinition
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition, Registration
from yimen.facts.logic import FactDefinition, FactSource, FactType, Sensitivity, assembled
from yimen.items.logic import (
    BaseItemDefinition,
    Baseline,
    ConditionText,
    ItemDefinition,
    Material,
    Office,
    Option,
    Question,
    Result,
)
from yimen.items.packs.entries import Entry, Findings, entries_of, entry_of, load
from yimen.items.packs.model import Finding, Pack, PackItem, Place, RuleCase, RuleFile
from yimen.licences.logic import FaceField, LicenceTypeDefinition
from yimen.parties.logic import AgencyDefinition
from yimen.standards.logic import CodeEntry, CodeListDefinition, ElementDefinition

Row = TypeVar("Row")
LONG_AGO = date(1949, 10, 1)
"""Stands in for a date that is missing; the missing date itself is a finding."""


def read(folder: Path) -> Pack:
    """Return the pack in this folder with everything found wrong while reading; cross-checks are `check`'s.

    A pack that extends another has all that one has; what both state is as the upper one says (以本级为准).
    """
    findings = Findings()
    pack = Pack(folder, findings=findings)
    if not folder.is_dir():
        findings.at(Place(folder.name), "没有这个文件夹。", "请检查路径。")
        return pack
    below: list[Path] = []
    if head := entry_of(load(folder / "pack.yaml", folder, findings), "pack.yaml", findings):
        pack.name, pack.title = head.text("name"), head.text("title")
        for name in ("division", "version", "note"):
            head.text(name, "")
        if extends := head.text("extends", ""):
            below = pack.below = _below(folder, extends, head, pack)
        head.finish()
    _put(pack.agencies, [(one.place, _agency(one)) for one in _list(folder, "agencies.yaml", pack)], by="code")
    _standards(folder, pack)
    _facts(folder, pack)
    _put(pack.catalogue, [(one.place, _base_item(one)) for one in _list(folder, "catalogue.yaml", pack)], by="code")
    classes = [
        (one.place, ClassDefinition(one.text("code"), one.text("name")))
        for one in _list(folder, "classification.yaml", pack)
    ]
    _put(pack.classes, classes, by="code")
    for one in _each(folder, "datasets/*.yaml", findings):
        _dataset(one, pack)
    libraries = [(one.place, _library(one)) for one in _list(folder, "base-libraries.yaml", pack)]
    _put(pack.base_libraries, libraries, by="code")
    types = [(one.place, _licence_type(one)) for one in _each(folder, "licence-types/*.yaml", findings)]
    _put(pack.licence_types, types, by="code")
    for path in sorted(folder.glob("items/*/")):
        if item := _item(path, folder, below, findings):
            pack.items = [one for one in pack.items if one.definition.slug != item.definition.slug]
            pack.items.append(item)
    pack.items.sort(key=lambda one: one.definition.slug)
    pack.unread += findings.unread
    return pack


def _below(folder: Path, extends: str, head: Entry, pack: Pack) -> list[Path]:
    """Take over all of the pack below; return its folder and those it extends itself, the nearest first."""
    place = (folder / extends).resolve()
    if place == folder.resolve() or not place.is_dir():
        head.wrong("extends", f"没有内容包“{extends}”。", "请写它的相对路径，如 ../shenzhen。")
        return []
    lower = read(place)
    for name in (
        "agencies",
        "code_lists",
        "elements",
        "facts",
        "classes",
        "datasets",
        "grants",
        "licence_types",
        "base_libraries",
        "catalogue",
        "items",
    ):
        getattr(pack, name).extend(getattr(lower, name))
    pack.unread += lower.unread
    for found in lower.findings:
        pack.findings.append(
            Finding(Place(f"{extends}/{found.place.file}", found.place.line), found.what, found.remedy)
        )
    return [place, *lower.below]


def _put(known: list[tuple[Place, Row]], new: list[tuple[Place, Row]], *, by: str) -> None:
    """Put these over those of the pack below that have the same key."""
    keys = {getattr(one, by) for _, one in new}
    known[:] = [*((place, one) for place, one in known if getattr(one, by) not in keys), *new]


def _list(folder: Path, name: str, pack: Pack) -> Iterator[Entry]:
    """Yield the entries of a list; a pack that extends another, or is a catalogue, need not have each of them."""
    findings = pack.findings
    assert isinstance(findings, Findings)
    is_needed = name == "agencies.yaml" and not pack.below
    if not is_needed and not (folder / name).exists():
        return
    content = load(folder / name, folder, findings)
    if content is not None:
        for one in entries_of(content, name, findings):
            yield one
            one.finish()


def _each(folder: Path, pattern: str, findings: Findings) -> Iterator[Entry]:
    for path in sorted(folder.glob(pattern)):
        if one := entry_of(load(path, folder, findings), str(path.relative_to(folder)), findings):
            yield one
            one.finish()


def _agency(one: Entry) -> AgencyDefinition:
    return AgencyDefinition(
        code=one.text("code"),
        name=one.text("name"),
        short_name=one.text("short_name"),
        division=one.text("division"),
        parent=one.text("parent", "") or None,
    )


def _standards(folder: Path, pack: Pack) -> None:
    lists = [(one.place, _code_list(one)) for one in _list(folder, "standards/code-lists.yaml", pack)]
    _put(pack.code_lists, lists, by="identifier")
    elements = [(one.place, _element(one)) for one in _list(folder, "standards/elements.yaml", pack)]
    _put(pack.elements, elements, by="identifier")


def _code_list(one: Entry) -> CodeListDefinition:
    return CodeListDefinition(
        identifier=one.text("identifier"),
        name=one.text("name"),
        standard=one.text("standard", ""),
        entries=tuple(CodeEntry(code, name) for code, name in one.pairs("codes").items()),
    )


def _element(one: Entry) -> ElementDefinition:
    return ElementDefinition(
        identifier=one.text("identifier"),
        name=one.text("name"),
        definition=one.text("definition"),
        object_class=one.text("object_class"),
        property_term=one.text("property"),
        representation=one.text("representation"),
        data_type=one.text("data_type"),
        format=one.text("format", ""),
        code_list=one.text("code_list", ""),
        unit=one.text("unit", ""),
        english_name=one.text("english_name", ""),
        owner=one.text("owner", ""),
        synonyms=one.texts("synonyms"),
        source=one.text("source", ""),
    )


def _facts(folder: Path, pack: Pack) -> None:
    """Read the dictionary: facts.yaml, and any number of files beside it in facts/."""
    files = ["facts.yaml", *(f"facts/{path.name}" for path in sorted(folder.glob("facts/*.yaml")))]
    _put(pack.facts, [(one.place, _fact(one)) for name in files for one in _list(folder, name, pack)], by="name")
    whole = assembled(pack.dictionary())
    pack.facts[:] = [(place, replace(one, parts=whole[one.name].parts)) for place, one in pack.facts]


def _fact(one: Entry) -> FactDefinition:
    return FactDefinition(
        name=one.text("name"),
        title=one.text("title"),
        type=FactType(_choice(one, "type", [kind.value for kind in FactType])),
        authority=one.text("authority"),
        sensitivity=Sensitivity(_choice(one, "sensitivity", [kind.value for kind in Sensitivity])),
        values=one.pairs("values"),
        unit=one.text("unit", ""),
        sources=tuple(FactSource(source.text("dataset"), source.text("field")) for source in one.entries("sources")),
        agree=one.flag("agree"),
        element=one.text("element", ""),
    )


def _choice(one: Entry, name: str, choices: list[str]) -> str:
    value = one.text(name)
    if value and value not in choices:
        one.wrong(name, f"{name} 为“{value}”。", f"应为 {'、'.join(choices)} 之一。")
    return value if value in choices else choices[0]


def _dataset(one: Entry, pack: Pack) -> None:
    source = one.entry("source")
    code = one.text("code")
    definition = DatasetDefinition(
        code=code,
        title=one.text("title"),
        agency=one.text("agency"),
        sharing=one.text("sharing"),
        source_kind=source.text("kind") if source else "",
        connection=source.text("connection") if source else "",
        settings=source.pairs("settings") if source else {},
        timeout_s=source.number("timeout_s", 2.0) if source else 2.0,
        fields=tuple(_field(row) for row in one.entries("fields", is_required=True)),
        keyed_by=one.texts("keyed_by") or ("person",),
        registration=_registration(one),
    )
    if source:
        source.finish()
    _put(pack.datasets, [(one.place, definition)], by="code")
    pack.grants = [(place, grant) for place, grant in pack.grants if grant.dataset != code]
    for row in one.entries("grants"):
        grant = GrantDefinition(
            dataset=code,
            grantee=row.text("grantee"),
            item=row.text("item"),
            fields=row.texts("fields", is_required=True),
            basis=row.text("basis"),
            valid_from=row.day("valid_from") or LONG_AGO,
            valid_until=row.day("valid_until", is_required=False),
        )
        row.finish()
        pack.grants.append((row.place, grant))


def _library(one: Entry) -> LibraryDefinition:
    attributes = []
    for row in one.entries("attributes", is_required=True):
        attributes.append(AttributeDefinition(row.text("name"), row.texts("sources", is_required=True)))
        row.finish()
    return LibraryDefinition(
        code=one.text("code"),
        title=one.text("title"),
        key=one.text("key"),
        agency=one.text("agency"),
        attributes=tuple(attributes),
    )


def _registration(one: Entry) -> Registration:
    if not one.has("catalogue"):
        return Registration()
    said = one.entry("catalogue")
    if said is None:
        return Registration()
    registration = Registration(
        resource_code=said.text("resource_code", ""),
        local_code=said.text("local_code", ""),
        abstract=said.text("abstract", ""),
        keywords=said.texts("keywords"),
        category=said.text("category", "department"),
        subject=said.text("subject", ""),
        sharing_condition=said.text("sharing_condition", ""),
        legal_ground=said.text("legal_ground", ""),
        openness=said.text("openness", "closed"),
        update_cycle=said.text("update_cycle", "on_demand"),
        published_on=said.day("published_on", is_required=False),
        contact=said.text("contact", ""),
        contact_phone=said.text("contact_phone", ""),
        related=said.texts("related"),
    )
    said.finish()
    return registration


def _field(row: Entry) -> FieldDefinition:
    field = FieldDefinition(
        name=row.text("name"),
        title=row.text("title"),
        type=row.text("type"),
        source_name=row.text("source_name"),
        codes=row.pairs("codes"),
        blank_is_value=row.flag("blank_is_value"),
        when_absent=row.text("when_absent", ""),
        element=row.text("element", ""),
        length=row.count("length", 0) or None,
        is_key=row.flag("is_key"),
        is_required=row.flag("is_required"),
        level=row.count("level", 2),
        sharing=row.text("sharing", ""),
    )
    row.finish()
    return field


def _licence_type(one: Entry) -> LicenceTypeDefinition:
    months = one.count("valid_months", 0) or None
    return LicenceTypeDefinition(
        code=one.text("code"),
        name=one.text("name"),
        agency=one.text("agency"),
        valid_months=months,
        face=tuple(FaceField(row.text("name"), row.text("title")) for row in one.entries("face")),
        colour=one.text("colour", "brand"),
    )


def _base_item(one: Entry) -> BaseItemDefinition:
    return BaseItemDefinition(
        code=one.text("code"),
        name=one.text("name"),
        item_type=one.text("item_type"),
        lead=one.text("lead"),
        levels=one.texts("levels", is_required=True),
        legal_basis=one.texts("legal_basis", is_required=True),
    )


def _item(path: Path, folder: Path, below: list[Path], findings: Findings) -> PackItem | None:
    if (path / OVERRIDE).is_file():
        return _overriding(path, folder, below, findings)
    file = str((path / "item.yaml").relative_to(folder))
    one = entry_of(load(path / "item.yaml", folder, findings), file, findings)
    return None if one is None else _whole(one, path, path, folder, findings)


OVERRIDE, MORE = "override.yaml", "more_conditions"


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
    rule = _rule(one, rules, folder, findings)
    one.finish()
    return PackItem(one.place, definition, rule, tuple(_cases(rules / "cases.yaml", folder, findings)))


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
            _rows(one, "conditions", lambda row: ConditionText(row.text("id"), row.text("text"), row.text("clause")))
        ),
        questions=tuple(_rows(one, "questions", _question)),
        materials=tuple(_rows(one, "materials", _material)),
        result=_result(result) if result else Result("", {}),
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


def _result(one: Entry) -> Result:
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


def _rows(one: Entry, name: str, make: Callable[[Entry], Row]) -> Iterator[Row]:
    for row in one.entries(name):
        yield make(row)
        row.finish()


def _question(row: Entry) -> Question:
    options = _rows(
        row, "options", lambda option: Option(option.text("value"), option.text("label"), option.text("effect", ""))
    )
    return Question(row.text("fact"), row.text("ask"), row.text("hint", ""), tuple(options))


def _material(row: Entry) -> Material:
    return Material(row.text("name"), row.text("form"), row.text("required_when"), row.text("replaced_by", ""))


def _rule(one: Entry, path: Path, folder: Path, findings: Findings) -> RuleFile | None:
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


def _cases(path: Path, folder: Path, findings: Findings) -> Iterator[RuleCase]:
    file = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    content = load(path, folder, findings)
    for one in [] if content is None else entries_of(content, file, findings):
        yield RuleCase(
            place=one.place,
            name=one.text("name"),
            on=one.day("on") or LONG_AGO,
            facts=one.values("facts"),
            outcome=_choice(one, "outcome", ["approve", "reject", "undetermined"]),
            failing=one.texts("failing"),
            missing=one.texts("missing"),
            amount=Decimal(str(one.number("amount"))) if one.has("amount") else None,
        )
        one.finish()
