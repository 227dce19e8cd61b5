"""From a run of the matching to what parties are told, and what they are told of what they are given."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.cases.models import Case
from yimen.core import jobs, memo
from yimen.items.models import ItemVersion
from yimen.lake import store
from yimen.notices.models import Notice
from yimen.parties.tests import factories as parties
from yimen.payments.events import payment_settled
from yimen.policies import services
from yimen.policies.delivering import following, telling, wording
from yimen.policies.delivering.from_matches import found_in, push_run
from yimen.policies.delivering.pushing import MOST_A_DAY, push
from yimen.policies.delivering.wording import Found
from yimen.policies.events import benefit_to_confirm, measure_granted
from yimen.policies.logic import Mode
from yimen.policies.matching import facts_table
from yimen.policies.models import Push
from yimen.policies.services import matching
from yimen.policies.tests.factories import AT, RULES, measure, policy, published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
M1 = "steady-reward/m1"


@pytest.fixture(autouse=True)
def _lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")


@pytest.fixture
def firm():
    published()
    return parties.organisation()


def table(rows, *, at=AT):
    """Publish a table of facts: party to (status, on the list of abnormal ones)."""
    with store.draft(facts_table.TABLE, at=at) as draft:
        columns = {
            "subject": pa.array([str(one) for one in rows], pa.string()),
            "org.status": pa.array([status for status, _ in rows.values()], pa.string()),
            "org.abnormal_list": pa.array([abnormal for _, abnormal in rows.values()], pa.bool_()),
            "org.registered_division": pa.array(["440305"] * len(rows), pa.string()),
            "org.size_class": pa.array(["medium"] * len(rows), pa.string()),
        }
        pq.write_table(pa.table(columns), draft.path)
        draft.close({})
        draft.publish({})


def run(rows, *, at=AT):
    table(rows, at=at)
    return matching.run(at=at)


def test_what_a_run_found_is_told_with_amount_reason_and_place(firm):
    other = parties.organisation("另一家")
    made = run({firm.pk: ("active", False), other.pk: ("active", True), uuid4(): ("active", False)})

    assert push_run(made, at=AT) == 1
    assert push_run(made, at=AT + DAY) == 0

    kept = Push.objects.get()
    assert (kept.party_id, kept.measure, kept.amount_yuan) == (firm.pk, M1, Decimal(200_000))
    assert (kept.district, kept.size) == ("440305", "medium")
    assert kept.reason == "因为您单位登记状态正常，未列入经营异常名录，是中型企业，注册在南山区。"


def test_only_what_is_new_in_a_run_is_looked_at(firm):
    other = parties.organisation("另一家")
    run({firm.pk: ("active", False)})
    second = run({firm.pk: ("active", False), other.pk: ("active", False)}, at=AT + DAY)

    assert [one.party for one in found_in(second, at=AT + DAY)] == [other.pk]


def test_who_was_told_enough_for_a_day_is_looked_at_again_the_next(firm):
    many = tuple(measure(id=f"m{number}", name=f"奖励{number}") for number in range(1, 13))
    services.put_policy(policy(slug="many", measures=many), {one.id: RULES.encode() for one in many}, at=AT)
    memo.forget()
    first = run({firm.pk: ("active", False)})
    push_run(first, at=AT)
    after_one_day = Push.objects.count()
    second = run({firm.pk: ("active", False)}, at=AT + DAY)
    push_run(second, at=AT + DAY)

    assert second.fresh == 0
    assert after_one_day == MOST_A_DAY
    assert Push.objects.count() == 13


def test_a_run_whose_rows_are_gone_pushes_nothing(firm):
    made = run({firm.pk: ("active", False)})
    store.find(matching.TABLE, made.found).path.unlink()

    assert push_run(made, at=AT) == 0


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        (Mode.ORDINARY, "您可以申请“奖励”"),
        (Mode.SELF_DECLARED, "您可以享受“奖励”"),
        (Mode.NO_APPLICATION, "您符合“奖励”的条件，不用申请"),
    ],
)
def test_a_title_says_what_one_has_to_do(mode, title):
    assert wording.title(Push.Kind.MATCH, "奖励", mode) == title


def test_a_party_on_a_list_is_told_once_that_it_may_confirm(firm):
    for _ in range(2):
        telling.to_confirm(7, measure=M1, party=firm.pk, until=date(2026, 12, 20), at=AT)

    notice = Notice.objects.get()
    assert (notice.title, notice.link) == ("“稳健经营奖励”请您确认收款账户", "/policies/benefits/")
    assert "2026 年 12 月 20 日前确认" in notice.body


def test_a_party_that_did_not_confirm_is_told_once_that_it_has_waived(firm):
    for _ in range(2):
        telling.waived(7, measure=M1, party=firm.pk, at=AT)

    assert Notice.objects.get().title == "“稳健经营奖励”没有按时确认，视为放弃"


def test_what_was_granted_and_what_has_ended_since_are_told(firm):
    telling.granted(1, measure=M1, party=firm.pk, amount=Decimal("200000.50"), by_list=False, at=AT)
    telling.granted(2, measure=M1, party=firm.pk, amount=None, by_list=True, at=AT + timedelta(days=3000))

    told = {one.key: (one.title, one.body, one.link) for one in Notice.objects.all()}
    assert told["policies.granted:1"] == (
        "“稳健经营奖励”已批准",
        "金额 200,000.50 元，到账后再告诉您。",
        "/policies/applications/",
    )
    assert told["policies.granted:2"] == ("“稳健经营奖励”已批准", "决定已经生效。", "/policies/benefits/")


def test_money_that_is_none_of_ours_is_told_to_nobody(firm):
    assert telling.paid(str(uuid4()), cause="payout:nothing", amount=Decimal(1), at=AT) is False
    assert Notice.objects.count() == 0


def test_what_is_given_is_told_by_jobs(firm, monkeypatch):
    deferred = []
    monkeypatch.setattr(jobs, "defer", lambda name, **arguments: deferred.append((name, arguments)))

    benefit_to_confirm.send(None, beneficiary=7, measure=M1, party=firm.pk, until=date(2026, 12, 20))
    measure_granted.send(
        None, award=3, measure=M1, case_id=None, beneficiary=7, party=firm.pk, amount=Decimal(5), at=AT
    )
    payment_settled.send(None, payment_id=uuid4(), cause="payout:x", purpose_item=M1, amount_yuan=Decimal(5))
    for name, told in deferred:
        if name.startswith("policies.tell_"):
            jobs.app.tasks[name].func(**told)

    assert {name for name, _ in deferred} >= {"policies.tell_to_confirm", "policies.tell_granted", "policies.tell_paid"}
    assert sorted(one.key for one in Notice.objects.all()) == ["policies.granted:3", "policies.to-confirm:7"]


def test_an_application_after_the_push_is_seen_and_one_before_is_not(firm):
    early = parties.organisation("早就申请了的")
    push([Found(one.pk, M1, Push.Kind.MATCH) for one in (firm, early)], at=AT)
    version = ItemVersion.objects.get(item_id=M1)
    for number, (party, at) in enumerate([(firm, AT + timedelta(hours=1)), (early, AT - DAY)]):
        Case.objects.create(
            number=str(number),
            query_code=str(number),
            applicant=party,
            handler=party,
            item_version=version,
            item_slug=M1,
            agency_code=parties.HR,
            status=Case.Status.REVIEW,
            started_at=at,
            submitted_at=at,
        )

    assert (following.applied(at=AT + DAY), following.applied(at=AT + DAY)) == (1, 0)
    assert Push.objects.get(party=firm).applied_at == AT + timedelta(hours=1)
    assert Push.objects.get(party=early).applied_at is None
