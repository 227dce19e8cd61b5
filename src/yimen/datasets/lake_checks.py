"""Whether the lake is as it was recorded (数据湖核验): the digests of each snapshot, its leaves, its ledger row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yimen.datasets import subjects
from yimen.datasets.base_queries import TABLE
from yimen.lake import store
from yimen.ledger import queries as ledger
from yimen.ledger.models import Entry

Progress = Callable[[str], None]
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and a sentence for each problem. `gone` are runs whose leaves are not kept any more."""

    snapshots: int
    runs: int
    gone: int
    problems: tuple[str, ...]


def verify(*, progress: Progress = lambda _: None) -> Report:
    """Verify every snapshot against its manifest and, where it was taken from a department, against the ledger.

    `progress` is told which snapshot is looked at. A file that was changed, a snapshot the ledger knows nothing of, and
    one whose row says otherwise are problems; rows that were pruned are none.
    """
    rows = {str(entry.details.get("run")): entry for entry in ledger.batches(limit=MOST)}
    problems: list[str] = []
    seen: set[str] = set()
    count = 0
    for table in store.tables():
        for one in store.history(table):
            count += 1
            progress(f"{table} {one.id}")
            seen.add(one.id)
            digest = store.digest_of(one.path) if one.has_rows else one.sha256
            problems += _digests(one, digest)
            if not table.startswith(TABLE):
                problems += _recorded(one, rows.get(one.id), digest)
    return Report(count, len(rows), len(rows.keys() - seen), tuple(problems))


def _digests(one: store.Snapshot, digest: str) -> Iterator[str]:
    where = f"快照 {one.table}/{one.id}"
    if digest != one.sha256:
        yield f"{where} 的数据与清单中的摘要不符，可能被改动过。"
    for name, stated in one.attachments.items():
        path = one.folder / name
        if not path.exists():
            yield f"{where} 缺少 {name}。"
        elif store.digest_of(path) != stated:
            yield f"{where} 的 {name} 与清单中的摘要不符，可能被改动过。"


def _recorded(one: store.Snapshot, row: Entry | None, digest: str) -> Iterator[str]:
    where = f"快照 {one.table}/{one.id}"
    if row is None:
        yield f"{where} 在留痕中没有对应的批量读取。"
        return
    if digest != row.details.get("snapshot"):
        yield f"{where} 与留痕 {row.pk} 中的摘要不符：数据或清单被改动过。"
    if (one.folder / subjects.LEAVES).exists() and subjects.root_of(one.folder) != row.details.get("root"):
        yield f"{where} 的主体与留痕 {row.pk} 中的默克尔根不符。"
