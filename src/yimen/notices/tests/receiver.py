"""The other end: a real server on this machine that keeps what it was sent, and answers as it is told to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came, in order, as (path, key, title, text); `answers` are the next statuses, then always 200."""

    port: int = 0
    came: list[tuple[str, str, str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    delay_s: float = 0.0

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bark(self) -> str:
        return f"http://127.0.0.1:{self.port}/device0001"


@contextmanager
def receiving() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = said.get("message", said.get("body", ""))
            kept.came.append((self.path, self.headers.get("Idempotency-Key", ""), said["title"], text))
            time.sleep(kept.delay_s)
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
