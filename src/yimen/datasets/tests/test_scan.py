"""Whole tables of files and services, read piece by piece."""

import hashlib
import json
import os
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.datasets.sources import Changed, Nonsense, Silent, Trouble
from yimen.datasets.sources.scan import KIND, NotScannable, scan
from yimen.datasets.tests.factories import Department
from yimen.datasets.tests.mariadb import mariadb  # noqa: F401 - a fixture
from yimen.datasets.tests.test_mariadb import NUMBER, OTHER, people  # noqa: F401 - a fixture
from yimen.datasets.tests.test_mariadb import connection as mysql_connection


def table(kind, url, settings, columns):
    """The table as (value, kind) pairs, row by row."""
    batches = list(scan(kind, Department(url=url, key="k"), settings, columns, timeout_s=5))
    rows = pa.Table.from_batches(batches).to_pylist() if batches else []
    return [[(row[name], row[name + KIND]) for name in columns] for row in rows]


def texts(rows):
    return [[value for value, _ in row] for row in rows]


def drop(folder, name, content):
    (folder / name).write_bytes(content)
    (folder / f"{name}.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  {name}\n", encoding="ascii")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_is_read_in_whatever_of_our_encodings_it_is(tmp_path, encoding):
    drop(tmp_path, "a.csv", '身份证号,姓名,别的\n1,"陈,晓\n雯",x\n\n2,,y\n'.encode(encoding))

    rows = table("file", f"file://{tmp_path}", {"file": "a.csv"}, ["姓名", "身份证号"])

    assert texts(rows) == [["陈,晓\n雯", "1"], ["", "2"]]


def test_a_file_still_being_written_is_not_read(tmp_path):
    drop(tmp_path, "a.csv", b"id\n1\n")
    (tmp_path / "a.csv").write_bytes(b"id\n1\n2\n")

    with pytest.raises(Silent):
        table("file", f"file://{tmp_path}", {"file": "a.csv"}, ["id"])


def test_a_column_that_is_not_there_is_named(tmp_path):
    drop(tmp_path, "a.xlsx", sheet([["id"], ["1"]]))

    with pytest.raises(Nonsense, match="级别"):
        table("file", f"file://{tmp_path}", {"file": "a.xlsx"}, ["id", "级别"])


