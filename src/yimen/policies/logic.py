"""What a policy says of itself: measures with their conditions, amounts and duties, as plain values (政策、奖补项)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yimen.items.logic import ConditionText, ItemDefinition, Material, Option, Question, Result


class Level(StrEnum):
    """Whose policy it is (政策级别)."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"


class Kind(StrEnum):
    """What a measure gives (扶持方式)."""

    GRANT = "grant"
    TITLE = "title"
    TAX = "tax"
    INTEREST = "interest"
    OTHER = "other"


class Mode(StrEnum):
    """How one comes by it (办理方式)."""

    NO_APPLICATION = "no_application"
    EXPRESS = "express"
    ORDINARY = "ordinary"
    SELF_DECLARED = "self_declared"


class RelationKind(StrEnum):
    """How a policy stands to another (政策关系)."""

    IMPLEMENTS = "implements"
    AMENDS = "amends"
    REPEALS = "repeals"
    INTERPRETS = "interprets"


LEVEL_LABELS: Mapping[Level, str] = {
    Level.NATIONAL: "国家",
    Level.PROVINCE: "省",
    Level.CITY: "市",
    Level.DISTRICT: "区",
}
KIND_LABELS: Mapping[Kind, str] = {
    Kind.GRANT: "资金奖补",
    Kind.TITLE: "资质认定",
    Kind.TAX: "税收减免",
    Kind.INTEREST: "贴息",
    Kind.OTHER: "其他扶持",
}
MODE_LABELS: Mapping[Mode, str] = {
    Mode.NO_APPLICATION: "免申即享",
    Mode.EXPRESS: "即申即享",
    Mode.ORDINARY: "申报审核",
    Mode.SELF_DECLARED: "自行申报享受",
}
RELATION_LABELS: Mapping[RelationKind, str] = {
    RelationKind.IMPLEMENTS: "依据",
    RelationKind.AMENDS: "修改",
    RelationKind.REPEALS: "废止",
    RelationKind.INTERPRETS: "解读",
}
PAYS = frozenset({Kind.GRANT, Kind.INTEREST})
"""The kinds by which money leaves the treasury."""


NO_RESULT = Result("", {})
"""What a measure gives that issues no licence."""


