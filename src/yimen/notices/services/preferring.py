"""Say how one wants to have one's notices, and where: channels are used once their owner read a code sent there."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimen.core import jobs
from yimen.core.errors import Conflict, Invalid, TooMany
from yimen.core.vault import NotOpened
from yimen.notices import addresses, queries, senders, topics, vaulting
from yimen.notices.logic import CODE_LASTS, CODE_TRIES, Answer, Outcome, confirmation
from yimen.notices.models import Cadence, Channel, Notice, Preference
from yimen.parties.models import Party
from yimen.parties.queries import Standing

MOST = 5
ANEW_AFTER = timedelta(minutes=1)
"""A code is sent again after a minute at the earliest: nobody is flooded through us."""
SEND_CODE = "notices.send_code"
DIGITS = 6


class BadPreference(Invalid):
    """What was chosen is none of the choices."""

    code = "notices.bad-preference"
    title = "消息设置有误。"


class BadCode(Invalid):
    """The code is wrong, too old, or was tried too often."""

    code = "notices.bad-code"
    title = "验证码不对。"


class TooManyChannels(Conflict):
    """A party has as many channels as it may."""

    code = "notices.too-many-channels"
    title = "消息通道太多了。"


class CodeTooSoon(TooMany):
    """A code was sent there just now."""

    code = "notices.code-too-soon"
    title = "验证码刚刚发过。"


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody wants to have their notices, as it came from a form: all text, nothing trusted."""

    cadence: str
    quiet_from: str = ""
    quiet_until: str = ""
    topics_off: Collection[str] = ()


@transaction.atomic
def prefer(choice: Choice, *, by: Standing, at: datetime) -> Preference:
    """Keep how the party wants to have its notices (修改接收设置).

    Raises:
        NotYoursToSet: the mandate is for some items only. BadPreference: something is none of the choices.
    """
    queries.must_set(by)
    if choice.cadence not in Cadence.values:
        raise BadPreference("请选择多久汇总发送一次。", field="cadence")
    start, end = _time(choice.quiet_from, "quiet_from"), _time(choice.quiet_until, "quiet_until")
    if (start is None) != (end is None):
        raise BadPreference("免打扰的起止时间请都填，或都不填。", field="quiet_from")
    known = topics.switchable()
    preference, _ = Preference.objects.update_or_create(
        recipient=by.principal,
        defaults={
            "cadence": choice.cadence,
            "quiet_from": start,
            "quiet_until": end,
            "topics_off": sorted({one for one in choice.topics_off if one in known}),
            "changed_at": at,
        },
    )
    return preference


