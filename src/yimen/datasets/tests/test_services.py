"""Grants are the access rule; only what is asked travels; every exchange leaves its row."""

import contextlib
import json
import socket
import threading
import time
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection as django_connection
from psycopg.conninfo import make_conninfo

from yimen.datasets import services
from yimen.datasets.logic import DatasetDefinition, FieldDefinition, GrantDefinition
from yimen.datasets.models import Grant
from yimen.datasets.sources import schema as source_schema
from yimen.datasets.sources import sql
from yimen.ledger import queries as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BY = Actor("system", "cases.resolve", "市人力资源保障局（系统自动核验）", parties.HR)
PURPOSE = Purpose("reception", "毕业生接收", uuid4())
FIELDS = (
    FieldDefinition("level", "最高学历", "string", "xl", {"21": "bachelor"}),
    FieldDefinition("graduated_on", "毕业日期", "date", "byrq"),
    FieldDefinition("verified", "核验通过", "boolean", "hy", {"Y": "true", "N": "false"}),
    FieldDefinition("name", "姓名", "string", "xm"),
)
pytestmark = pytest.mark.django_db


class Service(ThreadingHTTPServer):
    """A department's real HTTP service; `behaviour` says how it answers, `asked` what it was asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour, self.asked = "right", []


class Handler(BaseHTTPRequestHandler):
    RECORD = {"xl": "21", "byrq": "20260630", "hy": "Y", "xm": "林晓", "income": "secret"}

    def do_GET(self):
        fields = parse_qs(urlsplit(self.path).query)["fields"][0].split(",")
        self.server.asked.append((self.headers["X-Api-Key"], fields))
        record = {name: self.RECORD[name] for name in fields}
        record["as_of"] = "2026-11-21T23:00:00+08:00"
        bodies = {
            "right": (200, json.dumps(record)),
            "unknown person": (404, "{}"),
            "down": (500, "boom"),
            "key refused": (401, "{}"),
            "not understood": (400, "{}"),
            "html": (200, "<html>维护中</html>"),
            "list": (200, "[]"),
            "huge": (200, json.dumps({"xl": "x" * 2_000_000})),
            "wrong code": (200, json.dumps({**record, "xl": "99"})),
            "no such date": (200, json.dumps({**record, "byrq": "20190231"})),
            "nested": (200, json.dumps({**record, "xl": {"code": "21"}})),
            "no character": (200, json.dumps({**record, "xm": "林\x00"})),
            "half a character": (200, json.dumps({**record, "xm": "林\ud800"})),
            "dawn of time": (200, json.dumps({**record, "as_of": "0001-01-01T00:00:00+08:00"})),
            "end of time": (200, json.dumps({**record, "as_of": "9999-12-31T23:59:59Z"})),
            "nulls": (200, json.dumps(dict.fromkeys(fields))),
            "slow": (200, json.dumps(record)),
            "trickle": (200, json.dumps(record)),
        }
        status, body = bodies[self.server.behaviour]
        if self.server.behaviour == "slow":
            time.sleep(1.2)
        try:
            self.send_response(status)
            self.end_headers()
            for place in range(0, len(body), 4 if self.server.behaviour == "trickle" else len(body)):
                self.wfile.write(
                    body.encode()[place : place + 4] if self.server.behaviour == "trickle" else body.encode()
                )
                self.wfile.flush()
                time.sleep(0.2 if self.server.behaviour == "trickle" else 0)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def service(settings):
    """A department that answers over HTTP, with its dataset and a grant for all its fields."""
    server = Service()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.YIMEN_SOURCES = {"education": SimpleNamespace(url=f"http://127.0.0.1:{server.server_address[1]}", key="k")}
    put("rest", "education", {"path": "/people/{key}", "as_of": "as_of"}, timeout_s=0.4)
    yield server
    server.shutdown()
    server.server_close()


def put(kind, connection, source, *, timeout_s=1.0):
    parties.agency()
    parties.agency(parties.POLICE, "公安局")
    services.put_dataset(
        DatasetDefinition(
            "d", "学历学位信息", parties.POLICE, "conditional", kind, connection, source, FIELDS, timeout_s
        )
    )
    names = tuple(one.name for one in FIELDS)
    services.put_grant(GrantDefinition("d", parties.HR, "reception", names, "办法", date(2026, 1, 1)))


def exchange(*fields, person=None, purpose=PURPOSE, at=NOW):
    somebody = person or parties.person()
    return services.exchange(
        "d",
        subject=somebody,
        keys={"person": somebody.number},
        fields=fields or ["level"],
        purpose=purpose,
        actor=BY,
        grantee=parties.HR,
        at=at,
    )


def test_only_the_field_asked_for_leaves_the_department(service):
    record = exchange("level")

    assert record.values == {"level": "bachelor"}
    assert service.asked == [("k", ["xl"])]
    assert record.as_of is not None
    assert record.agency == "公安局"


def test_values_arrive_as_ours(service):
    assert exchange("level", "graduated_on", "verified").values == {
        "level": "bachelor",
        "graduated_on": date(2026, 6, 30),
        "verified": True,
    }


def test_each_read_leaves_a_row_that_says_who_whose_what_and_why(service):
    person = parties.person()
    record = exchange("level", person=person)

    (row,) = ledger.reads_of(person.pk)
    assert (row.id, row.dataset, row.fields, row.result) == (record.entry, "d", ("level",), "OK")
    assert row.purpose == "办理“毕业生接收”"


@pytest.mark.parametrize("behaviour", ["unknown person", "nulls"])
def test_no_record_is_an_answer_without_values(service, behaviour):
    service.behaviour = behaviour
    person = parties.person()

    assert exchange(person=person).values == {}
    assert ledger.reads_of(person.pk)[0].result == "ABSENT"


@pytest.mark.parametrize("behaviour", ["down", "key refused", "slow", "trickle"])
def test_a_department_that_does_not_answer_is_silent_and_that_is_recorded(service, behaviour):
    service.behaviour = behaviour
    person = parties.person()

    with pytest.raises(services.SourceSilent) as caught:
        exchange(person=person)

    assert caught.value.fields["agency"] == "公安局"
    assert ledger.reads_of(person.pk)[0].result == "SILENT"


@pytest.mark.parametrize("behaviour", ["html", "list", "huge", "not understood"])
def test_an_answer_nobody_understands_is_nonsense_and_that_is_recorded(service, behaviour):
    service.behaviour = behaviour
    person = parties.person()

    with pytest.raises(services.SourceNonsense):
        exchange(person=person)

    assert ledger.reads_of(person.pk)[0].result == "INVALID"


@pytest.mark.parametrize(
    ("behaviour", "field"),
    [
        ("wrong code", "level"),
        ("no such date", "graduated_on"),
        ("nested", "level"),
        ("no character", "name"),
        ("half a character", "name"),
    ],
)
def test_one_field_that_cannot_be_believed_leaves_the_others_standing(service, behaviour, field):
    service.behaviour = behaviour

    record = exchange("level", "graduated_on", "verified", "name")

    assert set(record.invalid) == {field}
    assert set(record.values) == {"level", "graduated_on", "verified", "name"} - {field}


@pytest.mark.parametrize("behaviour", ["dawn of time", "end of time"])
def test_a_stamp_that_means_no_moment_is_left_out(service, behaviour):
    service.behaviour = behaviour

    record = exchange("level")

    assert record.values == {"level": "bachelor"}
    assert record.as_of is None


def test_a_department_that_is_gone_is_silent(settings, service):
    settings.YIMEN_SOURCES = {"education": SimpleNamespace(url="http://127.0.0.1:9", key=None)}
    with pytest.raises(services.SourceSilent):
        exchange()
    settings.YIMEN_SOURCES = {}
    with pytest.raises(services.SourceSilent):
        exchange()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"valid_until": date(2026, 11, 22)}, services.GrantExpired),
        ({"valid_from": date(2026, 11, 23)}, services.GrantExpired),
        ({"fields": ["graduated_on"]}, services.GrantMissing),
        ({"item": "other"}, services.GrantMissing),
        ({"grantee_id": parties.POLICE}, services.GrantMissing),
    ],
)
def test_without_a_grant_that_covers_it_nothing_is_read_and_the_attempt_is_recorded(service, change, error):
    Grant.objects.update(**change)
    person = parties.person()

    with pytest.raises(error):
        exchange(person=person)

    assert service.asked == []
    assert ledger.reads_of(person.pk)[0].result == "REFUSED"


def test_a_grant_no_longer_stated_ends(service):
    services.end_grants_but("d", keep=set(), on=date(2026, 11, 22))

    with pytest.raises(services.GrantExpired):
        exchange()


def test_a_definition_that_makes_no_sense_is_refused_with_the_remedy():
    bad = DatasetDefinition("d", "x", parties.POLICE, "secret", "ftp", "c", {}, (), 99)

    with pytest.raises(services.BadDefinition, match=r"sharing.*source\.kind.*timeout_s"):
        services.put_dataset(bad)


# --- a database as the source


def address():
    """The test database's own address, for connections that are not Django's."""
    known = django_connection.settings_dict
    return make_conninfo(
        dbname=known["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        host=known["HOST"],
        port=known["PORT"] or None,
    )


def uri():
    """The same as an address with a scheme."""
    known = django_connection.settings_dict
    query = urlencode({"host": known["HOST"], **({"port": known["PORT"]} if known["PORT"] else {})})
    return f"postgresql://{quote(known['USER'])}:{quote(known['PASSWORD'])}@/{known['NAME']}?{query}"


@pytest.fixture
def schema(settings):
    """A department's own table in a schema of its own, read over a connection of its own."""
    url = address()
    sql.hang_up()  # whatever this process read before, it keeps lines open to
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS dept CASCADE; CREATE SCHEMA dept")
        connection.execute(
            "CREATE TABLE dept.people (sfz text, xl text, byrq text, hy text, income text, gxsj text, xm text)"
        )
        settings.YIMEN_SOURCES = {"police": SimpleNamespace(url=url, key=None)}
        put("sql", "police", {"relation": "dept.people", "key": "sfz", "as_of": "gxsj"})
        yield connection
        sql.hang_up()
        connection.execute("DROP SCHEMA dept CASCADE")


