"""The department looks through a list, its credit is checked, and it goes public (部门审核、信用核查、公示)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.cases.logic import day_of
from yimen.cases.services import reading
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.facts import queries as dictionary
from yimen.facts import services as facts
from yimen.facts.resolver import STATE_LABELS, Reading, Subjects
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.policies import benefit_queries, queries
from yimen.policies.models import Beneficiary, BeneficiaryList
from yimen.policies.services.benefits.wording import reason_in
from yimen.standards import working_days

NOTICE_WORKING_DAYS = 5
"""How long a list is public, the day it goes public not counted (公示期)."""
CREDIT = ("org.serious_dishonesty", "org.dishonest_debtor", "org.arrears_tax", "org.tax_violation")
"""What keeps anybody from being paid without asking, where the dictionary has it and the measure does not ask."""


class NotUnderReview(Conflict):
    """The list is public or done; it is not changed any more but by objections."""

    code = "policies.list-not-under-review"
    title = "这份名单不在部门审核阶段。"


class EmptyList(Conflict):
    """There is nobody left on the list."""

    code = "policies.list-empty"
    title = "名单上没有主体，不能公示。"


@transaction.atomic
def strike(row_id: int, *, reason: str, by: Actor, at: datetime) -> Beneficiary:
    """Take somebody off a list under review, with a reason; a second time nothing changes (剔除).

    Raises:
        RowNotFound: it is another agency's. NotUnderReview: the list is public or done.
        ReasonMissing: shorter than 5 or longer than 1,000 characters.
    """
    words = reason_in(reason)
    roll, row = benefit_queries.row_of(by, row_id)
    if row.status == Beneficiary.Status.STRUCK:
        return row
    if roll.status != BeneficiaryList.Status.REVIEW:
        raise NotUnderReview("公示后有问题的，请通过公示异议处理。", status=roll.status)
    return struck(row, words, by=by.label, at=at)


def struck(row: Beneficiary, words: str, *, by: str, at: datetime) -> Beneficiary:
    """Strike a locked row, in the caller's transaction."""
    row.status, row.struck_at, row.struck_by, row.struck_because = Beneficiary.Status.STRUCK, at, by, words
    row.save(update_fields=["status", "struck_at", "struck_by", "struck_because"])
    return row


def start_notice(list_id: UUID, *, by: Actor, at: datetime) -> BeneficiaryList:
    """Check everybody's credit and make the list public for five working days; a second time nothing changes.

    Who is found dishonest is struck, with the reason. What could not be looked up is said beside the row and holds
    nobody up: silence of a register is no proof against anybody.

    Raises:
        ListNotFound: it is another agency's. NotUnderReview: it is done, or still in the making.
        EmptyList: nobody is left. CalendarGap: the calendar of working days ends before.
    """
    with exclusive("benefit-list-review", list_id):
        roll = benefit_queries.list_of(by, list_id)
        if roll.status == BeneficiaryList.Status.NOTICE:
            return roll
        if roll.status != BeneficiaryList.Status.REVIEW:
            raise NotUnderReview("请等名单编制完成；已经办结的不能再公示。", status=roll.status)
        for row in roll.rows.filter(status=Beneficiary.Status.LISTED, credit="").select_related("party"):
            _check(row, roll, at=at)
        with transaction.atomic():
            roll = benefit_queries.list_of(by, list_id, lock=True)
            if not roll.rows.filter(status=Beneficiary.Status.LISTED).exists():
                raise EmptyList("请重新编制名单。")
            on = day_of(at)
            roll.status, roll.reviewed_at, roll.reviewed_by = BeneficiaryList.Status.NOTICE, at, by.label
            roll.notice_from, roll.notice_until = on, working_days.after(on, NOTICE_WORKING_DAYS)
            roll.save(update_fields=["status", "reviewed_at", "reviewed_by", "notice_from", "notice_until"])
    return roll


def _check(row: Beneficiary, roll: BeneficiaryList, *, at: datetime) -> None:
    """Read what the measure itself does not ask of a party's credit, and write down what was found."""
    ground = reading.ground_on(roll.measure, on=day_of(row.judged_at))
    wanted = sorted(set(CREDIT) & dictionary.names() - ground.decides)
    readings = [] if row.party.is_person else _readings(row, roll, wanted, at=at)
    definitions = dictionary.dictionary(wanted)
    found = [definitions[one.fact].title for one in readings if one.is_known and one.value is True]
    silent = [f"{definitions[one.fact].title}（{STATE_LABELS[one.state]}）" for one in readings if not one.is_known]
    with transaction.atomic():
        locked = Beneficiary.objects.select_for_update().get(pk=row.pk)
        if locked.status != Beneficiary.Status.LISTED:
            return
        locked.credit = _verdict(found, silent).value
        said = f"核查发现：{'、'.join(found)}" if found else f"未能核查：{'、'.join(silent)}" if silent else ""
        locked.credit_words = said[:300]
        locked.save(update_fields=["credit", "credit_words"])
        if found:
            struck(locked, f"信用和税收违法核查：{'、'.join(found)}。", by="信用核查（系统）", at=at)


def _readings(row: Beneficiary, roll: BeneficiaryList, names: Iterable[str], *, at: datetime) -> list[Reading]:
    agency = Actor("system", "policies.credit", f"{roll.agency.short_name}（信用核查）", roll.agency_id)
    inputs = facts.resolve(
        Subjects(row.party, organisation=row.party),
        Purpose(roll.measure, f"{queries.title_of(roll.measure)}（兑付前信用核查）"),
        names=names,
        answers={},
        actor=agency,
        grantee=roll.agency_id,
        at=at,
    )
    for name in names:
        inputs.get(name)
    return [inputs.readings[name] for name in names]


def _verdict(found: list[str], silent: list[str]) -> Beneficiary.Credit:
    if found:
        return Beneficiary.Credit.FOUND
    return Beneficiary.Credit.UNKNOWN if silent else Beneficiary.Credit.CLEAR
