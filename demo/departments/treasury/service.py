"""The treasury behind HTTP: takes signed instructions from whoever has the key, and signs what it answers."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from demo.departments.treasury.books import Books, Different
from demo.departments.treasury.faults import Fault
from yimen.core import signing
from yimen.core.signing import Ed25519Signer

BEIJING = timezone(timedelta(hours=8))
PAGE = 100
LARGEST = 64 * 1024
FIELDS = ("reference", "batch", "payee", "account", "bank", "amount", "currency", "purpose")


class TreasuryService(ThreadingHTTPServer):
    """The service over its books. Port 0 lets the system choose one; `payer` is the public key instructions bear."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, *, books: Books, key: str, payer: str, signer: Ed25519Signer) -> None:
        """Bind to the loopback address only."""
        self.books, self.payer, self.signer = books, payer, signer
        self.key = key.encode()
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: TreasuryService
    protocol_version = "HTTP/1.1"
    server_version = "treasury-demo"
    sys_version = ""
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Take an instruction."""
        body = self._body()
        if body is None or not self._has_key():
            return
        if self.path != "/instructions":
            self._answer(HTTPStatus.NOT_FOUND, {"error": "path"})
            return
        said = self._read(body)
        if said is None:
            return
        reference = said["reference"]
        fault, tried = self.server.books.meet(reference)
        if fault is Fault.FAIL_BEFORE and tried == 1:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "busy"})
            return
        try:
            booked = self.server.books.take(
                reference, body=body, account=said["account"], amount=said["amount"], fault=fault, on=_today()
            )
        except Different:
            self._answer(HTTPStatus.CONFLICT, {"error": "different", "reference": reference})
            return
        if fault is Fault.SILENT_AFTER and tried == 1:
            time.sleep(self.server.books.faults.silence_s)
            self.close_connection = True  # taken, and nobody is told
            return
        if booked.state == "REFUSED":
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, booked.to_json())
            return
        taken = {"reference": reference, "number": booked.number, "state": "ACCEPTED"}
        self._answer(HTTPStatus.CREATED if tried == 1 else HTTPStatus.OK, taken)

    def do_GET(self) -> None:
        """Tell what became of an instruction, the receipts since, or a day's statement."""
        if not self._has_key():
            return
        parts = urlsplit(self.path)
        first, _, rest = parts.path.strip("/").partition("/")
        match first:
            case "instructions":
                reference = unquote(rest)
                booked = self.server.books.find(reference)
                if booked is None:
                    self._answer(HTTPStatus.NOT_FOUND, {"reference": reference})
                else:
                    self._answer(HTTPStatus.OK, booked.to_json())
            case "receipts":
                after = parse_qs(parts.query).get("after", ["0"])[0]
                rows = self.server.books.receipts(int(after), count=PAGE) if after.isdecimal() else []
                self._answer(HTTPStatus.OK, {"rows": rows})
            case "statements":
                try:
                    day = date.fromisoformat(rest)
                except ValueError:
                    self._answer(HTTPStatus.BAD_REQUEST, {"error": "day"})
                    return
                self._answer(HTTPStatus.OK, {"day": rest, "rows": self.server.books.statement(day)})
            case _:
                self._answer(HTTPStatus.NOT_FOUND, {"error": "path"})

    def _has_key(self) -> bool:
        if hmac.compare_digest(self.headers.get("X-Api-Key", "").encode(), self.server.key):
            return True
        self._answer(HTTPStatus.UNAUTHORIZED, {"error": "key"})
        return False

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "length"})
            return None
        return self.rfile.read(int(length))

    def _read(self, body: bytes) -> Mapping[str, str] | None:
        """Return the instruction; None where it was refused: not signed by the payer, or not what was agreed."""
        try:
            signature = base64.b64decode(self.headers.get("X-Signature", ""), validate=True)
        except (binascii.Error, ValueError):
            signature = b""
        if not signing.is_signed(body, signature, self.server.payer):
            self._answer(HTTPStatus.FORBIDDEN, {"error": "signature"})
            return None
        said = _instruction(body)
        if said is None or said["reference"] != self.headers.get("Idempotency-Key"):
            self._answer(HTTPStatus.BAD_REQUEST, {"error": "instruction"})
            return None
        return said

    def _answer(self, status: HTTPStatus, content: Mapping[str, object]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        question = f"{self.command} {self.path}".encode()
        signed = base64.b64encode(self.server.signer.sign(question + b"\n" + body)).decode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Signature", signed)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # whoever asked has hung up
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server passes
        """Log nothing: a body holds an account."""


def _instruction(body: bytes) -> Mapping[str, str] | None:
    """Return the instruction a body holds, None where it is none."""
    try:
        said = json.loads(body)
        if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in FIELDS):
            return None
        if not Decimal(said["amount"]) > 0:
            return None
    except (ValueError, InvalidOperation):
        return None
    return {name: str(said[name]) for name in FIELDS}


def _today() -> date:
    return datetime.now(tz=BEIJING).date()
