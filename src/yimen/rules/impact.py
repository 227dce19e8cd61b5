"""What a rule model can still decide when some facts can no longer be known (变更影响).

The engine says it itself: the lost facts are given as unknown, and a condition counts as needing them when no values of
its other facts were found with which it is met all the same. What is found is certain; what is not found was looked for
among the values the dictionary allows, and is told as such.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from yimen import dmn
from yimen.rules.logic import ELIGIBLE, condition_ids

MOST_TRIED = 2000
"""How many combinations of values are tried for one condition."""

Choices = Mapping[str, Sequence[object]]
"""The values a fact is tried with, by its name."""


@dataclass(frozen=True, slots=True)
class ConditionLoss:
    """A condition that can look at a lost fact: its wording, its clauses, the lost facts it looks at.

    `is_blocked` tells that nothing was found with which it would be met without them.
    """

    id: str
    text: str
    clauses: tuple[str, ...]
    lost: tuple[str, ...]
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """What a model loses: its conditions that look at a lost fact, and whether it can still approve by itself."""

    conditions: tuple[ConditionLoss, ...]
    can_approve: bool

    @property
    def blocked(self) -> tuple[ConditionLoss, ...]:
        """Return the conditions that can no longer be met."""
        return tuple(one for one in self.conditions if one.is_blocked)


def without(model: dmn.Model, lost: frozenset[str], choices: Choices) -> Loss:
    """Return what the model can no longer decide when these facts are unknown for everybody."""
    conditions: list[ConditionLoss] = []
    witness: dict[str, object] = {}
    for name in condition_ids(model):
        facts = dmn.facts_of(model, name)
        gone = tuple(fact for fact in facts if fact in lost)
        met = _met(model, name, [fact for fact in facts if fact not in lost], choices)
        witness.update({fact: value for fact, value in (met or {}).items() if fact not in witness})
        if gone:
            decision = model.decisions[name]
            conditions.append(
                ConditionLoss(
                    id=name,
                    text=decision.description or decision.label or name,
                    clauses=tuple(source.name for source in decision.sources),
                    lost=gone,
                    is_blocked=met is None,
                )
            )
    # A model whose conditions are alternatives approves although one of them is lost: it is asked itself.
    approves = dmn.evaluate(model, ELIGIBLE, witness).value is True
    return Loss(tuple(conditions), approves or not any(one.is_blocked for one in conditions))


def _met(model: dmn.Model, name: str, facts: Sequence[str], choices: Choices) -> Mapping[str, object] | None:
    """Return values of these facts with which the condition is met, all others unknown; None where none were found."""
    for values in islice(_combinations(facts, choices), MOST_TRIED):
        if dmn.evaluate(model, name, values).value is True:
            return values
    return None


def _combinations(facts: Sequence[str], choices: Choices) -> Iterator[dict[str, object]]:
    known = [(fact, choices[fact]) for fact in facts if choices.get(fact)]
    names = [fact for fact, _ in known]
    for values in product(*(among for _, among in known)):
        yield dict(zip(names, values, strict=True))
