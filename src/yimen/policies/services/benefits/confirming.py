"""A party confirms its account by one tap and is granted what it is listed for, or lets it be (意愿确认)."""

from datetime import date, datetime

from django.db import transaction

from yimen.cases.logic import day_of
from yimen.core.errors import Conflict
from yimen.core.locks import exclusive
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties import queries as parties
from yimen.parties.queries import MandateOver, Standing
from yimen.policies import events, handling_queries, queries
from yimen.policies.models import Award, Beneficiary, BeneficiaryList
from yimen.policies.services import guarding
from yimen.policies.services.awarding import Given, award_beneficiary, keep_account
from yimen.policies.services.guarding import Excluded


class NotTimeToConfirm(Conflict):
    """The list is still public, or the time to confirm is over."""

    code = "policies.not-time-to-confirm"
    title = "现在不是确认的时间。"


class AlreadyAnswered(Conflict):
    """It was waived, or struck, or confirmed before."""

    code = "policies.benefit-answered"
    title = "这一项已经处理过了。"


def confirm(row_id: int, given: Given, *, by: Standing, at: datetime) -> Award:
    """Confirm that it is wanted and where to; it is granted the same moment. A second tap gives the same award.

    `given` is empty to take the account confirmed before.

    Raises:
        RowNotFound: not theirs. MandateOver: who acts may no longer do so. AlreadyAnswered: waived or struck.
        NotTimeToConfirm: too early or too late. BadAccount: it can be none. Excluded: the party has meanwhile been
        granted what excludes it.
    """
    on = day_of(at)
    with exclusive("award", by.principal.pk), transaction.atomic():
        row = _locked(row_id, by)
        if row.status == Beneficiary.Status.GRANTED:
            return row.award
        roll = _must_be_open(row, by, on=on)
        one = queries.measure(row.measure, on=day_of(row.judged_at))
        clash = Award.objects.filter(party=row.party, measure__in=guarding.excluded_by(one.name, on=on))
        if clash.exists():
            raise Excluded("您已经享受了与它不能同时享受的奖补项，这一项不再兑付。", measure=one.name)
        account = keep_account(by.principal, given, by=by, at=at) if one.definition.pays else None
        _answered(row, Beneficiary.Status.GRANTED, by=by, at=at)
        award = award_beneficiary(row, account=account, by=by.actor, at=at)
        if account is not None:
            events.account_confirmed.send(Award, award=award.pk, party=award.party_id, at=at)
        _close_if_done(roll, at=at)
    return award


def decline(row_id: int, *, by: Standing, at: datetime) -> Beneficiary:
    """Say that it is not wanted; it is not proposed again. A second time nothing changes.

    Raises:
        RowNotFound, MandateOver, NotTimeToConfirm: as in `confirm`. AlreadyAnswered: it was confirmed or struck.
    """
    with transaction.atomic():
        row = _locked(row_id, by)
        if row.status == Beneficiary.Status.WAIVED:
            return row
        roll = _must_be_open(row, by, on=day_of(at))
        _answered(row, Beneficiary.Status.WAIVED, by=by, at=at)
        ledger.record_act(
            actor=by.actor,
            action="benefit.declined",
            subject=row.party_id,
            purpose=Purpose(row.measure, queries.title_of(row.measure)),
            at=at,
            details={"beneficiary": row.pk},
        )
        _close_if_done(roll, at=at)
    return row


def close_late(*, at: datetime, on: date) -> int:
    """Close every list whose time to confirm is over; who did not answer has waived, and is told. Return how many."""
    over = BeneficiaryList.objects.filter(status=BeneficiaryList.Status.CONFIRM, confirm_until__lt=on)
    count = 0
    for number in over.values_list("pk", flat=True):
        with transaction.atomic():
            roll = BeneficiaryList.objects.select_for_update().get(pk=number)
            if roll.status != BeneficiaryList.Status.CONFIRM:
                continue
            for row in roll.rows.select_for_update().filter(status=Beneficiary.Status.LISTED):
                row.status, row.answered_at = Beneficiary.Status.WAIVED, at
                row.save(update_fields=["status", "answered_at"])
                events.benefit_waived.send(
                    Beneficiary, beneficiary=row.pk, measure=row.measure, party=row.party_id, at=at
                )
            _close_if_done(roll, at=at)
            count += 1
    return count


def _locked(row_id: int, by: Standing) -> Beneficiary:
    """Return the row with its list locked before it, in the one order every verb takes them."""
    roll = handling_queries.benefit_of(by, row_id).roll_id
    BeneficiaryList.objects.select_for_update().get(pk=roll)
    return handling_queries.benefit_of(by, row_id, lock=True)


def _must_be_open(row: Beneficiary, by: Standing, *, on: date) -> BeneficiaryList:
    if not parties.still_stands(by, row.measure, on=on):
        raise MandateOver("请联系单位的法定代表人重新授权，再来确认。")
    if row.status != Beneficiary.Status.LISTED:
        raise AlreadyAnswered(f"当前状态：{row.get_status_display()}。有疑问请联系兑现部门。", status=row.status)
    roll = row.roll
    if roll.status != BeneficiaryList.Status.CONFIRM or roll.confirm_until is None:
        raise NotTimeToConfirm(f"名单{roll.get_status_display()}，公示结束后会请您确认。", status=roll.status)
    if on > roll.confirm_until:
        raise NotTimeToConfirm(f"确认截止到 {roll.confirm_until:%Y-%m-%d}，请联系兑现部门。", status=roll.status)
    return roll


def _answered(row: Beneficiary, status: Beneficiary.Status, *, by: Standing, at: datetime) -> None:
    row.status, row.answered_at, row.answered_by = status, at, by.person
    row.save(update_fields=["status", "answered_at", "answered_by"])


def _close_if_done(roll: BeneficiaryList, *, at: datetime) -> None:
    if not roll.rows.filter(status=Beneficiary.Status.LISTED).exists():
        roll.status, roll.closed_at = BeneficiaryList.Status.CLOSED, at
        roll.save(update_fields=["status", "closed_at"])
