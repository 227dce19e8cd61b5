"""Reads of what is being handled: applications, awards, opinions, lists. Who asks is part of every query."""

from collections.abc import Iterable
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
    Application,
    Award,
    Beneficiary,
    BeneficiaryList,
    NoticeObjection,
    Opinion,
    PayeeAccount,
)
from yimen.standards import masking


class ApplicationNotFound(NotFound):
    """No such application, or not this party's."""

    code = "policies.application-not-found"
    title = "没有找到这张申报单。"


class AwardNotFound(NotFound):
    """No such award, or not this party's."""

    code = "policies.award-not-found"
    title = "没有找到这笔兑现。"


class OpinionNotFound(NotFound):
    """No such opinion, or another agency is asked for it."""

    code = "policies.opinion-not-found"
    title = "没有找到这件联审。"


class ListNotFound(NotFound):
    """No such list, or another agency's."""

    code = "policies.list-not-found"
    title = "没有找到这份名单。"


class RowNotFound(NotFound):
    """No such row, or not yours."""

    code = "policies.row-not-found"
    title = "没有找到这一项。"


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One line of my applications (我的惠企申报)."""

    id: UUID
    measures: tuple[str, ...]
    status: str
    status_label: str
    started_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One measure of an application: how its case is, what was granted, why it was not filed (empty where it was).

    `award` is None until granted; `account` says where it is paid to, empty until that is confirmed.
    """

    measure: str
    title: str
    agency: str
    case_id: UUID
    case_status: str
    trouble: str
    pays: bool
    promised_days: int
    award: int | None
    amount_yuan: Decimal | None
    account: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as its party sees it. `known_account` is the one confirmed before, empty where there is none."""

    id: UUID
    status: str
    submitted_at: datetime | None
    lines: tuple[LineRow, ...]
    known_account: str


def application_of(standing: Standing, application_id: UUID, *, lock: bool = False) -> Application:
    """Return an application of the party somebody acts for, where the mandate is good for all its measures.

    Raises:
        ApplicationNotFound: there is none, or it is somebody else's.
    """
    found = Application.objects.select_for_update() if lock else Application.objects.all()
    one = found.filter(party=standing.principal, pk=application_id).first()
    if one is None or not all(covers(standing.items, line.measure) for line in one.lines.all()):
        raise ApplicationNotFound("请从“我的”里的“惠企申报”重新进入。")
    return one


def applications_of(standing: Standing, *, limit: int = 50) -> list[ApplicationRow]:
    """Return the applications of the party somebody acts for, newest first."""
    found = Application.objects.filter(party=standing.principal).prefetch_related("lines")[:limit]
    theirs = [one for one in found if all(covers(standing.items, line.measure) for line in one.lines.all())]
    names = _titles(line.measure for one in theirs for line in one.lines.all())
    return [
        ApplicationRow(
            one.pk,
            tuple(names[line.measure] for line in one.lines.all()),
            one.status,
            one.get_status_display(),
            one.started_at,
            one.submitted_at,
        )
        for one in theirs
    ]


def view_of(standing: Standing, application_id: UUID, *, on: date) -> ApplicationView:
    """Return an application with how each measure stands.

    Raises:
        ApplicationNotFound: as in `application_of`.
    """
    one = application_of(standing, application_id)
    known = {each.name: each for each in queries.measures(on=on)}
    lines = []
    for line in one.lines.select_related("case__item_version__item", "case__award__account"):
        award: Award | None = getattr(line.case, "award", None)
        definition = known[line.measure].definition if line.measure in known else None
        lines.append(
            LineRow(
                measure=line.measure,
                title=line.case.item_version.item.name,
                agency=line.case.item_version.item.agency.short_name,
                case_id=line.case_id,
                case_status=line.case.status,
                trouble=line.trouble,
                pays=award.amount_yuan is not None if award else bool(definition and definition.pays),
                promised_days=definition.promised_days if definition else 0,
                award=award.pk if award else None,
                amount_yuan=award.amount_yuan if award else None,
                account=str(award.account) if award and award.account else "",
            )
        )
    return ApplicationView(one.pk, one.status, one.submitted_at, tuple(lines), known_account(standing.principal))


def known_account(party: Party) -> str:
    """Return the bank and last four digits of the account confirmed last; empty where there is none."""
    found = PayeeAccount.objects.filter(party=party).first()
    return str(found) if found else ""


def award_of(standing: Standing, award_id: int, *, lock: bool = False) -> Award:
    """Return an award of the party somebody acts for.

    Raises:
        AwardNotFound: there is none, or it is somebody else's, or outside the mandate.
    """
    found = Award.objects.select_for_update(of=("self",)) if lock else Award.objects.all()
    one = found.filter(party=standing.principal, pk=award_id).first()
    if one is None or not covers(standing.items, one.measure):
        raise AwardNotFound("请从“我的”里的“惠企申报”重新进入。")
    return one


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One line of the joint list (联审清单), what the agency is asked to look at. A person's name is masked."""

    id: int
    title: str
    applicant: str
    looks_at: str
    asked_at: datetime
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpinionSaid:
    """What one agency said, or that it has not (联审意见), for the handling agency."""

    agency: str
    looks_at: str
    verdict: str
    verdict_label: str
    words: str
    due_on: date
    is_late: bool
    said_at: datetime | None


