"""The departments as the platform meets them: over SQL and over HTTP, in processes of their own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest

from demo import city
from demo.departments import education as store
from demo.departments import register
from demo.departments.police import rows as police
from demo.departments.service import Service
from demo.people import Fault
from yimen.core import postgres
from yimen.core.postgres import processes
from yimen.datasets.sources.scan import scan

TODAY = date(2026, 11, 24)
COUNT = 500


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def departments(home: Path) -> Iterator[city.City]:
    with city.start(home, today=TODAY, count=COUNT) as running:
        yield running


@pytest.fixture
def sql(departments: city.City) -> Iterator[psycopg.Connection]:
    with psycopg.connect(departments.environment["YIMEN_SOURCE_POLICE"], autocommit=True) as connection:
        yield connection


class Client:
    """One kept connection to the education service."""

    def __init__(self, departments: city.City) -> None:
        parts = urlsplit(departments.environment["YIMEN_SOURCE_EDUCATION"])
        assert parts.hostname == "127.0.0.1"
        self.key = departments.environment["YIMEN_SOURCE_EDUCATION_KEY"]
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=2)

    def get(self, path: str, *, key: str | None = None, method: str = "GET") -> tuple[int, dict[str, str | None]]:
        headers = {"X-Api-Key": self.key if key is None else key}
        self.connection.request(method, path, headers=headers)
        response = self.connection.getresponse()
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        return response.status, json.loads(response.read())


@pytest.fixture
def http_client(departments: city.City) -> Iterator[Client]:
    client = Client(departments)
    yield client
    client.connection.close()


def graduate(number: str, fields: str = "education_code") -> str:
    return f"/v1/graduates/{number}?fields={fields}"


def test_everybody_is_in_each_view_of_public_security(sql: psycopg.Connection):
    for view in ("v_czrk_jbxx", "v_hj_jbxx", "v_fzjl_hc"):
        assert sql.execute(f"SELECT count(*), count(DISTINCT gmsfhm) FROM {view}").fetchone() == (COUNT, COUNT)


def test_public_security_tells_what_is_true_in_its_own_codes(departments: city.City, sql: psycopg.Connection):
    query = """
        SELECT gmsfhm, xm, xb_dm, csrq, hjszd_xzqh_dm, sfyfzjl
        FROM v_czrk_jbxx JOIN v_hj_jbxx USING (gmsfhm) JOIN v_fzjl_hc USING (gmsfhm)
    """
    assert {row[0]: row[1:] for row in sql.execute(query)} == {
        person.id_number: (
            person.name,
            "2" if person.is_female else "1",
            f"{person.birth_date:%Y%m%d}",
            None if Fault.NO_HOUSEHOLD in person.faults else person.household_division,
            "1" if person.has_criminal_record else "0",
        )
        for person in departments.people
    }


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM gaxt.czrk_jbxx",
        "SELECT * FROM gaxt.fzjl",
        "UPDATE v_czrk_jbxx SET xm = '某'",
        "CREATE TABLE gxsj.mine ()",
        "CREATE TEMP TABLE mine ()",
    ],
)
def test_the_exchange_can_read_the_views_and_nothing_else(sql: psycopg.Connection, statement: str):
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
        sql.execute(statement)


def test_taking_off_the_read_only_setting_does_not_help(sql: psycopg.Connection):
    sql.execute("SET default_transaction_read_only = off")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("UPDATE v_czrk_jbxx SET xm = '某'")


def test_education_and_public_security_agree_but_for_the_stated_faults(departments: city.City, http_client: Client):
    seen = set[Fault]()
    for person in departments.people:
        status, record = http_client.get(graduate(person.id_number, ",".join(store.FIELDS)))
        if person.education is None or Fault.NOT_IN_EDUCATION in person.faults:
            assert status == 404
            continue
        seen |= person.faults
        assert status == 200
        assert (record["name"] == person.name) is (Fault.OTHER_NAME not in person.faults)
        if Fault.NO_SUCH_LEVEL in person.faults:
            assert record["education_code"] == "99"
        else:
            assert record["education_code"] == store.EDUCATION_CODES[person.education.level]
        if Fault.NO_SUCH_DATE in person.faults:
            assert record["graduated_on"] == "20190231"
        elif Fault.NO_GRADUATION_DATE in person.faults:
            assert record["graduated_on"] is None
        else:
            assert record["graduated_on"] == f"{person.education.graduated_on:%Y%m%d}"
        assert record["degree_code"] == store.DEGREE_CODES[person.education.degree]
        assert record["verified"] == ("Y" if person.education.is_verified else "N")
    assert Fault.NO_SUCH_DATE in seen


def test_only_the_asked_fields_leave_education(departments: city.City, http_client: Client):
    number = departments.people[0].id_number

    assert http_client.get(graduate(number, "degree_code,verified")) == (
        200,
        {"degree_code": "4", "verified": "Y", "as_of": "2026-11-23T23:00:00+08:00"},
    )


@pytest.mark.parametrize(
    ("path", "key", "status", "error"),
    [
        (graduate("440399200202100023"), "", 401, "key"),
        (graduate("440399200202100023"), "wrong", 401, "key"),
        (graduate("440399190001010000"), None, 404, "record"),
        (graduate("1' OR '1'='1".replace(" ", "%20")), None, 404, "record"),
        (graduate("440399200202100023", "salary"), None, 400, "fields"),
        (graduate("440399200202100023", "name,1;DROP"), None, 400, "fields"),
        (graduate("440399200202100023", ""), None, 400, "fields"),
        ("/v1/graduates", None, 404, "path"),
        ("/", None, 404, "path"),
    ],
)
def test_education_refuses_clearly(http_client: Client, path: str, key: str | None, status: int, error: str):
    answered, body = http_client.get(path, key=key)

    assert (answered, body["error"]) == (status, error)


def test_a_connection_is_kept_after_a_refusal(departments: city.City, http_client: Client):
    path = graduate(departments.people[0].id_number)
    assert http_client.get(path, key="wrong")[0] == 401
    before = http_client.connection.sock

    assert http_client.get(path)[0] == 200
    assert http_client.connection.sock is before


def test_another_method_is_refused(http_client: Client):
    assert http_client.get(graduate("440399200202100023"), method="DELETE")[0] == 405


def test_a_paused_department_is_silent_and_goes_on_where_it_was(departments: city.City):
    path = graduate(departments.people[0].id_number)
    departments.pause("education")
    silent = Client(departments)
    silent.connection.timeout = 0.3
    with pytest.raises(TimeoutError):
        silent.get(path)
    silent.connection.close()

    departments.resume("education")
    again = Client(departments)
    assert again.get(path)[0] == 200
    again.connection.close()


def test_a_database_cannot_be_silenced(departments: city.City):
    with pytest.raises(ValueError, match="education"):
        departments.pause("police")


def test_nobodys_key_is_on_a_command_line(departments: city.City):
    key = departments.environment["YIMEN_SOURCE_EDUCATION_KEY"].encode()
    lines = [entry.read_bytes() for entry in Path("/proc").glob("[0-9]*/cmdline") if os.access(entry, os.R_OK)]

    assert not any(key in line for line in lines)


def running_below(home: Path) -> bool:
    return any(processes.serving(home.resolve() / "databases/postgres"))


@pytest.mark.parametrize("is_paused", [False, True])
def test_stopping_leaves_nothing_running(tmp_path: Path, *, is_paused: bool):
    departments = city.start(tmp_path, today=TODAY, count=20)
    process = departments._services["education"].popen
    if is_paused:
        departments.pause("education")

    started = time.monotonic()
    departments.stop()
    departments.stop()

    assert time.monotonic() - started < 4
    assert process.returncode == 0
    assert not running_below(tmp_path)


def test_a_second_start_keeps_the_stores_and_another_day_makes_them_anew(tmp_path: Path):
    def stores() -> tuple[float, list[str]]:
        with postgres.ensure(tmp_path / "databases") as server:
            born = server.execute("SELECT oid FROM pg_class WHERE relname = 'czrk_jbxx'", database="police")
        return (tmp_path / "education/register.sqlite3").stat().st_mtime, born

    city.start(tmp_path, today=TODAY, count=20).stop()
    first = stores()
    city.start(tmp_path, today=TODAY, count=20).stop()
    assert stores() == first

    with city.start(tmp_path, today=date(2026, 11, 25), count=30) as departments:
        assert len(departments.people) == 30
        assert police.DATABASE.batch(departments._server) == f"{city.FORMAT}:20260301:30:2026-11-25"
    second = stores()
    assert second[0] > first[0]
    assert second[1] != first[1]


@pytest.mark.parametrize("is_paused", [False, True])
def test_departments_end_when_whoever_started_them_is_killed(tmp_path: Path, *, is_paused: bool):
    code = f"""
