"""Who may read, how often, and each call once: what stands between a caller and a department's data (访问控制)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.utils import timezone

from yimen.core import pipeline
from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid, TooMany
from yimen.datasets import queries
from yimen.datasets.models import Grant
from yimen.datasets.queries import Access
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor

LONGEST_NUMBER = 80


class GrantMissing(Forbidden):
    """No grant covers this read."""

    code = "datasets.grant-missing"
    title = "没有读取这项数据的共享授权。"


class NotTheGrantee(GrantMissing):
    """Whoever asks belongs to another agency than the one the grant is for."""

    code = "datasets.not-the-grantee"
    title = "共享授权只给申请的部门使用。"


class FieldGone(GrantMissing):
    """The grant names a field that the dataset no longer has."""

    code = "datasets.field-gone"
    title = "授权的字段已经不在数据资源中。"


class GrantExpired(GrantMissing):
    """There is a grant, but not for this day."""

    code = "datasets.grant-expired"
    title = "读取这项数据的共享授权不在有效期内。"


class GrantSuspended(GrantMissing):
    """The grant is suspended."""

    code = "datasets.grant-suspended"
    title = "读取这项数据的共享授权已经暂停。"


class GrantRevoked(GrantMissing):
    """The grant was revoked."""

    code = "datasets.grant-revoked"
    title = "读取这项数据的共享授权已经撤销。"


class ConsentMissing(GrantMissing):
    """The grant asks for the consent of whom the data are about, and none was given."""

    code = "datasets.consent-missing"
    title = "读取这项数据须经本人同意。"


class RateExceeded(TooMany):
    """The grant was used as often as it may be in this minute or on this day."""

    code = "datasets.rate-exceeded"
    title = "读取这项数据的次数已到授权的上限。"


class BadCall(Invalid):
    """What is asked for has no possible name."""

    code = "datasets.bad-call"
    title = "要读取的内容有误。"


class Replayed(Conflict):
    """A call of this number was answered already."""

    code = "datasets.replayed"
    title = "这个请求号已经用过。"


class BadNumber(Invalid):
    """The number of a call is none that can be kept."""

    code = "datasets.bad-number"
    title = "请求号有误。"


Refusal = TypeVar("Refusal", bound=DomainError)


class Asked(Protocol):
    """What somebody wants to read, one record or a whole table, and how a refusal of it is recorded."""

    dataset: str
    fields: tuple[str, ...]
    purpose: Purpose
    actor: Actor
    at: datetime
    details: dict[str, object]

    def refused(self, error: Refusal) -> Refusal:
        """Record that nothing was read and why, and return the error to raise."""


@dataclass(slots=True)
class Call:
    """One exchange, as the ledger will tell it; `details` grow as more is known of it."""

    dataset: str
    subject: UUID
    fields: tuple[str, ...]
    purpose: Purpose
    actor: Actor
    at: datetime
    details: dict[str, object] = field(default_factory=dict)

    def record(self, result: str, **more: object) -> int:
        """Write the ledger row, committed, and return its number."""
        return ledger.record_read(
            actor=self.actor,
            subject=self.subject,
            dataset=self.dataset,
            fields=self.fields,
            purpose=self.purpose,
            result=result,
            at=self.at,
            details=self.details | more,
        )

    def refused(self, error: Refusal) -> Refusal:
        """Record that nothing was read and why, and return the error to raise."""
        self.record("REFUSED", why=error.code)
        return error


def permitted(call: Asked, grantee: str, consent: str) -> Access:
    """Return the access rule that lets this call through; record and raise why there is none.

    Raises:
        BadCall: a name is no name; nothing of the kind can be looked up or recorded.
        GrantMissing and its kinds: there is no rule, or none that lets it through.
    """
    if not all(name.isprintable() for name in (call.dataset, grantee, call.purpose.item, consent, *call.fields)):
        raise BadCall("资源、字段、事项和部门的名称不能含有控制字符。")
    on = timezone.localdate(call.at)
    named: dict[str, object] = {"dataset": call.dataset, "fields": list(call.fields)}
    rule = queries.access(call.dataset, grantee=grantee, item=call.purpose.item, fields=call.fields, on=on)
    if rule is not None:
        call.details = {"grant": rule.grant}
    error: GrantMissing | None = None
    if call.actor.agency_code not in {None, grantee}:
        error = NotTheGrantee("请以授权的部门办理，或由本部门另行申请共享授权。", **named)
    elif rule is None or rule.is_withheld:
        error = GrantMissing("请联系数据提供部门办理共享授权。", **named)
    elif rule.status == Grant.Status.REVOKED.value:
        error = GrantRevoked("撤销的原因在授权页面；仍然需要的，请重新申请。", **named)
    elif rule.status == Grant.Status.SUSPENDED.value:
        error = GrantSuspended("暂停的原因在授权页面；恢复之前不能读取。", **named)
    elif not rule.covers_day:
        error = GrantExpired("请联系数据提供部门办理共享授权。", **named)
    elif not rule.covers_fields:
        error = GrantMissing("授权不包括其中的字段，请只读取授权的字段，或另行申请。", **named)
    elif rule.needs_consent and not consent:
        error = ConsentMissing("请先取得本人同意，再读取。", **named)
    if error is not None or rule is None:
        raise call.refused(error or GrantMissing("请联系数据提供部门办理共享授权。", **named))
    return rule


COUNTED = """
INSERT INTO datasets_grantuse AS u (grant_id, "window", starts_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (grant_id, "window", starts_at) DO UPDATE SET count = u.count + 1 WHERE u.count < %s RETURNING count
"""


def count(call: Call, rule: Access, agency: str) -> None:
    """Count this use where the grant has a limit; one statement each, so that callers at once cannot exceed it."""
    moment = timezone.localtime(call.at).replace(second=0, microsecond=0)
    for window, limit, starts_at, again in (
        ("MINUTE", rule.limit_per_minute, moment, "请下一分钟再读。"),
        ("DAY", rule.limit_per_day, moment.replace(hour=0, minute=0), "请明天再读，或申请提高上限。"),
    ):
        if limit is None:
            continue
        if limit == 0 or pipeline.ask_now(COUNTED, [rule.grant, window, starts_at, limit]) is None:
            raise call.refused(
                RateExceeded(f"上限为 {limit} 次。{again}", dataset=call.dataset, agency=agency, limit=limit)
            )


CALLED = """
INSERT INTO datasets_exchangecall (grantee_id, number, called_at) VALUES (%s, %s, %s)
ON CONFLICT (grantee_id, number) DO NOTHING RETURNING id
"""


def once(call: Call, grantee: str, number: str) -> None:
    """Let a call's number through once; an empty one is a call of our own."""
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise call.refused(BadNumber(f"请求号应为不超过 {LONGEST_NUMBER} 个可见字符。", dataset=call.dataset))
    call.details |= {"number": number} if number else {}
    if number and pipeline.ask_now(CALLED, [grantee, number, call.at]) is None:
        raise call.refused(Replayed("请换一个新的请求号再读；原请求的回执仍然有效。", dataset=call.dataset))
