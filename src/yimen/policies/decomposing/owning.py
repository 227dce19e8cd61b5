"""Whose each fact of a proposal is (数源标准化): data element, authoritative agency, and where it is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition

DAY = "application.date"


@dataclass(frozen=True, slots=True)
class Owned:
    """A fact with whose it is.

    `authority` is an agency's code, APPLICANT or SYSTEM, empty where nobody owns the fact; `sources` are written
    `dataset.field`; `wants` says what a person has to see to, empty where nothing is.
    """

    fact: str
    title: str
    element: str
    authority: str
    sources: tuple[str, ...]
    wants: str

    @property
    def is_owned(self) -> bool:
        """Tell whether somebody answers for it."""
        return bool(self.authority)


def owned(names: Iterable[str], dictionary: Mapping[str, FactDefinition]) -> tuple[Owned, ...]:
    """Return whose each of these facts is, each once, in the order given."""
    return tuple(_owned(name, dictionary.get(name)) for name in dict.fromkeys(names))


def _owned(name: str, definition: FactDefinition | None) -> Owned:
    if definition is None:
        return Owned(name, name, "", "", (), "数据字典中没有这个数据项，没有部门对它负责。请先在数据字典中认领。")
    sources = tuple(f"{one.dataset}.{one.field}" for one in definition.sources)
    wants = ""
    if not definition.authority:
        wants = "数据字典没有写明以谁为准。请先认领。"
    elif not sources and definition.authority not in {APPLICANT, SYSTEM}:
        wants = "还没有可以取数的数据资源，取不到时由人工核对。"
    elif not definition.element and name != DAY:
        wants = "还没有对应的数据元。"
    return Owned(name, definition.title, definition.element, definition.authority, sources, wants)


def unowned(names: Iterable[str], dictionary: Mapping[str, FactDefinition]) -> tuple[str, ...]:
    """Return those of these facts that nobody owns, by name."""
    return tuple(sorted(one.fact for one in owned(names, dictionary) if not one.is_owned))
