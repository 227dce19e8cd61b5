"""Reads of notices. Whose they are is part of every query: an agent for some items sees what is about those alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yimen.core.errors import Forbidden, NotFound
from yimen.notices import topics
from yimen.notices.models import Channel, Delivery, Notice, Preference
from yimen.parties.queries import Standing

PAGE = 30


class NoticeNotFound(NotFound):
    """No such notice, or not this party's."""

    code = "notices.not-found"
    title = "没有找到这条消息。"


class ChannelNotFound(NotFound):
    """No such channel, or not this party's."""

    code = "notices.channel-not-found"
    title = "没有找到这个消息通道。"


class NotYoursToSet(Forbidden):
    """Whoever acts in some items only does not say where a party's messages go."""

    code = "notices.not-yours-to-set"
    title = "您的授权只限部分事项，不能修改消息设置。"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the inbox (消息列表)."""

    id: UUID
    topic: str
    title: str
    made_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice with why it was sent, and where it went: (channel, how it stands, when), in the order of channels."""

    row: NoticeRow
    body: str
    reason: str
    link: str
    sent: tuple[tuple[str, str, datetime | None], ...]


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel on the settings page; `state` is one of CODE, ACTIVE, STOPPED."""

    id: UUID
    kind_label: str
    label: str
    state: str
    trouble: str
    added_at: datetime
    code_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettingsView:
    """How a party has its notices (接收设置). Times are by Beijing, both None without quiet hours."""

    cadence: str
    quiet_from: time | None
    quiet_until: time | None
    topics_off: tuple[str, ...]
    channels: tuple[ChannelRow, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many notices were written and opened since a moment, and deliveries by (channel kind, status)."""

    written: int
    opened: int
    deliveries: Mapping[tuple[str, str], int]


def listing(standing: Standing, *, unread: bool = False, before: datetime | None = None) -> list[NoticeRow]:
    """Return a page of the inbox, newest first; `before` is the moment of the last one of the page before."""
    notices = _theirs(standing)
    if unread:
        notices = notices.filter(read_at=None)
    if before is not None:
        notices = notices.filter(made_at__lt=before)
    return [_row(one) for one in notices[: PAGE + 1]]


def unread_count(standing: Standing) -> int:
    """Return how many notices were not opened yet."""
    return _theirs(standing).filter(read_at=None).count()


def unread_by_recipient(parties: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many notices each of these parties has not opened yet, of those that have any.

    The caller asks only about parties the person may wholly act for: no mandate is looked at here.
    """
    waiting = Notice.objects.filter(recipient_id__in=list(parties), read_at=None).order_by()
    return dict(waiting.values_list("recipient_id").annotate(count=Count("pk")))


def one(standing: Standing, notice_id: UUID, *, lock: bool = False) -> Notice:
    """Return a notice to the party somebody acts for.

    Raises:
        NoticeNotFound: there is none, or it is somebody else's.
    """
    notices = _theirs(standing).select_for_update() if lock else _theirs(standing)
    found = notices.filter(pk=notice_id).first()
    if found is None:
        raise NoticeNotFound("请从“消息”重新进入；如果是转发来的链接，需要收件人本人登录查看。")
    return found


def view(notice: Notice) -> NoticeView:
    """Return a notice as its page shows it."""
    sent = Delivery.objects.filter(digest_id=notice.digest_id) if notice.digest_id else Delivery.objects.none()
    rows = sent.select_related("channel").order_by("channel__added_at")
    said = tuple(
        (f"{one.channel.get_kind_display()} {one.channel.label}", one.get_status_display(), one.ended_at)
        for one in rows
    )
    return NoticeView(_row(notice), notice.body, notice.reason, notice.link, said)


def may_set(standing: Standing) -> bool:
    """Tell whether somebody may say where the party's messages go: not under a mandate for some items only."""
    return not standing.items


def preferences(standing: Standing) -> SettingsView:
    """Return how the party has its notices.

    Raises:
        NotYoursToSet: the mandate is for some items only.
    """
    must_set(standing)
    kept = preference_of(standing.principal.pk)
    channels = Channel.objects.filter(recipient=standing.principal, removed_at=None)
    return SettingsView(
        kept.cadence,
        kept.quiet_from,
        kept.quiet_until,
        tuple(kept.topics_off),
        tuple(_channel(one) for one in channels),
    )


def must_set(standing: Standing) -> None:
    """Refuse whoever may not say where the party's messages go.

    Raises:
        NotYoursToSet: the mandate is for some items only.
    """
    if not may_set(standing):
        raise NotYoursToSet("请由本人、法定代表人（经营者）或有全部事项授权的人修改。")


def channel_of(standing: Standing, channel_id: UUID) -> Channel:
    """Return a channel of the party somebody acts for, locked.

    Raises:
        NotYoursToSet: the mandate is for some items only. ChannelNotFound: there is none, or it is somebody else's.
    """
    must_set(standing)
    channels = Channel.objects.select_for_update().filter(recipient=standing.principal, removed_at=None)
    found = channels.filter(pk=channel_id).first()
    if found is None:
        raise ChannelNotFound("它可能已经移除，请回到消息设置查看。")
    return found


def preference_of(recipient: UUID) -> Preference:
    """Return the party's own preference, or the defaults, unsaved."""
    return Preference.objects.filter(recipient_id=recipient).first() or Preference(recipient_id=recipient)


def in_use() -> QuerySet[Channel]:
    """Return the channels that are sent to."""
    return Channel.objects.filter(confirmed_at__isnull=False, stopped_at=None, removed_at=None)


def figures(*, since: datetime, topics_only: Iterable[str] = ()) -> Figures:
    """Return how many notices were written since then, and what became of them; of these topics, of all if none."""
    notices = Notice.objects.filter(made_at__gte=since)
    if wanted := list(topics_only):
        notices = notices.filter(topic__in=wanted)
    counted = notices.aggregate(written=Count("pk"), opened=Count("pk", filter=Q(read_at__isnull=False)))
    rows = Delivery.objects.filter(digest__composed_at__gte=since)
    by_kind = rows.values_list("channel__kind", "status").annotate(count=Count("pk")).order_by()
    return Figures(counted["written"], counted["opened"], {(kind, status): count for kind, status, count in by_kind})


def _theirs(standing: Standing) -> QuerySet[Notice]:
    notices = Notice.objects.filter(recipient=standing.principal).order_by("-made_at", "pk")
    return notices.filter(about__in=standing.items) if standing.items else notices


def _row(one: Notice) -> NoticeRow:
    return NoticeRow(one.pk, topics.title(one.topic), one.title, one.made_at, one.read_at is not None)


def _channel(one: Channel) -> ChannelRow:
    state = "STOPPED" if one.stopped_at else "ACTIVE" if one.confirmed_at else "CODE"
    return ChannelRow(one.pk, one.get_kind_display(), one.label, state, one.trouble, one.added_at, one.code_sent_at)
