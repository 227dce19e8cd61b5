"""Kill -9 in the middle of delivering: nobody is told twice, and nobody goes without."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.approve.site import ROOT, run
from yimen.config import database
from yimen.core import postgres
from yimen.notices.tests.receiver import Receiver, receiving

pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
FULL = pytest.mark.slow
PARTIES = 40
SEND = [sys.executable, "-m", "yimen.config.cli", "notice", "send-due"]
SET = """
import os
import django; django.setup()
from django.utils import timezone
from yimen.notices import addresses, vaulting
from yimen.notices.models import Channel, Preference
from yimen.parties.tests import factories as parties
now, port = timezone.now(), os.environ["RECEIVER"]
for number in range(int(os.environ["PARTIES"])):
    person = parties.person()
    Preference.objects.create(
        recipient=person, cadence="AT_ONCE", quiet_from=None, quiet_until=None, changed_at=now
    )
    for kind, path in (("webhook", f"of{number}"), ("bark", f"device{number:03}")):
        read = addresses.read(kind, f"http://127.0.0.1:{port}/{path}", relay="", private=["127.0.0.1"])
        channel = Channel(recipient=person, kind=kind, label=path, added_at=now, confirmed_at=now)
        vaulting.seal(channel, read.url)
        channel.save()
from yimen.policies import services
from yimen.policies.tests.factories import RULES, policy
parties.agency()
services.put_policy(policy(), {"m1": RULES.encode()}, at=now)
"""
TELL = """
import django; django.setup()
from django.utils import timezone
from yimen.notices import services
from yimen.notices.logic import Draft
from yimen.parties.models import Party
parties = Party.objects.order_by("pk").values_list("pk", flat=True)
services.notify([Draft(one, f"news:{one}", "policy", f"消息 {one}") for one in parties], at=timezone.now())
"""
PUSH = """
import django; django.setup()
from django.utils import timezone
from yimen.parties.models import Party
from yimen.policies.delivering import pushing
from yimen.policies.delivering.wording import Found
from yimen.policies.models import Push
pushing.CHUNK = 2
parties = Party.objects.order_by("pk").values_list("pk", flat=True)
pushing.push((Found(one, "steady-reward/m1", Push.Kind.MATCH) for one in parties), at=timezone.now())
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[tuple[Path, Receiver]]:
    """A platform of its own: people, each with a channel that knows repetitions, and one that does not."""
    kept = dict(os.environ)
    home = tmp_path_factory.mktemp("delivering")
    os.environ.pop("DATABASE_URL", None)
    with receiving() as receiver:
        os.environ.update(
            YIMEN_HOME=str(home),
            YIMEN_NOTICE_PRIVATE_HOSTS="127.0.0.1",
            DJANGO_SETTINGS_MODULE="yimen.config.settings",
            RECEIVER=str(receiver.port),
            PARTIES=str(PARTIES),
        )
        server = postgres.ensure(home)
        try:
            run("yimen.config.cli", "migrate")
            _python(SET)
            yield home, receiver
        finally:
            server.release()
            postgres.stop(home, force=True)
            os.environ.clear()
            os.environ.update(kept)


def _python(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.ensure(home).url(database.NAME, "postgres")) as connection:
        return connection.execute(query).fetchall()


def _killed(command: list[str], *, when) -> None:
    """Start it, and kill it with all it started as soon as this is so."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    while not when():
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


DELIVERIES = "SELECT count(*) FROM notices_delivery"
STATUSES = """
    SELECT c.kind, d.status, count(*) FROM notices_delivery d JOIN notices_channel c ON c.id = d.channel_id GROUP BY 1, 2
"""


@pytest.mark.parametrize(
    "moments", [pytest.param((7, 40), id="short"), pytest.param(tuple(range(1, 76, 5)), id="full", marks=FULL)]
)
def test_killed_while_sending_nobody_is_told_twice_and_nobody_goes_without(stage, moments):
    home, receiver = stage
    receiver.came.clear()
    receiver.delay_s = 0.02
    with psycopg.connect(postgres.ensure(home).url(database.NAME, "postgres"), autocommit=True) as connection:
        connection.execute("TRUNCATE notices_notice, notices_digest, notices_delivery, notices_attempt CASCADE")
    _python(TELL)

    for count in moments:
        _killed(SEND, when=lambda count=count: len(receiver.came) >= count)
    time.sleep(0.1)  # the other end finishes what it was in the middle of
    subprocess.run(SEND, cwd=ROOT, check=True, capture_output=True)
    subprocess.run(SEND, cwd=ROOT, check=True, capture_output=True)

    hooks = [one for one in receiver.came if one[0].startswith("/of")]
    barks = Counter(text for path, _, _, text in receiver.came if path == "/push")
    assert len({key for _, key, _, _ in hooks}) == PARTIES  # by its key a repetition is known
    assert {path for path, _, _, _ in hooks} == {f"/of{number}" for number in range(PARTIES)}
    assert len(hooks) <= PARTIES + len(moments)
    assert max(barks.values()) == 1  # who cannot know a repetition gets none
    statuses = {(kind, status): count for kind, status, count in _ask(home, STATUSES)}
    assert statuses[("webhook", "DELIVERED")] == PARTIES
    assert statuses[("bark", "DELIVERED")] + statuses.get(("bark", "UNCLEAR"), 0) == PARTIES
    assert statuses.get(("bark", "UNCLEAR"), 0) <= len(moments)
    assert _ask(home, "SELECT count(*), count(DISTINCT recipient_id) FROM notices_notice") == [(PARTIES, PARTIES)]


@FULL
def test_killed_while_composing_every_party_has_one_whole_digest(stage):
    home, receiver = stage
    receiver.delay_s = 0.0
    with psycopg.connect(postgres.ensure(home).url(database.NAME, "postgres"), autocommit=True) as connection:
        connection.execute("TRUNCATE notices_notice, notices_digest, notices_delivery, notices_attempt CASCADE")
    _python(TELL)

    _killed(SEND, when=lambda: _ask(home, DELIVERIES)[0][0] != 0)
    subprocess.run(SEND, cwd=ROOT, check=True, capture_output=True)

    assert _ask(home, "SELECT count(*), count(DISTINCT recipient_id) FROM notices_digest") == [(PARTIES, PARTIES)]
    assert _ask(home, "SELECT count(*) FROM notices_notice WHERE digest_id IS NULL") == [(0,)]
    assert _ask(home, DELIVERIES) == [(2 * PARTIES,)]


def test_killed_while_pushing_every_push_has_its_notice_and_none_is_missing(stage):
    home, _ = stage
    pushed = "SELECT count(*) FROM policies_push"

    _killed([sys.executable, "-c", PUSH], when=lambda: _ask(home, pushed)[0][0] != 0)
    half = _ask(home, pushed)[0][0]
    told = _ask(home, "SELECT count(*) FROM notices_notice WHERE key LIKE 'policies.push:%'")[0][0]
    _python(PUSH)

    assert half == told
    assert _ask(home, pushed) == [(PARTIES,)]
    assert _ask(home, "SELECT count(*) FROM notices_notice WHERE key LIKE 'policies.push:%'") == [(PARTIES,)]