def test_a_database_is_read_by_key(schema):
    person = parties.person()
    schema.execute(
        "INSERT INTO dept.people VALUES (%s, '21', '20260630', 'Y', 'secret', '20261121220000')", [person.id_number]
    )

    record = exchange("level", "graduated_on", person=person)

    assert record.values == {"level": "bachelor", "graduated_on": date(2026, 6, 30)}
    assert record.as_of == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert exchange(person=parties.person()).values == {}


def test_a_stamp_without_a_zone_is_beijing_time(schema):
    person = parties.person()
    schema.execute("ALTER TABLE dept.people ALTER gxsj TYPE timestamp USING NULL")
    schema.execute("INSERT INTO dept.people VALUES (%s, '21', NULL, NULL, '0', '2026-11-21 22:00')", [person.id_number])

    assert exchange(person=person).as_of == datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_two_rows_for_one_person_are_nonsense(schema):
    person = parties.person()
    for _ in range(2):
        schema.execute("INSERT INTO dept.people VALUES (%s, '21')", [person.id_number])

    with pytest.raises(services.SourceNonsense):
        exchange(person=person)


def test_a_relation_that_is_gone_is_nonsense(schema):
    schema.execute("ALTER TABLE dept.people RENAME TO elsewhere")

    with pytest.raises(services.SourceNonsense):
        exchange()


