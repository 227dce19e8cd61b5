"""What waits for whoever sits at the console, and how their data are doing (总览)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.channels.components.charts import Bar, bars
from yimen.channels.console.desk import desk_of, frame
from yimen.datasets import catalogue, grants, islands
from yimen.datasets.catalogue import ProposalRow
from yimen.datasets.islands import IslandRow
from yimen.parties.queries import Desk
from yimen.payments import queries as payments
from yimen.tasks import queries as tasks

DAYS = 30
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: what, in a sentence what to do, where, how much of it, and how urgent (a badge's tone)."""

    title: str
    words: str
    address: str
    count: int
    tone: str = "wait"


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    desk = desk_of(request)
    now, today = timezone.now(), timezone.localdate()
    rows = islands.rows(since=now - timedelta(days=DAYS), until=now, on=today)
    own = [one for one in rows if one.agency == desk.agency] if desk.is_data_officer else rows
    context = {
        **frame(desk, "home"),
        "waiting": [one for one in _waiting(desk, today) if one.count],
        "counts": _counts(desk, own),
        "bars": _bars(desk, own),
        "bars_title": f"近 {DAYS} 天被读取的次数" if desk.is_data_officer else "各部门：共享给其他部门的 / 已发布的",
    }
    return render(request, "console/home.html", context)


def _waiting(desk: Desk, on: date) -> Iterator[Waiting]:
    """Yield what waits, the most urgent first; what nobody has to do yet has a count of zero."""
    proposals = catalogue.proposals(desk)
    if desk.is_steward:
        yield Waiting("目录登记待审核", "部门提交的登记、变更和停用申请", "/console/reviews/", len(proposals), "warn")
    if desk.is_data_officer:
        yield from _own(proposals)
    if not desk.is_auditor:
        words = "有争议的，请裁定" if desk.is_steward else "其他部门申请使用本部门的数据，请按期答复"
        yield Waiting("共享申请", words, "/console/grants/", len(grants.requests(desk, on=on)), "warn")
    if desk.is_payment_officer:
        yield from _paying(desk)
    mine = tasks.listing(desk, on=on)
    late = [one for one in mine if one.days_left is not None and one.days_left < 0]
    words = f"其中 {len(late)} 张超过期限" if late else "质量问题、数据异议和数据冲突"
    yield Waiting("督办单", words, "/console/tasks/", len(mine), "bad" if late else "wait")


def _paying(desk: Desk) -> Iterator[Waiting]:
    waiting = payments.waiting(desk)
    yield Waiting("等待编入批次的拨付单", "编成批次，冻结后由另一位拨付人员复核", "/console/payments/", len(waiting))
    frozen = [one for one in payments.listing(desk) if one.state in {"FROZEN", "APPROVED"}]
    yield Waiting("等待复核或发送的批次", "冻结批次的人不能自己复核", "/console/payments/", len(frozen), "warn")


def _own(proposals: list[ProposalRow]) -> Iterator[Waiting]:
    drafts = [one for one in proposals if one.status == "DRAFT"]
    back = [one for one in drafts if one.answer]
    yield Waiting("被退回的登记申请", "按审核意见改好，再提交一次", "/console/reviews/", len(back), "bad")
    yield Waiting("没有提交的草稿", "补全以后提交审核", "/console/reviews/", len(drafts) - len(back))


def _counts(desk: Desk, rows: list[IslandRow]) -> list[tuple[str, int, str]]:
    listed = f"/console/datasets/?agency={desk.agency}" if desk.is_data_officer else "/console/datasets/"
    return [
        ("已发布数据资源", len(rows), listed),
        ("共享给其他部门", sum(one.is_shared for one in rows), "/console/islands/"),
        (f"近 {DAYS} 天用到", sum(one.is_used for one in rows), "/console/islands/"),
        (f"近 {DAYS} 天读取次数", sum(one.reads for one in rows), "/console/ledger/"),
        ("服务的事项", len({item for one in rows for item in one.items}), ""),
        ("从未共享", sum(not one.was_shared for one in rows), "/console/islands/"),
    ]


def _bars(desk: Desk, rows: list[IslandRow]) -> list[Bar]:
    if desk.is_data_officer:
        most = sorted((one for one in rows if one.is_used), key=lambda one: (-one.reads, one.code))[:MOST_BARS]
        return bars([(one.title, float(one.reads), "") for one in most])
    return [
        Bar(
            one.name,
            f"{one.shared} / {one.registered}",
            100.0 * one.shared / one.registered,
            "" if one.shared else "bad",
            f"/console/datasets/?agency={one.code}",
        )
        for one in islands.by_agency(rows)[:MOST_BARS]
    ]
