"""Verify the ledger without trusting who wrote it (核验): nothing here is shared with the code that seals.

Content is read from the tables by name, canonical JSON is written by another library, the tree is built by another
method, and signatures are checked by the cryptographic library itself.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

CONTENT = (
    "kind", "action", "recorded_at", "actor_kind", "actor_id", "actor_label", "actor_agency", "subject", "dataset",
    "fields", "item", "case_id", "purpose", "result", "details",
)  # fmt: skip
"""The columns a row's digest covers; the last is JSON."""
ROWS = f"""
SELECT s.seal_id, s.place, e.id, e.digest, {", ".join(f"e.{name}" for name in CONTENT)}::text
FROM ledger_entry e LEFT JOIN ledger_sealedentry s ON s.entry_id = e.id
WHERE (s.seal_id BETWEEN %s AND %s) OR (s.seal_id IS NULL AND %s)
ORDER BY s.seal_id, s.place, e.id
"""  # noqa: S608 - names of our own columns
SEALS = """
SELECT number, sealed_at, count, last_entry, root, previous, head, public_key, signature
FROM ledger_seal WHERE number BETWEEN %s AND %s ORDER BY number
"""
LAST = 2**62
AT_ONCE = 2_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found: rows and seals looked at, rows not sealed yet, and a sentence for each problem."""

    rows: int
    seals: int
    unsealed: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    seal: int | None
    place: int | None
    entry: int
    digest: str
    content: dict[str, object]

    @property
    def computed(self) -> str:
        return hashlib.sha256(_canonical({name: _plain(value) for name, value in self.content.items()})).hexdigest()


@dataclass(frozen=True, slots=True)
class _Seal:
    number: int
    sealed_at: datetime
    count: int
    last_entry: int
    root: str
    previous: str
    head: str
    public_key: str
    signature: bytes

    @property
    def said(self) -> bytes:
        return _canonical(
            {
                "number": self.number,
                "sealed_at": self.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
                "count": self.count,
                "last_entry": self.last_entry,
                "root": self.root,
                "previous": self.previous,
            }
        )


class Tree:
    """A Merkle tree (RFC 9162, 2.1) grown leaf by leaf: it keeps one hash for each complete subtree."""

    def __init__(self) -> None:
        """Start empty."""
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf; equal subtrees become one."""
        height, hashed = 0, leaf
        while self._peaks and self._peaks[-1][0] == height:
            hashed = _node(self._peaks.pop()[1], hashed)
            height += 1
        self._peaks.append((height, hashed))

    @property
    def root(self) -> str:
        """Return the root in hexadecimal; empty for a tree without leaves."""
        if not self._peaks:
            return ""
        hashed = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            hashed = _node(left, hashed)
        return hashed.hex()


def verify(
    *, heads: Path, key: str | None = None, first: int = 1, last: int | None = None, progress: Progress = lambda _: None
) -> Report:
    """Verify the seals from `first` to `last` and the rows in them, or everything, rows not sealed yet included.

    `heads` is the file outside the database, `key` the public key every seal should have (Base64), None where it is not
    known here. All is read in one snapshot, so what is written meanwhile does not disturb. `progress` is told how many
    rows have been looked at.
    """
    problems: list[str] = []
    with _snapshot(), connection.cursor() as cursor:
        cursor.execute(SEALS, [first, last or LAST])
        seals = [_Seal(*row) for row in cursor.fetchall()]
        problems += _chain(seals, first=first, key=key)
        problems += _published(seals, heads, first=first, last=last)
        rows = unsealed = 0
        grown: dict[int, tuple[Tree, int]] = {one.number: (Tree(), 0) for one in seals}
        for row in _rows(first, last):
            rows += 1
            unsealed += row.seal is None
            if row.computed != row.digest:
                problems.append(f"留痕 {row.entry} 的内容与摘要不符，可能被改动过。")
            if row.seal is not None:
                problems += _grow(grown, row)
            if rows % AT_ONCE == 0:
                progress(rows)
        progress(rows)
    for one in seals:
        tree, count = grown[one.number]
        if count != one.count:
            problems.append(f"封存批次 {one.number} 应有 {one.count} 行，现有 {count} 行，可能被删除过。")
        elif tree.root != one.root:
            problems.append(f"封存批次 {one.number} 的默克尔根与留痕不符，可能被改动过。")
    return Report(rows, len(seals), unsealed, tuple(problems))