import time
from datetime import date
from pathlib import Path
from demo import city
departments = city.start(Path({str(tmp_path)!r}), today=date(2026, 11, 24), count=20)
{'departments.pause("education")' if is_paused else ""}
print(departments._services["education"].popen.pid, flush=True)
time.sleep(60)
"""
    starter = subprocess.Popen([sys.executable, "-c", code], cwd=city.ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    education_pid = int(starter.stdout.readline())
    assert processes.started(education_pid) is not None

    starter.send_signal(signal.SIGKILL)
    starter.communicate()

    assert processes.wait_until(lambda: processes.started(education_pid) is None, timeout_s=10)
    assert processes.wait_until(lambda: not running_below(tmp_path), timeout_s=10)


def test_progress_reaches_the_end(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    city.start(tmp_path, today=TODAY, count=600, progress=lambda *step: told.append(step)).stop()

    assert ("载入部门的数据库", 4, 4) in told
    assert ("写入部门的服务和文件", 7, 7) in told
    assert any(what == "生成虚构人口" for what, _, _ in told)


def test_a_register_lists_itself_page_by_page(tmp_path: Path):
    """Whoever has the key gets every record once, with its key and no field that was not asked for."""
    table = register.Table("/v1/things/{}", ("code",), ("name", "secret"), listed="/v1/things")
    rows = [(f"{number:04}", f"name {number}", "s", "2026-11-25T00:00:00+08:00", "0") for number in range(1200)]
    register.build(tmp_path / "things.sqlite", {"things": table}, {"things": rows}, mark="x")
    with Service(0, tables={"things": table}, store_path=tmp_path / "things.sqlite", key="k") as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        source = SimpleNamespace(url=f"http://127.0.0.1:{service.server_address[1]}", key="k")
        settings = {"path": "/v1/things/{key}", "list": "/v1/things", "list_mark": "after"}
        batches = list(scan("rest", source, settings, ["code", "name"], timeout_s=5))
        service.shutdown()

    listed = [row["code"] for batch in batches for row in batch.to_pylist()]
    assert listed == [row[0] for row in rows]
    assert {name for batch in batches for name in batch.schema.names if "·" not in name} == {"code", "name"}
