"""Reads of lists of beneficiaries, their notices and their rows (免申即享). Who asks is part of every query."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.parties.logic import Actor, covers
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.policies import queries
from yimen.policies.logic import Mode
from yimen.policies.models import (
    Award,
    Beneficiary,
    BeneficiaryList,
    NoticeObjection,
)
from yimen.standards import masking


class ListNotFound(NotFound):
    """No such list, or another agency's."""

    code = "policies.list-not-found"
    title = "没有找到这份名单。"


class RowNotFound(NotFound):
    """No such row, or not yours."""

    code = "policies.row-not-found"
    title = "没有找到这一项。"


NOTICES_SHOWN_DAYS = 30
"""So long after its last day a notice can still be read; what was on it then belongs to its parties again."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of an agency's lists (拟兑付名单)."""

    id: UUID
    title: str
    status: str
    status_label: str
    made_at: datetime
    rows: int
    amount_yuan: Decimal | None
    open_objections: int
    until: date | None


def lists_of(officer: Actor, *, limit: int = 100) -> list[ListRow]:
    """Return the lists of this officer's agency, newest first."""
    found = _counted(BeneficiaryList.objects.filter(agency_id=officer.agency_code))[:limit]
    names = queries.named(one.measure for one in found)
    return [_list_row(one, names) for one in found]


def claim_free(officer: Actor, *, on: date) -> list[tuple[str, str]]:
    """Return the measures this officer's agency pays without application, each its name and title."""
    found = [one for one in queries.measures(on=on) if one.definition.mode is Mode.NO_APPLICATION]
    return [(one.name, one.definition.name) for one in found if one.definition.handled_by == officer.agency_code]


def list_of(officer: Actor, list_id: UUID, *, lock: bool = False) -> BeneficiaryList:
    """Return a list of this officer's agency.

    Raises:
        ListNotFound: there is none, or it is another agency's.
    """
    found = BeneficiaryList.objects.select_for_update(of=("self",)) if lock else BeneficiaryList.objects.all()
    one = found.filter(agency_id=officer.agency_code, pk=list_id).first()
    if one is None:
        raise ListNotFound("请从名单页重新进入。")
    return one


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of a list as its agency sees it. A person's name is masked, an organisation's is public."""

    id: int
    name: str
    number: str
    amount_yuan: Decimal | None
    status: str
    status_label: str
    credit_label: str
    credit_words: str
    struck_because: str
    objections: tuple["ObjectionRow", ...]


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection to a row as its agency sees it; who objected is masked."""

    id: int
    who: str
    words: str
    made_at: datetime
    verdict: str
    verdict_label: str
    answer: str


