"""The keys we sign with: each an Ed25519 key in a file only its owner reads."""

import base64
import contextlib
import hashlib
import os
import stat
import tempfile
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
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


def is_signed(document: bytes, signature: bytes, public_key: str) -> bool:
    """Tell whether the signature is that of the document under this public key (Base64 of its raw bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, document)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def signer_at(path: Path) -> Ed25519Signer:
    """Return the signer of the key in this PEM file, making the key on first need.

    Raises:
        SettingError: others may read the file, or it cannot be made or read, or it holds no Ed25519 key.
    """
    try:
        if not path.exists():
            _make(path)
        pem = _read(path)
    except OSError as error:
        raise SettingError(
            f"签名密钥文件 {path.name} 无法读写（{error.strerror}）。请检查该设置和文件夹的权限。"
        ) from error
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingError(f"签名密钥文件 {path.name} 不是未加密的 PEM 私钥。请检查该设置。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingError(f"签名密钥文件 {path.name} 不是 Ed25519 密钥。请检查该设置。")
    return Ed25519Signer(key)


def _read(path: Path) -> bytes:
    """Return the file's content; its mode is that of the very file read, not of one put in its place between."""
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise SettingError(f"签名密钥文件 {path.name} 的权限过宽，其他用户也能读取。请执行 chmod 600 后重试。")
        return file.read()


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; where several threads or processes do at once, the first one's stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # of mode 0600 from the start
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
