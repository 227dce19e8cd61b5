"""Decide what somebody is to be paid, and order it paid: once, within its caps, by whoever has to (兑付)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yimen.core.errors import Conflict, Invalid
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party
from yimen.payments import services as payments
from yimen.payments.models import Payment
from yimen.payments.services import BudgetDefinition, Order, Target
from yimen.policies import choosing, queries
from yimen.policies.models import Duty, Payout, PayoutCap, PayoutShare
from yimen.policies.paying import duties, logic
from yimen.policies.queries import Measure
from yimen.policies.services import guarding
from yimen.rules import queries as rules


class NotPaying(Invalid):
    """The measure gives no money."""

    code = "policies.not-paying"
    title = "这个奖补项不涉及资金兑付。"


class DecidedOtherwise(Conflict):
    """The same source was decided to be paid otherwise."""

    code = "policies.decided-otherwise"
    title = "这一笔已经按另一个金额或主体决定兑付。"


class NothingDue(Conflict):
    """Nothing is left to pay."""

    code = "policies.nothing-due"
    title = "这一笔没有可以兑付的金额。"


@dataclass(frozen=True, slots=True)
class Source:
    """What it was decided on: a case or a row of a list of beneficiaries, as an opaque identifier."""

    kind: Payout.Source
    id: UUID


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of several payouts: payments by payout, and payouts with a share there was no money for."""

    payments: Mapping[UUID, Sequence[Payment]]
    unpaid: Sequence[UUID]


@transaction.atomic
def decide_payout(
    name: str,
    *,
    beneficiary: UUID,
    source: Source,
    claim_yuan: Decimal,
    by: Actor,
    at: datetime,
    on: date | None = None,
    award: int | None = None,
) -> Payout:
    """Keep what a party is to be paid by a measure (决定兑付); the same source twice is one payout.

    `claim_yuan` is what the rules of the day `on` gave (None: today's), `award` the grant it carries out. What the
    party had before counts against it as the measure's cap says; a payout whose rest is zero is kept as well, with the
    reason. Each agency that pays gets a duty with a day.

    Raises:
        NoSuchPolicy, NoSuchMeasure, NoRule: the measure is not in force. NotPaying: it gives no money.
        DecidedOtherwise: the source was decided for another party or amount.
    """
    on = on or timezone.localdate(at)
    measure = queries.measure(name, on=on)
    if not measure.definition.pays:
        raise NotPaying(f"“{measure.definition.name}”是{measure.definition.kind}类，没有要拨付的钱。", measure=name)
    claim = claim_yuan.quantize(logic.FEN)
    # One decision at a time for a party: two at once would not see each other under the cap.
    Party.objects.select_for_update(no_key=True).get(pk=beneficiary)
    known = Payout.objects.filter(source_kind=source.kind, source_id=source.id, measure=name).first()
    if known is not None:
        if known.beneficiary_id != beneficiary or known.claim_yuan != claim:
            raise DecidedOtherwise("请核对金额；确需更正的，按追回办理。", payout=str(known.pk))
        return known
    cap = cap_of(measure)
    owed = logic.due(
        claim,
        cap=cap,
        before=_before(beneficiary, cap),
        excluded=_excluded(beneficiary, measure, on=on),
        year=timezone.localdate(at).year,
        most=measure.definition.cap,
    )
    made = Payout(
        measure=name,
        policy_version_id=measure.policy.version_id,
        rule_version=rules.in_effect(name, on=on),
        beneficiary_id=beneficiary,
        award_id=award,
        source_kind=source.kind,
        source_id=source.id,
        clause=_clause(measure)[:500],
        group=cap.group if cap else "",
        claim_yuan=claim,
        counted_yuan=owed.counted,
        amount_yuan=owed.yuan,
        why=owed.why[:300],
        decided_at=at,
        decided_by_label=by.label,
    )
    made.entry = ledger.record_act(
        actor=by,
        action="payout.decided",
        subject=beneficiary,
        purpose=Purpose(name, measure.definition.name, source.id if source.kind == Payout.Source.CASE else None),
        at=at,
        details={
            "payout": str(made.pk),
            "claim_yuan": f"{claim:.2f}",
            "amount_yuan": f"{owed.yuan:.2f}",
            "source": f"{source.kind.value}:{source.id}",
        },
    )
    made.save(force_insert=True)
    _share_out(made, measure, at=at)
    return made


def pay_payout(payout_id: UUID, target: Target, *, by: Actor, at: datetime) -> list[Payment]:
    """Order what is to be paid, a payment for each agency's share (下达拨付); a second time is the same payments.

    Raises:
        NothingDue: nothing is left to pay. BudgetExhausted: an agency has no money left; nothing is ordered at all.
        BadAccount: the account can be none.
    """
    with transaction.atomic():
        payout = Payout.objects.select_for_update().get(pk=payout_id)
        shares = list(payout.shares.all())
        if not shares:
            raise NothingDue(payout.why or "金额为零。", payout=str(payout.pk))
        return [
            payments.order(_order(payout, share, target), budget=share.budget_key, year=share.budget_year, by=by, at=at)
            for share in shares
        ]


