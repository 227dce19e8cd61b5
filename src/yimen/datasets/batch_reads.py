"""Whether somebody's record was in a batch (批量读取与我有关), and the proof of it.

A row of the ledger about a batch names nobody; whether a party was in it is found in the leaves kept beside the
snapshot, by halving.
"""

from collections.abc import Collection, Iterator

from yimen.datasets import subjects
from yimen.lake import store
from yimen.ledger import queries as ledger
from yimen.ledger.models import Entry
from yimen.ledger.queries import NoProof, ReadRow
from yimen.parties.models import Party


def reads_of(party: Party, *, items: Collection[str] = (), limit: int = 100) -> list[ReadRow]:
    """Return the batches this party's record was in, newest first; where items are named, only those taken for them."""
    found: list[ReadRow] = []
    for entry in ledger.batches():
        if items and entry.item not in items:
            continue
        kept = _kept(entry)
        if kept is not None and subjects.includes(kept.folder, str(kept.notes["secret"]), _name(party)):
            found.append(ledger.read_row(entry))
        if len(found) == limit:
            break
    return found


def proof_of(entry_id: int, *, party: Party, items: Collection[str] = ()) -> dict[str, object]:
    """Return, as plain JSON, what proves to anybody that the party's record was in this batch.

    It is the proof of the ledger's row with `subject` beside: the name, its salt, and the path up to the root that the
    row states.

    Raises:
        NoProof: their record was in no such batch, the leaves are not kept any more, or the row is not sealed yet.
    """
    entry = ledger.batch(entry_id)
    kept = _kept(entry) if entry is not None and (not items or entry.item in items) else None
    if entry is None or kept is None:
        raise NoProof("请从“谁看过我的数据”进入。")
    name = _name(party)
    proven = subjects.inclusion(kept.folder, str(kept.notes["secret"]), name)
    if proven is None:
        raise NoProof("请从“谁看过我的数据”进入。")
    subject = {"name": name, "salt": proven.salt.hex(), "path": ledger.told(proven.path)}
    return {**ledger.batch_proof(entry), "subject": subject}


def is_batch(entry_id: int) -> bool:
    """Tell whether the row of this number is about a batch."""
    return ledger.batch(entry_id) is not None


def kept_runs() -> Iterator[tuple[Entry, store.Snapshot | None]]:
    """Yield every batch that took something, newest first, with its snapshot; None where it is not kept any more."""
    for entry in ledger.batches(limit=100_000):
        yield entry, _kept(entry)


def _kept(entry: Entry) -> store.Snapshot | None:
    return store.find(str(entry.details.get("table", "")), str(entry.details.get("run", "")))


def _name(party: Party) -> str:
    return subjects.name_of("person" if party.is_person else "org", party.number.upper())
