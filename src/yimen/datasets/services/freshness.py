"""How fresh a dataset is, and whether it still looks as it was registered (数据新鲜度)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yimen.core import memo, pipeline
from yimen.core.memo import remembered
from yimen.datasets.logic import columns_of
from yimen.datasets.models import Dataset, Freshness
from yimen.datasets.sources.schema import SourceColumn

SEEN = """
INSERT INTO datasets_freshness AS f (dataset_id, newest_as_of, seen_at, columns, trouble)
VALUES (%s, %s::timestamptz, clock_timestamp(), '{}', '')
ON CONFLICT (dataset_id) DO UPDATE SET
    newest_as_of = greatest(f.newest_as_of, excluded.newest_as_of), seen_at = clock_timestamp(),
    trouble = CASE WHEN %s::boolean THEN '' ELSE f.trouble END,
    trouble_at = CASE WHEN %s::boolean THEN NULL ELSE f.trouble_at END
RETURNING 1
"""
CHANGED = """
INSERT INTO datasets_freshness AS f (dataset_id, columns, trouble, trouble_at)
VALUES (%s, '{}', %s, clock_timestamp())
ON CONFLICT (dataset_id) DO UPDATE SET
    trouble = excluded.trouble, trouble_at = coalesce(f.trouble_at, clock_timestamp())
RETURNING 1
"""


class _Known:
    """What this process wrote down of a dataset within the last second."""

    def __init__(self, newest: datetime | None, trouble: str) -> None:
        self.newest, self.trouble, self.is_told = newest, trouble, False


@remembered
def _known(dataset: str) -> _Known:
    row = Freshness.objects.filter(pk=dataset).values_list("newest_as_of", "trouble").first()
    return _Known(*row) if row else _Known(None, "")


def seen(dataset: str, as_of: datetime | None) -> None:
    """Write down the newest time stamp a dataset was seen with; at most once a second unless it is newer."""
    known = _known(dataset)
    is_newer = as_of is not None and (known.newest is None or as_of > known.newest)
    if known.is_told and not is_newer:
        return
    if not is_newer and known.newest is None and not known.trouble:
        return  # it carries no time stamp: there is nothing to tell
    # A read that went well ends a trouble that a read found; one that only a comparison of types found stays.
    heals = known.trouble.startswith(READ)
    pipeline.ask_now(SEEN, [dataset, as_of, heals, heals])
    known.is_told, known.newest = True, as_of if is_newer else known.newest


READ = "读取时发现："


def changed(dataset: str, words: str) -> None:
    """Write down that a read did not find what was agreed on; the health board tells it until a read goes well."""
    known = _known(dataset)
    if not (known.is_told and known.trouble):
        pipeline.ask_now(CHANGED, [dataset, f"{READ}{words}"])
        known.trouble, known.is_told = f"{READ}{words}", True


@transaction.atomic
def remember_columns(dataset: Dataset, columns: Mapping[str, str]) -> None:
    """Keep the columns as they are when the dataset is registered, so that a later change is recognised."""
    row, _ = Freshness.objects.get_or_create(dataset=dataset)
    row.columns, row.trouble, row.trouble_at = dict(columns), "", None
    row.save()
    memo.forget()


@transaction.atomic
def compare_columns(dataset: Dataset, now: list[SourceColumn], *, at: datetime) -> list[str]:
    """Hold a relation's columns against what the dataset reads of it and how it was; return the differences.

    They are kept for the health board, or what was kept there is taken away. Each is a sentence.
    """
    row, _ = Freshness.objects.get_or_create(dataset=dataset)
    wanted = {one.source_name for one in dataset.fields.all()}
    wanted |= set(columns_of(dataset.settings.get("key", ""), dataset.keyed_by).values()) - {""}
    wanted |= {dataset.settings.get("as_of", "")} & row.columns.keys()
    found = differences(wanted, row.columns, {one.name: one.said for one in now})
    row.trouble = "".join(found)
    row.trouble_at = (row.trouble_at or at) if found else None
    if not row.columns and not found:
        row.columns = {one.name: one.said for one in now}
    row.save()
    memo.forget()
    return found


def differences(wanted: set[str], before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return how a relation's columns (name → type) differ from what is wanted of it and from how they were.

    A wanted column that is gone while a new one has its type was perhaps renamed; that is said, and not assumed.
    """
    found = []
    new = [name for name in now if before and name not in before and name not in wanted]
    for name in sorted(wanted):
        if name not in now:
            alike = [one for one in new if now[one] == before.get(name)]
            hint = f"，可能改名为 {'、'.join(alike)}" if alike else ""
            found.append(f"列 {name} 不见了{hint}。")
        elif name in before and before[name] != now[name]:
            found.append(f"列 {name} 的类型由 {before[name]} 变为 {now[name]}。")
    return found
