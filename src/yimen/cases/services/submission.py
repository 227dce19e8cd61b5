"""Submit once, decide at once (秒批): read the facts, judge, then record everything in one transaction."""

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from yimen.cases import logic, queries
from yimen.cases.logic import InvalidAnswers
from yimen.cases.models import Case, Decision
from yimen.cases.services import granting, reading
from yimen.cases.services.drafting import merged, prefill
from yimen.cases.services.reading import Ground
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts.resolver import Resolver
from yimen.items.logic import AMOUNT
from yimen.ledger import services as ledger
from yimen.parties import queries as parties
from yimen.parties.queries import MandateOver, Standing
from yimen.rules import queries as rules
from yimen.rules.logic import Given, Judgement, Verdict, judge

INSTANT = "instant"
"""The route on which an approval needs no person; a model without a route decision has only this one."""


class RuleChanged(Conflict):
    """The rules or the item changed while the case was being decided, twice in a row."""

    code = "cases.rule-changed"
    title = "办理规则刚刚更新，请重新提交一次。"


def submit(case_id: UUID, raw: Mapping[str, str], *, by: Standing, at: datetime) -> Case:
    """Submit the draft with these last answers and decide it, or hand it to an officer where rules cannot.

    A case already submitted is returned as it is: a double click, a resend or a refresh gives the one case there is.
    Departments are read before the transaction opens; the transaction checks that draft and rules are still those
    that were judged, and records facts, decision, licence and acts together or not at all.

    Raises:
        CaseNotFound: not theirs.
        MandateOver: who acts for another may no longer do so; the draft stays for whoever may.
        InvalidAnswers: something only the applicant can say is missing or wrong; the draft stays as it was.
        RuleChanged: the rules changed under it twice; submitting again will help.
    """
    clock = time.perf_counter()
    with exclusive("case", case_id):
        for _ in range(2):
            case = queries.mine(by, case_id)
            if case.status != Case.Status.DRAFT:
                return case
            on = reading.ground(case, at=at)
            case.answers = merged(case, raw, on)
            _refuse_incomplete(case, on, at=at)
            inputs = reading.resolver(case, on, at=at, answers=case.answers, known={})
            judgement = judge(on.model, inputs)
            prefill(on, judgement, inputs)
            _check_answered(case, on, judgement, inputs)
            if is_instant(judgement):
                _read_face(on, inputs)
            if _record(case, on, judgement, inputs, by=by, at=at, clock=clock):
                return case
    raise RuleChanged(case=str(case_id))


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


def is_instant(judgement: Judgement) -> bool:
    """Tell whether the rules approve and no person is needed."""
    return judgement.verdict is Verdict.APPROVE and (judgement.route or INSTANT) == INSTANT


def _read_face(on: Ground, inputs: Resolver) -> None:
    """Read what the licence will show and no rule has asked for: it is only read for whoever gets the licence."""
    for fact in on.item.definition.result.face.values():
        if fact != AMOUNT:
            inputs.get(fact)


def _record(
    case: Case, on: Ground, judgement: Judgement, inputs: Resolver, *, by: Standing, at: datetime, clock: float
) -> bool:
    """Write everything down in one transaction; False where draft or rules are no longer those that were judged."""
    with transaction.atomic():
        if not parties.still_stands(by, case.item_slug, on=logic.day_of(at)):
            raise MandateOver("已填写的内容都还在。请联系委托人重新授权，再继续办理。")
        locked = queries.mine(by, case.pk, lock=True)
        if locked.status != Case.Status.DRAFT or rules.in_effect(case.item_slug, on=logic.day_of(at)).pk != on.rule.pk:
            return False
        case.handler = by.person
        _number(case, on, at=at)
        reading.keep(case, inputs.readings.values())
        purpose = reading.purpose_of(case, on.item)
        ledger.record_act(actor=by.actor, action="case.submitted", subject=case.applicant_id, purpose=purpose, at=at)
        system = inputs.actor
        decision = Decision(
            case=case,
            made_by=Decision.Maker.RULES,
            verdict=judgement.verdict.value,
            rule_version=on.rule,
            conditions=logic.plain_conditions(judgement.conditions),
            failing=list(judgement.failing),
            missing=list(judgement.missing),
            route=judgement.route or "",
            amount_yuan=judgement.amount,
            near_miss=judgement.near,
            trace=dict(judgement.trace),
            reason=logic.reason_of(judgement),
            actor_id=system.id,
            actor_label=system.label,
            decided_at=at,
        )
        if is_instant(judgement):
            granting.grant(case, on, inputs.readings, amount=judgement.amount, by=system, at=at)
        elif judgement.verdict is Verdict.REJECT:
            granting.refuse(case, at=at)
        decision.elapsed_ms = Decimal(round((time.perf_counter() - clock) * 1000, 3)).quantize(Decimal("0.001"))
        decision.save(force_insert=True)
        ledger.record_act(
            actor=system,
            action="case.decided",
            subject=case.applicant_id,
            purpose=purpose,
            at=at,
            details={"decision": decision.pk, "verdict": decision.verdict},
        )
    return True


def _number(case: Case, on: Ground, *, at: datetime) -> None:
    """Give the case its number and codes, and hand it on: an officer has it unless rules conclude it next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        (sequence,) = cursor.fetchone()
    case.number = logic.case_number(on.item.definition.implementation_code, on=logic.day_of(at), sequence=sequence)
    case.query_code = logic.query_code()
    case.item_version_id = on.item.version_id
    case.status = Case.Status.REVIEW
    case.submitted_at = at
    case.save()
