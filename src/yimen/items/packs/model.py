"""A content pack as read, and what is found wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from yimen import dmn
from yimen.datasets.base import LibraryDefinition
from yimen.datasets.classifying import ClassDefinition
from yimen.datasets.logic import DatasetDefinition, GrantDefinition
from yimen.facts.logic import FactDefinition
from yimen.items.logic import BaseItemDefinition, ItemDefinition
from yimen.licences.logic import LicenceTypeDefinition
from yimen.parties.logic import AgencyDefinition
from yimen.standards import national
from yimen.standards.logic import CodeListDefinition, ElementDefinition


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a pack: the file, relative to the pack, and the line, from one."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        """Return it as editors understand it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong: where, what, and what to do.

    `is_absence` tells that something named is not there; it may be, while a file cannot be read.
    """

    place: Place
    what: str
    remedy: str
    is_absence: bool = False

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.place}: {self.what}{self.remedy}"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of an item: the text of the model, its dates of effect, and the model when it can be read."""

    path: Path
    place: Place
    xml: bytes
    effective_from: date
    effective_until: date | None
    model: dmn.Model | None


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One case of a cases.yaml (测试用例): the facts as written, and what must come out."""

    place: Place
    name: str
    on: date
    facts: Mapping[str, object]
    outcome: str
    failing: tuple[str, ...]
    missing: tuple[str, ...]
    amount: Decimal | None = None  # None: the case says nothing of it


@dataclass(frozen=True, slots=True)
class PackItem:
    """An item with its rules and its cases."""

    place: Place
    definition: ItemDefinition
    rule: RuleFile | None
    cases: tuple[RuleCase, ...]


@dataclass(slots=True)
class Pack:
    """Everything a pack holds, with the place of each thing, and what was found wrong so far.

    `below` are the folders of the packs it extends, the nearest first; `unread` the files that could not
    be read at all. `measures` names the folders of measures (POLICY/MEASURE), which the policies room reads: a grant
    may be for one of them.
    """

    folder: Path
    name: str = ""
    title: str = ""
    agencies: list[tuple[Place, AgencyDefinition]] = field(default_factory=list)
    code_lists: list[tuple[Place, CodeListDefinition]] = field(default_factory=list)
    elements: list[tuple[Place, ElementDefinition]] = field(default_factory=list)
    facts: list[tuple[Place, FactDefinition]] = field(default_factory=list)
    classes: list[tuple[Place, ClassDefinition]] = field(default_factory=list)
    datasets: list[tuple[Place, DatasetDefinition]] = field(default_factory=list)
    grants: list[tuple[Place, GrantDefinition]] = field(default_factory=list)
    licence_types: list[tuple[Place, LicenceTypeDefinition]] = field(default_factory=list)
    base_libraries: list[tuple[Place, LibraryDefinition]] = field(default_factory=list)
    catalogue: list[tuple[Place, BaseItemDefinition]] = field(default_factory=list)
    items: list[PackItem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    below: list[Path] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    measures: set[str] = field(default_factory=set)

    def dictionary(self) -> Mapping[str, FactDefinition]:
        """Return the fact definitions by name."""
        return {definition.name: definition for _, definition in self.facts}

    def all_elements(self) -> Mapping[str, ElementDefinition]:
        """Return the data elements of the package and of the pack by identifier."""
        return {**national.elements(), **{one.identifier: one for _, one in self.elements}}

    def all_code_lists(self) -> Mapping[str, CodeListDefinition]:
        """Return the code lists of the package and of the pack by identifier."""
        return {**national.lists(), **{one.identifier: one for _, one in self.code_lists}}
