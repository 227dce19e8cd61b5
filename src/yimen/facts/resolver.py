"""The resolver: a fact of a subject, fetched when it is asked for and not before, with where it came from.

Whose word counts: an applicant's answer is *known* only where the dictionary names the applicant as the authority.
For any other fact the answer is *declared*: kept and shown, but the engine still sees it as unknown, so that it
decides nothing by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from yimen import dmn
from yimen.core.errors import Forbidden
from yimen.datasets import services as datasets
from yimen.datasets.logic import Record
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactSource, InvalidFact, Sensitivity, Value, convert
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party


class State(StrEnum):
    """What we have of a fact (数据状态)."""

    KNOWN = "KNOWN"
    DECLARED = "DECLARED"
    SILENT = "SILENT"
    ABSENT = "ABSENT"
    INVALID = "INVALID"
    REFUSED = "REFUSED"
    UNANSWERED = "UNANSWERED"
    CONTRADICTED = "CONTRADICTED"
    UNASKED = "UNASKED"


STATE_LABELS: Mapping[State, str] = {
    State.KNOWN: "已核验",
    State.DECLARED: "本人填写，待核实",
    State.SILENT: "部门系统暂未响应",
    State.ABSENT: "部门没有这项记录",
    State.INVALID: "部门数据有误，待核实",
    State.REFUSED: "没有共享授权",
    State.UNANSWERED: "待填写",
    State.CONTRADICTED: "各部门的数据不一致，待核实",
    State.UNASKED: "还没有查询",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact as it was read (取数结果).

    `value` is None unless the state is KNOWN or DECLARED. `behind` says, for a declared fact, why the source itself
    gave nothing; None otherwise. `dataset` and `agency` are empty where no department was asked, `entry` is the ledger
    row of the read. `says` has, for a contradicted fact, what each agency says.
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
    says: tuple[tuple[str, Value], ...] = ()

    @property
    def is_known(self) -> bool:
        """Tell whether rules may decide on it."""
        return self.state is State.KNOWN


PERSON, ORGANISATION = "person", "org"


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose facts they are: the natural person, the organisation where there is one, and who applies (one of the two).

    A fact's dataset says which of them it is asked about.
    """

    applicant: Party
    person: Party | None = None
    organisation: Party | None = None

    def key(self, name: str) -> str | None:
        """Return the number a department knows them by, for `person` or `org`; None where the case has none."""
        party = self.person if name == PERSON else self.organisation
        return party.number if party else None

    def concerned(self, keyed_by: Sequence[str]) -> Party:
        """Return whose data a dataset keyed so holds, for the ledger."""
        if PERSON in keyed_by and self.person:
            return self.person
        if ORGANISATION in keyed_by and self.organisation:
            return self.organisation
        return self.applicant


@dataclass(slots=True)
class Shared:
    """What departments just answered, for several cases prepared or filed together (一次取数，多处使用).

    `answers` by grantee, dataset, keys and field; `silent` are the connections that did not answer. An answer is handed
    on to the same grantee only, under the other purpose's own grant and with a row of its own.
    """

    answers: dict[tuple[str, str, frozenset[tuple[str, str]], str], Record] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)


COSTS = {Sensitivity.ORDINARY: 1.0, Sensitivity.PERSONAL: 2.0, Sensitivity.SENSITIVE: 8.0}
"""What asking a department costs, by how sensitive the fact is: the engine asks the dear ones last."""