def is_proven(proof: dict[str, object]) -> list[str]:
    """Return what is wrong with an inclusion proof, without any database; empty where it proves the row.

    It holds `entry` (number and content), `path` (hash and side, from the leaf up) and `seal` as the batch says it.
    That of a batch exchange also holds `subject`: the name (`person:` and the ID number), its salt, and its own path up
    to the root that the row's content states.
    """
    try:
        entry, path, seal = proof["entry"], proof["path"], proof["seal"]
        assert isinstance(entry, dict)
        assert isinstance(path, list)
        assert isinstance(seal, dict)
        hashed = _climbed(_leaf(entry["number"], hashlib.sha256(_canonical(entry["content"])).hexdigest()), path)
        is_batch = entry["content"]["kind"] == "BATCH"
        is_in_run = not is_batch or _subject_root(proof["subject"]) == entry["content"]["details"]["root"]
        said = {name: seal[name] for name in ("number", "sealed_at", "count", "last_entry", "root", "previous")}
        signed = _canonical(said)
        is_signed = _is_signed(signed, base64.b64decode(seal["signature"]), seal["public_key"])
        head, root = seal["head"], seal["root"]
    except (KeyError, TypeError, ValueError, AssertionError, AttributeError, OverflowError):
        return ["这不是一份完整的留痕证明。请重新下载。"]
    problems = []
    if not is_in_run:
        problems.append("主体的叶与这次批量读取的默克尔根不符：这份记录不在其中，或证明被改动过。")
    if hashed.hex() != root:
        problems.append("留痕的内容与默克尔根不符：内容被改动过，或证明不是这一行的。")
    if hashlib.sha256(signed).hexdigest() != head:
        problems.append("封存批次的摘要与其内容不符。")
    if not is_signed:
        problems.append("封存批次的签名无效。")
    return problems


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as it was at one moment; within somebody's transaction as that sees it."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _climbed(leaf: bytes, path: list[dict[str, str]]) -> bytes:
    """Return the root a path leads to from a leaf."""
    for step in path:
        beside = bytes.fromhex(step["hash"])
        leaf = _node(beside, leaf) if step["side"] == "left" else _node(leaf, beside)
    return leaf


def _subject_root(subject: object) -> str:
    """Return the root that a subject's leaf leads to: SHA-256 of a zero byte, the salt and the name."""
    assert isinstance(subject, dict)
    assert isinstance(subject["path"], list)
    leaf = hashlib.sha256(b"\x00" + bytes.fromhex(subject["salt"]) + subject["name"].encode()).digest()
    return _climbed(leaf, subject["path"]).hex()


def _grow(grown: dict[int, tuple[Tree, int]], row: _Row) -> Iterator[str]:
    assert row.seal is not None
    if row.seal not in grown:
        yield f"留痕 {row.entry} 属于封存批次 {row.seal}，但没有这个批次。"
        return
    tree, count = grown[row.seal]
    if row.place != count:
        yield f"封存批次 {row.seal} 第 {count + 1} 行缺失或次序不对。"
    tree.add(_leaf(row.entry, row.digest))
    grown[row.seal] = (tree, count + 1)


def _chain(seals: list[_Seal], *, first: int, key: str | None) -> Iterator[str]:
    before = None
    for one in seals:
        due = before.number + 1 if before else first
        if one.number != due:
            yield f"封存批次 {due} 缺失。"
        elif before and one.previous != before.head:
            yield f"封存批次 {one.number} 没有接在批次 {before.number} 之后。"
        if first == one.number == 1 and one.previous:
            yield "封存批次 1 之前还应有批次。"
        if hashlib.sha256(one.said).hexdigest() != one.head:
            yield f"封存批次 {one.number} 的摘要与其内容不符。"
        if not _is_signed(one.said, bytes(one.signature), one.public_key):
            yield f"封存批次 {one.number} 的签名无效。"
        elif key and one.public_key != key:
            yield f"封存批次 {one.number} 不是用本平台的封存密钥签名的。"
        before = one


def _published(seals: list[_Seal], heads: Path, *, first: int, last: int | None) -> Iterator[str]:
    """Yield what the heads kept outside the database know better. A line half written by a killed process is none."""
    published = {number: head for number, head in _heads(heads) if first <= number <= (last or LAST)}
    known = {one.number: one.head for one in seals}
    if seals and not published:
        yield f"数据库之外没有封存摘要（{heads.name}）。请检查 YIMEN_LEDGER_HEADS。"
    for number, head in published.items():
        if number not in known:
            yield f"封存批次 {number} 曾经公布，现在数据库里没有：账尾可能被截断。"
        elif known[number] != head:
            yield f"封存批次 {number} 与公布时不同：批次被换过。"
    for number in sorted(known.keys() - published.keys()):
        if number < max(published, default=0):
            yield f"封存批次 {number} 的摘要没有公布，而其后的已经公布：{heads.name} 可能被改动过。"


def _heads(heads: Path) -> Iterator[tuple[int, str]]:
    for line in heads.read_text(encoding="ascii", errors="replace").splitlines() if heads.exists() else []:
        try:
            says = json.loads(line)
            yield int(says["number"]), str(says["head"])
        except (ValueError, KeyError, TypeError):
            continue


def _rows(first: int, last: int | None) -> Iterator[_Row]:
    """Yield the rows batch by batch, those without a batch last where everything is asked for."""
    whole = first == 1 and last is None
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS, [first, last or LAST, whole])
        while found := cursor.fetchmany(AT_ONCE):
            for seal, place, entry, digest, *values, details in found:
                content = dict(zip(CONTENT, [*values, json.loads(details)], strict=True))
                yield _Row(seal, place, entry, digest, content)


def _canonical(content: dict[str, object]) -> bytes:
    return rfc8785.dumps(content)  # type: ignore[arg-type]  # it refuses what JSON cannot hold


def _plain(value: object) -> object:
    match value:
        case datetime():
            return str(value.astimezone(UTC))
        case str() | int() | list() | dict():
            return value
        case UUID() | date() | None:
            return str(value)
        case _:
            raise TypeError(type(value).__name__)


def _leaf(entry: int, digest: str) -> bytes:
    return hashlib.sha256(b"\x00" + entry.to_bytes(8, "big") + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _is_signed(said: bytes, signature: bytes, public_key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True