def opinions_for(officer: Actor, *, on: date, limit: int = 200) -> list[OpinionRow]:
    """Return what this officer's agency is asked and has not answered, the earliest due first."""
    waiting = (
        Opinion.objects.filter(agency_id=officer.agency_code, verdict="", case__status="REVIEW")
        .select_related("case__applicant")
        .order_by("due_on", "pk")[:limit]
    )
    names = _titles(one.measure for one in waiting)
    return [
        OpinionRow(
            one.pk,
            names[one.measure],
            shown(one.case.applicant),
            one.looks_at,
            one.asked_at,
            one.due_on,
            one.due_on < on,
        )
        for one in waiting
    ]


def opinion_of(officer: Actor, opinion_id: int, *, lock: bool = False) -> Opinion:
    """Return an opinion this officer's agency is asked for.

    Raises:
        OpinionNotFound: there is none, or another agency is asked.
    """
    found = Opinion.objects.select_for_update(of=("self",)) if lock else Opinion.objects.all()
    one = found.filter(agency_id=officer.agency_code, pk=opinion_id).select_related("case__applicant", "agency").first()
    if one is None:
        raise OpinionNotFound("请从联审清单重新进入。")
    return one


def opinions_on(case_id: UUID, *, on: date) -> list[OpinionSaid]:
    """Return what every agency asked about this case said; the caller has seen to it that it may be shown."""
    return [
        OpinionSaid(
            one.agency.short_name,
            one.looks_at,
            one.verdict,
            one.get_verdict_display() or ("逾期未回复，已督办" if one.escalated_at else "待回复"),
            one.words,
            one.due_on,
            not one.verdict and one.due_on < on,
            one.said_at,
        )
        for one in Opinion.objects.filter(case_id=case_id).select_related("agency")
    ]


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
    names = _titles(one.measure for one in found)
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


NOTICES_SHOWN_DAYS = 30
"""So long after its last day a notice can still be read; what was on it then belongs to its parties again."""


def notices(*, on: date, limit: int = 50) -> list[NoticeRow]:
    """Return the lists that are public on that day, the newest first. Anybody may see them."""
    found = _public(on).order_by("-notice_from", "-made_at")[:limit]
    names = _titles(one.measure for one in found)
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
    return NoticeView(_notice(one, _titles([one.measure]), on=on), shown_rows)


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
    names = _titles(one.measure for one in rows)
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


def _titles(measures: Iterable[str]) -> dict[str, str]:
    wanted = set(measures)
    return {name: name for name in wanted} | queries.titles_of(wanted)


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
