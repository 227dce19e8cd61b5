"""Send a batch, one payment after the other, so that each goes once whatever happens in between (发送).

What is said to the treasury is written down and committed before it is said. So a payment is in one of three places:
nothing was said (send it), something was said and answered (done), something was said and no answer is known: a
time-out, or a process that died. In the third it is asked about first, and sent anew only if the treasury never heard
of it. The reference is the treasury's idempotency key beside, for the message that arrives after the question.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from yimen.core import locks
from yimen.core.errors import Conflict
from yimen.core.vault import NotOpened, vault_at
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.payments import logic, queries
from yimen.payments.errors import BatchBroken
from yimen.payments.models import Attempt, Payment, PaymentBatch
from yimen.payments.services import receiving
from yimen.payments.services.ordering import sealed_as
from yimen.payments.treasuries import Absent, Accepted, Answer, Instruction, Returned, Settled, Treasury, Unknown

Clock = Callable[[], datetime]
OPENED = "payment.account-opened"
ASK_AGAIN_AFTER = timedelta(minutes=10)
"""An accepted payment of which no receipt has come for so long is asked about."""
SENDABLE = frozenset({Payment.State.WAITING, Payment.State.UNKNOWN})
NAMES = {Accepted: "ACCEPTED", Settled: "SETTLED", Returned: "RETURNED", Absent: "ABSENT", Unknown: "UNKNOWN"}


class BatchBusy(Conflict):
    """Another process is sending it at this moment."""

    code = "payments.batch-busy"
    title = "这个批次正在发送。"


class AccountLost(Conflict):
    """The sealed account cannot be opened."""

    code = "payments.account-lost"
    title = "收款账号无法解密，这一笔没有发送。"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one go at a batch came to. `open_still`: payments without an end; `is_cut` where the treasury was away."""

    batch: str
    sent: int
    asked: int
    open_still: int
    is_cut: bool


def send_batch(batch_id: UUID, *, treasury: Treasury, by: Actor, clock: Clock) -> Sent:
    """Send what is left of a batch that was let go; again and again does no harm.

    Raises:
        BatchBusy: another process is at it. BatchBroken: it is not what was signed, and nothing is sent.
        AccountLost: an account cannot be opened; all others were sent, and it waits until the key is back.
    """
    with locks.attempted("payments.send", batch_id) as is_mine:
        if not is_mine:
            raise BatchBusy("另一个进程正在发送，请稍后查看结果。")
        batch = PaymentBatch.objects.get(pk=batch_id)
        payments = list(batch.payments.select_related("payee").order_by("reference"))
        if batch.state not in {PaymentBatch.State.SENDING, PaymentBatch.State.SETTLED}:
            raise BatchBusy(f"批次 {batch.number} 是“{batch.get_state_display()}”，不能发送。请先复核并开始拨付。")
        if not queries.is_whole(batch, payments):
            raise BatchBroken(f"批次 {batch.number} 的摘要或签名对不上，没有发送。请联系审计人员。", batch=batch.number)
        sent = asked = silences = 0
        lost: AccountLost | None = None
        for payment in payments:
            if payment.state not in SENDABLE:
                continue
            try:
                said = _one(payment, batch, treasury=treasury, by=by, clock=clock)
            except AccountLost as error:
                lost = error  # the others are not made to wait for it
                continue
            sent, asked = sent + said.count(Attempt.Kind.SEND), asked + said.count(Attempt.Kind.ASK)
            payment.refresh_from_db(fields=["state"])
            silences = silences + 1 if payment.state == Payment.State.UNKNOWN else 0
            if silences >= logic.STALE_ATTEMPT:
                break
        if lost is not None:
            raise lost
        left = batch.payments.exclude(state__in=queries.ENDED).count()
        return Sent(batch.number, sent, asked, left, silences >= logic.STALE_ATTEMPT)


