"""A treasury behind HTTP: instructions are signed by us, answers by it; the key tells it who asks.

    POST /instructions                 201 or 200 accepted, 422 refused, anything else unknown
    GET  /instructions/{reference}     200 what became of it, 404 never heard of it
    GET  /receipts?after=N             what became of payments since
    GET  /statements/{day}             everything booked that day

Every body is JSON. Ours is signed as it stands on the wire (Ed25519, RFC 8032) in `X-Signature`, Base64; the
treasury signs the question's method and address, a line feed and its body, so that the answer to one question cannot be
played to another. Amounts are texts with two places, never floating point.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

import httpx

from yimen.core import signing
from yimen.core.signing import Signer
from yimen.payments.treasuries.base import (
    Absent,
    Accepted,
    Answer,
    Instruction,
    Notice,
    Returned,
    Settled,
    StatementLine,
    TreasurySilent,
    Unknown,
)

LARGEST_ANSWER = 8 * 1024 * 1024
TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.UNPROCESSABLE_ENTITY})


class _Untrusted(Exception):
    """What came back is no answer of the treasury's; the text says why, for the attempt's row."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    content: Mapping[str, object]


@cache
def _client() -> httpx.Client:
    """Return the process's client: connections are kept open, proxies and redirects are not followed."""
    return httpx.Client(trust_env=False, follow_redirects=False)


class HttpTreasury:
    """The treasury at an address (see the module)."""

    def __init__(self, url: str, *, key: str, public_key: str, signer: Signer, timeout_s: float) -> None:
        """Remember where it is, and by which key its answers are known."""
        self._url = url.rstrip("/")
        self._key = key
        self._public_key = public_key
        self._signer = signer
        self._timeout_s = timeout_s
        self.name = "treasury"

    def send(self, instruction: Instruction) -> Answer:
        """Hand over an instruction."""
        body = json.dumps(
            {
                "reference": instruction.reference,
                "batch": instruction.batch,
                "payee": instruction.payee,
                "account": instruction.account,
                "bank": instruction.bank,
                "amount": f"{instruction.amount_yuan:.2f}",
                "currency": "CNY",
                "purpose": instruction.purpose,
            },
            ensure_ascii=False,
        ).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": instruction.reference,
            "X-Key-Id": self._signer.key_id,
            "X-Signature": base64.b64encode(self._signer.sign(body)).decode(),
        }
        try:
            reply = self._ask("POST", "/instructions", body=body, headers=headers)
            if reply.status not in TAKEN:
                return Unknown(f"HTTP {reply.status}")
            return _became(reply.content, of=instruction.reference)
        except _Untrusted as error:
            return Unknown(str(error))

    def status(self, reference: str) -> Answer | Absent:
        """Return what became of a reference. Only a signed 404 says that the treasury never heard of it."""
        try:
            reply = self._ask("GET", f"/instructions/{quote(reference, safe='')}")
            if reply.status == HTTPStatus.NOT_FOUND and reply.content.get("reference") == reference:
                return Absent()
            if reply.status != HTTPStatus.OK:
                return Unknown(f"HTTP {reply.status}")
            return _became(reply.content, of=reference)
        except _Untrusted as error:
            return Unknown(str(error))

    def receipts(self, after: int) -> Sequence[Notice]:
        """Return the next receipts."""
        return [
            Notice(_whole(row, "sequence"), reference := _text(row, "reference"), _final(row, reference))
            for row in self._rows(f"/receipts?after={after}", "receipts")
        ]

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return everything booked that day."""
        return [
            StatementLine(_text(row, "reference"), _text(row, "number"), _amount(row))
            for row in self._rows(f"/statements/{day:%Y-%m-%d}", "lines")
        ]

    def _rows(self, path: str, name: str) -> Sequence[Mapping[str, object]]:
        try:
            reply = self._ask("GET", path)
        except _Untrusted as error:
            raise TreasurySilent(f"国库的答复不能采用（{error}）。请稍后重试，仍不行请联系国库。") from error
        rows = reply.content.get("rows")
        if (
            reply.status != HTTPStatus.OK
            or not isinstance(rows, list)
            or not all(isinstance(one, dict) for one in rows)
        ):
            raise TreasurySilent(f"国库答复了 HTTP {reply.status}，没有给出 {name}。请稍后重试。")
        return rows

    def _ask(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> _Reply:
        """Return the answer.

        Raises:
            _Untrusted: there is none, or it is not signed by the treasury as an answer to this.
        """
        request = {"X-Api-Key": self._key, **(headers or {})}
        try:
            with _client().stream(
                method, self._url + path, content=body or None, headers=request, timeout=self._timeout_s
            ) as answer:
                content = b""
                for part in answer.iter_bytes():
                    content += part
                    if len(content) > LARGEST_ANSWER:
                        raise _Untrusted("答复过大")
        except httpx.TimeoutException as error:
            raise _Untrusted("超时") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Untrusted(type(error).__name__) from error
        question = f"{method} {path}"
        if not self._is_theirs(question, content, answer.headers.get("X-Signature", "")):
            raise _Untrusted(f"HTTP {answer.status_code}，签名不符")
        try:
            plain = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _Untrusted("不是 JSON") from error
        if not isinstance(plain, dict):
            raise _Untrusted("不是 JSON 对象")
        return _Reply(answer.status_code, plain)

    def _is_theirs(self, question: str, content: bytes, signature: str) -> bool:
        try:
            signed = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return False
        return signing.is_signed(question.encode() + b"\n" + content, signed, self._public_key)


def _became(content: Mapping[str, object], *, of: str) -> Answer:
    if content.get("reference") != of:
        raise _Untrusted("答复的不是这一笔")
    try:
        return _final(content, of)
    except TreasurySilent as error:
        raise _Untrusted(error.detail) from error


def _final(content: Mapping[str, object], reference: str) -> Accepted | Settled | Returned:
    match content.get("state"):
        case "ACCEPTED":
            return Accepted(_text(content, "number"))
        case "SETTLED":
            return Settled(_text(content, "number"), _amount(content), _day(content))
        case "RETURNED" | "REFUSED":
            return Returned(_text(content, "number", default=""), _text(content, "reason"))
        case _:
            raise TreasurySilent(f"国库对 {reference[:40]} 的答复没有说明状态。")


def _text(content: Mapping[str, object], name: str, *, default: str | None = None) -> str:
    value = content.get(name, default)
    if not isinstance(value, str) or len(value) > 60 or "\0" in value:  # noqa: PLR2004 - as long as the column
        raise TreasurySilent(f"国库的答复中 {name} 不是短文本。")
    return value


def _whole(content: Mapping[str, object], name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise TreasurySilent(f"国库的答复中 {name} 不是整数。")
    return value


def _amount(content: Mapping[str, object]) -> Decimal:
    try:
        value = Decimal(_text(content, "amount"))
    except InvalidOperation as error:
        raise TreasurySilent("国库的答复中金额不是数。") from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise TreasurySilent("国库的答复中金额不是数。")
    return value.quantize(Decimal("0.01"))


def _day(content: Mapping[str, object]) -> date:
    try:
        return date.fromisoformat(_text(content, "on"))
    except ValueError as error:
        raise TreasurySilent("国库的答复中记账日期不是日期。") from error
