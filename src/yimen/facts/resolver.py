"""The resolver: a fact of a subject, fetched when it is asked for and not before, with where it came from.

Whose word counts: an applicant's answer is *known* only where the dictionary names the applicant as the authority.
For any other fact the answer is *declared*: kept and shown, but the engine still sees it as unknown, so that it
decides nothing by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from yimen import dmn
from yimen.core.errors import Forbidden
from yimen.datasets import services as datasets
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactSource, InvalidFact, Sensitivity, Value, convert
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Person


class State(StrEnum):
    """What we have of a fact (数据状态)."""

    KNOWN = "KNOWN"
    DECLARED = "DECLARED"
    SILENT = "SILENT"
    ABSENT = "ABSENT"
    INVALID = "INVALID"
    REFUSED = "REFUSED"
    UNANSWERED = "UNANSWERED"


STATE_LABELS: Mapping[State, str] = {
    State.KNOWN: "已核验",
    State.DECLARED: "本人填写，待核实",
    State.SILENT: "部门系统暂未响应",
    State.ABSENT: "部门没有这项记录",
    State.INVALID: "部门数据有误，待核实",
    State.REFUSED: "没有共享授权",
    State.UNANSWERED: "待填写",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact as it was read (取数结果).

    `value` is None unless the state is KNOWN or DECLARED. `behind` says, for a declared fact, why the source itself
    gave nothing; None otherwise. `dataset` and `agency` are empty where no department was asked, `entry` is the ledger
    row of the read.
    """

    fact: str
    state: State
    value: Value | None
    read_at: datetime
    behind: State | None = None
    dataset: str = ""
    agency: str = ""
    as_of: datetime | None = None
    entry: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether rules may decide on it."""
        return self.state is State.KNOWN


COSTS = {Sensitivity.ORDINARY: 1.0, Sensitivity.PERSONAL: 2.0, Sensitivity.SENSITIVE: 8.0}
"""What asking a department costs, by how sensitive the fact is: the engine asks the dear ones last."""


@dataclass(slots=True)
class Resolver:
    """The engine's lazy inputs over one subject, for one purpose. Remembers every reading; asks no source twice.

    `answers` are the applicant's, by fact, as the form gave them (already checked). `grantee` is the agency whose
    grants are used. A source that was silent once is not asked again within this resolver.
    """

    subject: Person
    purpose: Purpose
    definitions: Mapping[str, FactDefinition]
    answers: Mapping[str, object]
    actor: Actor
    grantee: str
    at: datetime
    readings: dict[str, Reading] = field(default_factory=dict)
    _silent: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> object:
        """Return the fact's value, or UNKNOWN; fetch it on first asking."""
        if path not in self.readings:
            self.readings[path] = self._read(self.definitions[path])
        reading = self.readings[path]
        return reading.value if reading.is_known else dmn.UNKNOWN

    def cost(self, path: str) -> float:
        """Return how dear it is to ask now: nothing for what is read, answered or given by the system."""
        definition = self.definitions[path]
        if path in self.readings or definition.authority in {APPLICANT, SYSTEM}:
            return 0.0
        if all(source.dataset in self._silent for source in definition.sources):
            return 0.0
        return COSTS[definition.sensitivity]

    def at_hand(self) -> Mapping[str, object]:
        """Return what is known by now, and what is known without asking anyone: answers and the system's own facts."""
        for path, definition in self.definitions.items():
            if definition.authority in {APPLICANT, SYSTEM}:
                self.get(path)
        return {path: reading.value for path, reading in self.readings.items() if reading.is_known}

    def _read(self, definition: FactDefinition) -> Reading:
        if definition.authority == SYSTEM:
            return self._from_system(definition)
        if definition.authority == APPLICANT:
            return self._answered(definition)
        reading = Reading(definition.name, State.ABSENT, None, self.at)
        for source in definition.sources:
            reading = self._from_source(definition, source)
            if reading.is_known:
                return reading
        if definition.name in self.answers:
            declared = convert(definition, self.answers[definition.name])
            return replace(reading, state=State.DECLARED, value=declared, behind=reading.state)
        return reading

    def _from_system(self, definition: FactDefinition) -> Reading:
        given: Mapping[str, date] = {"application.date": timezone.localdate(self.at)}
        if definition.name not in given:
            return Reading(definition.name, State.ABSENT, None, self.at)
        return Reading(definition.name, State.KNOWN, given[definition.name], self.at)

    def _answered(self, definition: FactDefinition) -> Reading:
        if definition.name not in self.answers:
            return Reading(definition.name, State.UNANSWERED, None, self.at)
        return Reading(definition.name, State.KNOWN, convert(definition, self.answers[definition.name]), self.at)

    def _from_source(self, definition: FactDefinition, source: FactSource) -> Reading:
        nothing = Reading(definition.name, State.SILENT, None, self.at, dataset=source.dataset)
        if source.dataset in self._silent:
            return replace(nothing, agency=self._silent[source.dataset])
        try:
            record = datasets.exchange(
                source.dataset,
                subject=self.subject,
                fields=[source.field],
                purpose=self.purpose,
                actor=self.actor,
                grantee=self.grantee,
                at=self.at,
            )
        except datasets.SourceSilent as error:
            self._silent[source.dataset] = str(error.fields["agency"])
            return replace(nothing, agency=self._silent[source.dataset])
        except datasets.SourceNonsense as error:
            return replace(nothing, state=State.INVALID, agency=str(error.fields["agency"]))
        except Forbidden:
            return replace(nothing, state=State.REFUSED)
        found = replace(nothing, agency=record.agency, as_of=record.as_of, entry=str(record.entry))
        if source.field in record.invalid:
            return replace(found, state=State.INVALID)
        if record.values.get(source.field) is None:
            return replace(found, state=State.ABSENT)
        try:
            return replace(found, state=State.KNOWN, value=convert(definition, record.values[source.field]))
        except InvalidFact:
            return replace(found, state=State.INVALID)
