"""Follow a payment back to the clause it stands on (资金溯源): each step with who, when, and its rows of the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yimen.ledger import queries as ledger
from yimen.ledger.models import Entry
from yimen.parties.queries import Desk
from yimen.payments import queries as payments
from yimen.payments.logic import reason_label
from yimen.payments.models import Payment
from yimen.payments.queries import PaymentRow
from yimen.policies.logic import from_json
from yimen.policies.models import Beneficiary, Payout, PayoutShare

SOURCES: Mapping[str, str] = {"CASE": "办件", "LIST": "受益名单"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: what it is, what it says, who and when, facts beside it, and numbers of ledger rows.

    `tone` is that of a badge: good, warn, bad or wait. `at` is None where a step has no moment of its own.
    """

    title: str
    words: str
    who: str = ""
    at: datetime | None = None
    facts: Sequence[tuple[str, str]] = ()
    entries: Sequence[int] = ()
    tone: str = "good"


@dataclass(frozen=True, slots=True)
class Trace:
    """A payment and its way from the clause, in order. `is_whole` is false where a step is missing or does not fit."""

    row: PaymentRow
    payment_id: UUID
    batch_id: UUID | None
    steps: Sequence[Step]
    is_whole: bool


def trace(desk: Desk, payment_id: UUID) -> Trace:
    """Return the way of a payment this desk may see.

    Raises:
        NotAPayer, PaymentNotFound: it is not for this desk.
    """
    payment = payments.visible_payment(desk, payment_id)
    acts = ledger.acts_about(payment.payee_id, key="payment", value=str(payment.pk))
    share = PayoutShare.objects.select_related(
        "payout__policy_version__policy", "payout__rule_version", "payout__award__beneficiary__roll", "agency"
    ).filter(cause=payment.cause)
    found = share.first()
    steps = [
        *(_decided(found) if found else [_unfounded()]),
        *_ordered(payment, acts),
        *_batched(payment, acts),
        *_talked(payment, acts),
    ]
    return Trace(
        payments.row(payment), payment.pk, payment.batch_id, steps, all(one.tone != "bad" for one in steps[:4])
    )


def _unfounded() -> Step:
    return Step("没有兑付决定", "这张拨付单不对应任何奖补项的兑付。请联系审计人员。", tone="bad")


def _decided(share: PayoutShare) -> Iterator[Step]:
    payout = share.payout
    policy = from_json(payout.policy_version.content)
    measure = policy.measure(payout.measure.partition("/")[2])
    number = f"（{policy.document_number}）" if policy.document_number else ""
    yield Step(
        "政策条款",
        f"《{policy.title}》{number}",
        facts=[
            ("发布部门", "、".join(policy.issuing_agencies)),
            ("奖补标准", measure.amount if measure else payout.clause),
            ("政策版本", f"第 {payout.policy_version.number} 版，{policy.effective_from:%Y-%m-%d} 起施行"),
        ],
        at=payout.policy_version.published_at,
        tone="good" if measure else "bad",
    )
    if measure is not None:
        yield Step(
            "奖补项与条件",
            measure.name,
            facts=[(one.clause or one.id, one.text) for one in measure.conditions],
        )
    yield Step(
        "判定规则",
        str(payout.rule_version),
        facts=[
            ("规则摘要", payout.rule_version.digest[:16]),
            ("生效", f"{payout.rule_version.effective_from:%Y-%m-%d}"),
        ],
        at=payout.rule_version.loaded_at,
    )
    if payout.award is not None and payout.award.beneficiary is not None:
        yield _listed(payout.award.beneficiary)
    facts = [("规则算得", _yuan(payout.claim_yuan))]
    if payout.counted_yuan:
        facts.append(("抵扣", _yuan(payout.counted_yuan)))
    facts.append(("应兑付", _yuan(payout.amount_yuan)))
    if share.amount_yuan != payout.amount_yuan:
        facts.append((f"{share.agency.short_name}分担", _yuan(share.amount_yuan)))
    yield Step(
        "兑付决定",
        payout.why or f"依据{SOURCES[payout.source_kind]}决定兑付",
        payout.decided_by_label,
        payout.decided_at,
        [*facts, (SOURCES[payout.source_kind], str(payout.source_id))],
        [*_case_entries(payout), *([payout.entry] if payout.entry else [])],
    )