def sheet(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = __import__("io").BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_sheet_gives_numbers_and_days_as_a_single_read_does(tmp_path):
    drop(tmp_path, "a.xlsx", sheet([["id", "day", "n"], [440399, datetime(2026, 1, 2), True], [None, None, None]]))

    rows = table("file", f"file://{tmp_path}", {"file": "a.xlsx"}, ["id", "day", "n"])

    assert rows == [[("440399", "t"), ("2026-01-02", "d"), ("True", "b")]]


def test_without_a_column_of_time_stamps_the_time_of_the_drop_counts(tmp_path):
    drop(tmp_path, "a.csv", b"id\n1\n")
    os.utime(tmp_path / "a.csv", (0, datetime(2026, 1, 1, tzinfo=UTC).timestamp()))

    rows = table("file", f"file://{tmp_path}", {"file": "a.csv", "as_of": "更新时间"}, ["id", "更新时间"])

    assert rows == [[("1", "t"), ("2026-01-01 00:00:00+00:00", "z")]]


def test_a_parquet_file_is_read_with_its_types(tmp_path):
    pq.write_table(pa.table({"id": ["1", None], "n": [7, 8], "on": [date(2026, 1, 1), None]}), tmp_path / "x")
    drop(tmp_path, "a.parquet", (tmp_path / "x").read_bytes())

    rows = table("file", f"file://{tmp_path}", {"file": "a.parquet"}, ["on", "n", "id"])

    assert texts(rows) == [["2026-01-01", "7", "1"], [None, "8", None]]
    assert rows[0] == [("2026-01-01", "d"), ("7", "i"), ("1", "t")]


@contextmanager
def service(answer):
    """A department's service; `answer(query)` is what it says."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            asked.append((urlsplit(self.path).path, self.headers["X-Api-Key"], query))
            body = json.dumps(answer(query)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


PEOPLE = [{"id": str(one), "level": one} for one in range(7)]


def test_a_service_is_asked_page_by_page_until_a_page_is_empty():
    def by_number(query):
        start = (int(query["page"]) - 1) * 3
        return {"rows": PEOPLE[start : start + 3]}

    with service(by_number) as (url, asked):
        rows = table("rest", url, {"path": "x", "list": "/v1/all", "list_page": "page"}, ["id", "level"])

    assert rows == [[(one["id"], "t"), (one["id"], "i")] for one in PEOPLE]
    assert asked[0] == ("/v1/all", "k", {"fields": "id,level", "page": "1"})
    assert len(asked) == 4


def test_a_service_is_asked_with_its_mark_until_it_gives_none():
    def by_mark(query):
        start = int(query.get("after", 0))
        return {"data": PEOPLE[start : start + 3], "cursor": str(start + 3) if start + 3 < len(PEOPLE) else None}

    settings = {"path": "x", "list": "/all", "list_mark": "after", "list_next": "cursor", "list_rows": "data"}
    with service(by_mark) as (url, asked):
        rows = table("rest", url, settings, ["id"])

    assert texts(rows) == [[one["id"]] for one in PEOPLE]
    assert len(asked) == 3


def test_a_service_without_pages_is_asked_once():
    with service(lambda _: PEOPLE) as (url, asked):
        assert len(table("rest", url, {"path": "x", "list": "/all"}, ["id"])) == 7
    assert len(asked) == 1


def test_a_service_that_gives_the_same_page_for_ever_is_not_asked_for_ever():
    with service(lambda _: {"rows": PEOPLE}) as (url, _), pytest.raises(Nonsense, match="两次"):
        table("rest", url, {"path": "x", "list": "/all", "list_page": "page"}, ["id"])


def test_a_service_that_lists_nothing_says_it_cannot_be_scanned():
    with pytest.raises(NotScannable, match="list"):
        table("rest", "http://127.0.0.1:9", {"path": "/v1/{key}"}, ["id"])


@pytest.mark.parametrize("answer", [7, {"rows": [1]}, {"rows": None}, {"people": []}])
def test_an_answer_that_is_no_list_of_records_is_nonsense(answer):
    with service(lambda _: answer) as (url, _), pytest.raises(Nonsense):
        table("rest", url, {"path": "x", "list": "/all"}, ["id"])


def test_what_no_text_can_hold_is_told_apart_and_stops_nothing():
    department = Department(records={"1": {"x": "half \ud800"}, "2": {"x": [1]}, "3": {"x": 1.5}, "4": {"x": None}})

    batches = scan("memory", department, {"key": "id"}, ["id", "x"], timeout_s=1)

    assert [row["x" + KIND] for row in pa.Table.from_batches(batches).to_pylist()] == ["x", "x", "f", "t"]


def scanned(server, *columns, relation="户籍 people", **more):
    batches = scan("sql", mysql_connection(server, **more), {"relation": relation}, columns, timeout_s=5)
    rows = pa.Table.from_batches(batches).to_pylist()
    return [[(row[name], row[name + KIND]) for name in columns] for row in rows]


def test_a_mariadb_is_read_with_its_types_and_no_other_column(people):  # noqa: F811
    assert scanned(people, "gmsfhm", "csrq", "sfyx", "sr", "select") == [
        [(NUMBER, "t"), ("1946-11-22", "d"), ("1", "i"), ("3200.50", "n"), ("`;--", "t")],
        [(OTHER, "t"), (None, "d"), ("0", "i"), (None, "n"), (None, "t")],
    ]


def test_a_mariadb_without_the_relation_or_that_lets_nobody_in_says_so(people):  # noqa: F811
    with pytest.raises(Changed):
        scanned(people, "xm", relation="nothing")
    with pytest.raises(Silent) as told:
        scanned(people, "xm", password="wrong")
    assert told.value.why is Trouble.NOT_LET_IN
