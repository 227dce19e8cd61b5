"""A batch on pages: gathered, frozen by one officer, approved by another, let go, and each payment followed back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.payments import services
from yimen.payments.models import Payment, PaymentBatch
from yimen.payments.tests.factories import SYSTEM, budget, order, ordered
from yimen.payments.treasuries import Returned
from yimen.policies.models import Duty
from yimen.policies.paying import duties

BACKEND = "yimen.config.backends.AccountBackend"
HOME = "/console/payments/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_PAYMENT_KEY = str(tmp_path / "payment.pem")


def seat(role=Post.Role.PAYMENT_OFFICER, code=parties.HR):
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


@pytest.fixture
def opened():
    """Two officers' browsers, and the address of an open batch of two payments."""
    budget()
    ordered(2, payee=None, account="6222024403001234")
    first, second = seat(), seat()
    answer = first.post(f"{HOME}open")
    assert answer.status_code == 303
    return first, second, answer.headers["Location"]


def test_a_batch_goes_its_whole_way_by_posts(opened):
    first, second, address = opened

    steps = [
        first.post(f"{address}freeze").status_code,
        first.post(f"{address}approve").status_code,
        second.post(f"{address}approve").status_code,
        second.post(f"{address}send").status_code,
    ]

    assert steps == [303, 403, 303, 303]
    assert PaymentBatch.objects.get().state == "SENDING"


def test_lists_show_no_account_and_no_persons_name(opened):
    first, _, address = opened
    budget()
    services.order(order(payee=parties.person("陈晓雯")), budget="srdi", year=2026, by=SYSTEM, at=timezone.now())

    shown = first.get(HOME).content.decode() + first.get(address).content.decode()

    assert "**** 1234" in shown
    assert "6222024403001234" not in shown
    assert "陈*雯" in shown
    assert "陈晓雯" not in shown


def test_of_two_clicks_the_second_is_told(opened):
    first, _, address = opened
    first.post(f"{address}freeze")

    answer = first.post(f"{address}freeze")

    assert answer.status_code == 409
    assert "已经有人处理过了" in answer.content.decode()


def test_a_refusal_without_a_reason_keeps_the_page(opened):
    first, second, address = opened
    first.post(f"{address}freeze")

    answer = second.post(f"{address}refuse", {"reason": "\0"})

    assert answer.status_code == 422
    assert "写明不通过的理由" in answer.content.decode()


def test_a_payment_is_taken_out(opened):
    first, _, address = opened
    one = Payment.objects.first()

    first.post(f"{address}take-out", {"payment": str(one.pk)})
    first.post(f"{address}take-out", {"payment": "nonsense\0"})

    assert PaymentBatch.objects.get().payments.count() == 1


def test_nothing_to_gather_is_told():
    parties.agency()

    answer = seat().post(f"{HOME}open")

    assert answer.status_code == 422
    assert "没有等待拨付的拨付单" in answer.content.decode()


@pytest.mark.parametrize("role", [Post.Role.DATA_OFFICER, Post.Role.POLICY_OFFICER, Post.Role.DATA_STEWARD])
def test_other_posts_are_turned_away(opened, role):
    _, _, address = opened

    assert seat(role).get(HOME).status_code == 403
    assert seat(role).get(address).status_code == 403
    assert seat(role).post(f"{address}freeze").status_code == 403


def test_an_auditor_looks_and_changes_nothing(opened):
    _, _, address = opened
    auditor = seat(Post.Role.AUDITOR)

    assert auditor.get(HOME).status_code == 200
    assert "冻结并签名" not in auditor.get(address).content.decode()
    assert auditor.post(f"{address}freeze").status_code == 403


def test_another_agencys_batch_is_not_found(opened):
    _, _, address = opened
    parties.agency(parties.POLICE, "市公安局")
    other = seat(code=parties.POLICE)

    assert other.get(address).status_code == 404
    assert other.post(f"{address}freeze").status_code == 404
    assert other.get(f"{HOME}{Payment.objects.first().pk}/").status_code == 404


def test_what_came_back_is_paid_to_another_account(opened):
    first, second, address = opened
    first.post(f"{address}freeze")
    second.post(f"{address}approve")
    second.post(f"{address}send")
    payment = Payment.objects.first()
    Payment.objects.filter(pk=payment.pk).update(state="UNKNOWN")
    services.take(payment.pk, Returned("GK1", "account-closed"), way="ASK", by=SYSTEM, at=timezone.now())
    page = f"{HOME}{payment.pk}/"

    shown = first.get(page).content.decode()
    wrong = first.post(f"{page}replace", {"account": "12", "bank": "中国银行"})
    good = first.post(f"{page}replace", {"account": "6222 0244 0300 5678", "bank": "中国银行"})
    again = first.post(f"{page}replace", {"account": "6222 0244 0300 9999", "bank": "中国银行"})

    assert "收款账户已销户" in shown
    assert (wrong.status_code, good.status_code, again.status_code) == (422, 303, 409)
    assert 'value="中国银行"' in wrong.content.decode()
    assert "**** 5678" in first.get(good.headers["Location"]).content.decode()


def test_a_payment_without_a_decision_is_shown_as_such(opened):
    first, _, _ = opened

    shown = first.get(f"{HOME}{Payment.objects.first().pk}/").content.decode()

    assert "没有兑付决定" in shown


def test_the_list_costs_no_more_with_more_batches(opened, django_assert_max_num_queries):
    first, _, _ = opened
    for _ in range(4):
        ordered(1)
        first.post(f"{HOME}open")

    with django_assert_max_num_queries(12):
        first.get(HOME)


def test_the_board_tells_what_is_late_first():
    parties.agency()
    today = timezone.localdate()
    for days, title in ((-1, "专精特新奖励，200,000.00 元"), (30, "小巨人奖励，300,000.00 元")):
        duties.open_duty(
            Duty.Kind.PAY,
            str(uuid4()),
            name="sz-srdi-reward/m1",
            title=title,
            agency=parties.HR,
            begins_on=today,
            at=timezone.now(),
            due_on=today + timedelta(days=days),
        )

    shown = seat(Post.Role.DATA_STEWARD).get("/console/duties/").content.decode()

    assert "1 项已超期" in shown
    assert shown.index("专精特新奖励") < shown.index("小巨人奖励")
    assert seat(Post.Role.DATA_OFFICER).get("/console/duties/").status_code == 403
