"""Draw up a list: each party is judged by itself on what departments say of it now (编制拟兑付名单)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yimen.cases import logic as case_logic
from yimen.cases.logic import day_of
from yimen.cases.services import reading
from yimen.core.errors import Conflict, Forbidden
from yimen.core.locks import exclusive
from yimen.facts.resolver import Resolver, Subjects
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party
from yimen.policies import queries
from yimen.policies.logic import Mode
from yimen.policies.models import Award, Beneficiary, BeneficiaryList
from yimen.policies.queries import Measure
from yimen.policies.services import guarding
from yimen.rules.logic import Judgement, Verdict, judge


class NotClaimFree(Conflict):
    """The measure is applied for."""

    code = "policies.not-claim-free"
    title = "这个奖补项不是免申即享。"


class NotTheHandler(Forbidden):
    """Another agency pays this measure."""

    code = "policies.not-the-handler"
    title = "只有兑现部门可以编制这个奖补项的名单。"


def propose(name: str, parties: Iterable[Party], *, by: Actor, at: datetime) -> BeneficiaryList:
    """Draw up the list of a measure from these parties, and hand it to the department's review.

    Whoever has it already, has what excludes it, is on another open list, or said they do not want it, is left out
    unread. Each other one is judged through the resolver, each read with its row in the ledger, and listed only where
    every condition is met. Broken off, the same call goes on with the list in the making; nobody is listed twice.

    Raises:
        NoSuchPolicy, NoSuchMeasure: it is not in force. NotClaimFree: it is applied for.
        NotTheHandler: the officer's agency does not pay it.
    """
    on = day_of(at)
    one = must_handle(name, by=by, at=at)
    ground = reading.ground_on(name, on=on)
    with exclusive("benefit-list", name):
        roll, _ = BeneficiaryList.objects.get_or_create(
            measure=name,
            status=BeneficiaryList.Status.MAKING,
            defaults={"agency_id": one.definition.handled_by, "made_at": at, "made_by": by.label},
        )
        there = set(roll.rows.values_list("party_id", flat=True))
        looked_at, undetermined = len(there), 0
        for party in parties:
            if party.pk in there or _is_out(party, one, at=at):
                continue
            there.add(party.pk)
            looked_at += 1
            judgement, inputs = _judged(party, one, ground, at=at)
            if judgement.verdict is Verdict.APPROVE and (judgement.amount is not None or not one.definition.pays):
                _list(roll, party, judgement, inputs, ground, at=at)
            elif judgement.verdict is not Verdict.REJECT:
                undetermined += 1
        roll.status, roll.looked_at, roll.undetermined = BeneficiaryList.Status.REVIEW, looked_at, undetermined
        roll.save(update_fields=["status", "looked_at", "undetermined"])
    return roll


def must_handle(name: str, *, by: Actor, at: datetime) -> Measure:
    """Return the measure, where this officer may draw up its list.

    Raises:
        NoSuchPolicy, NoSuchMeasure, NotClaimFree, NotTheHandler: as in `propose`.
    """
    one = queries.measure(name, on=day_of(at))
    if one.definition.mode is not Mode.NO_APPLICATION:
        raise NotClaimFree("请由企业申报，或先把办理方式改为免申即享并发布。", measure=name)
    if by.agency_code != one.definition.handled_by:
        raise NotTheHandler("请使用兑现部门的账号。", measure=name)
    return one


def _is_out(party: Party, one: Measure, *, at: datetime) -> bool:
    if not one.definition.repeatable and Award.objects.filter(party=party, measure=one.name).exists():
        return True
    rows = Beneficiary.objects.filter(party=party, measure=one.name)
    if rows.filter(status=Beneficiary.Status.LISTED).exists():
        return True
    if rows.filter(status=Beneficiary.Status.WAIVED, answered_by__isnull=False).exists():
        return True
    itself = frozenset() if one.definition.repeatable else frozenset({one.name})
    return bool(guarding.held(party.pk, guarding.excluded_by(one.name, on=day_of(at)) | itself))


def _judged(party: Party, one: Measure, ground: reading.Ground, *, at: datetime) -> tuple[Judgement, Resolver]:
    subjects = Subjects(
        party, person=party if party.is_person else None, organisation=None if party.is_person else party
    )
    purpose = Purpose(one.name, f"{one.definition.name}（免申即享，主动核对）")
    inputs = reading.facts_of(subjects, purpose, ground, at=at, answers={})
    return judge(ground.model, inputs), inputs


@transaction.atomic
def _list(
    roll: BeneficiaryList,
    party: Party,
    judgement: Judgement,
    inputs: Resolver,
    ground: reading.Ground,
    *,
    at: datetime,
) -> None:
    row = Beneficiary.objects.create(
        roll=roll,
        measure=roll.measure,
        party=party,
        amount_yuan=judgement.amount,
        rule_version=ground.rule,
        conditions=case_logic.plain_conditions(judgement.conditions),
        entries=sorted({reading.entry for reading in inputs.readings.values() if reading.entry}),
        judged_at=at,
    )
    ledger.record_act(
        actor=inputs.actor,
        action="benefit.listed",
        subject=party.pk,
        purpose=inputs.purpose,
        at=at,
        details={"beneficiary": row.pk},
    )
