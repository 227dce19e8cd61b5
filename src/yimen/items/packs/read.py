"""From a folder to a pack: every file read, every error kept with its place."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from yimen.datasets.base import AttributeDefinition, LibraryDefinition
from yimen.datasets.classifying import ClassDefinition
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition, Registration
from yimen.facts.logic import FactDefinition, FactSource, FactType, Sensitivity, assembled
from yimen.items.logic import BaseItemDefinition
from yimen.items.packs.entries import LONG_AGO, Entry, Findings, entries_of, entry_of, load
from yimen.items.packs.model import Finding, Pack, Place
from yimen.items.packs.read_items import item_of
from yimen.licences.logic import FaceField, LicenceTypeDefinition
from yimen.parties.logic import AgencyDefinition
from yimen.standards.logic import CodeEntry, CodeListDefinition, ElementDefinition

Row = TypeVar("Row")


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
        if item := item_of(path, folder, below, findings):
            pack.items = [one for one in pack.items if one.definition.slug != item.definition.slug]
            pack.items.append(item)
    pack.items.sort(key=lambda one: one.definition.slug)
    pack.measures |= {f"{path.parent.name}/{path.name}" for path in folder.glob("policies/*/*/")}
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
    pack.measures |= lower.measures
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
        type=FactType(one.choice("type", [kind.value for kind in FactType])),
        authority=one.text("authority"),
        sensitivity=Sensitivity(one.choice("sensitivity", [kind.value for kind in Sensitivity])),
        values=one.pairs("values"),
        unit=one.text("unit", ""),
        sources=tuple(FactSource(source.text("dataset"), source.text("field")) for source in one.entries("sources")),
        agree=one.flag("agree"),
        element=one.text("element", ""),
    )


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
