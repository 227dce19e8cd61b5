"""Reads of the dictionary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.facts.logic import (
    APPLICANT,
    SYSTEM,
    FactDefinition,
    FactSource,
    FactType,
    Sensitivity,
    UnknownFact,
    parts_of,
)
from yimen.facts.models import AddedSource, Fact
from yimen.parties import queries as parties


def dictionary(names: Iterable[str]) -> Mapping[str, FactDefinition]:
    """Return the definitions of these facts by name.

    Raises:
        UnknownFact: one of them is not in the dictionary.
    """
    return _dictionary(frozenset(names))


@remembered
def _dictionary(wanted: frozenset[str]) -> Mapping[str, FactDefinition]:
    found = {row.name: _definition(row) for row in _rows().filter(name__in=wanted)}
    for roster in [name for name, one in found.items() if one.type is FactType.RECORDS]:
        parts = [_definition(row) for row in _rows().filter(name__startswith=f"{roster}.")]
        found[roster] = replace(found[roster], parts=parts_of(roster, parts))
    if absent := sorted(wanted - found.keys()):
        raise UnknownFact(
            f"数据字典中没有 {'、'.join(absent)}。请检查名称，或先在内容包的 facts.yaml 中定义。", facts=absent
        )
    return found


def names() -> set[str]:
    """Return every name in the dictionary."""
    return set(Fact.objects.values_list("name", flat=True))


def titles() -> dict[str, str]:
    """Return the Chinese title of every fact by name."""
    return dict(Fact.objects.values_list("name", "title"))


def every() -> list[FactDefinition]:
    """Return the whole dictionary, by name."""
    return [_definition(row) for row in _rows().order_by("name")]


class FactNotFound(NotFound):
    """No fact has this name."""

    code = "facts.not-found"
    title = "数据字典中没有这个数据项。"


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line of the dictionary as a list shows it (数据项)."""

    name: str
    title: str
    type: str
    authority: str
    sensitivity: str
    element: str
    sources: tuple[FactSource, ...]


@dataclass(frozen=True, slots=True)
class FactPage:
    """A fact with where its values come from: `own` sources as the content pack states them, `added` by the bureau."""

    definition: FactDefinition
    own: tuple[FactSource, ...]
    added: tuple[AddedSource, ...]


SENSITIVITY_LABELS: Mapping[str, str] = {
    Sensitivity.ORDINARY: "一般",
    Sensitivity.PERSONAL: "个人信息",
    Sensitivity.SENSITIVE: "敏感个人信息",
}


def search(words: str) -> list[FactRow]:
    """Return the facts whose name, title or data element has these words in it, all where there are none, by name."""
    found = _rows()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(title__icontains=word) | Q(element__icontains=word))
    agencies = {APPLICANT: "申请人", SYSTEM: "系统", **parties.agency_names()}
    return [
        FactRow(
            row.name,
            row.title,
            row.type,
            agencies.get(row.authority, row.authority),
            SENSITIVITY_LABELS.get(row.sensitivity, row.sensitivity),
            row.element,
            _sources(row),
        )
        for row in found
    ]


def fact(name: str) -> FactPage:
    """Return one fact with its sources.

    Raises:
        FactNotFound: there is none of this name.
    """
    row = _rows().filter(pk=name).first()
    if row is None:
        raise FactNotFound("请检查名称，或在数据项列表中查找。")
    own = tuple(FactSource(**source) for source in row.sources)
    return FactPage(_definition(row), own, tuple(row.added_sources.all()))


def of_element(element: str) -> list[tuple[str, str]]:
    """Return the facts that are values of this data element, as (name, title), by name."""
    return list(Fact.objects.filter(element=element).values_list("name", "title"))


def _rows() -> QuerySet[Fact]:
    return Fact.objects.prefetch_related("added_sources")


def _sources(row: Fact) -> tuple[FactSource, ...]:
    """Return the pack's sources, then those added."""
    own = [FactSource(**source) for source in row.sources]
    added = [FactSource(one.dataset, one.field) for one in row.added_sources.all()]
    return (*own, *(one for one in added if one not in own))


def _definition(row: Fact) -> FactDefinition:
    return FactDefinition(
        name=row.name,
        title=row.title,
        type=FactType(row.type),
        authority=row.authority,
        sensitivity=Sensitivity(row.sensitivity),
        values=dict(row.values),
        unit=row.unit,
        sources=_sources(row),
        agree=row.agree,
        element=row.element,
    )
