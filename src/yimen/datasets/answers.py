"""A signed answer (签名回执): what was answered, when and under which grant, provable later without keeping the values.

The ledger keeps the digest of the values, never the values. A yes or no has so few values that a bare digest would tell
which it was; so the values are hashed together with a salt that only whoever received the answer has. Whoever shows the
values with their salt proves what was answered.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

from yimen.core import signing

FORMAT = "yimen-exchange/1"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature on an answer: Base64 of the 64 bytes, and of the raw public key (Ed25519, RFC 8032)."""

    value: str
    public_key: str


def salt() -> str:
    """Return a new salt, in hexadecimal."""
    return secrets.token_hex(SALT_BYTES)


def digest(values: Mapping[str, object], invalid: Sequence[str], salt: str) -> str:
    """Return the SHA-256 over the salt and the values as canonical JSON (RFC 8785).

    Values go in as text, dates as ISO 8601, numbers as the decimal they are, truth values as true and false, lists as
    lists; a field without a value is left out, one that could not be believed is named in `invalid`.
    """
    content = {
        "invalid": sorted(invalid),
        "salt": salt,
        "values": {name: _plain(value) for name, value in values.items()},
    }
    return hashlib.sha256(_canonical(content)).hexdigest()


def statement(
    *,
    dataset: str,
    fields: Sequence[str],
    digest: str,
    as_of: datetime | None,
    grant: int,
    entry: int,
    at: datetime,
) -> bytes:
    """Return what is signed, as canonical JSON: its members are texts, whole numbers, null and a list of texts."""
    return _canonical(
        {
            "as_of": as_of.astimezone(UTC).isoformat() if as_of else None,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "dataset": dataset,
            "digest": digest,
            "entry": entry,
            "fields": sorted(fields),
            "format": FORMAT,
            "grant": grant,
        }
    )


def sign(said: bytes) -> Signature:
    """Return the platform's signature on a statement."""
    signer = signing.signer_at(Path(settings.YIMEN_EXCHANGE_KEY))
    return Signature(base64.b64encode(signer.sign(said)).decode(), signer.public_key)


def is_genuine(said: bytes, signature: Signature, *, public_key: str) -> bool:
    """Tell whether the statement carries the signature of the platform whose public key this is."""
    try:
        raw = base64.b64decode(signature.value, validate=True)
    except ValueError:
        return False
    return signature.public_key == public_key and signing.is_signed(said, raw, public_key)


def _plain(value: object) -> object:
    match value:
        case bool() | None:
            return value
        case date():  # a datetime as well
            return value.isoformat()
        case list():
            return [_plain(one) for one in value]
        case _:
            return str(value)


def _canonical(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
