"""What the parser proposes: measures, each thing with the words it was read from and how sure it is."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yimen.policies.decomposing.expressions import Expression
from yimen.policies.decomposing.head import Head
from yimen.policies.decomposing.reading import Span
from yimen.policies.logic import Kind, Mode


class AmountForm(StrEnum):
    """How an amount is reckoned (奖补标准)."""

    NONE = "none"
    FIXED = "fixed"
    RATIO = "ratio"
    PER_HEAD = "per_head"
    TIERED = "tiered"
    DIFFERENCE = "difference"
    UP_TO = "up_to"


AMOUNT_LABELS = {
    AmountForm.NONE: "不涉及金额",
    AmountForm.FIXED: "定额",
    AmountForm.RATIO: "按比例",
    AmountForm.PER_HEAD: "按人（次）",
    AmountForm.TIERED: "分档",
    AmountForm.DIFFERENCE: "补差",
    AmountForm.UP_TO: "限额",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the text a proposal rests on, as it is written there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of an amount: when it is reached (words), yuan or percent, and its own cap in yuan."""

    when: str
    yuan: Decimal | None = None
    percent: Decimal | None = None
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """The rule of the amount.

    Yuan and percent as written; `base` is the fact a ratio is taken of. `feel` reckons it in yuan, empty where the
    text does not give enough to reckon with, and `lacks` then says what.
    """

    form: AmountForm
    tiers: tuple[Tier, ...] = ()
    cap: Decimal | None = None
    base: str = ""
    period: str = ""
    feel: str = ""
    lacks: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `asks` is None where no wording of the phrasebook was found in it: a person has to say.

    `leads_to` is the item or measure that grants the title it asks for, empty where it asks for none; `near` is a FEEL
    text that says how far it was missed, empty where nothing can be said.
    """

    id: str
    text: str
    evidence: tuple[Evidence, ...]
    asks: Expression | None
    facts: tuple[str, ...]
    feel: str
    leads_to: str
    near: str
    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Material:
    """A document asked for, and whether the text says it need not be handed in (免提交)."""

    name: str
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """When it can be applied for: both days included, None where open. `rhythm` is 每年, 常年 or empty."""

    text: str = ""
    from_: date | None = None
    until: date | None = None
    rhythm: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A plain word of the text with where it stands."""

    value: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure proposed (拆解建议). `confidence` is between 0 and 1; `because` says what it rests on."""

    id: str
    name: str
    kind: Kind
    mode: Mode
    amount: Amount
    conditions: tuple[Condition, ...]
    materials: tuple[Material, ...]
    window: Window
    handled_by: Said
    contact: Said
    excludes: tuple[Said, ...]
    repeatable: bool
    evidence: tuple[Evidence, ...]
    confidence: float
    because: str
    mode_evidence: tuple[Evidence, ...] = ()
    subjects: tuple[str, ...] = ("org",)
    changeable: tuple[str, ...] = ()
    materials_evidence: tuple[Evidence, ...] = ()

    def spans(self) -> Iterator[Span]:
        """Yield every stretch of the text the measure rests on."""
        for evidence in (*self.evidence, *self.amount.evidence, *self.window.evidence, *self.mode_evidence):
            yield evidence.span
        for condition in self.conditions:
            yield from (one.span for one in condition.evidence)


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What a text is taken apart into. `notes` say what a person should look at, such as that nothing was found."""

    head: Head
    measures: tuple[Measure, ...]
    notes: tuple[str, ...] = field(default=())


def as_json(measure: Measure) -> dict[str, object]:
    """Return a measure as plain values; expressions as FEEL, days and amounts as text."""
    plain = _plain(asdict(measure))
    assert isinstance(plain, dict)
    for condition in plain["conditions"]:
        del condition["asks"]
    return plain


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key.rstrip("_"): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return value
