"""What a measure is to somebody: theirs, one condition short, open, or not theirs, with everything one wants to know.

Pure: facts at hand go in, nothing is fetched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yimen import dmn
from yimen.facts.logic import APPLICANT, FactDefinition
from yimen.policies.queries import Measure
from yimen.rules import wording
from yimen.rules.logic import DAY, ConditionState, Given, Judgement, Verdict, facts_used, judge, nearest


class State(StrEnum):
    """How a measure stands to somebody (匹配结果), best first."""

    YES = "yes"
    OPEN = "open"
    NEAR = "near"
    NO = "no"


STATE_LABELS: Mapping[State, str] = {
    State.YES: "符合条件",
    State.OPEN: "还差信息",
    State.NEAR: "只差一项",
    State.NO: "暂不符合",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A measure looked at for somebody.

    `near` says how little was missing, `leads_to` which item or measure would grant what is missing, `ready_on` from
    which day it would be theirs if nothing else changes; empty or None where there is no such thing. `to_answer` are
    the open facts only the applicant can say, `to_learn` those a department would have to. `amount` is in yuan, None
    where it is not determined or there is none. `excluded_by` names the measure that stands in the way of having both.
    """

    measure: Measure
    state: State
    judgement: Judgement
    amount: Decimal | None = None
    near: str = ""
    leads_to: str = ""
    ready_on: date | None = None
    to_answer: tuple[str, ...] = ()
    to_learn: tuple[str, ...] = ()
    excluded_by: str = ""

    @property
    def certainty(self) -> float:
        """Return how sure it is, from 0 to 1: the share of conditions known to be met; 1 where it is theirs."""
        conditions = self.judgement.conditions
        if self.state is State.YES or not conditions:
            return 1.0
        return sum(one.state is ConditionState.MET for one in conditions) / len(conditions)

    @property
    def effort(self) -> int:
        """Return how many things one has to do: facts to answer, documents to hand in that nothing replaces."""
        papers = sum(not one.replaced_by for one in self.measure.definition.materials)
        return len(self.to_answer) + (papers if self.measure.definition.is_applied_for else 0)

    @property
    def deadline(self) -> date | None:
        """Return the first day it is too late: of its window, else of the policy; None where there is none."""
        return self.measure.definition.window.ends or self.measure.policy.definition.effective_until


def look(
    measure: Measure,
    model: dmn.Model,
    known: Mapping[str, object],
    definitions: Mapping[str, FactDefinition],
    *,
    on: date,
) -> Found:
    """Return how a measure stands to somebody of whom these facts are known, on that day."""
    used = facts_used(model)
    at_hand = {**{name: value for name, value in known.items() if name in used}, DAY: on}
    judgement = judge(model, Given(at_hand))
    match judgement.verdict:
        case Verdict.APPROVE:
            return Found(measure, State.YES, judgement, amount=judgement.amount)
        case Verdict.UNDETERMINED:
            return _open(measure, judgement, definitions)
        case Verdict.REJECT:
            return _refused(measure, model, judgement, at_hand, definitions)


def _open(measure: Measure, judgement: Judgement, definitions: Mapping[str, FactDefinition]) -> Found:
    asked = {question.fact for question in measure.definition.questions}
    own = [
        name
        for name in judgement.missing
        if name in asked or (name in definitions and definitions[name].authority == APPLICANT)
    ]
    others = tuple(name for name in judgement.missing if name not in own)
    return Found(measure, State.OPEN, judgement, to_answer=tuple(own), to_learn=others)


def _refused(
    measure: Measure,
    model: dmn.Model,
    judgement: Judgement,
    at_hand: Mapping[str, object],
    definitions: Mapping[str, FactDefinition],
) -> Found:
    if not judgement.is_near_miss:
        return Found(measure, State.NO, judgement)
    (failed,) = judgement.failing
    leads_to = next((one.leads_to for one in measure.definition.conditions if one.id == failed), "")
    return Found(
        measure,
        State.NEAR,
        judgement,
        near=wording.near(model, judgement, at_hand, definitions),
        leads_to=leads_to,
        ready_on=_day(nearest(model, judgement, at_hand)),
    )


def _day(ways: Iterable[dmn.NearMiss]) -> date | None:
    """Return the day from which waiting alone is enough, None where it is not."""
    for way in ways:
        if [change.fact for change in way.changes] == [DAY] and isinstance(way.changes[0].new, date):
            return way.changes[0].new
    return None
