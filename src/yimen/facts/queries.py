"""Reads of the dictionary."""

from collections.abc import Iterable, Mapping

from yimen.core.memo import remembered
from yimen.facts.logic import FactDefinition, FactSource, FactType, Sensitivity, UnknownFact
from yimen.facts.models import Fact


def dictionary(names: Iterable[str]) -> Mapping[str, FactDefinition]:
    """Return the definitions of these facts by name.

    Raises:
        UnknownFact: one of them is not in the dictionary.
    """
    return _dictionary(frozenset(names))


@remembered
def _dictionary(wanted: frozenset[str]) -> Mapping[str, FactDefinition]:
    found = {row.name: _definition(row) for row in Fact.objects.filter(name__in=wanted)}
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


def _definition(row: Fact) -> FactDefinition:
    return FactDefinition(
        name=row.name,
        title=row.title,
        type=FactType(row.type),
        authority=row.authority,
        sensitivity=Sensitivity(row.sensitivity),
        values=dict(row.values),
        unit=row.unit,
        sources=tuple(FactSource(**source) for source in row.sources),
        agree=row.agree,
        element=row.element,
    )