def test_a_locked_table_is_silence_not_a_wait(schema):
    person = parties.person()
    with psycopg.connect(address()) as other:
        other.execute("LOCK TABLE dept.people")
        started = time.monotonic()
        with pytest.raises(services.SourceSilent):
            exchange(person=person)

    assert time.monotonic() - started < 5


class Relay:
    """Stands between us and a department's database; while `is_frozen` nothing passes, as when a server hangs."""

    def __init__(self, host, port):
        self.is_frozen = False
        self._host, self._target_port = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = self._dialled()
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _dialled(self):
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._target_port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{self._host}/.s.PGSQL.{self._target_port}")
        return far

    def _pass_on(self, one, other):
        with one:
            with contextlib.suppress(OSError):
                while sent := one.recv(65536):
                    if not self.is_frozen:
                        other.sendall(sent)
            with contextlib.suppress(OSError):
                other.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def relay(schema, settings):
    """The same department, reached through a relay."""
    with psycopg.connect(address()) as known:
        between = Relay(known.info.host, known.info.port)
    url = make_conninfo(address(), host="127.0.0.1", port=between.port)
    settings.YIMEN_SOURCES = {"police": SimpleNamespace(url=url, key=None)}
    yield between
    sql.hang_up()
    between.close()


def test_a_database_that_hangs_in_the_middle_is_silence_not_a_wait(schema, relay):
    person = parties.person()
    schema.execute("INSERT INTO dept.people VALUES (%s, '21')", [person.id_number])
    assert exchange(person=person).values == {"level": "bachelor"}

    relay.is_frozen = True
    started = time.monotonic()
    with pytest.raises(services.SourceSilent):
        exchange(person=person)
    assert time.monotonic() - started < 5

    relay.is_frozen = False
    assert exchange(person=person).values == {"level": "bachelor"}


def test_a_database_started_anew_since_the_last_read_answers_at_once(schema):
    person = parties.person()
    schema.execute("INSERT INTO dept.people VALUES (%s, '21')", [person.id_number])
    exchange(person=person)
    (line,) = sql._lines().values()

    schema.execute("SELECT pg_terminate_backend(%s)", [line.info.backend_pid])

    assert exchange(person=person).values == {"level": "bachelor"}


def test_a_database_tells_what_we_may_read_and_nothing_else(schema):
    schema.execute("COMMENT ON TABLE dept.people IS '人员'; COMMENT ON COLUMN dept.people.xl IS '学历'")
    schema.execute("CREATE VIEW dept.public AS SELECT sfz FROM dept.people")
    schema.execute("CREATE TABLE dept.closed (a int); REVOKE ALL ON dept.closed FROM CURRENT_USER")
    whole = SimpleNamespace(url=uri(), key=None)

    everything = {one.name: (one.kind, one.comment) for one in source_schema.relations("sql", whole, timeout_s=3)}
    columns = {one.name: one for one in source_schema.describe("sql", whole, "dept.people", timeout_s=3)}

    assert everything["dept.people"] == ("表", "人员")
    assert everything["dept.public"] == ("视图", "")
    assert not [name for name in everything if name.startswith("pg_")]
    assert (columns["xl"].type, columns["xl"].comment, columns["xl"].is_key) == ("string", "学历", False)
    assert "dept.closed" not in everything
