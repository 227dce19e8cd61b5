"""What goes in and out, written for outsiders: one input and one output type an operation."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

STORABLE = r"^[^\x00]*$"
"""Any text but one with U+0000, which no database keeps."""
Text = Annotated[str, Field(max_length=200, pattern=STORABLE)]
FactName = Annotated[str, Field(max_length=120, pattern=STORABLE)]
Slug = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9][a-z0-9-]*$")]
CreditCode = Annotated[str, Field(pattern=r"^([0-9A-Z]{18})?$")]
Answers = Annotated[dict[FactName, Text], Field(max_length=100)]


class Outcome(StrEnum):
    """What the rules say."""

    APPROVE = "approve"
    REJECT = "reject"
    UNDETERMINED = "undetermined"
    NOT_OFFERED = "not-offered"


class Status(StrEnum):
    """How far a case is."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class Maker(StrEnum):
    """Who made a decision."""

    RULES = "RULES"
    OFFICER = "OFFICER"


class Kind(StrEnum):
    """What a question takes as its answer. A date is YYYY-MM-DD, a boolean `true` or `false`, a code an option.

    A list has several options, between commas; a comma alone is none of them.
    """

    STRING = "string"
    CODE = "code"
    BOOLEAN = "boolean"
    DATE = "date"
    NUMBER = "number"
    LIST = "list"


class State(StrEnum):
    """How a condition stands on the facts at hand."""

    MET = "met"
    FAILED = "failed"
    OPEN = "open"


class FactState(StrEnum):
    """What is had of a fact. Only what is KNOWN decides; what is DECLARED an officer looks at."""

    KNOWN = "KNOWN"
    DECLARED = "DECLARED"
    SILENT = "SILENT"
    ABSENT = "ABSENT"
    INVALID = "INVALID"
    REFUSED = "REFUSED"
    UNANSWERED = "UNANSWERED"
    CONTRADICTED = "CONTRADICTED"
    UNASKED = "UNASKED"


class Source(StrEnum):
    """Whose word a fact is."""

    DEPARTMENT = "department"
    APPLICANT = "applicant"
    SYSTEM = "system"


class Given(Schema):
    """What a program sends: an unknown name is a mistake, not an extra."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Schema):
    """What is wrong with one place of a request; `field` is its dotted path."""

    field: str
    sentence: str


class Problem(Schema):
    """What went wrong (RFC 9457): `type` names the kind, `detail` says what to do; a kind may have further members.

    `errors` has what does not fit this description, `answers` a sentence for each answer that is missing or wrong.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] = []
    answers: dict[str, str] = {}


class ItemLine(Schema):
    """An item of the catalogue."""

    slug: str
    name: str
    agency: str


class Choice(Schema):
    """One answer that can be chosen."""

    value: str
    label: str
    effect: str


class Question(Schema):
    """Something to ask the applicant. `answer` is what there is so far, null where there is nothing."""

    fact: str
    ask: str
    hint: str
    type: Kind
    options: list[Choice]
    is_declared: bool = False
    answer: str | None = None
    filled_by: str = ""


class ConditionLine(Schema):
    """A condition of the service guide."""

    id: str
    text: str
    clause: str


class MaterialLine(Schema):
    """A document the item asks for, and what stands in for it."""

    name: str
    form: str
    required_when: str
    replaced_by: str


class Baseline(Schema):
    """How it was done before. `days` are working days; `source` says where the figures are from."""

    days: int
    visits: int
    materials: int
    steps: int
    source: str


class Guide(Schema):
    """An item's implementation list. Days are working days; `subjects` is whose facts decide (`person`, `org`).

    `promised_days` is the promise, 0 for at once; `baseline` is null where nobody counted.
    """

    slug: str
    name: str
    english_name: str
    summary: str
    agency: str
    agency_name: str
    implementation_code: str
    item_type: str
    subjects: list[str]
    statutory_days: int
    promised_days: int
    visits: int
    fee: str
    conditions: list[ConditionLine]
    questions: list[Question]
    materials: list[MaterialLine]
    legal_basis: list[str]
    baseline: Baseline | None
    version: int


class Check(Given):
    """Facts to judge on, by their dotted names, and the day they are judged for (today where none is given)."""

    facts: Annotated[dict[FactName, Text | bool | int | float], Field(max_length=300)]
    on: date | None = None


class FailedCondition(Schema):
    """A condition that is not met, with its clauses."""

    id: str
    text: str
    clauses: list[str]


class Condition(FailedCondition):
    """A condition with its clauses, and how it stands."""

    state: State


class MissingFact(Schema):
    """A fact that still matters."""

    fact: str
    title: str


class Checked(Schema):
    """What the rules say on the facts given.

    The amount is in yuan, null where there is none; `near` is empty unless a single condition fails.
    """

    outcome: Outcome
    failing: list[FailedCondition]
    missing: list[MissingFact]
    near: str
    amount: Decimal | None


class Begin(Given):
    """Which item; and the credit code of the organisation it is about, where the applicant represents several."""

    item: Slug
    organisation: CreditCode = ""


class CaseLine(Schema):
    """A case. `number` and `submitted_at` are null while it is a draft."""

    id: UUID
    item: str
    status: Status
    number: str | None
    started_at: datetime
    submitted_at: datetime | None


class KnownFact(Schema):
    """A fact of a case with where it came from.

    `value` is null where nothing is had, `text` the same as people read it; `agency` is empty unless a department's.
    """

    fact: str
    title: str
    value: str | None
    text: str
    state: FactState
    source: Source
    agency: str
    as_of: datetime | None


class Preparation(Schema):
    """A draft: what is known and whence, what the rules say by now, and what is still to be asked."""

    id: UUID
    item: str
    outcome: Outcome
    conditions: list[Condition]
    facts: list[KnownFact]
    questions: list[Question]


class Answered(Given):
    """Answers by fact; one sent empty is taken back."""

    answers: Answers


class LicenceLine(Schema):
    """A licence. `verify_url` shows anybody that it is genuine."""

    id: UUID
    name: str
    issuer: str
    issued_on: date
    valid_until: date | None
    status: str
    is_valid: bool
    verify_url: str


class CaseResult(Schema):
    """A submitted case: the decision that stands, by rules or by an officer, and the licence it gave, if any.

    `outcome` is what the rules said; `status` how the case stands. `elapsed_ms` is from submission to decision.
    """

    id: UUID
    item: str
    number: str
    query_code: str
    status: Status
    outcome: Outcome
    decided_by: Maker
    reason: str
    conditions: list[Condition]
    failing: list[FailedCondition]
    missing: list[MissingFact]
    near: str
    amount: Decimal | None
    elapsed_ms: Decimal | None
    licence: LicenceLine | None


class ReviewRequest(Given):
    """Why a person should look again; it may be empty."""

    reason: Annotated[str, Field(max_length=1000, pattern=STORABLE)] = ""


class CheckLine(Schema):
    """One thing looked at in a verification."""

    name: str
    is_ok: bool
    sentence: str


class Verification(Schema):
    """What anybody may learn of a licence. Of one that is not genuine nothing but the checks is told."""

    is_genuine: bool
    is_valid: bool
    name: str
    issuer: str
    holder: str
    issued_on: str
    valid_until: str
    status: str
    checks: list[CheckLine]
