"""A department's HTTP service: one thread a connection, connections kept open, nothing personal in any log."""

import hmac
import json
import re
import sqlite3
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from demo.departments import register
from demo.departments.register import Table

IDLE_TIMEOUT_S = 60
PAGE = 500


class Service(ThreadingHTTPServer):
    """The service over one store, for whoever has the key. Port 0 lets the system choose one."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, *, tables: Mapping[str, Table], store_path: Path, key: str) -> None:
        """Bind to the loopback address only."""
        self.tables = {name: (re.compile(_pattern(one.path)), one) for name, one in tables.items()}
        self.store_path = store_path
        self.key = key.encode()
        super().__init__(("127.0.0.1", port), Handler)


def _pattern(path: str) -> str:
    return "([^/]+)".join(re.escape(part) for part in path.split("{}"))


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Service
    protocol_version = "HTTP/1.1"
    server_version = "department-demo"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    # Head and body leave in one packet; apart, the second would wait for the first to be acknowledged.
    wbufsize = -1
    disable_nagle_algorithm = True
    records: sqlite3.Connection

    def setup(self) -> None:
        """Open the store for this connection."""
        super().setup()
        self.records = register.reader(self.server.store_path)

    def finish(self) -> None:
        """Close it again."""
        self.records.close()
        super().finish()

    def do_GET(self) -> None:
        """Answer the one question there is."""
        if not hmac.compare_digest(self.headers.get("X-Api-Key", "").encode(), self.server.key):
            self._refuse(HTTPStatus.UNAUTHORIZED, "key", "没有密钥，或密钥不对。")
            return
        parts = urlsplit(self.path)
        for name, (_, table) in self.server.tables.items():
            if table.listed and parts.path == table.listed:
                self._list(name, table, parts.query)
                return
        for name, (pattern, table) in self.server.tables.items():
            if found := pattern.fullmatch(parts.path):
                self._look_up(name, table, [unquote(key) for key in found.groups()], parts.query)
                return
        self._refuse(HTTPStatus.NOT_FOUND, "path", "没有这个地址。")

    def _look_up(self, name: str, table: Table, keys: list[str], query: str) -> None:
        fields = [field for field in ",".join(parse_qs(query).get("fields", [])).split(",") if field]
        if not fields or any(field not in table.fields for field in fields):
            self._refuse(HTTPStatus.BAD_REQUEST, "fields", f"fields 应为这些字段中的若干：{'、'.join(table.fields)}。")
            return
        found = register.find(self.records, name, table, keys, list(dict.fromkeys(fields)))
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND, "record", "没有这条记录。")
            return
        record, is_slow = found
        if is_slow:
            time.sleep(table.delay_s)
        self._answer(HTTPStatus.OK, record)

    def _list(self, name: str, table: Table, query: str) -> None:
        """Answer with the next page: `rows`, and under `next` what to give as `after` for the one behind it."""
        asked = parse_qs(query)
        fields = [field for field in ",".join(asked.get("fields", [])).split(",") if field]
        known = {*table.fields, *table.keys, "as_of"}
        if not fields or not known.issuperset(fields):
            self._refuse(HTTPStatus.BAD_REQUEST, "fields", f"fields 应为这些字段中的若干：{'、'.join(sorted(known))}。")
            return
        rows = register.page(self.records, name, table, asked.get("after", [""])[0], fields, count=PAGE)
        mark = rows[-1][table.keys[0]] if len(rows) == PAGE else None
        self._answer(HTTPStatus.OK, {"rows": rows, "next": mark})

    def _refuse(self, status: HTTPStatus, error: str, message: str) -> None:
        self._answer(status, {"error": error, "message": message})

    def _answer(self, status: HTTPStatus, body: Mapping[str, object]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:  # whoever asked has hung up: a slow answer is nobody's any more
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what http.server itself refuses (another method, a broken request) in our own format, and hang up."""
        self.close_connection = True
        status = HTTPStatus(code)
        if status is HTTPStatus.NOT_IMPLEMENTED:
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "method", "只接受 GET 请求。")
        else:
            self._refuse(status, "request", "请求无法理解。")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server passes
        """Log nothing: an address holds an ID number."""
