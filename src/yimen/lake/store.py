"""Snapshots in a folder (数据湖快照): each a table as it was at one moment, whole or not there.

    <lake>/<table>/<snapshot>/rows.parquet      the rows
                              manifest.json     schema, rows, SHA-256, when it was taken, whatever its maker noted
                              …                 what its maker put beside the rows
    <lake>/.staging/<snapshot>/                 one that is being written, its `lock` held by the process that writes it

A snapshot becomes visible by one rename of its folder, after everything in it is on the disk: a process killed before
leaves nothing a reader could see, and its folder is swept once nobody holds its lock. Files are readable by their owner
alone.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings

from yimen.core.errors import Invalid, NotFound

ROWS, MANIFEST, LOCK, STAGING = "rows.parquet", "manifest.json", "lock", ".staging"
FORMAT = "yimen-snapshot/1"
TABLE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,119}")
IDENTITY = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
PIECE = 1024 * 1024
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


class NoSnapshot(NotFound):
    """The table was never taken, or its snapshot is gone."""

    code = "lake.no-snapshot"
    title = "没有这张表的快照。"


class BadTableName(Invalid):
    """A table is called what no folder should be called."""

    code = "lake.bad-table-name"
    title = "快照的表名不合规。"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete snapshot (快照). `schema` is name and type in order; `notes` are its maker's, plain JSON.

    `attachments` are the SHA-256 of what lies beside the rows, by name. `has_rows` is False once the rows were pruned
    and only what lies beside them is kept.
    """

    table: str
    id: str
    folder: Path
    taken_at: datetime
    rows: int
    sha256: str
    schema: tuple[tuple[str, str], ...]
    notes: Mapping[str, object]
    attachments: Mapping[str, str]
    has_rows: bool

    @property
    def path(self) -> Path:
        """Return where the rows are."""
        return self.folder / ROWS


class Draft:
    """A snapshot that is being written; nobody sees it until it is published."""

    def __init__(self, table: str, identity: str, folder: Path, taken_at: datetime) -> None:
        """Remember where it is written."""
        self.table, self.id, self.folder, self.taken_at = table, identity, folder, taken_at
        self._said: dict[str, object] = {}

    @property
    def path(self) -> Path:
        """Return where the rows are to be written, as Parquet."""
        return self.folder / ROWS

    def beside(self, name: str) -> Path:
        """Return where something is to be written that lies beside the rows."""
        return self.folder / name

    def close(self, notes: Mapping[str, object]) -> str:
        """Bring what was written to the disk and write the manifest; return the SHA-256 of the rows."""
        described = pq.read_schema(self.path)
        digests = {}
        for path in sorted(self.folder.iterdir()):
            path.chmod(PRIVATE_FILE)
            if path.name not in {LOCK, MANIFEST}:
                digests[path.name] = digest_of(path)
                _to_disk(path)
        sha256 = digests.pop(ROWS)
        self._said = {
            "format": FORMAT,
            "table": self.table,
            "id": self.id,
            "taken_at": self.taken_at.astimezone(UTC).isoformat(),
            "rows": pq.read_metadata(self.path).num_rows,
            "bytes": self.path.stat().st_size,
            "sha256": sha256,
            "schema": [{"name": one.name, "type": str(one.type)} for one in described],
            "attachments": digests,
            "notes": dict(notes),
        }
        _write(self.folder / MANIFEST, self._said)
        return sha256

    def publish(self, notes: Mapping[str, object]) -> Snapshot:
        """Add to what is noted, and make it visible."""
        return _publish(self.folder, notes)


def lake() -> Path:
    """Return the folder of the lake (YIMEN_LAKE)."""
    return Path(settings.YIMEN_LAKE)


@contextmanager
def draft(table: str, *, at: datetime, root: Path | None = None) -> Iterator[Draft]:
    """Open a new snapshot of the table; what is not published when the block ends is thrown away.

    Raises:
        BadTableName: lower-case letters, digits, `.`, `-` and `_` only.
    """
    root = root or lake()
    _must_be_named_well(table)
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    identity = f"{stamp}-{secrets.token_hex(4)}"
    staging = root / STAGING
    _folder(root)
    _folder(staging)
    folder = staging / identity
    folder.mkdir(mode=PRIVATE_FOLDER)
    with held(folder):
        try:
            yield Draft(table, identity, folder, at)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # published, it has another name and is not here any more


def newest(table: str, *, root: Path | None = None) -> Snapshot:
    """Return the newest complete snapshot of the table that has rows.

    Raises:
        NoSnapshot: there is none.
    """
    for one in history(table, root=root):
        if one.has_rows:
            return one
    raise NoSnapshot("请先取数：yimen lake take。", table=table)


