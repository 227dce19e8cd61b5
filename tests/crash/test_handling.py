"""Kill -9 between two filings of one application: what was received is filed by the worker, each case exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.approve.site import ROOT, run
from yimen.config import database
from yimen.core import postgres

pytestmark = pytest.mark.xdist_group("crash")  # one stage for all of them
BEGIN = """
import os, time
import django; django.setup()
from django.conf import settings
from django.utils import timezone
from yimen.datasets.tests.factories import Department
from yimen.parties.models import Organisation
from yimen.policies.tests.handling import GROWTH, STEADY, City, acting_for

class Slow(Department):
    # It takes its time, so that there is a moment between two filings.
    @property
    def trouble(self):
        time.sleep(float(os.environ["SLOW_S"]))
        return ""

    @trouble.setter
    def trouble(self, value):
        pass

GOOD = {"status": "active", "abnormal": "0", "staff": "25", "dishonest": "0"}
register = Slow({one.number: GOOD for one in Organisation.objects.all()})
settings.YIMEN_SOURCES = {"enterprises": register}
now = timezone.now()
"""
SET = (
    BEGIN
    + """
city = City(settings)
for number in range(int(os.environ["PARTIES"])):
    acting_for(city.enterprise(f"深圳市第{number}有限公司"), at=now)
"""
)
SUBMIT = (
    BEGIN
    + """
from yimen.parties.models import Account, Mandate
from yimen.parties.queries import standing
from yimen.policies.services import applying
for one in Organisation.objects.order_by("number"):
    account = Account.objects.get(person_id=Mandate.objects.get(principal=one).agent_id)
    by = standing(account, one.pk, on=now.date())
    begun = applying.start([STEADY, GROWTH], by=by, at=now)
    applying.submit(begun.pk, {"org.promises": "true"}, by=by, at=now)
"""
)
WORK = BEGIN + "from yimen.core import jobs; jobs.work(until_idle=True)"
COUNTS = """
SELECT count(*), count(DISTINCT subject || item) FROM ledger_entry WHERE action = 'case.submitted'
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    kept = dict(os.environ)
    place = tmp_path_factory.mktemp("handling")
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(YIMEN_HOME=str(place), DJANGO_SETTINGS_MODULE="yimen.config.settings", PARTIES="4", SLOW_S="0.0")
    server = postgres.ensure(place)
    try:
        run("yimen.config.cli", "migrate")
        _python(SET)
        os.environ["SLOW_S"] = "0.15"
        yield place
    finally:
        server.release()
        postgres.stop(place, force=True)
        os.environ.clear()
        os.environ.update(kept)


def _python(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.ensure(home).url(database.NAME, "postgres")) as connection:
        return connection.execute(query).fetchall()


def test_an_application_killed_between_two_filings_is_finished_by_the_worker_and_nothing_is_filed_twice(home):
    process = subprocess.Popen([sys.executable, "-c", SUBMIT], cwd=ROOT, start_new_session=True)
    while (filed := _ask(home, COUNTS)[0][0]) == 0 or int(str(filed)) % 2 == 0:
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    received = _ask(home, "SELECT count(*) FROM policies_application WHERE status <> 'DRAFT'")[0][0]
    assert _ask(home, "SELECT count(*) FROM policies_application WHERE status = 'FILING'") == [(1,)]

    for _ in range(2):
        _python(WORK)

    assert _ask(home, "SELECT count(*) FROM policies_application WHERE status = 'FILED'") == [(received,)]
    assert _ask(home, COUNTS) == [(2 * int(str(received)), 2 * int(str(received)))]
    granted = "SELECT count(*), count(DISTINCT party_id::text || measure) FROM policies_award"
    assert _ask(home, granted) == [(2 * int(str(received)), 2 * int(str(received)))]