def ask_about(payment_id: UUID, *, treasury: Treasury, by: Actor, clock: Clock) -> Answer | Absent:
    """Ask the treasury what became of a payment, and take the answer in; nothing is sent."""
    attempt = _attempt(payment_id, Attempt.Kind.ASK, at=clock())
    assert attempt is not None  # asking is always allowed
    payment = attempt.payment
    said = treasury.status(payment.reference)
    _answered(attempt, said, by=by, at=clock())
    return said


def stale(*, at: datetime) -> list[UUID]:
    """Return the accepted payments of which nothing has been heard for a while."""
    quiet = Payment.objects.filter(state=Payment.State.ACCEPTED).annotate(heard_at=Max("attempts__answered_at"))
    return list(quiet.filter(heard_at__lt=at - ASK_AGAIN_AFTER).values_list("pk", flat=True)[:500])


def _one(payment: Payment, batch: PaymentBatch, *, treasury: Treasury, by: Actor, clock: Clock) -> list[Attempt.Kind]:
    """Bring one payment as far as it goes now; return what was said to the treasury, in order."""
    said: list[Attempt.Kind] = []
    if _is_open(payment):
        said.append(Attempt.Kind.ASK)
        if not isinstance(ask_about(payment.pk, treasury=treasury, by=by, clock=clock), Absent):
            return said
    account = _opened(payment, by=by, at=clock())
    attempt = _attempt(payment.pk, Attempt.Kind.SEND, at=clock())
    if attempt is None:
        return said
    instruction = Instruction(
        reference=payment.reference,
        batch=batch.number,
        payee=payment.payee.name,
        account=account,
        bank=payment.bank,
        amount_yuan=payment.amount_yuan,
        purpose=payment.purpose_title,
    )
    _answered(attempt, treasury.send(instruction), by=by, at=clock())
    return [*said, Attempt.Kind.SEND]


def _is_open(payment: Payment) -> bool:
    """Tell whether something was said of which no answer is known: what came after is all that counts."""
    last = payment.attempts.order_by("-number").first()
    return last is not None and last.answer in {"", "UNKNOWN"}


def _opened(payment: Payment, *, by: Actor, at: datetime) -> str:
    """Return the account's number; its row in the ledger is committed before.

    Raises:
        AccountLost: the key is gone, or the secret was tampered with.
    """
    try:
        account = vault_at(Path(settings.YIMEN_SECRETS_KEY)).open(
            payment.account_key_id, bytes(payment.account_sealed), of=sealed_as(payment.cause)
        )
    except NotOpened as error:
        raise AccountLost(
            f"拨付单 {payment.reference}：{error}。请从备份恢复密钥文件。", reference=payment.reference
        ) from error
    ledger.record_read(
        actor=by,
        subject=payment.payee_id,
        dataset="",
        fields=["payment.account"],
        purpose=Purpose(payment.purpose_item, payment.purpose_title, payment.case_id),
        result="OK",
        at=at,
        action=OPENED,
        details={"payment": str(payment.pk), "reference": payment.reference},
    )
    return account


@transaction.atomic
def _attempt(payment_id: UUID, kind: Attempt.Kind, *, at: datetime) -> Attempt | None:
    """Write down what is about to be said. From then on the payment's state is unknown until an answer is taken in.

    None where there is nothing to send any more: its receipt came in meanwhile by the treasury's list.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    number = (payment.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    if kind == Attempt.Kind.SEND:
        if payment.state not in SENDABLE:
            return None
        payment.state = Payment.State.UNKNOWN
        payment.save(update_fields=["state"])
    return Attempt.objects.create(payment=payment, number=number, kind=kind, sent_at=at)


@transaction.atomic
def _answered(attempt: Attempt, said: Answer | Absent, *, by: Actor, at: datetime) -> None:
    """Write the answer beside what was said, and take it in: both or neither."""
    attempt.answer, attempt.answered_at = NAMES[type(said)], at
    attempt.words = (said.why if isinstance(said, Unknown) else said.reason if isinstance(said, Returned) else "")[:200]
    attempt.save(update_fields=["answer", "answered_at", "words"])
    if not isinstance(said, Absent):
        receiving.take(attempt.payment_id, said, way=attempt.kind, by=by, at=at)
