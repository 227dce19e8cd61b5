"""The signed document of a licence: canonical JSON, its file form, and the check anyone can make without us."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yimen.core.errors import Invalid
from yimen.standards import licence_identifier

FORMAT = "yimen-licence/1"
LARGEST_FILE = 256 * 1024


class NotALicence(Invalid):
    """The file is no licence of ours."""

    code = "licences.not-a-licence"
    title = "这不是一份可以核验的电子证照文件。"


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

    `keys` are as published: `id`, `algorithm`, `public_key` (Base64 of the 32 raw bytes).

    Raises:
        NotALicence: the file is too large, no JSON, or not of the form `export` writes.
    """
    content, signature, key_id = _read(data)
    public = {key["id"]: key["public_key"] for key in keys if key["algorithm"] == "Ed25519"}
    checks = [_identifier(content)]
    if key_id not in public:
        checks.append(Check("signature", is_ok=False, sentence="签名所用的密钥不是本市公布的密钥。"))
    elif is_signed(canonical(content), signature, public[key_id]):
        checks.append(Check("signature", is_ok=True, sentence="数字签名有效，内容自颁发后没有改动。"))
    else:
        checks.append(Check("signature", is_ok=False, sentence="数字签名与内容不符：内容被改动过，或者是伪造的。"))
    return Examination(content, tuple(checks))


def is_signed(document: bytes, signature: bytes, public_key: str) -> bool:
    """Tell whether the signature is that of the document under this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, document)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(data: bytes) -> tuple[dict[str, object], bytes, str]:
    if len(data) > LARGEST_FILE:
        raise NotALicence(f"文件有 {len(data):,} 字节，超过 {LARGEST_FILE:,} 字节。请上传从本平台下载的证照文件。")
    try:
        content = json.loads(data)
        form = content["format"]
        document, key = content["document"], content["key"]
        signature = base64.b64decode(content["signature"], validate=True)
        canonical(document)
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise NotALicence("请上传从本平台下载的证照文件（.json），不要改动其内容。") from error
    if form != FORMAT or not isinstance(document, dict) or not isinstance(key, str):
        raise NotALicence("请上传从本平台下载的证照文件（.json），不要改动其内容。")
    return document, signature, key


def _identifier(content: Mapping[str, object]) -> Check:
    try:
        licence_identifier.parse(str(content.get("identifier", "")))
    except licence_identifier.InvalidLicenceIdentifier as error:
        return Check("identifier", is_ok=False, sentence=error.detail)
    return Check("identifier", is_ok=True, sentence="电子证照标识符合 GB/T 36904，校验位正确。")
