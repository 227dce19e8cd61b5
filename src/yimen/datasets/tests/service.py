"""A department's real HTTP service on this machine, with tokens where it wants them."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote_plus, urlsplit


class Department(ThreadingHTTPServer):
    """Answers about everybody alike. `answers` are given first, in order, in place of the right one."""

    daemon_threads = True
    RECORD = {"xl": "21", "byrq": "20260630", "hy": "Y", "xm": "林晓"}

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers: list[tuple[int, str]] = []
        self.delay_s = 0.0
        self.count = 0
        self.as_of = "2026-11-21T23:00:00+08:00"
        self.openapi: object = None
        self.wants_token = self.takes_none = self.reads_only_the_form = False
        self.token_body: str | None = None
        self.lasts_s = 3600
        self.tokens_given = 0
        self.valid = ""
        self.client = ("", "")

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def revoke(self):
        """Take no token that was given until now."""
        self.valid = ""

    def answer_to(self, address, authorization) -> tuple[int, str]:
        parts = urlsplit(address)
        if parts.path == "/openapi.json":
            return (200, json.dumps(self.openapi)) if self.openapi is not None else (404, "")
        self.count += 1
        if self.answers:
            time.sleep(self.delay_s)
            return self.answers.pop(0)
        if self.wants_token and (self.takes_none or authorization != f"Bearer {self.valid}"):
            return 401, ""
        fields = parse_qs(parts.query)["fields"][0].split(",")
        return 200, json.dumps({**{name: self.RECORD[name] for name in fields}, "as_of": self.as_of})


class _Handler(BaseHTTPRequestHandler):
    server: Department

    def do_GET(self):
        self._answer(*self.server.answer_to(self.path, self.headers["Authorization"]))

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["grant_type"] == ["client_credentials"]
        if self.server.reads_only_the_form and "client_id" not in form:
            self._answer(401, '{"error": "invalid_client"}')
            return
        if "client_id" in form:
            self._give((form["client_id"][0], form["client_secret"][0]))
            return
        who = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        first, _, second = who.partition(":")
        self._give((unquote_plus(first), unquote_plus(second)))

    def _give(self, client):
        here = self.server
        here.client = client
        here.tokens_given += 1
        here.valid = f"token-{here.tokens_given}"
        body = {"access_token": here.valid, "token_type": "Bearer", "expires_in": here.lasts_s}
        self._answer(200, json.dumps(body) if here.token_body is None else here.token_body)

    def _answer(self, status, body):
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass
