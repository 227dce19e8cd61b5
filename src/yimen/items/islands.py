"""What people are still asked for although a department holds it (重复提交): materials, and questions.

A material says in words what it is, so it is compared by the catalogue's keywords and field titles: a hint for a person
to look at, not a proof. A question is compared by its fact's data element, which is exact.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from yimen.datasets import islands
from yimen.datasets.islands import AgencyIslands, Held, IslandRow
from yimen.facts import queries as facts
from yimen.facts.logic import FactDefinition
from yimen.items import queries
from yimen.items.logic import ItemDefinition, Material
from yimen.parties.queries import agency_names


@dataclass(frozen=True, slots=True)
class StillAsked:
    """Something an item still asks people for, and the dataset that seems to hold it; `by` says why."""

    item: str
    item_name: str
    agency_name: str
    kind: str
    what: str
    dataset: str
    dataset_title: str
    holder: str
    by: str


@dataclass(frozen=True, slots=True)
class IslandReport:
    """The report for a period (which ends exclusively): agencies, their datasets, and what is still asked.

    `materials` and `questions` are how many are asked of people at all.
    """

    since: datetime
    until: datetime
    agencies: list[AgencyIslands]
    datasets: list[IslandRow]
    asked: list[StillAsked]
    materials: int
    questions: int


def report(*, since: datetime, until: datetime, on: date) -> IslandReport:
    """Return the report; `on` is the day whose grants and items count."""
    rows = islands.rows(since=since, until=until, on=on)
    offered = queries.all_offered(on=on)
    held = islands.held()
    dictionary = {one.name: one for one in facts.every()}
    names = agency_names()
    asked = [
        one for definition in offered for one in _asked(definition, held, dictionary, names.get(definition.agency, ""))
    ]
    return IslandReport(
        since=since,
        until=until,
        agencies=islands.by_agency(rows),
        datasets=rows,
        asked=asked,
        materials=sum(not one.replaced_by for definition in offered for one in definition.materials),
        questions=sum(len(definition.questions) for definition in offered),
    )


def _asked(
    definition: ItemDefinition, held: list[Held], dictionary: dict[str, FactDefinition], agency: str
) -> Iterable[StillAsked]:
    for material in definition.materials:
        found = _by_words(material, held)
        if found and not material.replaced_by:
            holder, term = found
            yield _row(definition, agency, holder, kind="材料", what=material.name, by=f"关键词“{term}”")
    for question in definition.questions:
        fact = dictionary.get(question.fact)
        if fact is None or fact.sources or not fact.element:
            continue
        for holder in held:
            if fact.element in holder.elements:
                yield _row(definition, agency, holder, kind="填报", what=fact.title, by=f"数据元 {fact.element}")


def _by_words(material: Material, held: list[Held]) -> tuple[Held, str] | None:
    """Return the dataset of which the longest word stands in the material's name; None where none does."""
    found = [(term, one) for one in held for term in one.terms if term in material.name]
    if not found:
        return None
    term, holder = max(found, key=lambda pair: (len(pair[0]), pair[0], pair[1].dataset))
    return holder, term


def _row(definition: ItemDefinition, agency: str, holder: Held, *, kind: str, what: str, by: str) -> StillAsked:
    return StillAsked(
        item=definition.slug,
        item_name=definition.name,
        agency_name=agency,
        kind=kind,
        what=what,
        dataset=holder.dataset,
        dataset_title=holder.title,
        holder=holder.agency_name,
        by=by,
    )


HEAD = ("部门", "资源代码", "资源名称", "共享给其他部门", "曾经共享", "期间读取次数", "服务事项数", "服务事项")
YES = {True: "是", False: "否"}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def as_csv(found: IslandReport) -> str:
    """Return the datasets of the report as CSV with a byte order mark, so that a spreadsheet shows Chinese rightly."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for one in found.datasets:
        texts = (one.agency_name, one.code, one.title, YES[one.is_shared], YES[one.was_shared])
        items = "、".join(one.items)
        writer.writerow([*map(_harmless, texts), one.reads, len(one.items), _harmless(items)])
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text
