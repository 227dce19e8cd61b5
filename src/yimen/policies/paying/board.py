"""How each agency does its duties, and how its money goes (督查进度)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from yimen.core.errors import Forbidden
from yimen.parties import queries as parties
from yimen.parties.queries import Desk
from yimen.payments import queries as payments
from yimen.policies.models import Duty
from yimen.policies.paying.duties import WARN_AHEAD
from yimen.standards import working_days

MOST = 100


class NotForThisPost(Forbidden):
    """The post has nothing to do with supervising policies."""

    code = "policies.not-for-this-post"
    title = "这个岗位不查看政策督查。"


@dataclass(frozen=True, slots=True)
class KindRow:
    """How many duties of a kind there were, and how they stand; `soon` and `late` are among the open ones."""

    kind: str
    label: str
    total: int
    done: int
    done_late: int
    soon: int
    late: int

    @property
    def open(self) -> int:
        """Return how many are not done."""
        return self.total - self.done

    @property
    def share(self) -> int:
        """Return how many in a hundred are done."""
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """How an agency stands: its duties by kind, and the year's budgets, what was promised and spent of them."""

    code: str
    name: str
    kinds: Sequence[KindRow]
    budget_yuan: Decimal
    reserved_yuan: Decimal
    spent_yuan: Decimal

    @property
    def late(self) -> int:
        """Return how many duties are late."""
        return sum(one.late for one in self.kinds)

    @property
    def soon(self) -> int:
        """Return how many duties are due soon."""
        return sum(one.soon for one in self.kinds)

    @property
    def share_spent(self) -> int:
        """Return how many in a hundred of the budgets are spent."""
        return round(100 * self.spent_yuan / self.budget_yuan) if self.budget_yuan else 0


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty that is open (督查事项). `days_left` is negative where it is late, None past the calendar."""

    id: UUID
    kind: str
    kind_label: str
    title: str
    name: str
    agency: str
    amount_yuan: Decimal | None
    opened_at: datetime
    due_on: date
    days_left: int | None
    is_warned: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Board:
    """The board: agencies with most that is late first, and the open duties with the nearest day first."""

    agencies: Sequence[AgencyRow]
    duties: Sequence[DutyRow]

    @property
    def total(self) -> int:
        """Return how many duties there are."""
        return sum(one.total for agency in self.agencies for one in agency.kinds)

    @property
    def done(self) -> int:
        """Return how many are done."""
        return sum(one.done for agency in self.agencies for one in agency.kinds)

    @property
    def late(self) -> int:
        """Return how many are late."""
        return sum(one.late for one in self.agencies)

    @property
    def soon(self) -> int:
        """Return how many are due soon."""
        return sum(one.soon for one in self.agencies)


def board(desk: Desk, *, on: date) -> Board:
    """Return the board as this desk may see it: an agency's officers their own, steward and auditor all.

    Raises:
        NotForThisPost: the post is for something else.
    """
    duties = _visible(desk)
    near = _near(on)
    by_agency: dict[str, list[KindRow]] = {}
    counted = duties.values("agency_id", "kind").annotate(
        total=Count("pk"),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        done_late=Count("pk", filter=Q(done_at__isnull=False, done_on__gt=F("due_on"))),
        soon=Count("pk", filter=Q(done_at=None, due_on__gte=on, due_on__lte=near)),
        late=Count("pk", filter=Q(done_at=None, due_on__lt=on)),
    )
    for one in counted.order_by("agency_id", "kind"):
        label = str(Duty.Kind(one["kind"]).label)
        numbers = [one[name] for name in ("total", "done", "done_late", "soon", "late")]
        by_agency.setdefault(one["agency_id"], []).append(KindRow(one["kind"], label, *numbers))
    money = payments.money_by_agency(year=on.year, agency=desk.agency if _is_bounded(desk) else "")
    names = parties.agency_names()
    rows = [
        AgencyRow(code, names.get(code, code), by_agency.get(code, []), *money.get(code, (Decimal(0),) * 3))
        for code in {*by_agency, *money}
    ]
    rows.sort(key=lambda row: (-row.late, -row.soon, row.code))
    waiting = duties.filter(done_at=None).select_related("agency").order_by("due_on", "opened_at")[:MOST]
    return Board(rows, [_row(one, on=on, near=near) for one in waiting])


def _is_bounded(desk: Desk) -> bool:
    return desk.is_payment_officer or desk.is_policy_officer


def _visible(desk: Desk) -> QuerySet[Duty]:
    if not (_is_bounded(desk) or desk.is_steward or desk.is_auditor):
        raise NotForThisPost("政策督查由政策专员、拨付人员、数据管理员和审计人员查看。")
    duties = Duty.objects.annotate(done_on=TruncDate("done_at"))
    return duties.filter(agency_id=desk.agency) if _is_bounded(desk) else duties


def _near(on: date) -> date:
    try:
        return working_days.after(on, WARN_AHEAD)
    except working_days.CalendarGap:
        return on + timedelta(days=WARN_AHEAD + 2)


def _row(duty: Duty, *, on: date, near: date) -> DutyRow:
    try:
        left: int | None = working_days.between(on, duty.due_on)
    except working_days.CalendarGap:
        left = None
    return DutyRow(
        id=duty.pk,
        kind=duty.kind,
        kind_label=duty.get_kind_display(),
        title=duty.title,
        name=duty.name,
        agency=duty.agency.short_name,
        amount_yuan=duty.amount_yuan,
        opened_at=duty.opened_at,
        due_on=duty.due_on,
        days_left=left,
        is_warned=duty.warned_at is not None,
        tone="bad" if duty.due_on < on else "warn" if duty.due_on <= near else "wait",
    )
