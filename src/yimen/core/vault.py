"""Secrets kept in the database: sealed with a key that lives in a file outside it (AES-256-GCM, NIST SP 800-38D).

A line of the file is a key: its identifier, a space, 32 bytes in Base64. The last line seals; all of them open, so that
a key can be replaced while what was sealed with the older one is sealed anew.
"""

import base64
import contextlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yimen.core.settings import SettingError

NONCE = 12
KEY_BYTES = 32


class NotOpened(Exception):
    """What was sealed cannot be opened: its key is gone, or it was changed or belongs to something else."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys by identifier; `current` seals."""

    current: str
    keys: dict[str, bytes] = field(repr=False)

    def seal(self, text: str, *, of: str) -> tuple[str, bytes]:
        """Return the identifier of the key and the sealed text; it opens only as the secret `of` the same thing."""
        nonce = secrets.token_bytes(NONCE)
        return self.current, nonce + AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), of.encode())

    def open(self, key_id: str, sealed: bytes, *, of: str) -> str:
        """Return the text.

        Raises:
            NotOpened: there is no such key any more, or this was not sealed with it as the secret of this thing.
        """
        if key_id not in self.keys:
            raise NotOpened(f"没有编号为 {key_id} 的密钥")
        try:
            return AESGCM(self.keys[key_id]).decrypt(sealed[:NONCE], sealed[NONCE:], of.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NotOpened("密文与密钥不符") from error


def vault_at(path: Path) -> Vault:
    """Return the vault whose keys are in this file; the file is made with a first key, mode 0600, where there is none.

    Raises:
        SettingError: others can read the file, or it holds no keys.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _new_line(), replace=False)
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise SettingError(f"密钥文件 {path.name} 的权限过宽，其他用户也能读取。请执行 chmod 600 后重试。")
        lines = file.read().decode("ascii", errors="replace").split("\n")
    try:
        pairs = [line.split() for line in lines if line.strip()]
        keys = {name: base64.b64decode(key, validate=True) for name, key in pairs}
    except ValueError as error:
        raise SettingError(f"密钥文件 {path.name} 的内容不是“编号 密钥”的形式。请从备份恢复。") from error
    if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise SettingError(f"密钥文件 {path.name} 中没有可用的密钥。请从备份恢复。")
    return Vault(pairs[-1][0], keys)


def add_key(path: Path) -> Vault:
    """Add a key to the file, which seals from now on, and return the vault; the older ones still open."""
    vault_at(path)
    kept = path.read_text(encoding="ascii")
    _write(path, f"{kept.rstrip()}\n{_new_line()}", replace=True)
    return vault_at(path)


def _new_line() -> str:
    return f"{secrets.token_hex(4)} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _write(path: Path, content: str, *, replace: bool) -> None:
    """Write the file whole or not at all; where several processes make the first one at once, the first's stands."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # of mode 0600 from the start
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(draft).replace(path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
