"""The department's HTTP service: one thread a connection, connections kept open, nothing personal in any log."""

import hmac
import json
import sqlite3
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from demo.departments.education import store

PREFIX = "/v1/graduates/"
IDLE_TIMEOUT_S = 60


class Service(ThreadingHTTPServer):
    """The service over one store, for whoever has the key. Port 0 lets the system choose one."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, *, store_path: Path, key: str) -> None:
        """Bind to the loopback address only."""
        self.store_path = store_path
        self.key = key.encode()
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Service
    protocol_version = "HTTP/1.1"
    server_version = "education-demo"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    # Head and body leave in one packet; apart, the second would wait for the first to be acknowledged.
    wbufsize = -1
    disable_nagle_algorithm = True
    records: sqlite3.Connection

    def setup(self) -> None:
        """Open the store for this connection."""
        super().setup()
        self.records = store.reader(self.server.store_path)

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
        if not parts.path.startswith(PREFIX):
            self._refuse(HTTPStatus.NOT_FOUND, "path", "没有这个地址。")
            return
        fields = [name for name in ",".join(parse_qs(parts.query).get("fields", [])).split(",") if name]
        unknown = [name for name in fields if name not in store.FIELDS]
        if unknown or not fields:
            self._refuse(HTTPStatus.BAD_REQUEST, "fields", f"fields 应为这些字段中的若干：{'、'.join(store.FIELDS)}。")
            return
        found = store.find(self.records, unquote(parts.path.removeprefix(PREFIX)), list(dict.fromkeys(fields)))
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND, "person", "查无此人。")
            return
        self._answer(HTTPStatus.OK, found)

    def _refuse(self, status: HTTPStatus, error: str, message: str) -> None:
        self._answer(status, {"error": error, "message": message})

    def _answer(self, status: HTTPStatus, body: dict[str, str | None]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

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