@dataclass(frozen=True, slots=True)
class Relation:
    """That this policy implements, amends, repeals or interprets another: its document number or slug, its title."""

    kind: RelationKind
    to: str
    title: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a measure (奖补条件) in words, with its clause.

    `leads_to` names the measure or item that grants the title or licence it asks for; empty where it asks for none.
    """

    id: str
    text: str
    clause: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When one can apply (申报时间): in words, and from when until when (exclusive); None where it is open."""

    text: str
    starts: date | None = None
    ends: date | None = None

    def is_open(self, on: date) -> bool:
        """Tell whether one can apply on that day."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on < self.ends)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask (联系方式)."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Joint:
    """An agency that has a say in a measure (联审部门): its code, what it looks at, its share of the money (0 to 1).

    `conditions` are those it looks at by id; it sees their facts, and those it is itself the authority of.
    """

    agency: str
    opinion: str
    share: Decimal = Decimal(0)
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Funding:
    """Where the money comes from (资金来源) and how much there is in a year (预算总额, yuan)."""

    budget: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """The smallest thing one can be given (奖补项, 最小颗粒).

    `amount` is the rule in words, `cap` yuan or None. `subjects` as an item's. `excludes` names measures that cannot be
    had beside this one (不重复享受). `promised_days` are working days. `joint` is empty where one agency decides alone.
    """

    id: str
    name: str
    kind: Kind
    amount: str
    handled_by: str
    mode: Mode
    conditions: tuple[Condition, ...]
    cap: Decimal | None = None
    subjects: tuple[str, ...] = ("org",)
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    window: Window = Window("常年受理")
    contact: Contact = Contact("", "")
    excludes: tuple[str, ...] = ()
    repeatable: bool = False
    promised_days: int = 20
    joint: tuple[Joint, ...] = ()
    funding: Funding | None = None
    result: Result = NO_RESULT

    @property
    def pays(self) -> bool:
        """Tell whether money is paid out."""
        return self.kind in PAYS

    @property
    def is_applied_for(self) -> bool:
        """Tell whether somebody decides on it at all; a tax relief is declared by oneself."""
        return self.mode is not Mode.SELF_DECLARED


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """A policy (政策) taken apart into measures.

    `agency` is the credit code of the agency that publishes it here; `issuing_agencies` the names as printed.
    `document_number` (发文字号) may be empty. `effective_until` is exclusive, None while no end is known. `source` says
    where this comes from and what of it is not verified. `document` is the digest of the original it was made from,
    empty where there is none.
    """

    slug: str
    title: str
    document_number: str
    issuing_agencies: tuple[str, ...]
    agency: str
    issued_on: date | None
    effective_from: date
    effective_until: date | None
    level: Level
    topic: str
    applies_to: str
    summary: str
    measures: tuple[MeasureDefinition, ...]
    keywords: tuple[str, ...] = ()
    source: str = ""
    relations: tuple[Relation, ...] = ()
    document: str = ""

    def measure(self, measure_id: str) -> MeasureDefinition | None:
        """Return the measure of that id, None where there is none."""
        return next((one for one in self.measures if one.id == measure_id), None)

    def is_in_force(self, on: date) -> bool:
        """Tell whether it is in force on that day (现行有效)."""
        return self.effective_from <= on and (self.effective_until is None or on < self.effective_until)

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON values: dates in ISO 8601, amounts as text."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))
        return plain


def name_of(policy: str, measure: str) -> str:
    """Return the name by which a measure is known everywhere: POLICY/MEASURE."""
    return f"{policy}/{measure}"


def item_of(policy: PolicyDefinition, measure: MeasureDefinition) -> ItemDefinition:
    """Return the measure as what is decided on: an unlisted item of the same name.

    Its cases are numbered under the agency that handles it.
    """
    return ItemDefinition(
        slug=name_of(policy.slug, measure.id),
        name=measure.name,
        english_name="",
        item_type=KIND_LABELS[measure.kind],
        agency=measure.handled_by,
        implementation_code=measure.handled_by,
        served=(policy.applies_to,),
        legal_basis=(f"《{policy.title}》{policy.document_number}",),
        handling=MODE_LABELS[measure.mode],
        statutory_days=measure.promised_days,
        promised_days=measure.promised_days,
        visits=0,
        fee="不收费",
        effective_from=policy.effective_from,
        effective_until=policy.effective_until,
        summary=f"{policy.title}：{measure.amount}",
        conditions=tuple(ConditionText(one.id, one.text, one.clause) for one in measure.conditions),
        questions=measure.questions,
        materials=measure.materials,
        result=measure.result,
        keywords=policy.keywords,
        source=policy.source,
        subjects=measure.subjects,
        repeatable=measure.repeatable,
        listed=False,
    )


def digest(definition: PolicyDefinition, rules: Mapping[str, str]) -> str:
    """Return the SHA-256 of a policy with the rules of its measures (by id), equal for equal ones."""
    text = json.dumps([definition.to_json(), dict(rules)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(content: Mapping[str, object]) -> PolicyDefinition:
    """Return the policy kept as JSON by `to_json`."""
    return PolicyDefinition(
        slug=str(content["slug"]),
        title=str(content["title"]),
        document_number=str(content["document_number"]),
        issuing_agencies=_words(content["issuing_agencies"]),
        agency=str(content["agency"]),
        issued_on=_day(content["issued_on"]),
        effective_from=date.fromisoformat(str(content["effective_from"])),
        effective_until=_day(content["effective_until"]),
        level=Level(str(content["level"])),
        topic=str(content["topic"]),
        applies_to=str(content["applies_to"]),
        summary=str(content["summary"]),
        measures=tuple(_measure(row) for row in _rows(content["measures"])),
        keywords=_words(content["keywords"]),
        source=str(content["source"]),
        relations=tuple(
            Relation(RelationKind(str(row["kind"])), str(row["to"]), str(row["title"]))
            for row in _rows(content["relations"])
        ),
        document=str(content.get("document", "")),
    )


def _measure(row: Mapping[str, object]) -> MeasureDefinition:
    window, contact, result, funding = (_row(row[name]) for name in ("window", "contact", "result", "funding"))
    assert result is not None
    face = _row(result["face"]) or {}
    promised = row["promised_days"]
    assert isinstance(promised, int)
    return MeasureDefinition(
        id=str(row["id"]),
        name=str(row["name"]),
        kind=Kind(str(row["kind"])),
        amount=str(row["amount"]),
        handled_by=str(row["handled_by"]),
        mode=Mode(str(row["mode"])),
        conditions=tuple(
            Condition(str(one["id"]), str(one["text"]), str(one["clause"]), str(one["leads_to"]))
            for one in _rows(row["conditions"])
        ),
        cap=None if row["cap"] is None else Decimal(str(row["cap"])),
        subjects=_words(row["subjects"]),
        questions=tuple(_question(one) for one in _rows(row["questions"])),
        materials=tuple(
            Material(str(one["name"]), str(one["form"]), str(one["required_when"]), str(one["replaced_by"]))
            for one in _rows(row["materials"])
        ),
        window=Window(str(window["text"]), _day(window["starts"]), _day(window["ends"])) if window else Window(""),
        contact=Contact(str(contact["name"]), str(contact["phone"])) if contact else Contact("", ""),
        excludes=_words(row["excludes"]),
        repeatable=bool(row["repeatable"]),
        promised_days=promised,
        joint=tuple(
            Joint(
                str(one["agency"]), str(one["opinion"]), Decimal(str(one["share"])), _words(one.get("conditions", []))
            )
            for one in _rows(row["joint"])
        ),
        funding=Funding(Decimal(str(funding["budget"])), str(funding["source"])) if funding else None,
        result=Result(
            str(result["licence_type"]), {name: str(fact) for name, fact in face.items()}, str(result["registers"])
        ),
    )


def _question(row: Mapping[str, object]) -> Question:
    options = tuple(Option(str(one["value"]), str(one["label"]), str(one["effect"])) for one in _rows(row["options"]))
    return Question(str(row["fact"]), str(row["ask"]), str(row["hint"]), options)


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    assert isinstance(value, list)
    return value


def _row(value: object) -> Mapping[str, object] | None:
    assert value is None or isinstance(value, dict)
    return value


def _words(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(map(str, value))


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
