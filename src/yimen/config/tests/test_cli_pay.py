"""Paying from the shell: gathered, frozen, approved, sent to a real treasury, reconciled, followed back."""

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone as now_of
from typer.testing import CliRunner

from demo.departments.treasury.faults import Faults
from yimen.config.cli import app
from yimen.parties import services as party_services
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.payments.models import Payment
from yimen.payments.services import Target
from yimen.payments.tests import treasury
from yimen.policies import services
from yimen.policies.models import Payout
from yimen.policies.paying import payouts
from yimen.policies.paying.jobs import PAYER
from yimen.policies.paying.payouts import Source
from yimen.policies.tests.factories import RULES, measure, policy

pytestmark = pytest.mark.django_db


def run(*arguments, code=0, typed=""):
    """Run the command and return its JSON; the exit code is as told."""
    result = CliRunner().invoke(app, ["policy", "pay", *map(str, arguments), "--json"], input=typed or None)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout[result.stdout.index("{") :])


@pytest.fixture
def place(settings, tmp_path):
    """Two officers, an auditor, one payment that waits, and a treasury whose first answer gets lost."""
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_PAYMENT_KEY = str(tmp_path / "payment.pem")
    parties.agency()
    services.put_policy(policy(measures=(measure(),)), {"m1": RULES.encode()}, at=now_of.now())
    for name, role in (("first", "PAYMENT_OFFICER"), ("second", "PAYMENT_OFFICER"), ("auditor", "AUDITOR")):
        account = party_services.open_account(name)
        party_services.appoint(account, agency_code=parties.HR, starts_on=date(2020, 1, 1), role=Post.Role(role))
    payout = payouts.decide_payout(
        "steady-reward/m1",
        beneficiary=parties.organisation().pk,
        source=Source(Payout.Source.LIST, uuid4()),
        claim_yuan=Decimal(200000),
        by=PAYER,
        at=now_of.now(),
    )
    payouts.pay_payout(payout.pk, Target("6222024403001234", "中国银行"), by=PAYER, at=now_of.now())
    faults = Faults(silent_after=100)
    with treasury.running(tmp_path / "t", faults, payment_key=tmp_path / "payment.pem") as (books, client):
        settings.YIMEN_TREASURY_URL, settings.YIMEN_TREASURY_KEY = client._url, treasury.KEY
        settings.YIMEN_TREASURY_PUBLIC_KEY = client._public_key
        yield books


def frozen_and_approved():
    number = run("open", "--as", "first")["number"]
    run("freeze", number, "--as", "first")
    run("approve", number, "--as", "second")
    return number


def test_a_batch_is_paid_reconciled_and_followed_back(place):
    number = frozen_and_approved()

    sent = run("send", number, "--as", "second")
    today = datetime.now(tz=timezone(timedelta(hours=8))).date()
    day = run("reconcile", "--as", "first", "--day", today)
    trace = run("trace", Payment.objects.get().reference, "--as", "auditor")

    assert (sent["state"], sent["settled"], sent["unknown"]) == ("SETTLED", 1, 0)
    assert (day["our_yuan"], day["their_yuan"], day["differences"]) == ("200000.00", "200000.00", [])
    assert trace["whole"] is True
    assert trace["steps"][0]["words"] == "《深圳市稳健经营奖励办法》（深人社规〔2026〕3号）"
    assert [one["title"] for one in trace["steps"]][-2:] == ["发送国库", "回执：已到账"]
    assert run("list", "--as", "first")["batches"][0]["settled"] == 1


def test_the_same_officer_cannot_do_both(place):
    number = run("open", "--as", "first")["number"]
    run("freeze", number, "--as", "first")

    refused = run("approve", number, "--as", "first", code=1)

    assert refused["type"] == "/problems/payments.same-officer"


def test_a_closed_account_is_replaced_without_standing_on_the_command_line(place):
    place.close_account("6222024403001234")
    number = frozen_and_approved()
    sent = run("send", number, "--as", "second")
    reference = Payment.objects.get().reference

    made = run("replace", reference, "--as", "first", "--bank", "招商银行", typed="6222024403005678\n")

    assert (sent["state"], sent["returned"]) == ("SETTLED", 1)
    assert made["account"] == "**** 5678"
    assert run("list", "--as", "first")["waiting"] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("freeze", "B-nothing", "--as", "first"), "payments.batch-not-found"),
        (("list", "--as", "nobody"), "parties.no-such-account"),
        (("trace", "P-nothing", "--as", "auditor"), "payments.payment-not-found"),
        (("reconcile", "--as", "first", "--day", "昨天"), "cli.bad-day"),
        (("reconcile", "--as", "auditor"), "payments.not-a-payer"),
    ],
)
def test_what_makes_no_sense_is_told(place, arguments, code):
    assert run(*arguments, code=1)["type"] == f"/problems/{code}"


def test_without_a_treasury_nothing_is_sent(place, settings):
    number = frozen_and_approved()
    settings.YIMEN_TREASURY_URL = ""

    assert run("send", number, "--as", "second", code=1)["type"] == "/problems/payments.treasury-not-set"
    assert Payment.objects.get().state == "WAITING"