def history(table: str, *, root: Path | None = None) -> list[Snapshot]:
    """Return every complete snapshot of the table, newest first; those without rows too."""
    _must_be_named_well(table)
    place = (root or lake()) / table
    found = sorted(place.iterdir(), reverse=True) if place.is_dir() else []
    return [one for folder in found if (one := _read(folder)) is not None]


def find(table: str, identity: str, *, root: Path | None = None) -> Snapshot | None:
    """Return this snapshot, None where there is none."""
    _must_be_named_well(table)
    return _read((root or lake()) / table / identity) if IDENTITY.fullmatch(identity) else None


def tables(*, root: Path | None = None) -> list[str]:
    """Return the names of the tables that have a snapshot, in order."""
    place = root or lake()
    return sorted(
        one.name for one in (place.iterdir() if place.is_dir() else ()) if one.is_dir() and TABLE.fullmatch(one.name)
    )


def prune(table: str, *, keep: int, root: Path | None = None) -> int:
    """Drop the rows of all but the newest snapshots that have any; return how many were dropped.

    What lies beside the rows stays; a snapshot with nothing beside goes whole.
    """
    root = root or lake()
    old = [one for one in history(table, root=root) if one.has_rows][keep:]
    for one in old:
        one.path.unlink(missing_ok=True)
        if not one.attachments:
            drop(one, root=root)
    return len(old)


def drop(one: Snapshot, *, root: Path | None = None) -> None:
    """Drop a snapshot with all that lies beside its rows: first out of sight, then from the disk."""
    staging = (root or lake()) / STAGING
    _folder(staging)
    gone = staging / one.id
    one.folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def sweep(
    finish: Callable[[str, Mapping[str, object]], Mapping[str, object] | None], *, root: Path | None = None
) -> int:
    """Deal with what killed processes left half-written; return how many there were.

    `finish` is asked for each that was complete but not yet published, with its identity and manifest: it returns what
    to add to the notes where the snapshot is to be published after all, None where it is to be thrown away.
    """
    staging = (root or lake()) / STAGING
    count = 0
    for folder in sorted(staging.iterdir()) if staging.is_dir() else ():
        with _tried(folder) as is_ours:
            if not is_ours:
                continue
            count += 1
            said = _json(folder / MANIFEST) if IDENTITY.fullmatch(folder.name) else None
            added = finish(folder.name, said) if said is not None else None
            if added is not None:
                _publish(folder, added)
            else:
                shutil.rmtree(folder, ignore_errors=True)
    return count


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _must_be_named_well(table: str) -> None:
    if not TABLE.fullmatch(table):
        raise BadTableName("表名只用小写字母、数字、点、横线和下划线。", table=table[:120])


def _folder(path: Path) -> None:
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: the system lets it go when the process dies, however it dies."""
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _tried(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock if nobody else does. A folder just made has no lock yet: it is somebody's."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        yield _is_abandoned(folder)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


FRESH_S = 60.0


def _is_abandoned(folder: Path) -> bool:
    """Tell whether a folder without a lock is old enough to be nobody's."""
    try:
        return time.time() - folder.stat().st_mtime > FRESH_S
    except OSError:
        return False


def _publish(folder: Path, notes: Mapping[str, object]) -> Snapshot:
    said = _json(folder / MANIFEST)
    assert said is not None
    known = said["notes"]
    assert isinstance(known, dict)
    said["notes"] = {**known, **notes}
    _write(folder / MANIFEST, said)
    (folder / LOCK).unlink(missing_ok=True)
    place = folder.parent.parent / str(said["table"])
    _folder(place)
    _to_disk(folder)
    target = place / folder.name
    folder.rename(target)
    _to_disk(place)
    _to_disk(place.parent)
    published = _read(target)
    assert published is not None
    return published


def _read(folder: Path) -> Snapshot | None:
    """Return the snapshot in a folder; None where it is none of ours, or none any more."""
    said = _json(folder / MANIFEST) if IDENTITY.fullmatch(folder.name) else None
    if said is None or said.get("format") != FORMAT:
        return None
    schema, notes, attachments = said["schema"], said["notes"], said["attachments"]
    assert isinstance(schema, list)
    assert isinstance(notes, dict)
    assert isinstance(attachments, dict)
    return Snapshot(
        table=str(said["table"]),
        id=folder.name,
        folder=folder,
        taken_at=datetime.fromisoformat(str(said["taken_at"])),
        rows=int(str(said["rows"])),
        sha256=str(said["sha256"]),
        schema=tuple((str(one["name"]), str(one["type"])) for one in schema),
        notes=notes,
        attachments=attachments,
        has_rows=(folder / ROWS).exists(),
    )


def _json(path: Path) -> dict[str, object] | None:
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _write(path: Path, said: Mapping[str, object]) -> None:
    """Write a small file whole or not at all."""
    half = path.with_name(f"{path.name}.half")
    handle = os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(json.dumps(said, ensure_ascii=False, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