@transaction.atomic
def pay_all(wanted: Sequence[tuple[UUID, Target]], *, by: Actor, at: datetime) -> Paid:
    """Order several payouts paid, in their order, each budget by its own rule: while it lasts, or in proportion.

    A payout of which one agency has no money left is ordered for the others; it stands among the unpaid.

    Raises:
        BadAccount: an account can be none; nothing is ordered.
    """
    targets = dict(wanted)
    payouts = {one.pk: one for one in Payout.objects.filter(pk__in=targets).prefetch_related("shares")}
    by_budget: dict[tuple[str, int], list[PayoutShare]] = {}
    for payout_id, _ in wanted:
        for share in payouts[payout_id].shares.all():
            by_budget.setdefault((share.budget_key, share.budget_year), []).append(share)
    made: dict[UUID, list[Payment]] = {payout_id: [] for payout_id in targets}
    unpaid: list[UUID] = [payout_id for payout_id in targets if not payouts[payout_id].shares.all()]
    for (key, year), shares in sorted(by_budget.items()):
        orders = [_order(payouts[one.payout_id], one, targets[one.payout_id]) for one in shares]
        done = payments.order_all(orders, budget=key, year=year, by=by, at=at)
        whose = {one.cause: one.payout_id for one in shares}
        for payment in done.payments:
            made[whose[payment.cause]].append(payment)
        unpaid.extend(whose[cause] for cause in done.unpaid)
    return Paid(made, list(dict.fromkeys(unpaid)))


@transaction.atomic
def note_settled(cause: str, *, by: Actor, at: datetime) -> bool:
    """Meet the duty of the agency whose share has arrived; tell whether it was one of ours."""
    share = PayoutShare.objects.filter(cause=cause).first()
    return share is not None and duties.meet(Duty.Kind.PAY, cause, by=by, at=at)


def is_ordered(payout: Payout) -> bool:
    """Tell whether every share of a payout has its payment, or had one that was given up."""
    causes = set(payout.shares.values_list("cause", flat=True))
    return causes == set(Payment.objects.filter(cause__in=causes).values_list("cause", flat=True))


def cap_of(measure: Measure) -> logic.Cap | None:
    """Return the cap of a measure: as it was set, else once for one that is not repeatable."""
    found = PayoutCap.objects.filter(pk=measure.name).first()
    if found is not None:
        return logic.Cap(found.group, found.kind, found.limit_yuan, found.ground)
    return None if measure.definition.repeatable else logic.Cap(measure.name, logic.ONCE)


def _before(beneficiary: UUID, cap: logic.Cap | None) -> list[logic.Before]:
    """Return what the party had of the cap's group; what came back and was written off does not count."""
    if cap is None:
        return []
    earlier = Payout.objects.filter(beneficiary_id=beneficiary, group=cap.group, amount_yuan__gt=0)
    return [
        logic.Before(one.measure, one.amount_yuan, timezone.localdate(one.decided_at).year)
        for one in earlier
        if not _came_to_nothing(one)
    ]


def _excluded(beneficiary: UUID, measure: Measure, *, on: date) -> list[str]:
    """Return the measures the party was paid by that cannot be had beside this one."""
    names = guarding.excluded_by(measure.name, on=on)
    paid = Payout.objects.filter(beneficiary_id=beneficiary, measure__in=names, amount_yuan__gt=0)
    return sorted({one.measure for one in paid if not _came_to_nothing(one)})


def _came_to_nothing(payout: Payout) -> bool:
    """Tell whether every payment of a payout was written off: it was decided, and nobody got anything."""
    causes = [one.cause for one in payout.shares.all()]
    ordered = Payment.objects.filter(cause__in=causes)
    written_off = ordered.filter(written_off_at__isnull=False).values_list("cause", flat=True)
    living = ordered.exclude(state__in=["RETURNED", "CANCELLED"]).exists()
    return bool(causes) and not living and set(written_off) == set(causes)


def _clause(measure: Measure) -> str:
    number = measure.policy.definition.document_number
    title = f"《{measure.policy.definition.title}》{f'（{number}）' if number else ''}"
    return f"{title}{measure.definition.name}：{measure.definition.amount}"


def _share_out(payout: Payout, measure: Measure, *, at: datetime) -> None:
    """Keep who pays what, see to it that each has its budget, and open each one's duty."""
    definition, year = measure.definition, timezone.localdate(payout.decided_at).year
    for share in choosing.shares(payout.amount_yuan, definition):
        agency, yuan = share.agency, share.yuan
        if yuan <= 0:
            continue
        key = budget_key(measure.name, agency, handled_by=definition.handled_by)
        _see_to_budget(measure, key, agency, year=year)
        cause = f"payout:{payout.pk}:{agency}"
        PayoutShare.objects.create(
            payout=payout, agency_id=agency, budget_key=key, budget_year=year, amount_yuan=yuan, cause=cause
        )
        duties.open_duty(
            Duty.Kind.PAY,
            cause,
            name=payout.measure,
            title=f"{definition.name}，{yuan:,.2f} 元",
            agency=agency,
            begins_on=timezone.localdate(at),
            at=at,
            amount_yuan=yuan,
        )


def budget_key(name: str, agency: str, *, handled_by: str) -> str:
    """Return the key of the budget an agency pays a measure from: the measure's own, or beside it the agency's."""
    return name if agency == handled_by else f"{name}@{agency}"


def _see_to_budget(measure: Measure, key: str, agency: str, *, year: int) -> None:
    """Set the year's budget as the policy states it, where none was set yet; one that was stays as it is."""
    if payments.has_budget(key, year):
        return
    definition = measure.definition
    whole = definition.funding.budget if definition.funding else Decimal(0)
    parts = {one.agency: one.yuan for one in choosing.shares(whole, definition)}
    title = f"{definition.name}（{year}年）"
    payments.put_budget(BudgetDefinition(key, year, title[:200], agency, parts[agency]))


def _order(payout: Payout, share: PayoutShare, target: Target) -> Order:
    return Order(
        cause=share.cause,
        payee=payout.beneficiary_id,
        target=target,
        amount_yuan=share.amount_yuan,
        item=payout.measure,
        title=payout.clause[:300],
        case_id=payout.source_id if payout.source_kind == Payout.Source.CASE else None,
    )
