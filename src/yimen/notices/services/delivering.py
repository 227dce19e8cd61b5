"""Bring digests to where they are wanted: each attempt written down before the other end is spoken to (送达).

A process may be killed between what the other end took and our own note of it. Where the other end knows a repetition
by its key the delivery is tried again; where it does not, it is told as unclear and not repeated: better once in the
inbox alone than twice outside. The inbox has every notice, whatever becomes of its deliveries.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimen.core import locks
from yimen.core.vault import NotOpened
from yimen.notices import addresses, queries, senders, topics, vaulting
from yimen.notices.logic import Answer, Draft, Message, Outcome, after_quiet, is_quiet, message, wait_after
from yimen.notices.models import Attempt, Channel, Delivery
from yimen.notices.senders import Sender
from yimen.notices.services.writing import notify

LOCK = "notices.delivery"
BROKEN_OFF = "发送进程中断"


def send_due(*, now: Callable[[], datetime], until: datetime | None = None) -> int:
    """Send what is due (发送到期消息), one after another; return how many attempts were made.

    `now` is asked before each, for one may take seconds; none is begun after `until`. Several processes may do this at
    once: what one sends the others leave to it.
    """
    through = senders.sender()
    count = 0
    passed: set[UUID] = set()  # another process has it in hand
    while (until is None or now() < until) and (delivery_id := _next(now(), passed)) is not None:
        with locks.attempted(LOCK, delivery_id) as is_ours:
            if not is_ours:
                passed.add(delivery_id)
            elif _send(delivery_id, through, now):
                count += 1
    return count


def _next(at: datetime, passed: set[UUID]) -> UUID | None:
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING, due_at__lte=at).exclude(pk__in=passed)
    return waiting.order_by("due_at", "pk").values_list("pk", flat=True).first()


def _send(delivery_id: UUID, sender: Sender, now: Callable[[], datetime]) -> bool:
    """Make one attempt; tell whether there was something to attempt. The caller holds this delivery's lock."""
    begun = _begin(delivery_id, at=now())
    if begun is None:
        return False
    attempt, what = begun
    channel = attempt.delivery.channel
    try:
        url = vaulting.opened(channel)
    except NotOpened:
        answer = Answer(Outcome.REFUSED, "地址的密钥已经更换")
    else:
        answer = sender.send(url, what, is_keyed=channel.kind in addresses.KEYED)
    _end(attempt, answer, at=now())
    return True


@transaction.atomic
def _begin(delivery_id: UUID, *, at: datetime) -> tuple[Attempt, Message] | None:
    """Write down that it is being tried; None where somebody was quicker, the hour is quiet, or the channel is gone."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("digest", "channel").get(pk=delivery_id)
    if delivery.status != Delivery.Status.WAITING or delivery.due_at > at:
        return None
    preference = queries.preference_of(delivery.digest.recipient_id)
    if is_quiet(at, preference.quiet_from, preference.quiet_until):
        delivery.due_at = after_quiet(at, preference.quiet_from, preference.quiet_until)
        delivery.save(update_fields=["due_at"])
        return None
    if not queries.in_use().filter(pk=delivery.channel_id).exists():
        _over(delivery, Delivery.Status.FAILED, at=at)
        return None
    delivery.status = Delivery.Status.SENDING
    delivery.save(update_fields=["status"])
    attempt = Attempt.objects.create(delivery=delivery, number=delivery.attempts.count() + 1, started_at=at)
    notices = list(delivery.digest.notices.order_by("made_at", "pk").values_list("pk", "title"))
    path = f"/inbox/{notices[0][0]}/" if len(notices) == 1 else "/inbox/"
    told = message([title for _, title in notices], key=str(delivery.pk), address=settings.YIMEN_PUBLIC_URL + path)
    return attempt, told


@transaction.atomic
def _end(attempt: Attempt, answer: Answer, *, at: datetime) -> None:
    """Write down what came of it, and what follows: over, once more later, or given up and told in the inbox."""
    attempt.ended_at, attempt.result, attempt.answer = at, answer.outcome.value, answer.words[:200]
    attempt.save(update_fields=["ended_at", "result", "answer"])
    delivery, channel = attempt.delivery, attempt.delivery.channel
    is_repeatable = answer.outcome is Outcome.BUSY or channel.kind in addresses.KEYED
    wait = wait_after(attempt.number) if is_repeatable else None
    match answer.outcome:
        case Outcome.ACCEPTED:
            _over(delivery, Delivery.Status.DELIVERED, at=at)
        case Outcome.REFUSED:
            _give_up(delivery, channel, answer, at=at)
        case Outcome.UNCLEAR if not is_repeatable:
            _over(delivery, Delivery.Status.UNCLEAR, at=at)
        case _ if wait is None:
            _give_up(delivery, channel, answer, at=at)
        case _:
            _again(delivery, at=at + wait)


def _again(delivery: Delivery, *, at: datetime) -> None:
    preference = queries.preference_of(delivery.digest.recipient_id)
    delivery.status = Delivery.Status.WAITING
    delivery.due_at = after_quiet(at, preference.quiet_from, preference.quiet_until)
    delivery.save(update_fields=["status", "due_at"])


def _over(delivery: Delivery, status: Delivery.Status, *, at: datetime) -> None:
    delivery.status, delivery.ended_at = status, at
    delivery.save(update_fields=["status", "ended_at"])


def _give_up(delivery: Delivery, channel: Channel, answer: Answer, *, at: datetime) -> None:
    """Stop using the channel, and say so in the inbox: silence would look like "nothing new"."""
    _over(delivery, Delivery.Status.FAILED, at=at)
    Channel.objects.filter(pk=channel.pk, stopped_at=None).update(stopped_at=at, trouble=answer.words[:200])
    name = f"{channel.get_kind_display()}（{channel.label}）"
    told = Draft(
        recipient=channel.recipient_id,
        key=f"notices.channel-stopped:{delivery.pk}",
        topic=topics.CHANNEL,
        title="有消息没能发到您的消息通道",
        body=f"发往{name}的消息没有送达：{answer.words}。这个通道已经停用，消息都在站内，没有丢失。"
        "改好以后，请在消息设置里重发验证码，重新启用。",
        reason="您在消息设置里添加了这个通道。",
        link="/inbox/settings/",
        is_inside=True,
    )
    notify([told], at=at)


def recover(*, at: datetime) -> int:
    """Deal with the attempts whose process was killed; return how many. One that still goes on holds its lock."""
    count = 0
    begun = Delivery.objects.filter(status=Delivery.Status.SENDING)
    for delivery_id in list(begun.values_list("pk", flat=True)):
        with locks.attempted(LOCK, delivery_id) as is_free:
            if is_free:
                count += _recover(delivery_id, at=at)
    return count


@transaction.atomic
def _recover(delivery_id: UUID, *, at: datetime) -> bool:
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("delivery__channel", "delivery__digest")
    found = attempts.filter(delivery_id=delivery_id, delivery__status=Delivery.Status.SENDING, ended_at=None).first()
    if found is None:
        return False
    found.ended_at, found.result, found.answer = at, Outcome.UNCLEAR.value, BROKEN_OFF
    found.save(update_fields=["ended_at", "result", "answer"])
    if found.delivery.channel.kind in addresses.KEYED:
        _again(found.delivery, at=at - timedelta(seconds=1))
    else:
        _over(found.delivery, Delivery.Status.UNCLEAR, at=at)
    return True
