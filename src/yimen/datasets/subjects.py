"""Whose records were in a run (批量读取的主体): one leaf a subject, a Merkle tree over them, and the path of one leaf.

    leaf = SHA-256(0x00 ‖ salt ‖ name)       name = "person:" and the citizen ID number, or "org:" and the credit code
    salt = SHA-256(secret ‖ SHA-256(secret ‖ name))      secret: 32 random bytes of this run, kept with the leaves

Each subject has a salt of its own. A proof shows its owner their salt and, on the way up, the leaves of strangers; ID
numbers are few enough to try them all, and without those strangers' salts nobody can. The leaves are kept sorted, so
that one is found by halving, 32 bytes each in a file; beside it stands the root of every 1,024 of them, so that a path
through twenty million needs neither to be kept nor twenty million hashes. The tree is the ledger's (RFC 9162, 2.1).
"""

import hashlib
import mmap
import secrets
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from yimen.ledger import merkle

LEAVES, NODES = "subjects.leaves", "subjects.nodes"
SIZE = 32
CHUNK = 1024
"""Leaves below one kept node: a power of two, so that they are a whole subtree."""
AT_ONCE = 64 * CHUNK
NAMED = ("person", "org")
"""The keys that are parties, whose own page can ask whether they were in a run."""


@dataclass(frozen=True, slots=True)
class Written:
    """The subjects of a run as they were written: how many, their root, and the secret their salts come from."""

    count: int
    root: str
    secret: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What proves that a name was in a run: its salt, and the steps from its leaf up to the root."""

    salt: bytes
    path: tuple[merkle.Step, ...]


def name_of(key: str, number: str) -> str:
    """Return what a subject is called in a leaf."""
    return f"{key}:{number}"


def subject_keys(keyed_by: Sequence[str]) -> list[str]:
    """Return which keys of a dataset say whom a record is about: people and organisations, else whatever there is."""
    return [one for one in keyed_by if one in NAMED] or list(keyed_by)


def salt_of(secret: bytes, name: str) -> bytes:
    """Return the salt of a name in the run of this secret."""
    inner = hashlib.sha256(secret + name.encode()).digest()
    return hashlib.sha256(secret + inner).digest()


def leaf_of(secret: bytes, name: str) -> bytes:
    """Return the leaf of a name in the run of this secret."""
    return hashlib.sha256(merkle.LEAF + salt_of(secret, name) + name.encode()).digest()


def write(names: str, connection: duckdb.DuckDBPyConnection, folder: Path) -> Written:
    """Write the leaves of everybody `names` gives (a query of one column `name`; nulls and repeats are passed over).

    The database reckons and sorts them, on the disk where they are many. Without anybody the root is empty.
    """
    secret = secrets.token_bytes(SIZE)
    found = connection.sql(LEAVES_OF.format(names=names), params={"secret": secret}).to_arrow_reader(AT_ONCE)
    count, tops, rest = 0, [], b""
    with (folder / LEAVES).open("wb") as leaves, (folder / NODES).open("wb") as nodes:
        for batch in found:
            piece = b"".join(batch.column(0).to_pylist())
            leaves.write(piece)
            count += len(piece) // SIZE
            rest += piece
            whole = len(rest) - len(rest) % (CHUNK * SIZE)
            tops += _roots(rest[:whole])
            rest = rest[whole:]
        tops += _roots(rest)
        nodes.write(b"".join(tops))
    return Written(count, merkle.root(tops).hex() if tops else "", secret.hex())


LEAVES_OF = """
SELECT unhex(sha256('\\x00'::BLOB || salt || named)) AS leaf FROM (
    SELECT unhex(sha256($secret::BLOB || unhex(sha256($secret::BLOB || named)))) AS salt, named
    FROM (SELECT DISTINCT encode(name) AS named FROM ({names}) WHERE name IS NOT NULL)
) ORDER BY leaf
"""
"""The definition of a leaf above, in the database's words; a test holds the two against each other."""


def inclusion(folder: Path, secret: str, name: str) -> Inclusion | None:
    """Return the proof that this name was in the run; None where it was not, or the leaves are not kept any more."""
    leaf = leaf_of(bytes.fromhex(secret), name)
    with _leaves(folder) as leaves:
        place = bisect_left(leaves, leaf)
        if place == len(leaves) or leaves[place] != leaf:
            return None
        start = place - place % CHUNK
        beside = [leaves[one] for one in range(start, min(start + CHUNK, len(leaves)))]
    tops = _cut((folder / NODES).read_bytes())
    path = merkle.path(beside, place - start) + merkle.path(tops, place // CHUNK)
    return Inclusion(salt_of(bytes.fromhex(secret), name), path)


def includes(folder: Path, secret: str, name: str) -> bool:
    """Tell whether this name was in the run."""
    leaf = leaf_of(bytes.fromhex(secret), name)
    with _leaves(folder) as leaves:
        place = bisect_left(leaves, leaf)
        return place < len(leaves) and leaves[place] == leaf


def root_of(folder: Path) -> str:
    """Return the root reckoned anew from the leaves alone; empty where there are none."""
    tops = list(_tops(folder / LEAVES))
    return merkle.root(tops).hex() if tops else ""


class _leaves(Sequence[bytes]):  # noqa: N801 - used as a function: opened for a moment and closed
    """The leaves in a file, as a sequence that reads only where it is looked at."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEAVES
        self._map: mmap.mmap | bytes = b""

    def __enter__(self) -> Self:
        try:
            with self._path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (FileNotFoundError, ValueError):  # gone, or empty
            self._map = b""
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()

    def __len__(self) -> int:
        return len(self._map) // SIZE

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # never asked for a slice
        return bytes(self._map[place * SIZE : (place + 1) * SIZE])


def _tops(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK * SIZE):
            yield merkle.root(_cut(piece))


def _roots(whole: bytes) -> list[bytes]:
    step = CHUNK * SIZE
    return [merkle.root(_cut(whole[start : start + step])) for start in range(0, len(whole), step)]


def _cut(whole: bytes) -> list[bytes]:
    return [whole[start : start + SIZE] for start in range(0, len(whole), SIZE)]
