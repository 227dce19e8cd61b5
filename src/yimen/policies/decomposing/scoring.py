"""How well the parser does: its proposals against measures read by hand, field by field."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yimen.policies.decomposing.expressions import facts_in
from yimen.policies.decomposing.proposal import Decomposition, Measure
from yimen.policies.decomposing.reading import squeeze

Truth = Mapping[str, object]
_ALIKE = 0.6
"""From this share of common pairs of characters on, two names are taken to be one."""

FIELDS = (
    "measure",
    "name",
    "kind",
    "mode",
    "amount form",
    "amount figures",
    "amount base",
    "condition facts",
    "condition rules",
    "unmapped conditions",
    "materials",
    "exempt materials",
    "window",
    "handled by",
    "contact",
    "repeatable",
)


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind of field: how many were proposed, expected, right. Shares are 1 where there is nothing to find."""

    field: str
    right: int
    proposed: int
    expected: int

    @property
    def precision(self) -> float:
        """Return the share of what was proposed that is right."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is there that was found."""
        return self.right / self.expected if self.expected else 1.0


def likeness(one: str, other: str) -> float:
    """Return how alike two names are: the share of pairs of characters they have in common (Dice)."""
    pairs = [{text[n : n + 2] for n in range(len(text) - 1)} for text in (squeeze(one).text, squeeze(other).text)]
    total = len(pairs[0]) + len(pairs[1])
    return 2 * len(pairs[0] & pairs[1]) / total if total else 0.0


def score(pairs: Iterable[tuple[Decomposition, Sequence[Truth]]]) -> list[Score]:
    """Return the scores of all fields over several texts, each with its measures as read by hand."""
    right: Counter[str] = Counter()
    proposed: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for found, truths in pairs:
        left = list(truths)
        for measure in found.measures:
            best = max(left, key=lambda one: _match(measure, one), default=None)
            meant = best if best is not None and _match(measure, best) >= _ALIKE / 2 else None
            if meant is not None:
                left.remove(meant)
            _count(measure, meant, right, proposed, expected)
        for missed in left:
            _count(None, missed, right, proposed, expected)
    return [Score(name, right[name], proposed[name], expected[name]) for name in FIELDS]


def _match(measure: Measure, truth: Truth) -> float:
    return likeness(measure.name, str(truth["name"]))


def _count(
    measure: Measure | None, truth: Truth | None, right: Counter[str], proposed: Counter[str], expected: Counter[str]
) -> None:
    said = _said(measure) if measure else {}
    meant = _meant(truth) if truth else {}
    for name in FIELDS:
        ours, theirs = Counter(said.get(name, ())), Counter(meant.get(name, ()))
        proposed[name] += ours.total()
        expected[name] += theirs.total()
        if name == "name":
            right[name] += int(measure is not None and truth is not None and _match(measure, truth) >= _ALIKE)
        elif name in {"handled by", "unmapped conditions", "window"}:
            right[name] += sum(min(1, sum(b in a or a in b for b in theirs)) for a in ours if a)
        else:
            right[name] += (ours & theirs).total()


def _said(measure: Measure) -> dict[str, list[str]]:
    amount, window = measure.amount, measure.window
    caps = [f"cap {one.cap.normalize():f}" for one in amount.tiers if one.cap is not None]
    if not caps and amount.cap is not None:
        caps = [f"cap {amount.cap.normalize():f}"]
    mapped = [one for one in measure.conditions if one.asks is not None]
    days = [f"{name} {day}" for name, day in (("from", window.from_), ("until", window.until)) if day]
    return {
        "measure": ["a measure"],
        "name": [measure.name],
        "kind": [measure.kind.value],
        "mode": [measure.mode.value],
        "amount form": [amount.form.value],
        "amount figures": [
            _number(one) for tier in amount.tiers for one in (tier.yuan, tier.percent) if one is not None
        ]
        + caps,
        "amount base": [amount.base] if amount.base else [],
        "condition facts": [" ".join(sorted(set(one.facts))) for one in mapped],
        "condition rules": [one.feel for one in mapped],
        "unmapped conditions": [one.text for one in measure.conditions if one.asks is None],
        "materials": [one.name for one in measure.materials],
        "exempt materials": [one.name for one in measure.materials if one.exempt],
        "window": days or [one for one in (window.text,) if one],
        "handled by": [measure.handled_by.value] if measure.handled_by.value else [],
        "contact": [measure.contact.value] if measure.contact.value else [],
        "repeatable": [str(measure.repeatable)],
    }


def _meant(truth: Truth) -> dict[str, list[str]]:
    amount, window, conditions = truth["amount"], truth["window"], truth["conditions"]
    assert isinstance(amount, dict)
    assert isinstance(window, dict)
    assert isinstance(conditions, list)
    caps = amount.get("caps") or ([amount["cap"]] if "cap" in amount else [])
    rules = [str(one["feel"]) for one in conditions if "feel" in one]
    days = [f"{name} {window[name]}" for name in ("from", "until") if name in window]
    return {
        "measure": ["a measure"],
        "name": [str(truth["name"])],
        "kind": [str(truth["kind"])],
        "mode": [str(truth["mode"])],
        "amount form": [str(amount["form"])],
        "amount figures": [_number(one) for key in ("yuan", "percent") for one in amount.get(key, [])]
        + [f"cap {one}" for one in caps],
        "amount base": [amount["base"]] if "base" in amount else [],
        "condition facts": [" ".join(sorted(facts_in(one))) for one in rules],
        "condition rules": rules,
        "unmapped conditions": [str(one["words"]) for one in conditions if "words" in one],
        "materials": _words(truth.get("materials")),
        "exempt materials": _words(truth.get("exempt")),
        "window": days or [str(window[name]) for name in ("words",) if name in window],
        "handled by": [str(truth["handled_by"])] if truth["handled_by"] else [],
        "contact": [str(truth["contact"])] if truth["contact"] else [],
        "repeatable": [str(truth["repeatable"])],
    }


def _words(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _number(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}"


def as_table(scores: Sequence[Score]) -> str:
    """Return the scores as a table of Markdown, the sum over all fields last."""
    total = Score(
        "all fields", sum(s.right for s in scores), sum(s.proposed for s in scores), sum(s.expected for s in scores)
    )
    lines = ["| field | right | proposed | expected | precision | recall |", "|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {one.field} | {one.right} | {one.proposed} | {one.expected} | {one.precision:.3f} | {one.recall:.3f} |"
        for one in (*scores, total)
    ]
    return "\n".join(lines)