@dataclass(slots=True)
class Resolver:
    """The engine's lazy inputs over the subjects of one case, for one purpose.

    Remembers every reading and asks no source twice. `keyed_by` says by what each dataset is asked, `grantee` on whose
    grants. `answers` are the applicant's, by fact, as the form gave them (already checked). `reached_through` says
    over which connection a dataset is read and whose it is: a connection that was silent once is not asked again within
    this resolver, whatever dataset is behind it. `shared` is what others with the same subject were just
    answered. While the fact named by `consent` is not known to be true no department is asked at all
    (个人信息保护法 art. 13).
    """

    subjects: Subjects
    purpose: Purpose
    definitions: Mapping[str, FactDefinition]
    keyed_by: Mapping[str, Sequence[str]]
    answers: Mapping[str, object]
    actor: Actor
    grantee: str
    at: datetime
    consent: str = ""
    reached_through: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)

    def get(self, path: str) -> object:
        """Return the fact's value, or UNKNOWN; fetch it on first asking."""
        if path not in self.readings:
            self.readings[path] = self._read(self.definitions[path])
        reading = self.readings[path]
        return reading.value if reading.is_known else dmn.UNKNOWN

    def cost(self, path: str) -> float:
        """Return how dear it is to ask now: nothing for what is read, answered or given by the system."""
        definition = self.definitions[path]
        if path in self.readings or self._needs_nobody(definition):
            return 0.0
        if all(self._connection(source.dataset)[0] in self.shared.silent for source in definition.sources):
            return 0.0
        return COSTS[definition.sensitivity]

    def waiting(self) -> set[str]:
        """Return the facts some department could give, if only another fact were known by which to ask it."""
        return {
            name
            for name, definition in self.definitions.items()
            if any("." in key and self._lacks(key) for one in definition.sources for key in self.keyed_by[one.dataset])
        }

    def _lacks(self, key: str) -> bool:
        return key not in self.readings or not self.readings[key].is_known

    def at_hand(self) -> Mapping[str, object]:
        """Return what is known by now, and what is known without asking anyone: answers and the system's own facts."""
        for path, definition in self.definitions.items():
            if self._needs_nobody(definition):
                self.get(path)
        return {path: reading.value for path, reading in self.readings.items() if reading.is_known}

    def _needs_nobody(self, definition: FactDefinition) -> bool:
        """Tell whether no department is asked for it: the system's own, and what the applicant alone says."""
        if definition.authority == APPLICANT:
            return definition.name in self.answers or not definition.sources
        return definition.authority == SYSTEM

    def _read(self, definition: FactDefinition) -> Reading:
        if definition.authority == SYSTEM:
            return self._from_system(definition)
        if definition.name in self.answers and definition.authority == APPLICANT:
            value = convert(definition, self.answers[definition.name])
            return Reading(definition.name, State.KNOWN, value, self.at)
        if self.consent not in {"", definition.name} and self.get(self.consent) is not True:
            return Reading(definition.name, State.UNASKED, None, self.at)
        reading = self._from_departments(definition)
        if reading.is_known:
            return reading
        if definition.authority == APPLICANT:
            return Reading(definition.name, State.UNANSWERED, None, self.at)
        if definition.name in self.answers:
            declared = convert(definition, self.answers[definition.name])
            return replace(reading, state=State.DECLARED, value=declared, behind=reading.state)
        return reading

    def _agreed(self) -> str:
        """Return by what the applicant agreed that departments be asked, as far as is known; empty where by nothing."""
        agreed = self.readings.get(self.consent)
        return f"{self.consent}=true" if agreed is not None and agreed.is_known and agreed.value is True else ""

    def _from_departments(self, definition: FactDefinition) -> Reading:
        """Return what the first source that knows says; where all must agree, what they say together."""
        reading = Reading(definition.name, State.UNASKED, None, self.at)
        known: list[Reading] = []
        for source in definition.sources:
            keys = self._keys(source.dataset)
            if keys is None:
                continue
            reading = self._from_source(definition, source, keys)
            if reading.is_known and not definition.agree:
                return reading
            if reading.is_known:
                known.append(reading)
            elif definition.agree and reading.state is not State.ABSENT:
                return reading  # whoever might have said otherwise was not heard
        if not known:
            return reading
        if all(one.value == known[0].value for one in known):
            return known[0]
        says = tuple((one.agency, one.value) for one in known if one.value is not None)
        agencies = "、".join(one.agency for one in known)
        return replace(known[-1], state=State.CONTRADICTED, value=None, agency=agencies, says=says)

    def _keys(self, dataset: str) -> dict[str, str] | None:
        """Return by what to ask this dataset; None where the case lacks one of the keys."""
        keys: dict[str, str] = {}
        for name in self.keyed_by.get(dataset, ()):
            key = self.subjects.key(name) if name in {PERSON, ORGANISATION} else self._fact_as_key(name)
            if not key:
                return None
            keys[name] = key
        return keys

    def _fact_as_key(self, name: str) -> str | None:
        value = self.get(name)
        return value if isinstance(value, str) else None

    def _from_system(self, definition: FactDefinition) -> Reading:
        given: Mapping[str, date] = {"application.date": timezone.localdate(self.at)}
        if definition.name not in given:
            return Reading(definition.name, State.ABSENT, None, self.at)
        return Reading(definition.name, State.KNOWN, given[definition.name], self.at)

    def _connection(self, dataset: str) -> tuple[str, str]:
        return self.reached_through.get(dataset, (dataset, ""))

    def _from_source(self, definition: FactDefinition, source: FactSource, keys: Mapping[str, str]) -> Reading:
        nothing = Reading(definition.name, State.SILENT, None, self.at, dataset=source.dataset)
        connection, agency = self._connection(source.dataset)
        if connection in self.shared.silent:
            return replace(nothing, agency=agency)
        known_as = (self.grantee, source.dataset, frozenset(keys.items()), source.field)
        try:
            record = datasets.exchange(
                source.dataset,
                subject=self.subjects.concerned(self.keyed_by[source.dataset]),
                keys=keys,
                fields=[source.field],
                purpose=self.purpose,
                actor=self.actor,
                grantee=self.grantee,
                at=self.at,
                consent=self._agreed(),
                earlier=self.shared.answers.get(known_as),
            )
        except datasets.RateExceeded as error:
            return replace(nothing, agency=str(error.fields["agency"]))
        except datasets.SourceSilent as error:
            self.shared.silent.add(connection)
            return replace(nothing, agency=str(error.fields["agency"]))
        except datasets.SourceNonsense as error:
            return replace(nothing, state=State.INVALID, agency=str(error.fields["agency"]))
        except Forbidden:
            return replace(nothing, state=State.REFUSED)
        self.shared.answers.setdefault(known_as, record)
        found = replace(nothing, agency=record.agency, as_of=record.as_of, entry=str(record.entry))
        if source.field in record.invalid:
            return replace(found, state=State.INVALID)
        if record.values.get(source.field) is None:
            return replace(found, state=State.ABSENT)
        try:
            return replace(found, state=State.KNOWN, value=convert(definition, record.values[source.field]))
        except InvalidFact:
            return replace(found, state=State.INVALID)
