"""From a folder to a pack with its policies: every error kept with its place."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from yimen.items.logic import Result
from yimen.items.packs import read as items
from yimen.items.packs.entries import LONG_AGO, Entry, Findings, entry_of, load
from yimen.items.packs.model import PackItem, Place
from yimen.items.packs.read_items import cases_of, material_of, question_of, result_of, rows, rule_of
from yimen.policies.logic import (
    Condition,
    Contact,
    Funding,
    Joint,
    Kind,
    Level,
    MeasureDefinition,
    Mode,
    PolicyDefinition,
    Relation,
    RelationKind,
    Window,
    item_of,
)
from yimen.policies.packs.model import PackPolicy, PolicyPack


def read(folder: Path) -> PolicyPack:
    """Return the pack in this folder with its policies, and those of the packs it extends (以本级为准)."""
    pack = items.read(folder)
    whole = PolicyPack(pack)
    for place in [*reversed(pack.below), folder]:
        prefix = "" if place == folder else f"{place.name}/"
        for path in sorted(place.glob("policies/*/")):
            findings = Findings()
            policy = _policy(path, place, findings)
            pack.findings += [
                type(one)(Place(f"{prefix}{one.place.file}", one.place.line), one.what, one.remedy) for one in findings
            ]
            pack.unread += findings.unread
            if policy is not None:
                _put(whole, policy)
    pack.items.sort(key=lambda one: one.definition.slug)
    return whole


def _put(whole: PolicyPack, policy: PackPolicy) -> None:
    """Put the policy in place of the one of the same name of a pack below, and its measures among the items."""
    slug = policy.definition.slug
    whole.policies = [*(one for one in whole.policies if one.definition.slug != slug), policy]
    others = [one for one in whole.pack.items if not one.definition.slug.startswith(f"{slug}/")]
    whole.pack.items[:] = [*others, *policy.measures.values()]


def _policy(path: Path, folder: Path, findings: Findings) -> PackPolicy | None:
    file = str((path / "policy.yaml").relative_to(folder))
    one = entry_of(load(path / "policy.yaml", folder, findings), file, findings)
    if one is None:
        return None
    written = one.entries("measures", is_required=True)
    read_measures = [(_measure(row), row) for row in written]
    definition = PolicyDefinition(
        slug=one.text("slug"),
        title=one.text("title"),
        document_number=one.text("document_number", ""),
        issuing_agencies=one.texts("issuing_agencies", is_required=True),
        agency=one.text("agency"),
        issued_on=one.day("issued_on", is_required=False),
        effective_from=one.day("effective_from") or LONG_AGO,
        effective_until=one.day("effective_until", is_required=False),
        level=Level(one.choice("level", [level.value for level in Level])),
        topic=one.text("topic"),
        applies_to=one.text("applies_to"),
        summary=one.text("summary"),
        measures=tuple(measure for measure, _ in read_measures),
        keywords=one.texts("keywords"),
        source=one.text("source", ""),
        relations=tuple(
            rows(
                one,
                "relations",
                lambda row: Relation(
                    RelationKind(row.choice("kind", [kind.value for kind in RelationKind])),
                    row.text("to"),
                    row.text("title", ""),
                ),
            )
        ),
    )
    if definition.slug != path.name:
        one.wrong("slug", f"slug 为“{definition.slug}”，与文件夹名“{path.name}”不同。", "请改成一样的。")
    measures: dict[str, PackItem] = {}
    for measure, row in read_measures:
        if measure.id in measures:
            row.wrong("id", f"奖补项 {measure.id} 写了两次。", "请改用另一个编号。")
        measures[measure.id] = _as_item(definition, measure, row, path / measure.id, folder)
        row.finish()
    one.finish()
    return PackPolicy(one.place, definition, measures)


def _as_item(policy: PolicyDefinition, measure: MeasureDefinition, row: Entry, path: Path, folder: Path) -> PackItem:
    """Return the measure as the item it is decided as; its rules and cases are in the folder `path`.

    The rules are in force as long as the policy is.
    """
    rule = rule_of(row, path, folder, row.findings)
    if rule is not None:
        rule = replace(rule, effective_from=policy.effective_from, effective_until=policy.effective_until)
    cases = tuple(cases_of(path / "cases.yaml", folder, row.findings))
    return PackItem(row.place, item_of(policy, measure), rule, cases)


def _measure(row: Entry) -> MeasureDefinition:
    result = row.entry("result") if row.has("result") else None
    window = row.entry("window") if row.has("window") else None
    contact = row.entry("contact") if row.has("contact") else None
    funding = row.entry("funding") if row.has("funding") else None
    measure = MeasureDefinition(
        id=row.text("id"),
        name=row.text("name"),
        kind=Kind(row.choice("kind", [kind.value for kind in Kind])),
        amount=row.text("amount"),
        handled_by=row.text("handled_by"),
        mode=Mode(row.choice("mode", [mode.value for mode in Mode])),
        conditions=tuple(
            rows(
                row,
                "conditions",
                lambda one: Condition(
                    one.text("id"), one.text("text"), one.text("clause", ""), one.text("leads_to", "")
                ),
            )
        ),
        cap=Decimal(str(row.number("cap"))) if row.has("cap") else None,
        subjects=row.texts("subjects") or ("org",),
        questions=tuple(rows(row, "questions", question_of)),
        materials=tuple(rows(row, "materials", material_of)),
        window=_window(window) if window else Window("常年受理"),
        contact=Contact(contact.text("name"), contact.text("phone", "")) if contact else Contact("", ""),
        excludes=row.texts("excludes"),
        repeatable=row.flag("repeatable"),
        promised_days=row.count("promised_days", 20),
        joint=tuple(
            rows(
                row,
                "joint",
                lambda one: Joint(
                    one.text("agency"),
                    one.text("opinion"),
                    Decimal(str(one.number("share", 0))),
                    one.texts("conditions"),
                ),
            )
        ),
        funding=Funding(Decimal(str(funding.number("budget"))), funding.text("source")) if funding else None,
        result=result_of(result) if result else Result("", {}),
    )
    for part in (result, window, contact, funding):
        if part:
            part.finish()
    return measure


def _window(one: Entry) -> Window:
    return Window(one.text("text"), one.day("from", is_required=False), one.day("until", is_required=False))
