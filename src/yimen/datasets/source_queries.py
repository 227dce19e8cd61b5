"""Reads of departments' systems and how they fare: the health board. Who may see what is part of each query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yimen.core.errors import NotFound
from yimen.datasets.models import Dataset, Freshness, SourceHealth, SourceSystem
from yimen.datasets.sources import addresses
from yimen.parties.queries import Desk

ALLOWED_AGE: Mapping[str, timedelta | None] = {
    Dataset.Cycle.REALTIME: timedelta(days=1),
    Dataset.Cycle.DAILY: timedelta(days=2),
    Dataset.Cycle.WEEKLY: timedelta(days=9),
    Dataset.Cycle.MONTHLY: timedelta(days=36),
    Dataset.Cycle.QUARTERLY: timedelta(days=100),
    Dataset.Cycle.YEARLY: timedelta(days=380),
    Dataset.Cycle.ON_DEMAND: None,
}
"""How old the newest record seen may be under each update cycle: with some room; None where nothing is promised."""


class SourceNotFound(NotFound):
    """No such source, or not yours to see."""

    code = "datasets.source-not-found"
    title = "没有找到这个数据源。"


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset on the health board. `tone` is good, warn, bad or wait; `trouble` says what changed at the source."""

    code: str
    title: str
    freshness: str
    tone: str
    newest_as_of: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source on the health board: where it is without its secrets, how it fares in words, and its datasets."""

    name: str
    title: str
    agency: str
    kind: str
    url: str
    state: str
    tone: str
    advice: str
    is_active: bool
    is_registered: bool
    is_own: bool
    last_success_at: datetime | None
    last_failure_at: datetime | None
    reason: str
    failures: int
    latency_ms: int | None
    breaker: str
    retry_at: datetime | None
    datasets: tuple[DatasetRow, ...]

    @property
    def needs_attention(self) -> bool:
        """Tell whether somebody should look at it."""
        return self.tone in {"bad", "warn"} or any(one.tone in {"bad", "warn"} for one in self.datasets)


def board(desk: Desk | None, *, at: datetime) -> list[SourceRow]:
    """Return the sources whoever sits at this desk sees, what needs attention first; all of them without a desk.

    A data officer sees their agency's. Connections that are set in the environment stand there once a dataset reads
    through them.
    """
    systems = {one.name: one for one in _visible(desk).select_related("agency")}
    datasets = Dataset.objects.select_related("agency").exclude(status=Dataset.Status.RETIRED)
    if desk is not None and desk.is_data_officer:
        datasets = datasets.filter(agency_id=desk.agency)
    by_connection: dict[str, list[Dataset]] = {name: [] for name in systems}
    for one in datasets:
        by_connection.setdefault(one.connection, []).append(one)
    healths = SourceHealth.objects.in_bulk(list(by_connection))
    fresh = Freshness.objects.in_bulk([one.pk for group in by_connection.values() for one in group])
    rows = [
        _row(name, systems.get(name), healths.get(name), group, fresh, desk=desk, at=at)
        for name, group in by_connection.items()
    ]
    return sorted(rows, key=lambda one: (one.tone != "bad", not one.needs_attention, one.agency, one.name))


def source(name: str, desk: Desk) -> SourceSystem:
    """Return a registered source whoever sits at this desk may see.

    Raises:
        SourceNotFound: there is none, or not for them.
    """
    found = _visible(desk).select_related("agency").filter(pk=name).first()
    if found is None:
        raise SourceNotFound("请检查地址，或回到数据源列表。")
    return found


def own_source(name: str, desk: Desk) -> SourceSystem:
    """Return a registered source this data officer looks after.

    Raises:
        SourceNotFound: there is none, or it is another agency's, or they are no data officer.
    """
    found = source(name, desk)
    if not desk.is_data_officer or found.agency_id != desk.agency:
        raise SourceNotFound("请检查地址，或回到数据源列表。")
    return found


def registered(name: str) -> SourceSystem:
    """Return a registered source, for the shell.

    Raises:
        SourceNotFound: there is none.
    """
    found = SourceSystem.objects.select_related("agency").filter(pk=name).first()
    if found is None:
        raise SourceNotFound(f"没有登记数据源“{name}”。用 yimen source list 查看已有的。")
    return found


def datasets_of(name: str) -> list[Dataset]:
    """Return the datasets read through this connection."""
    return list(Dataset.objects.filter(connection=name).exclude(status=Dataset.Status.RETIRED).order_by("code"))


def connected() -> list[Dataset]:
    """Return every dataset in use, those of one connection together."""
    return list(Dataset.objects.exclude(status=Dataset.Status.RETIRED).order_by("connection", "code"))


def _visible(desk: Desk | None) -> QuerySet[SourceSystem]:
    everything = SourceSystem.objects.order_by("name")
    return everything.filter(agency_id=desk.agency) if desk is not None and desk.is_data_officer else everything


def _row(
    name: str,
    system: SourceSystem | None,
    health: SourceHealth | None,
    datasets: list[Dataset],
    fresh: Mapping[str, Freshness],
    *,
    desk: Desk | None,
    at: datetime,
) -> SourceRow:
    state, tone, advice = _state(system, health)
    first = datasets[0] if datasets else None
    return SourceRow(
        name=name,
        title=system.title if system else name,
        agency=system.agency.short_name if system else first.agency.short_name if first else "",
        kind=_kind(system, first),
        url=addresses.shown(system.url) if system else "由运维人员在部署环境中设置",
        state=state,
        tone=tone,
        advice=advice,
        is_active=system is None or system.is_active,
        is_registered=system is not None,
        is_own=system is not None and desk is not None and desk.is_data_officer and system.agency_id == desk.agency,
        last_success_at=health.last_success_at if health else None,
        last_failure_at=health.last_failure_at if health else None,
        reason=health.get_reason_display() if health and health.reason else "",
        failures=health.consecutive_failures if health else 0,
        latency_ms=round(health.latency_ms) if health and health.latency_ms is not None else None,
        breaker=health.get_breaker_display() if health else SourceHealth.Breaker.CLOSED.label,
        retry_at=health.retry_at if health else None,
        datasets=tuple(_dataset(one, fresh.get(one.pk), at=at) for one in datasets),
    )


def _kind(system: SourceSystem | None, dataset: Dataset | None) -> str:
    if system is not None:
        return system.get_kind_display()
    known = dataset is not None and dataset.source_kind in SourceSystem.Kind.values
    return SourceSystem.Kind(dataset.source_kind).label if dataset is not None and known else ""


def _state(system: SourceSystem | None, health: SourceHealth | None) -> tuple[str, str, str]:
    """Return the state in words, its tone, and what to do about it."""
    if system is not None and not system.is_active:
        return "已停用", "wait", "停用期间不读取；启用后恢复。"
    if health is None:
        return "还没有读取过", "wait", "可以先测试连接。"
    why = health.get_reason_display() if health.reason else ""
    if health.breaker != SourceHealth.Breaker.CLOSED:
        return (
            "暂停访问",
            "bad",
            f"连续 {health.consecutive_failures} 次没有回答（{why}）。平台会自动试探，恢复后继续。",
        )
    if health.consecutive_failures:
        return "时好时坏", "warn", f"最近 {health.consecutive_failures} 次没有回答（{why}）。"
    return "正常", "good", ""


def _dataset(dataset: Dataset, fresh: Freshness | None, *, at: datetime) -> DatasetRow:
    newest = fresh.newest_as_of if fresh else None
    trouble = fresh.trouble if fresh else ""
    words, tone = freshness_of(dataset.update_cycle, newest, at=at)
    if trouble:
        words, tone = "结构有变化", "bad"
    return DatasetRow(dataset.pk, dataset.title, words, tone, newest, trouble)


def freshness_of(cycle: str, newest: datetime | None, *, at: datetime) -> tuple[str, str]:
    """Return in words and as a tone whether data as new as this keep to the update cycle they were registered with."""
    allowed = ALLOWED_AGE[cycle]
    if newest is None:
        return "没有时间戳", "wait"
    if allowed is None:
        return "按需更新", "good"
    if at - newest <= allowed:
        return "按时更新", "good"
    return f"已有 {(at - newest).days} 天没有更新", "warn"
