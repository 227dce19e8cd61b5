"""What an item says of itself: the implementation list as plain values (实施清单)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

ALWAYS = "必需"
"""What a material's `required_when` says when everybody needs it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen: its code, its label, and what choosing it means."""

    value: str
    label: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the applicant can say (需申请人填报): the fact it answers, how it is asked, and the choices.

    No options means a free text or a date, by the fact's type; a boolean without options is asked as 是/否.
    """

    fact: str
    ask: str
    hint: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """A document the item asks for (材料), and what stands in for it (免提交)."""

    name: str
    form: str
    required_when: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class ConditionText:
    """A condition as the service guide words it, with its clause."""

    id: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an approval gives (结果): a licence type's code, and which facts stand on its face.

    `face` maps the licence's face field to the fact that fills it, or to AMOUNT for what the rules reckon,
    or to ITEM_NAME.
    `registers` is INDIVIDUAL_BUSINESS where the approval brings an organisation into being; empty otherwise.
    """

    licence_type: str
    face: Mapping[str, str]
    registers: str = ""


AMOUNT = "amount"
ITEM_NAME = "item_name"
"""A face field filled with the item's own name: one licence type serves many awards and titles."""
NO_FACTS = frozenset({AMOUNT, ITEM_NAME})
"""What may stand on a licence's face that is no fact."""
INDIVIDUAL_BUSINESS = "individual_business"
REGISTERS = ("", INDIVIDUAL_BUSINESS)
SUBJECTS = {("person",), ("org",), ("person", "org")}


@dataclass(frozen=True, slots=True)
class Baseline:
    """How it was done before (改革前), beside which today's figures stand. `days` are working days.

    `source` says where the figures are from, and whether they were checked.
    """

    days: int
    visits: int
    materials: int
    steps: int
    source: str


@dataclass(frozen=True, slots=True)
class Office:
    """Where one may also come in person (办理地点)."""

    name: str
    address: str
    hours: str
    phone: str


@dataclass(frozen=True, slots=True)
class BaseItemDefinition:
    """An item of the base catalogue (基本目录事项): 13 characters of code, which implementation codes end with."""

    code: str
    name: str
    item_type: str
    lead: str
    levels: tuple[str, ...]
    legal_basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """An item's implementation list (实施清单).

    Days are working days (工作日), `visits` how often one must come (到办事现场次数). `agency` is a unified social
    credit code, `implementation_code` has 31 characters (实施编码). `effective_until` is exclusive, None while no end
    is known. `legal_basis` and `outcomes` are sentences. `subjects` is whose facts decide: a person's, an
    organisation's, or both. A `repeatable` item may be granted again and again. `offer_min_age` is the age from which
    people are offered it without applying (无感申办), None where nobody is. `consent` is the fact by which one agrees
    that departments are asked, empty where the law lets them be asked without. One that is not `listed` is in no
    catalogue: a measure of a policy, reached through the policy. It has no code of its own, its cases are numbered
    under its agency's.
    """

    slug: str
    name: str
    english_name: str
    item_type: str
    agency: str
    implementation_code: str
    served: tuple[str, ...]
    legal_basis: tuple[str, ...]
    handling: str
    statutory_days: int
    promised_days: int
    visits: int
    fee: str
    effective_from: date
    effective_until: date | None
    summary: str
    conditions: tuple[ConditionText, ...]
    questions: tuple[Question, ...]
    materials: tuple[Material, ...]
    result: Result
    outcomes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    notes: str = ""
    source: str = ""
    subjects: tuple[str, ...] = ("person",)
    repeatable: bool = False
    baseline: Baseline | None = None
    offer_min_age: int | None = None
    consent: str = ""
    office: Office | None = None
    listed: bool = True

    @property
    def base_code(self) -> str:
        """Return the code of the base catalogue's item that this one carries out (GB/T 39554.1-2020)."""
        return self.implementation_code[18:]

    @property
    def is_for_organisations(self) -> bool:
        """Tell whether an organisation applies, by its representative or an agent."""
        return self.subjects == ("org",)

    @property
    def documents_to_hand_in(self) -> int:
        """Return how many documents everybody must hand in: those required always that nothing replaces."""
        return sum(one.required_when == ALWAYS and not one.replaced_by for one in self.materials)

    @property
    def steps_today(self) -> int:
        """Return how many steps it takes now: sign in, answer what is asked, submit."""
        return 2 + bool(self.questions)

    def to_json(self) -> dict[str, object]:
        """Return the list as plain JSON values, dates in ISO 8601."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))
        return plain


def digest(definition: ItemDefinition) -> str:
    """Return the SHA-256 of the list's content, equal for equal lists."""
    text = json.dumps(definition.to_json(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(content: Mapping[str, object]) -> ItemDefinition:
    """Return the list kept as JSON by `to_json`."""

    def rows(name: str) -> Sequence[Mapping[str, str]]:
        value = content.get(name, ())
        assert isinstance(value, list)
        return value

    def words(name: str) -> tuple[str, ...]:
        value = content.get(name, ())
        assert isinstance(value, list)
        return tuple(map(str, value))

    def question(row: Mapping[str, object]) -> Question:
        options = row["options"]
        assert isinstance(options, list)
        return Question(
            str(row["fact"]), str(row["ask"]), str(row["hint"]), tuple(Option(**option) for option in options)
        )

    result = content["result"]
    assert isinstance(result, dict)
    until = content["effective_until"]
    statutory, promised, visits = content["statutory_days"], content["promised_days"], content["visits"]
    before, age, office = content.get("baseline"), content.get("offer_min_age"), content.get("office")
    assert office is None or isinstance(office, dict)
    assert before is None or isinstance(before, dict)
    assert age is None or isinstance(age, int)
    assert isinstance(statutory, int)
    assert isinstance(promised, int)
    assert isinstance(visits, int)
    return ItemDefinition(
        slug=str(content["slug"]),
        name=str(content["name"]),
        english_name=str(content["english_name"]),
        item_type=str(content["item_type"]),
        agency=str(content["agency"]),
        implementation_code=str(content["implementation_code"]),
        served=words("served"),
        legal_basis=words("legal_basis"),
        handling=str(content["handling"]),
        statutory_days=statutory,
        promised_days=promised,
        visits=visits,
        fee=str(content["fee"]),
        effective_from=date.fromisoformat(str(content["effective_from"])),
        effective_until=None if until is None else date.fromisoformat(str(until)),
        summary=str(content["summary"]),
        conditions=tuple(ConditionText(**row) for row in rows("conditions")),
        questions=tuple(question(row) for row in rows("questions")),
        materials=tuple(Material(**row) for row in rows("materials")),
        result=Result(result["licence_type"], result["face"], result.get("registers", "")),
        outcomes=words("outcomes"),
        keywords=words("keywords"),
        notes=str(content["notes"]),
        source=str(content["source"]),
        subjects=words("subjects") or ("person",),
        repeatable=bool(content.get("repeatable", False)),
        baseline=Baseline(**before) if before else None,
        offer_min_age=age,
        consent=str(content.get("consent", "")),
        office=Office(**office) if office else None,
        listed=bool(content.get("listed", True)),
    )


def is_offered(definition: ItemDefinition, *, on: date) -> bool:
    """Tell whether the item can be applied for on that day."""
    return definition.effective_from <= on and (definition.effective_until is None or on < definition.effective_until)