def _time(written: str, field: str) -> time | None:
    if not written.strip():
        return None
    try:
        return time.fromisoformat(written.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise BadPreference(f"时间“{written[:20]}”请写成 22:00 的样子。", field=field) from error


@transaction.atomic
def add_channel(kind: str, address: str, *, by: Standing, at: datetime) -> Channel:
    """Add a way out to the party, and have a code sent there (添加消息通道). It is not used before the code came back.

    Raises:
        NotYoursToSet: the mandate is for some items only. BadAddress: it is no address of this kind, or this kind is
            not offered here. TooManyChannels: there are as many as there may be.
    """
    queries.must_set(by)
    if kind not in settings.YIMEN_NOTICE_CHANNELS:
        raise addresses.BadAddress("请选择一种通道。", field="kind")
    read = addresses.read(kind, address, relay=settings.YIMEN_NOTICE_MAIL, private=settings.YIMEN_NOTICE_PRIVATE_HOSTS)
    Party.objects.select_for_update().get(pk=by.principal.pk)  # two additions at once must not pass the limit
    if Channel.objects.filter(recipient=by.principal, removed_at=None).count() >= MOST:
        raise TooManyChannels(f"最多 {MOST} 个，请先移除一个。")
    channel = Channel(recipient=by.principal, kind=kind, label=read.label[:100], added_at=at, code_sent_at=at)
    vaulting.seal(channel, read.url)
    channel.save(force_insert=True)
    jobs.defer(SEND_CODE, channel=str(channel.pk))
    return channel


@transaction.atomic
def renew_code(channel_id: UUID, *, by: Standing, at: datetime) -> Channel:
    """Have a new code sent (重发验证码); also how a channel that was stopped is taken up again.

    Raises:
        NotYoursToSet, ChannelNotFound: not theirs. CodeTooSoon: one was sent within the last minute.
    """
    channel = queries.channel_of(by, channel_id)
    if channel.code_sent_at is not None and channel.code_sent_at + ANEW_AFTER > at:
        raise CodeTooSoon("请等一分钟再发。")
    channel.code_sent_at = at
    channel.confirmed_at = channel.stopped_at = None
    channel.trouble = ""
    channel.save(update_fields=["code_sent_at", "confirmed_at", "stopped_at", "trouble"])
    jobs.defer(SEND_CODE, channel=str(channel.pk))
    return channel


def send_code(channel_id: UUID, *, at: datetime) -> Answer | None:
    """Make a code and send it to an address that is not confirmed yet; None where there is none such any more.

    Only the code's digest is kept. A second call makes a new one, and the older is void.
    """
    channel = Channel.objects.filter(pk=channel_id, confirmed_at=None, removed_at=None).first()
    if channel is None:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    changed = {"code_digest": _digest(channel, code), "code_sent_at": at, "code_tries": 0, "trouble": ""}
    Channel.objects.filter(pk=channel.pk).update(**changed)
    try:
        url = vaulting.opened(channel)
    except NotOpened:
        answer = Answer(Outcome.REFUSED, "地址的密钥已经更换，请移除后重新添加")
    else:
        message = confirmation(code, key=f"{channel.pk}:{at.timestamp()}")
        answer = senders.sender().send(url, message, is_keyed=channel.kind in addresses.KEYED)
    if answer.outcome is not Outcome.ACCEPTED:
        Channel.objects.filter(pk=channel.pk).update(trouble=f"验证码没有发出：{answer.words}"[:200])
    return answer


def confirm_channel(channel_id: UUID, code: str, *, by: Standing, at: datetime) -> Channel:
    """Use the channel from now on, for the code that was sent there came back (确认消息通道).

    What is older than the party's first channel stays in the inbox and is not sent after it.

    Raises:
        NotYoursToSet, ChannelNotFound: not theirs. BadCode: it is wrong, older than ten minutes, or tried too often.
    """
    with transaction.atomic():
        channel = queries.channel_of(by, channel_id)
        is_late = channel.code_sent_at is None or channel.code_sent_at + CODE_LASTS < at
        is_worn = channel.code_tries >= CODE_TRIES
        given = _digest(channel, code.strip())
        if not is_late and not is_worn and channel.code_digest and secrets.compare_digest(given, channel.code_digest):
            if not queries.in_use().filter(recipient=by.principal).exists():
                Notice.objects.filter(recipient=by.principal, settled_at=None).update(settled_at=at)
            channel.confirmed_at, channel.code_digest, channel.trouble = at, "", ""
            channel.save(update_fields=["confirmed_at", "code_digest", "trouble"])
            return channel
        channel.code_tries = min(channel.code_tries + 1, CODE_TRIES)
        channel.save(update_fields=["code_tries"])  # kept although it is refused below: that is what limits trying
    if is_late or is_worn:
        raise BadCode("这个验证码已经失效，请重发一次。", field="code")
    raise BadCode("请核对最近一次收到的六位数字。", field="code")


@transaction.atomic
def remove_channel(channel_id: UUID, *, by: Standing, at: datetime) -> Channel:
    """Send nothing there any more, and forget the address (移除消息通道); what waited for it is not sent.

    Raises:
        NotYoursToSet, ChannelNotFound: not theirs.
    """
    channel = queries.channel_of(by, channel_id)
    channel.removed_at, channel.address = at, b""
    channel.save(update_fields=["removed_at", "address"])
    return channel


def _digest(channel: Channel, code: str) -> str:
    return hashlib.sha256(f"{channel.pk}:{code}".encode()).hexdigest()