def _listed(row: Beneficiary) -> Step:
    """Return the way of a row through its list: reviewed, public, confirmed (免申即享)."""
    roll = row.roll
    facts = [("核对", f"{row.judged_at:%Y-%m-%d}，留痕 {len(row.entries)} 行")]
    if roll.reviewed_by:
        facts.append(("部门审核", roll.reviewed_by))
    if row.credit:
        facts.append(("信用核查", row.get_credit_display()))
    if roll.notice_from and roll.notice_until:
        facts.append(("公示", f"{roll.notice_from:%Y-%m-%d} 至 {roll.notice_until:%Y-%m-%d}"))
    if row.answered_at:
        facts.append(("意愿确认", f"{row.answered_at:%Y-%m-%d}"))
    numbers = [int(one) for one in row.entries if str(one).isdecimal()]
    return Step("受益名单", "免申即享，系统核对后列入名单", roll.made_by, roll.made_at, facts, numbers[:10])


def _case_entries(payout: Payout) -> list[int]:
    """Return the rows in which the case of a payout was decided; none for a list."""
    if payout.source_kind != Payout.Source.CASE:
        return []
    return [one.pk for one in ledger.of_case(payout.source_id) if one.action == "case.decided"]


def _ordered(payment: Payment, acts: Sequence[Entry]) -> Iterator[Step]:
    before = payment.replaces
    facts = [
        ("拨付单号", payment.reference),
        ("预算", f"{payment.budget.title}（{payment.budget.agency.short_name}）"),
        ("收款账户", f"{payment.account_masked} {payment.bank}"),
        ("金额", _yuan(payment.amount_yuan)),
    ]
    if before is not None:
        facts.append(("替换", f"{before.reference}（{reason_label(before.return_reason) or '复核不通过'}）"))
    found = [one for one in acts if one.action in {"payment.ordered", "payment.replaced"}]
    who = found[0].actor_label if found else ""
    yield Step("下达拨付", payment.purpose_title, who, payment.ordered_at, facts, [one.pk for one in found])


def _batched(payment: Payment, acts: Sequence[Entry]) -> Iterator[Step]:
    batch = payment.batch
    if batch is None:
        yield Step("拨付批次", "还没有编入批次", tone="wait")
        return
    if batch.frozen_at is None:
        yield Step(
            "拨付批次", f"已编入批次 {batch.number}，还没有冻结", batch.made_by_label, batch.made_at, tone="wait"
        )
        return
    is_whole = payments.is_whole(batch, list(batch.payments.all()))
    yield Step(
        "冻结并签名",
        f"批次 {batch.number}，{batch.count} 笔，共 {_yuan(batch.total_yuan)}",
        f"{batch.frozen_by_label}（账号 {batch.frozen_by}）",
        batch.frozen_at,
        [
            ("内容摘要", batch.digest[:16]),
            ("签名", "核对一致（Ed25519）" if is_whole else "与内容不符"),
        ],
        [one.pk for one in acts if one.action == "payment.frozen"],
        "good" if is_whole else "bad",
    )
    if batch.refusal:
        yield Step("复核不通过", batch.refusal, tone="bad")
    elif batch.approved_at is None:
        yield Step("第二人复核", "等待另一位拨付人员复核", tone="wait")
    else:
        rows = [one.pk for one in acts if one.action in {"payment.approved", "payment.released"}]
        who = f"{batch.approved_by_label}（账号 {batch.approved_by}）"
        yield Step("第二人复核", "同意拨付", who, batch.approved_at, entries=rows)


def _talked(payment: Payment, acts: Sequence[Entry]) -> Iterator[Step]:
    for attempt in payment.attempts.all():
        said = ANSWERS.get(attempt.answer, "没有等到答复")
        words = f"{said}：{reason_label(attempt.words)}" if attempt.words else said
        tone = {"UNKNOWN": "warn", "": "warn", "RETURNED": "bad", "ABSENT": "wait"}.get(attempt.answer, "good")
        is_send = attempt.kind == "SEND"
        rows = [one.pk for one in acts if one.action == "payment.account-opened"] if is_send else []
        yield Step(
            "发送国库" if is_send else "向国库查询", words, "系统（资金拨付）", attempt.sent_at, entries=rows, tone=tone
        )
    for receipt in payment.receipts.all():
        facts = [("国库流水号", receipt.treasury_number)] if receipt.treasury_number else []
        if receipt.amount_yuan is not None:
            facts.append(("回执金额", _yuan(receipt.amount_yuan)))
        rows = [one.pk for one in acts if one.action == f"payment.{receipt.outcome.lower()}"]
        tone = "bad" if receipt.outcome == "RETURNED" else "good"
        yield Step(
            f"回执：{receipt.get_outcome_display()}",
            reason_label(receipt.reason),
            "国库",
            receipt.received_at,
            facts,
            rows,
            tone,
        )


ANSWERS: Mapping[str, str] = {
    "ACCEPTED": "国库已受理",
    "SETTLED": "国库答复已到账",
    "RETURNED": "国库退回",
    "ABSENT": "国库没有收到过，可以重发",
    "UNKNOWN": "没有得到可信的答复，结果待查",
}


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f} 元"
