"""The key licences are signed with: one Ed25519 key in a file only its owner reads."""

import base64
import hashlib
import os
import stat
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from yimen.core.settings import SettingError


class Signer(Protocol):
    """What signing needs; an SM2 key in a hardware module can stand behind it as well."""

    @property
    def key_id(self) -> str:
        """Return the public identifier of the key."""

    @property
    def algorithm(self) -> str:
        """Return the algorithm's name."""

    @property
    def public_key(self) -> str:
        """Return the public key, Base64 of its raw bytes."""

    def sign(self, document: bytes) -> bytes:
        """Return the signature of the document."""


class Ed25519Signer:
    """A key in memory (RFC 8032)."""

    algorithm = "Ed25519"

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Name the key by the digest of its public half."""
        self._key = key
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()
        self.key_id = hashlib.sha256(raw).hexdigest()[:16]

    def sign(self, document: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(document)


@cache
def signer_at(path: Path) -> Ed25519Signer:
    """Return the signer of the key in this PEM file, making the key on first need.

    Raises:
        SettingError: others may read the file, or it holds no Ed25519 key.
    """
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingError(f"签名密钥文件 {path.name} 的权限过宽，其他用户也能读取。请执行 chmod 600 后重试。")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SettingError(f"签名密钥文件 {path.name} 不是 PEM 私钥。请检查 YIMEN_SIGNING_KEY。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingError(f"签名密钥文件 {path.name} 不是 Ed25519 密钥。请检查 YIMEN_SIGNING_KEY。")
    return Ed25519Signer(key)


def _make(path: Path) -> None:
    """Write a new key; where several processes do at once, the first one's stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
