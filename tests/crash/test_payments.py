"""Kill -9 while a batch is being sent, again and again: every payment is paid once, none is missing.

The treasury is a process of its own that fails in its own ways beside; its books are what counts.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.approve.site import ROOT, run
from demo.departments.treasury.running import RunningTreasury
from yimen.core import postgres

pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
FULL = pytest.mark.slow
PAY = [sys.executable, "-c", "from yimen.config.cli import policy_pay; policy_pay.app()"]
STAGE = """
import sys, django; django.setup()
from uuid import uuid4
from datetime import date
from django.utils import timezone
from yimen.parties import queries, services as parties
from yimen.parties.logic import AgencyDefinition
from yimen.parties.models import Post
from yimen.parties.tests import factories
from yimen.payments import services
from yimen.payments.tests.factories import SYSTEM, budget, order
budget("100000000")
at, desks = timezone.now(), []
for name in ("first", "second"):
    account = parties.open_account(name)
    parties.appoint(account, agency_code=factories.HR, starts_on=date(2020, 1, 1), role=Post.Role.PAYMENT_OFFICER)
    desks.append(queries.desk(account, on=timezone.localdate()))
for _ in range(int(sys.argv[1])):
    services.order(order(cause=f"test:{uuid4()}"), budget="srdi", year=2026, by=SYSTEM, at=at)
batch = services.open_batch(by=desks[0], at=at)
services.freeze(batch.pk, by=desks[0], at=at)
services.approve(batch.pk, by=desks[1], at=at)
print(batch.number)
"""
FAULTS = {"seed": 11, "fail_before": 10, "silent_after": 15, "double_receipt": 15, "silence_s": 0.0}


@dataclass(frozen=True)
class Place:
    """A platform of its own, and its treasury."""

    home: Path
    treasury: RunningTreasury

    def paid(self) -> dict[str, int]:
        """How often each reference was really credited."""
        with sqlite3.connect(self.treasury.store / "books.sqlite") as line:
            return dict(line.execute("SELECT reference, count(*) FROM transfer GROUP BY reference").fetchall())

    def stage(self, count: int) -> str:
        """Return the number of an approved batch of so many payments."""
        done = subprocess.run(
            [sys.executable, "-c", STAGE, str(count)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.split()[-1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    kept = dict(os.environ)
    home = tmp_path_factory.mktemp("payments")
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(YIMEN_HOME=str(home), DJANGO_SETTINGS_MODULE="yimen.config.settings")
    server = postgres.ensure(home)
    treasury = RunningTreasury.start(
        home / "treasury", key="a-key", payment_key=home / "payment-signing-key.pem", faults=FAULTS
    )
    os.environ.update(treasury.environment)
    try:
        run("yimen.config.cli", "migrate")
        yield Place(home, treasury)
    finally:
        treasury.end()
        server.release()
        postgres.stop(home, force=True)
        os.environ.clear()
        os.environ.update(kept)


@pytest.mark.parametrize(
    ("count", "kills"), [pytest.param(40, 3, id="short"), pytest.param(400, 40, id="full", marks=FULL)]
)
def test_every_payment_is_paid_once_however_often_the_sender_is_killed(place: Place, count: int, kills: int):
    number = place.stage(count)
    before = place.paid()
    draw, killed = random.Random(count), 0

    for _ in range(kills * 3):
        sending = _send(number)
        at_least = len(place.paid())
        while sending.poll() is None and len(place.paid()) == at_least:
            time.sleep(0.005)  # not before it is at work: a start takes a second, a payment some milliseconds
        time.sleep(draw.uniform(0, 0.25))
        killed += sending.poll() is None
        sending.kill()
        sending.wait()
        if killed == kills:
            break
    for _ in range(20):
        state = json.loads(_finish(number))
        if state["state"] == "SETTLED":
            break

    assert killed >= min(kills, 3)
    assert (state["state"], state["settled"], state["count"]) == ("SETTLED", count, count)
    fresh = {reference: times for reference, times in place.paid().items() if reference not in before}
    assert len(fresh) == count
    assert set(fresh.values()) == {1}
    assert json.loads(run("yimen.config.cli", "ledger", "verify", "--json"))["clean"] is True


def test_two_senders_at_once_pay_nothing_twice(place: Place):
    number = place.stage(20)
    before = set(place.paid())

    senders = [_send(number) for _ in range(2)]
    for one in senders:
        one.wait()
    for _ in range(20):
        state = json.loads(_finish(number))
        if state["state"] == "SETTLED":
            break

    assert state["settled"] == 20
    fresh = {reference: times for reference, times in place.paid().items() if reference not in before}
    assert (len(fresh), set(fresh.values())) == (20, {1})


def _send(number: str) -> "subprocess.Popen[bytes]":
    command = [*PAY, "send", number, "--as", "second", "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _finish(number: str) -> str:
    done = subprocess.run(
        [*PAY, "send", number, "--as", "second", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
