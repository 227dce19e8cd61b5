"""The judgement of a rule model on facts: which outcome, which conditions fail, what still matters.

The model has the shape of docs/reference/rule-models.md: one boolean decision per condition, `eligible` over them,
and where needed `route`. Pure: what is asked of the facts is up to the inputs given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from yimen import dmn

ELIGIBLE = "eligible"
ROUTE = "route"
AMOUNT = "amount"
NEAR = "near_"
"""A decision `near_c3` says in words how far condition c3 was missed; it is asked only when nothing else has failed."""


DAY = "application.date"
"""The day of the application. It passes by itself: a near miss may wait for a later one."""
CHANGEABLE = "changeable"
"""A decision `changeable` lists the facts that whoever applies can change, so that a near miss may name them."""


class Verdict(StrEnum):
    """What a rule model says (结果)."""

    APPROVE = "approve"
    REJECT = "reject"
    UNDETERMINED = "undetermined"


class ConditionState(StrEnum):
    """How a single condition stands."""

    MET = "met"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition (条件) as it stands: its id, its wording, its clauses, its state, and the facts it can look at."""

    id: str
    text: str
    clauses: tuple[str, ...]
    state: ConditionState
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say on the facts at hand.

    `missing` are the facts that still matter, best asking order first; empty unless undetermined. `route` and `amount`
    (yuan) are None where the model has no such decision or it is not determined. `near` says how far the one failing
    condition was missed; empty where more have failed, or the model has no words for it.
    """

    verdict: Verdict
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    asked: tuple[str, ...]
    route: str | None
    trace: Mapping[str, object]
    amount: Decimal | None = None
    near: str = ""

    @property
    def failing(self) -> tuple[str, ...]:
        """Return the ids of the conditions that are false on the facts at hand."""
        return tuple(c.id for c in self.conditions if c.state is ConditionState.FAILED)

    @property
    def is_near_miss(self) -> bool:
        """Tell whether exactly one condition fails while every other is met (只差一项)."""
        states = [c.state for c in self.conditions]
        return states.count(ConditionState.FAILED) == 1 and ConditionState.OPEN not in states


class Facts(Protocol):
    """What a judgement needs: the engine's lazy inputs, and what of them is known without fetching anything."""

    def get(self, path: str) -> object:
        """Return the fact's value, or UNKNOWN."""

    def cost(self, path: str) -> float:
        """Return how dear it is to ask for this fact; what is known already costs nothing."""

    def at_hand(self) -> Mapping[str, object]:
        """Return the facts known by now, by dotted name."""


@dataclass(frozen=True, slots=True)
class Given:
    """Facts that are all at hand, as from a file."""

    values: Mapping[str, object]

    def get(self, path: str) -> object:
        """Return the fact's value, or UNKNOWN."""
        return self.values.get(path, dmn.UNKNOWN)

    def cost(self, path: str) -> float:
        """Return zero: asking is free."""
        del path
        return 0.0

    def at_hand(self) -> Mapping[str, object]:
        """Return all of them."""
        return self.values


def judge(model: dmn.Model, facts: Facts) -> Judgement:
    """Decide `eligible` lazily, then say of every condition how it stands on what has been fetched by then.

    Nothing more is fetched to find further failing conditions (docs: minimum necessity, 个人信息保护法 art. 6). Only
    where it is granted, what its amount is reckoned from is fetched too: without it nobody could be paid.
    A model's null (an expression broken by its data) decides nothing: the verdict is then undetermined.
    """
    outcome = dmn.evaluate(model, ELIGIBLE, facts)
    match outcome.value:
        case True:
            verdict = Verdict.APPROVE
        case False:
            verdict = Verdict.REJECT
        case _:
            verdict = Verdict.UNDETERMINED
    at_hand = facts.at_hand()
    conditions = tuple(_stand(model, name, at_hand) for name in condition_ids(model))
    missed = _only_failing(conditions)
    near = _value(model, f"{NEAR}{missed.id}", at_hand) if missed else None
    amount = _value(model, AMOUNT, facts) if verdict is Verdict.APPROVE else None
    route = _value(model, ROUTE, at_hand)
    return Judgement(
        verdict=verdict,
        conditions=conditions,
        missing=outcome.missing if verdict is Verdict.UNDETERMINED else (),
        asked=outcome.asked,
        route=route if isinstance(route, str) else None,
        trace=outcome.trace.to_json(),
        amount=Decimal(str(amount)) if isinstance(amount, int | Decimal) and not isinstance(amount, bool) else None,
        near=near if isinstance(near, str) else "",
    )


def nearest(model: dmn.Model, judgement: Judgement, known: Mapping[str, object]) -> tuple[dmn.NearMiss, ...]:
    """Return the smallest changes that would turn a refusal for a single condition, on the facts at hand.

    Only what may change is looked at: that the day comes later, and what the rules name as changeable. Each was
    evaluated; where conditions have not been looked at, the facts they wait for are named in it.
    """
    if judgement.verdict is not Verdict.REJECT or len(judgement.failing) > 1:
        return ()
    named = _value(model, CHANGEABLE, known)
    among = {DAY, *(one for one in named if isinstance(one, str))} if isinstance(named, list) else {DAY}
    return dmn.near_misses(model, ELIGIBLE, known, among=among, may=_is_possible)


def _is_possible(change: dmn.Change) -> bool:
    """Tell whether a change can still come about: a day that has passed cannot."""
    if change.fact != DAY:
        return True
    return isinstance(change.new, date) and isinstance(change.old, date) and change.new > change.old


def facts_used(model: dmn.Model) -> frozenset[str]:
    """Return every fact a judgement can look at: of eligibility, route, amount, and the words of a near miss."""
    looked_at = [name for name in model.decisions if name in {ELIGIBLE, ROUTE, AMOUNT} or name.startswith(NEAR)]
    return frozenset(fact for name in looked_at for fact in dmn.facts_of(model, name))


def condition_ids(model: dmn.Model) -> tuple[str, ...]:
    """Return the ids of the conditions `eligible` is decided from, as the model lists them."""
    return tuple(name for name in model.decisions[ELIGIBLE].requires if name in model.decisions)


def _stand(model: dmn.Model, name: str, at_hand: Mapping[str, object]) -> Condition:
    decision = model.decisions[name]
    match dmn.evaluate(model, name, at_hand).value:
        case True:
            state = ConditionState.MET
        case False:
            state = ConditionState.FAILED
        case _:
            state = ConditionState.OPEN
    return Condition(
        id=name,
        text=decision.description or decision.label or name,
        clauses=tuple(source.name for source in decision.sources),
        state=state,
        facts=tuple(dmn.facts_of(model, name)),
    )


def _only_failing(conditions: tuple[Condition, ...]) -> Condition | None:
    """Return the one condition that has failed; None where none has, or several."""
    failed = [one for one in conditions if one.state is ConditionState.FAILED]
    return failed[0] if len(failed) == 1 else None


def _value(model: dmn.Model, name: str, facts: Facts | Mapping[str, object]) -> object:
    """Return what this decision gives on these facts, None where the model has no such decision."""
    return dmn.evaluate(model, name, facts).value if name in model.decisions else None
