"""Submit once, decide at once (秒批): read the facts, judge, then record everything in one transaction."""

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from yimen.cases import events, logic, queries
from yimen.cases.logic import InvalidAnswers
from yimen.cases.models import Case
from yimen.cases.services import reading, recording, sharing
from yimen.cases.services.drafting import merged, prefill
from yimen.cases.services.reading import Ground
from yimen.core import memo
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts.resolver import Resolver, Shared
from yimen.items.logic import NO_FACTS
from yimen.parties.queries import Standing
from yimen.rules.logic import Given, Judgement, judge


class RuleChanged(Conflict):
    """The rules or the item changed while the case was being decided, twice in a row."""

    code = "cases.rule-changed"
    title = "办理规则刚刚更新，请重新提交一次。"


def submit(case_id: UUID, raw: Mapping[str, str], *, by: Standing, at: datetime, shared: Shared | None = None) -> Case:
    """Submit the draft with these last answers and decide it, or hand it to an officer where rules cannot.

    A case already submitted is returned as it is: a double click, a resend or a refresh gives the one case there is.
    Departments are read before the transaction opens; the transaction checks that draft and rules are still those
    that were judged, and records facts, decision, licence and acts together or not at all. `shared` is what
    departments just answered for other cases filed together with this one.

    Raises:
        CaseNotFound: not theirs.
        MandateOver: who acts for another may no longer do so; the draft stays for whoever may.
        InvalidAnswers: something only the applicant can say is missing or wrong; the draft stays as it was.
        OrganisationServed: another of the organisation's people was first; the draft stays.
        RuleChanged: the rules changed under it twice; submitting again will help.
    """
    clock = time.perf_counter()
    with exclusive("case", case_id):  # of two clicks at once one reads the departments, the other finds it done
        for _ in range(2):
            case = queries.mine(by, case_id)
            if case.status != Case.Status.DRAFT:
                return case
            on = reading.ground(case, at=at)
            events.about_to_file.send(Case, case=case, at=at)
            case.answers = merged(case, raw, on)
            if not _is_answered(case, on):
                _refuse_incomplete(case, on, at=at)
            inputs = reading.resolver(case, on, at=at, answers=case.answers, known={}, shared=shared)
            judgement = judge(on.model, inputs)
            prefill(on, judgement, inputs)
            _check_answered(case, on, judgement, inputs)
            judged = recording.Judged(case, on, judgement, inputs, by, at, clock)
            if judged.is_instant:
                _read_face(on, inputs)
            with sharing.one_at_a_time(case, on.item.definition):
                if recording.record(judged):
                    return case
            memo.forget()  # what was judged is not what is there: look anew
    raise RuleChanged(case=str(case_id))


def _is_answered(case: Case, on: Ground) -> bool:
    """Tell whether every question of the item has its answer, so that nothing can be missing."""
    return all(question.fact in case.answers for question in on.item.definition.questions)


def _refuse_incomplete(case: Case, on: Ground, *, at: datetime) -> None:
    """Stop before any department is asked when what is on the page already shows that an answer is missing."""
    shown = reading.vouched(reading.kept(case, on.definitions))
    inputs = reading.resolver(case, on, at=at, answers=case.answers, known=shown)
    judgement = judge(on.model, Given(inputs.at_hand()))
    later = {name for name, one in on.definitions.items() if one.sources}  # a department may fill them in yet
    _check_answered(case, on, judgement, inputs, but=later)


def _check_answered(
    case: Case, on: Ground, judgement: Judgement, inputs: Resolver, *, but: Collection[str] = ()
) -> None:
    asked = logic.still_to_ask(
        on.item.definition,
        judgement,
        decides=on.decides,
        readings=inputs.readings,
        definitions=on.definitions,
        answers=case.answers,
        waiting=inputs.waiting(),
    )
    if unanswered := logic.unanswered(one for one in asked if one.fact not in but):
        raise InvalidAnswers(unanswered)


def _read_face(on: Ground, inputs: Resolver) -> None:
    """Read what the licence will show and no rule has asked for: it is only read for whoever gets the licence."""
    for fact in on.item.definition.result.face.values():
        if fact not in NO_FACTS:
            inputs.get(fact)
