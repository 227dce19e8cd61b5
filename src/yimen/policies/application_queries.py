"""Reads of applications for several measures, and of what was granted. Who asks is part of every query."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yimen.core.errors import NotFound
from yimen.parties.logic import covers
from yimen.parties.models import Party
from yimen.parties.queries import Standing
from yimen.policies import queries
from yimen.policies.models import (
    Application,
    Award,
    PayeeAccount,
)


class ApplicationNotFound(NotFound):
    """No such application, or not this party's."""

    code = "policies.application-not-found"
    title = "没有找到这张申报单。"


class AwardNotFound(NotFound):
    """No such award, or not this party's."""

    code = "policies.award-not-found"
    title = "没有找到这笔兑现。"


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
    names = queries.named(line.measure for one in theirs for line in one.lines.all())
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
