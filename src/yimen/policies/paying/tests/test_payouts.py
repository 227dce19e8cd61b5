"""From a decision to payments: once, under the caps, by every agency that has a share, each with its day."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from demo.departments.treasury.faults import Faults
from yimen.ledger.models import Entry
from yimen.parties.models import Post
from yimen.parties.queries import desk as desk_of
from yimen.parties.tests import factories as parties
from yimen.payments import services as payments
from yimen.payments.models import Budget, Payment, PaymentBatch
from yimen.payments.services import Target
from yimen.payments.tests import treasury
from yimen.policies import services
from yimen.policies.logic import Joint, Kind
from yimen.policies.models import Duty, Payout, PayoutCap
from yimen.policies.paying import board, caps, duties, payouts, setting, tracing
from yimen.policies.paying.jobs import CLOCK, note_settled
from yimen.policies.paying.payouts import Source
from yimen.policies.tests.factories import AT, RULES, measure, policy
from yimen.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
NAME = "steady-reward/m1"
TARGET = Target("6222024403001234", "中国银行深圳分行")
TODAY = date(2026, 11, 25)


def publish(*measures):
    parties.agency()
    parties.agency(parties.POLICE, "市公安局")
    made = measures or (measure(),)
    return services.put_policy(policy(measures=made), {one.id: RULES.encode() for one in made}, at=AT)


def decide(beneficiary, *, name=NAME, yuan="200000", source=None, at=AT):
    source = source or Source(Payout.Source.LIST, uuid4())
    return payouts.decide_payout(
        name, beneficiary=beneficiary.pk, source=source, claim_yuan=Decimal(yuan), by=CLOCK, at=at
    )


def desk(role=Post.Role.PAYMENT_OFFICER, code=parties.HR):
    return desk_of(parties.desk(role, code), on=TODAY)


def test_a_decision_becomes_a_payment_with_clause_rule_and_duty():
    publish()
    firm = parties.organisation()

    payout = decide(firm)
    (payment,) = payouts.pay_payout(payout.pk, TARGET, by=CLOCK, at=AT)

    assert (payout.amount_yuan, payout.policy_version.number) == (Decimal(200000), 1)
    assert "一次性20万元" in payout.clause
    assert (payment.amount_yuan, payment.purpose_item, payment.payee_id) == (Decimal(200000), NAME, firm.pk)
    assert Budget.objects.get().total_yuan == Decimal(2_000_000)
    duty = Duty.objects.get()
    assert (duty.kind, duty.agency_id, duty.due_on) == ("PAY", parties.HR, date(2026, 12, 16))


def test_the_same_source_twice_is_one_payout_and_one_payment():
    publish()
    firm, source = parties.organisation(), Source(Payout.Source.LIST, uuid4())

    first, second = decide(firm, source=source), decide(firm, source=source)
    payouts.pay_payout(first.pk, TARGET, by=CLOCK, at=AT)
    payouts.pay_payout(second.pk, TARGET, by=CLOCK, at=AT)

    assert first.pk == second.pk
    assert Payment.objects.count() == 1


def test_the_same_source_with_another_amount_is_told():
    publish()
    firm, source = parties.organisation(), Source(Payout.Source.LIST, uuid4())
    decide(firm, source=source)

    with pytest.raises(payouts.DecidedOtherwise):
        decide(firm, source=source, yuan="300000")


def test_what_is_had_once_is_not_paid_a_second_time():
    publish()
    firm = parties.organisation()
    decide(firm)

    second = decide(firm)

    assert (second.amount_yuan, second.counted_yuan) == (0, Decimal(200000))
    with pytest.raises(payouts.NothingDue, match="只兑付一次"):
        payouts.pay_payout(second.pk, TARGET, by=CLOCK, at=AT)


def test_whoever_is_promoted_gets_the_difference():
    publish(measure(), measure(id="m2", name="小巨人奖励"))
    for name, kind, limit in ((NAME, "ONCE", None), ("steady-reward/m2", "DIFFERENCE", 500000)):
        PayoutCap.objects.create(measure=name, group="title", kind=kind, limit_yuan=limit)
    firm = parties.organisation()
    decide(firm)

    second = decide(firm, name="steady-reward/m2", yuan="500000", at=AT + timedelta(days=300))

    assert (second.claim_yuan, second.counted_yuan, second.amount_yuan) == (500000, 200000, 300000)
    assert second.why == "标准 500,000.00 元，以前已兑付 200,000.00 元，补 300,000.00 元"


def test_what_was_written_off_does_not_count_as_had():
    publish()
    firm = parties.organisation()
    (payment,) = payouts.pay_payout(decide(firm).pk, TARGET, by=CLOCK, at=AT)
    Payment.objects.filter(pk=payment.pk).update(state="RETURNED", batch=_batch())
    payments.write_off(payment.pk, reason="", by=CLOCK, at=AT)

    assert decide(firm).amount_yuan == Decimal(200000)


def _batch():
    return PaymentBatch.objects.create(number="B1", agency_id=parties.HR, made_at=AT, made_by_label="x")


def test_measures_that_exclude_each_other_are_not_both_paid():
    publish(measure(), measure(id="m2", name="另一项", excludes=("steady-reward/m1",)))
    firm = parties.organisation()
    decide(firm)

    assert decide(firm, name="steady-reward/m2").why == f"已享受 {NAME}，不重复享受"


def test_several_agencies_pay_their_shares_from_their_own_budgets():
    publish(measure(joint=(Joint(parties.POLICE, "核验", Decimal("0.4")),)))

    made = payouts.pay_payout(decide(parties.organisation()).pk, TARGET, by=CLOCK, at=AT)

    assert {(one.budget.agency_id, one.amount_yuan) for one in made} == {
        (parties.HR, Decimal(120000)),
        (parties.POLICE, Decimal(80000)),
    }
    assert set(Budget.objects.values_list("key", "total_yuan")) == {
        (NAME, Decimal(1_200_000)),
        (f"{NAME}@{parties.POLICE}", Decimal(800_000)),
    }
    assert Duty.objects.count() == 2


def test_where_one_agency_has_no_money_left_nothing_is_ordered():
    publish(measure(joint=(Joint(parties.POLICE, "核验", Decimal("0.4")),)))
    payout = decide(parties.organisation())
    Budget.objects.filter(agency_id=parties.POLICE).update(total_yuan=1)

    with pytest.raises(payments.BudgetExhausted):
        payouts.pay_payout(payout.pk, TARGET, by=CLOCK, at=AT)

    assert Payment.objects.count() == 0


def test_a_list_is_paid_while_the_budget_lasts_and_the_rest_is_told():
    publish()
    listed = [decide(parties.organisation()).pk for _ in range(12)]

    done = payouts.pay_all([(one, TARGET) for one in listed], by=CLOCK, at=AT)

    assert list(done.unpaid) == listed[10:]
    assert sum(len(made) for made in done.payments.values()) == 10


def test_a_tax_relief_is_not_paid_out():
    publish(measure(kind=Kind.TAX))

    with pytest.raises(payouts.NotPaying):
        decide(parties.organisation())


def test_a_decision_does_not_change():
    publish()
    decide(parties.organisation())

    with pytest.raises(ProgrammingError), transaction.atomic():
        Payout.objects.update(amount_yuan=1)


@pytest.fixture
def paid(keys):
    """A payment that went the whole way over a real treasury which answered late."""
    publish()
    payout = decide(parties.organisation())
    (payment,) = payouts.pay_payout(payout.pk, TARGET, by=CLOCK, at=AT)
    first, second = desk(), desk()
    batch = payments.open_batch(by=first, at=AT)
    payments.freeze(batch.pk, by=first, at=AT)
    payments.approve(batch.pk, by=second, at=AT)
    payments.begin_sending(batch.pk, by=second, at=AT)
    faults = Faults(silent_after=100)
    with treasury.running(keys / "treasury", faults, payment_key=keys / "payment.pem") as (_, client):
        for _ in range(2):
            payments.send_batch(batch.pk, treasury=client, by=CLOCK, clock=lambda: AT)
    payment.refresh_from_db()
    return payment


def test_a_payment_is_followed_from_the_account_back_to_the_clause(paid):
    found = tracing.trace(desk(Post.Role.AUDITOR), paid.pk)

    assert [one.title for one in found.steps] == [
        "政策条款",
        "奖补项与条件",
        "判定规则",
        "兑付决定",
        "下达拨付",
        "冻结并签名",
        "第二人复核",
        "发送国库",
        "向国库查询",
        "回执：已到账",
    ]
    assert found.is_whole
    assert "深人社规〔2026〕3号" in found.steps[0].words
    assert ("第二条第一项", "登记状态正常") in found.steps[1].facts
    assert ("签名", "核对一致（Ed25519）") in found.steps[5].facts
    numbers = [number for one in found.steps for number in one.entries]
    assert Entry.objects.filter(pk__in=numbers).count() == len(set(numbers)) >= 6
    assert "6222024403001234" not in str(found)


def test_money_that_has_arrived_meets_the_duty(paid):
    assert Duty.objects.get().done_at is None

    note_settled(paid.cause)

    assert Duty.objects.get().done_at is not None
    found = board.board(desk(Post.Role.AUDITOR), on=TODAY)
    assert (found.total, found.done, found.late) == (1, 1, 0)
    assert found.agencies[0].spent_yuan == Decimal(200000)


def test_the_arrival_queues_the_noting(paid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'cause' FROM procrastinate_jobs WHERE task_name = 'policies.note_settled'")
        assert cursor.fetchall() == [(paid.cause,)]


def test_an_agency_is_warned_before_its_day_and_late_after_it():
    publish()
    decide(parties.organisation())
    due = Duty.objects.get().due_on

    early = duties.warn(by=CLOCK, at=AT, on=TODAY)
    near = duties.warn(by=CLOCK, at=AT, on=due - timedelta(days=1))
    again = duties.warn(by=CLOCK, at=AT, on=due + timedelta(days=2))

    assert (early, near, again) == (0, 1, 0)
    task = Task.objects.get(kind="policy.duty")
    assert (task.agency_id, task.due_on) == (parties.HR, due)
    late = board.board(desk(Post.Role.DATA_STEWARD), on=due + timedelta(days=2))
    assert (late.late, late.duties[0].tone) == (1, "bad")


def test_a_duty_that_is_done_closes_its_task():
    publish()
    decide(parties.organisation())
    duty = Duty.objects.get()
    duties.warn(by=CLOCK, at=AT, on=duty.due_on)

    duties.meet(Duty.Kind.PAY, duty.reference, by=CLOCK, at=AT)

    assert Task.objects.get().status == "CLOSED"
    assert not duties.meet(Duty.Kind.PAY, duty.reference, by=CLOCK, at=AT)


def test_an_agency_sees_its_own_duties_only():
    publish(measure(joint=(Joint(parties.POLICE, "核验", Decimal("0.4")),)))
    decide(parties.organisation())

    assert board.board(desk(code=parties.POLICE), on=TODAY).total == 1
    assert board.board(desk(Post.Role.AUDITOR), on=TODAY).total == 2
    with pytest.raises(board.NotForThisPost):
        board.board(desk(Post.Role.DATA_OFFICER), on=TODAY)


def test_caps_are_read_from_a_file(tmp_path):
    file = tmp_path / "paying.yaml"
    file.write_text(
        "caps:\n- {measure: a/m1, group: g, kind: once}\n"
        "- {measure: a/m2, group: g, kind: difference, limit_yuan: 500000, ground: 补差}\n",
        encoding="utf-8",
    )

    setting.put_caps(caps.read(file))
    setting.put_caps(caps.read(file))

    assert list(PayoutCap.objects.values_list("measure", "kind", "limit_yuan")) == [
        ("a/m1", "ONCE", None),
        ("a/m2", "DIFFERENCE", Decimal("500000.00")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[",
        "caps: 3",
        "caps: [3]",
        "caps: [{measure: a, group: g, kind: once}]",
        "caps: [{measure: a/m1, group: g, kind: twice}]",
        "caps: [{measure: a/m1, group: g, kind: once, limit_yuan: 3}]",
        "caps: [{measure: a/m1, group: g, kind: per_year, limit_yuan: 五十万}]",
        "caps: [{measure: a/m1, group: g, kind: per_year, limit_yuan: -1}]",
        "caps: [{measure: a/m1, group: g, kind: once, speed: 3}]",
    ],
)
def test_a_file_of_caps_that_makes_no_sense_is_told(tmp_path, content):
    file = tmp_path / "paying.yaml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(caps.BadCaps) as refused:
        caps.read(file)

    assert refused.value.detail
