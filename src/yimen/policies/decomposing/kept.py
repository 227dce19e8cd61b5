"""A measure as it is kept and worked on by a person: what was read, in plain values that a form can change."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from yimen.policies.decomposing.expressions import facts_in
from yimen.policies.decomposing.proposal import AMOUNT_LABELS, Amount, Evidence, Measure
from yimen.policies.decomposing.reading import Span
from yimen.policies.logic import Kind, Mode

DAY = "application.date"


@dataclass(frozen=True, slots=True)
class KeptCondition:
    """A condition in words and as FEEL; `feel` is empty while nobody has said what it asks.

    `near` and `leads_to` as a proposal's; `confidence` is between 0 and 1, 1 for what a person wrote.
    """

    id: str
    text: str
    clause: str
    feel: str
    near: str
    leads_to: str
    confidence: float
    because: str
    spans: tuple[Span, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Return the facts it can look at, but for the day of the application."""
        return tuple(sorted(facts_in(self.feel) - {DAY}))


@dataclass(frozen=True, slots=True)
class KeptMaterial:
    """A document asked for, and whether it need not be handed in."""

    name: str
    exempt: bool


@dataclass(frozen=True, slots=True)
class KeptMeasure:
    """A measure as proposed, or as a person left it. Both days of the window are included; amounts are yuan."""

    id: str
    name: str
    kind: Kind
    mode: Mode
    amount: str
    amount_feel: str
    lacks: str
    cap: Decimal | None
    conditions: tuple[KeptCondition, ...]
    materials: tuple[KeptMaterial, ...]
    window: str
    window_from: date | None
    window_until: date | None
    handled_by: str
    contact_name: str
    contact_phone: str
    excludes: tuple[str, ...]
    repeatable: bool
    subjects: tuple[str, ...]
    changeable: tuple[str, ...]
    confidence: float
    because: str
    spans: tuple[Span, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Return every fact its rules can look at, but for the day of the application."""
        texts = [one.feel for one in self.conditions] + [self.amount_feel]
        return tuple(sorted({fact for text in texts for fact in facts_in(text)} - {DAY}))

    @property
    def every_span(self) -> tuple[Span, ...]:
        """Return every stretch of the text it rests on, its conditions' too."""
        return tuple(sorted({*self.spans, *(span for one in self.conditions for span in one.spans)}))

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))
        return plain


def keep(measure: Measure) -> KeptMeasure:
    """Return a proposal as it is kept."""
    name, phone = _contact(measure.contact.value)
    return KeptMeasure(
        id=measure.id,
        name=measure.name[:200],
        kind=measure.kind,
        mode=measure.mode,
        amount=in_words(measure.amount),
        amount_feel=measure.amount.feel,
        lacks=measure.amount.lacks,
        cap=measure.amount.cap,
        conditions=tuple(
            KeptCondition(
                one.id,
                one.text,
                "；".join(evidence.text.strip() for evidence in one.evidence)[:300],
                one.feel,
                one.near,
                one.leads_to,
                one.confidence,
                one.because,
                tuple(evidence.span for evidence in one.evidence),
            )
            for one in measure.conditions
        ),
        materials=tuple(KeptMaterial(one.name, one.exempt) for one in measure.materials),
        window=measure.window.text,
        window_from=measure.window.from_,
        window_until=measure.window.until,
        handled_by=measure.handled_by.value,
        contact_name=name,
        contact_phone=phone,
        excludes=tuple(one.value for one in measure.excludes),
        repeatable=measure.repeatable,
        subjects=measure.subjects,
        changeable=measure.changeable,
        confidence=measure.confidence,
        because=measure.because,
        spans=_spans(measure.evidence + measure.amount.evidence + measure.window.evidence + measure.mode_evidence),
    )


def _spans(evidence: tuple[Evidence, ...]) -> tuple[Span, ...]:
    return tuple(sorted({one.span for one in evidence}))


def _contact(value: str) -> tuple[str, str]:
    """Return a name and a number told apart: the number is what begins with the first digit."""
    at = next((n for n, one in enumerate(value) if one.isdigit()), len(value))
    return value[:at].strip(), value[at:].strip()


def in_words(amount: Amount) -> str:
    """Return the rule of an amount as its sentence says it; the form alone where there is none."""
    said = "；".join(one.text.strip(" \n。") for one in amount.evidence)
    return said or AMOUNT_LABELS[amount.form]


def from_json(content: Mapping[str, object]) -> KeptMeasure:
    """Return the measure that `to_json` kept."""
    conditions, materials = content["conditions"], content["materials"]
    assert isinstance(conditions, list)
    assert isinstance(materials, list)
    cap = content["cap"]
    confidence = content["confidence"]
    assert isinstance(confidence, int | float)
    return KeptMeasure(
        id=str(content["id"]),
        name=str(content["name"]),
        kind=Kind(str(content["kind"])),
        mode=Mode(str(content["mode"])),
        amount=str(content["amount"]),
        amount_feel=str(content["amount_feel"]),
        lacks=str(content["lacks"]),
        cap=None if cap is None else Decimal(str(cap)),
        conditions=tuple(_condition(one) for one in conditions),
        materials=tuple(KeptMaterial(str(one["name"]), bool(one["exempt"])) for one in materials),
        window=str(content["window"]),
        window_from=_day(content["window_from"]),
        window_until=_day(content["window_until"]),
        handled_by=str(content["handled_by"]),
        contact_name=str(content["contact_name"]),
        contact_phone=str(content["contact_phone"]),
        excludes=_words(content["excludes"]),
        repeatable=bool(content["repeatable"]),
        subjects=_words(content["subjects"]),
        changeable=_words(content["changeable"]),
        confidence=float(confidence),
        because=str(content["because"]),
        spans=_spans_of(content["spans"]),
    )


def _condition(row: Mapping[str, object]) -> KeptCondition:
    confidence = row["confidence"]
    assert isinstance(confidence, int | float)
    texts = {name: str(row[name]) for name in ("id", "text", "clause", "feel", "near", "leads_to", "because")}
    return KeptCondition(confidence=float(confidence), spans=_spans_of(row["spans"]), **texts)


def _spans_of(value: object) -> tuple[Span, ...]:
    assert isinstance(value, list)
    return tuple(Span(int(one["start"]), int(one["end"])) for one in value)


def _words(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(map(str, value))


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
