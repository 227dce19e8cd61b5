"""The signed document of a licence: canonical JSON, its file form, and the check anyone can make without us."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import rfc8785

from yimen.core.errors import Invalid
from yimen.core.signing import is_signed
from yimen.standards import documents as identity
from yimen.standards import licence_identifier

FORMAT = "yimen-licence/1"
LARGEST_FILE = 256 * 1024
ED25519 = "Ed25519"
REMEDY = "请上传从本平台下载的证照文件（.json），不要改动其内容。"


class NotALicence(Invalid):
    """The file is no licence of ours."""

    code = "licences.not-a-licence"
    title = "这不是一份可以核验的电子证照文件。"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a licence states and is signed for. `valid_until` is the last valid day, None for long-term (长期)."""

    identifier: str
    type_code: str
    type_name: str
    holder_name: str
    holder_number: str
    holder_type: identity.TypeCode
    issuer_code: str
    issuer_name: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    item: str
    face: Mapping[str, str]

    def canonical(self) -> bytes:
        """Return the document to sign. Instants are in UTC; an empty `valid_until` is long-term."""
        return canonical(
            {
                "format": FORMAT,
                "identifier": self.identifier,
                "type": {"code": self.type_code, "name": self.type_name},
                "holder": {"name": self.holder_name, "code": self.holder_number, "code_type": self.holder_type},
                "issuer": {"code": self.issuer_code, "name": self.issuer_name},
                "issued_at": self.issued_at.astimezone(UTC).isoformat(),
                "valid_from": self.valid_from.isoformat(),
                "valid_until": self.valid_until.isoformat() if self.valid_until else "",
                "item": self.item,
                "face": dict(self.face),
            }
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is in order, and what was found, in a sentence."""

    name: str
    is_ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What the file alone shows. `content` is the document read, whether genuine or not."""

    content: Mapping[str, object]
    checks: tuple[Check, ...]

    @property
    def is_genuine(self) -> bool:
        """Tell whether every check is in order."""
        return all(check.is_ok for check in self.checks)


def canonical(content: Mapping[str, object]) -> bytes:
    """Return the content as canonical JSON (RFC 8785): the same content always gives the same bytes."""
    return rfc8785.dumps(dict(content))  # type: ignore[arg-type]  # its JSON type is narrower than ours


def export(*, document: bytes, signature: bytes, key_id: str) -> bytes:
    """Return the licence as a file: the document readable, its signature and key beside it."""
    text = json.dumps(
        {
            "format": FORMAT,
            "document": json.loads(document),
            "signature": base64.b64encode(signature).decode(),
            "key": key_id,
        },
        ensure_ascii=False,
        indent=2,
    )
    return text.encode()


def check_offline(data: bytes, keys: Sequence[Mapping[str, str]]) -> Examination:
    """Examine a licence file with published keys alone: no database, no network.

    `keys` are as published: `id`, `algorithm`, `public_key` (Base64 of the 32 raw bytes) and, where the key is no
    longer used, `retired_at` (ISO 8601). Whether the licence was withdrawn since is not in the file.

    Raises:
        NotALicence: the file is too large, no JSON, or not of the form `export` writes.
    """
    content, signature, key_id = _read(data)
    key = next((one for one in keys if one["id"] == key_id), None)
    return Examination(content, (_identifier(content), check_signature(canonical(content), signature, key)))


def check_signature(document: bytes, signature: bytes, key: Mapping[str, str] | None) -> Check:
    """Look at a signature with the published key it names; None is a key that we never published."""
    if key is None:
        problem = "签名所用的密钥不是本市公布的密钥，不能采信。"
    elif key["algorithm"] != ED25519:
        problem = f"签名算法为“{key['algorithm']}”，这里只能核验 {ED25519} 签名。请到颁发平台核验。"
    elif not is_signed(document, signature, key["public_key"]):
        problem = "数字签名与内容不符：内容被改动过，或者是伪造的。"
    elif not _is_signed_in_time(document, key.get("retired_at", "")):
        problem = "签名密钥在证照颁发之前就已停用，不能采信。"
    else:
        return Check("signature", is_ok=True, sentence="数字签名有效，内容自颁发后没有改动。")
    return Check("signature", is_ok=False, sentence=problem)


def _is_signed_in_time(document: bytes, retired_at: str) -> bool:
    """Tell whether the document says it was issued before the key was retired; a date it does not have is too late."""
    if not retired_at:
        return True
    try:
        return datetime.fromisoformat(json.loads(document)["issued_at"]) < datetime.fromisoformat(retired_at)
    except (ValueError, TypeError, KeyError):
        return False


def _read(data: bytes) -> tuple[dict[str, object], bytes, str]:
    if len(data) > LARGEST_FILE:
        raise NotALicence(f"文件超过 {LARGEST_FILE // 1024} KB。{REMEDY}")
    try:
        content = json.loads(data, object_pairs_hook=_members)
        document, key = content["document"], content["key"]
        signature = base64.b64decode(content["signature"], validate=True)
        canonical(document)
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise NotALicence(REMEDY) from error
    # Whatever the signature does not cover would be read as if it did: nothing else may stand in the file.
    is_ours = (
        isinstance(document, dict)
        and isinstance(key, str)
        and content.keys() == {"format", "document", "signature", "key"}
        and content["format"] == document.get("format") == FORMAT
        and content["signature"] == base64.b64encode(signature).decode()
    )
    if not is_ours:
        raise NotALicence(REMEDY)
    return document, signature, key


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; one that names a member twice reads differently to people and to programs."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _identifier(content: Mapping[str, object]) -> Check:
    try:
        licence_identifier.parse(str(content.get("identifier", "")))
    except licence_identifier.InvalidLicenceIdentifier as error:
        return Check("identifier", is_ok=False, sentence=error.detail)
    return Check("identifier", is_ok=True, sentence="电子证照标识符合 GB/T 36904，校验位正确。")