def rows_of(roll: BeneficiaryList) -> list[ListedRow]:
    """Return the rows of a list with their objections; the caller has seen to it that it may be shown."""
    rows = roll.rows.select_related("party").prefetch_related("objections__by")
    return [
        ListedRow(
            one.pk,
            shown(one.party),
            one.party.number if not one.party.is_person else masking.id_number(one.party.number),
            one.amount_yuan,
            one.status,
            one.get_status_display(),
            one.get_credit_display() or "未核查",
            one.credit_words,
            one.struck_because,
            tuple(
                ObjectionRow(
                    each.pk,
                    shown(each.by),
                    each.words,
                    each.made_at,
                    each.verdict,
                    each.get_verdict_display(),
                    each.answer,
                )
                for each in one.objections.all()
            ),
        )
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A list while it is public (公示): its measure, agency, days."""

    id: UUID
    title: str
    policy: str
    agency: str
    notice_from: date
    notice_until: date
    is_open: bool
    rows: int


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A public list with its rows, each `(id, name, yuan)`; names of people are masked."""

    notice: NoticeRow
    rows: tuple[tuple[int, str, Decimal | None], ...]


def notices(*, on: date, limit: int = 50) -> list[NoticeRow]:
    """Return the lists that are public on that day, the newest first. Anybody may see them."""
    found = _public(on).order_by("-notice_from", "-made_at")[:limit]
    names = queries.named(one.measure for one in found)
    return [_notice(one, names, on=on) for one in found]


def notice(list_id: UUID, *, on: date) -> NoticeView:
    """Return a public list. Anybody may see it.

    Raises:
        ListNotFound: there is none, or it is not public, or no longer.
    """
    one = _public(on).filter(pk=list_id).first()
    if one is None:
        raise ListNotFound("请从公示页查看正在公示的名单。")
    rows = one.rows.exclude(status=Beneficiary.Status.STRUCK).select_related("party")
    shown_rows = tuple((row.pk, shown(row.party), row.amount_yuan) for row in rows)
    return NoticeView(_notice(one, queries.named([one.measure]), on=on), shown_rows)


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """What a party is on a list for (我的免申即享). `until` is the last day to confirm, None before."""

    id: int
    title: str
    agency: str
    status: str
    status_label: str
    amount_yuan: Decimal | None
    may_confirm: bool
    until: date | None
    struck_because: str
    account: str


def benefits_of(standing: Standing, *, on: date, limit: int = 50) -> list[BenefitRow]:
    """Return what the party somebody acts for is on a list for, newest first; lists still under review are not told."""
    told = [BeneficiaryList.Status.NOTICE, BeneficiaryList.Status.CONFIRM, BeneficiaryList.Status.CLOSED]
    rows = (
        Beneficiary.objects.filter(party=standing.principal, roll__status__in=told)
        .filter(Q(roll__notice_from__isnull=False))
        .select_related("roll__agency", "award__account")
        .order_by("-pk")[:limit]
    )
    names = queries.named(one.measure for one in rows)
    return [_benefit(one, names, on=on) for one in rows if covers(standing.items, one.measure)]


def benefit_of(standing: Standing, row_id: int, *, lock: bool = False) -> Beneficiary:
    """Return a row of the party somebody acts for.

    Raises:
        RowNotFound: there is none, it is somebody else's, or outside the mandate, or its list is still under review.
    """
    found = Beneficiary.objects.select_for_update(of=("self",)) if lock else Beneficiary.objects.all()
    one = found.filter(party=standing.principal, pk=row_id).select_related("roll", "party").first()
    if one is None or one.roll.notice_from is None or not covers(standing.items, one.measure):
        raise RowNotFound("请从“我的”里的“免申即享”重新进入。")
    return one


def row_of(officer: Actor, row_id: int) -> tuple[BeneficiaryList, Beneficiary]:
    """Return a row with its list, of this officer's agency, both locked, the list first.

    Raises:
        RowNotFound: there is none, or it is another agency's.
    """
    found = Beneficiary.objects.filter(pk=row_id, roll__agency_id=officer.agency_code).first()
    if found is None:
        raise RowNotFound("请从名单页重新进入。")
    roll = BeneficiaryList.objects.select_for_update().get(pk=found.roll_id)
    return roll, Beneficiary.objects.select_for_update().get(pk=row_id)


def objection_of(officer: Actor, objection_id: int) -> NoticeObjection:
    """Return an objection to a row of a list of this officer's agency, locked.

    Raises:
        RowNotFound: there is none, or it is another agency's.
    """
    found = NoticeObjection.objects.select_for_update(of=("self",)).select_related("beneficiary__roll")
    one = found.filter(pk=objection_id, beneficiary__roll__agency_id=officer.agency_code).first()
    if one is None:
        raise RowNotFound("请从名单页重新进入。")
    return one


def my_objections(party: Party, list_id: UUID) -> list[ObjectionRow]:
    """Return what this person objected to on a list, and what was answered."""
    found = NoticeObjection.objects.filter(by=party, beneficiary__roll_id=list_id).select_related("beneficiary__party")
    return [
        ObjectionRow(
            one.pk,
            shown(one.beneficiary.party),
            one.words,
            one.made_at,
            one.verdict,
            one.get_verdict_display(),
            one.answer,
        )
        for one in found
    ]


def shown(party: Party) -> str:
    """Return a party's name as others may see it: a person's masked, an organisation's whole."""
    return masking.name(party.name) if party.is_person else party.name


def _counted(lists: QuerySet[BeneficiaryList]) -> QuerySet[BeneficiaryList]:
    kept = ~Q(rows__status=Beneficiary.Status.STRUCK)
    open_one = Q(rows__objections__verdict=NoticeObjection.Verdict.OPEN)
    return lists.annotate(
        kept=Count("rows", filter=kept, distinct=True),
        open_objections=Count("rows__objections", filter=open_one, distinct=True),
    )


def _list_row(one: BeneficiaryList, names: dict[str, str]) -> ListRow:
    amounts = [
        row.amount_yuan
        for row in one.rows.exclude(status=Beneficiary.Status.STRUCK).only("amount_yuan")
        if row.amount_yuan is not None
    ]
    return ListRow(
        id=one.pk,
        title=names[one.measure],
        status=one.status,
        status_label=one.get_status_display(),
        made_at=one.made_at,
        rows=getattr(one, "kept", 0),
        amount_yuan=sum(amounts, Decimal(0)) if amounts else None,
        open_objections=getattr(one, "open_objections", 0),
        until={"NOTICE": one.notice_until, "CONFIRM": one.confirm_until}.get(one.status),
    )


def _public(on: date) -> QuerySet[BeneficiaryList]:
    since = date.fromordinal(on.toordinal() - NOTICES_SHOWN_DAYS)
    public = BeneficiaryList.objects.filter(notice_from__lte=on, notice_until__gte=since).select_related("agency")
    return public.annotate(kept=Count("rows", filter=~Q(rows__status=Beneficiary.Status.STRUCK)))


def _notice(one: BeneficiaryList, names: dict[str, str], *, on: date) -> NoticeRow:
    assert one.notice_from is not None
    assert one.notice_until is not None
    return NoticeRow(
        id=one.pk,
        title=names[one.measure],
        policy=queries.titles().get(one.measure.partition("/")[0], ""),
        agency=one.agency.short_name,
        notice_from=one.notice_from,
        notice_until=one.notice_until,
        is_open=one.status == BeneficiaryList.Status.NOTICE and on <= one.notice_until,
        rows=getattr(one, "kept", 0),
    )


def _benefit(one: Beneficiary, names: dict[str, str], *, on: date) -> BenefitRow:
    award: Award | None = getattr(one, "award", None)
    until = one.roll.confirm_until
    is_time = one.roll.status == BeneficiaryList.Status.CONFIRM and until is not None and on <= until
    return BenefitRow(
        id=one.pk,
        title=names[one.measure],
        agency=one.roll.agency.short_name,
        status=one.status,
        status_label=one.roll.get_status_display() if one.status == "LISTED" else one.get_status_display(),
        amount_yuan=one.amount_yuan,
        may_confirm=is_time and one.status == Beneficiary.Status.LISTED,
        until=until,
        struck_because=one.struck_because,
        account=str(award.account) if award and award.account else "",
    )
