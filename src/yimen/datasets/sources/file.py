"""Files a department drops into a folder, asked for one record like any other source."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from yimen.datasets.logic import columns_of
from yimen.datasets.sources import parquet, tables
from yimen.datasets.sources.base import Changed, Connection, Keys, Nonsense, RawRecord, register
from yimen.datasets.sources.drops import TWICE, Row, cell, joined, newest


@register("file")
class FileSource:
    """Looks a row up in the newest whole drop.

    Settings: `file`, its name in the folder; `key`, the column of the key, or `org=column,person=column`; `as_of`, the
    column with the time stamp, without which the time of the drop counts.
    """

    def __init__(self, connection: Connection, settings: Mapping[str, str]) -> None:
        """Remember where to look."""
        self._path = folder_of(connection) / Path(settings["file"]).name
        self._key = settings["key"]
        self._as_of = settings.get("as_of", "")

    def read(self, keys: Keys, fields: Sequence[str], *, timeout_s: float) -> RawRecord | None:
        """Return these columns of the row."""
        named = columns_of(self._key, list(keys))
        columns = tuple(named[name] for name in keys)
        drop = newest(self._path, columns, timeout_s=timeout_s)
        if absent := [name for name in (*fields, *columns) if name not in drop.places]:
            raise Changed(f"缺少列 {'、'.join(absent)}")
        if twice := [name for name in (*fields, *columns) if name in drop.repeated]:
            raise Nonsense(f"有几列都叫 {'、'.join(twice)}")
        wanted = [*fields, *([self._as_of] if self._as_of in drop.places else [])]
        if self._path.suffix.lower() == ".parquet":
            rows = parquet.find(self._path, dict(zip(columns, keys.values(), strict=True)), wanted, timeout_s=timeout_s)
            rows = [{name: tables.plain(value) for name, value in row.items()} for row in rows]
        else:
            found = drop.rows.get(joined(tuple(keys.values())))
            if found == TWICE:
                raise Nonsense("同一个主体有多行")
            rows = [] if found is None else [_unpacked(found, wanted, drop.places)]
        if len(rows) > 1:
            raise Nonsense("同一个主体有多行")
        if not rows:
            return None
        for name, value in rows[0].items():
            if isinstance(value, tables.Unclear):
                raise Nonsense(f"列 {name}：{value.words}")
        stamp = {self._as_of: rows[0].get(self._as_of) or drop.dropped_at} if self._as_of else {}
        return {**{name: rows[0][name] for name in fields}, **stamp}


def folder_of(connection: Connection) -> Path:
    """Return the folder drops are put into."""
    return Path(unquote(urlsplit(connection.url).path))


def _unpacked(row: Row, wanted: Sequence[str], places: Mapping[str, int]) -> dict[str, object]:
    cells = json.loads(row) if isinstance(row, bytes) else row
    return {name: cell(cells, places[name]) for name in wanted}
