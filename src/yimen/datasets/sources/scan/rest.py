"""A department's HTTP service that lists its records: one page after another, as the dataset's settings say."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from yimen.datasets.sources.base import Connection, Nonsense
from yimen.datasets.sources.rest import RestSource, answered
from yimen.datasets.sources.scan.base import NotScannable, pieces

ROWS, NEXT = "rows", "next"


def rows(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[pa.RecordBatch]:
    """Return the columns of every row, asking `list` for `fields=a,b`.

    Settings: `list`, the path. An answer is an array of objects, or an object with one under `list_rows` ("rows").
    Paging is by number (`list_page`, the parameter's name; from 1, until a page is empty) or by a mark (`list_mark`,
    the parameter's name; each answer has the next one under `list_next` ("next"), none at the end). With neither there
    is one page.

    Raises:
        NotScannable: no `list` is set.
    """
    if not settings.get("list"):
        raise NotScannable("这项服务只按主体逐一回答；要整表读取，请提供部门开放列表接口，并在 settings 中写明 list")
    return pieces(_listed(connection, settings, columns, timeout_s), columns)


def _listed(
    connection: Connection, settings: Mapping[str, str], columns: Sequence[str], timeout_s: float
) -> Iterator[Sequence[object]]:
    source = RestSource(connection, settings)
    further: dict[str, str] = {settings["list_page"]: "1"} if settings.get("list_page") else {}
    seen: set[bytes] = set()
    while True:
        asked = {"fields": ",".join(columns), **further}
        body = answered(*source.get(settings["list"], asked, until=time.monotonic() + timeout_s))
        digest = hashlib.sha256(body).digest()
        found, mark = _read(body, settings)
        if found and digest in seen:
            raise Nonsense("同一页回答了两次")
        seen.add(digest)
        yield from ([one.get(name) for name in columns] for one in found)
        if (page := settings.get("list_page")) and found:
            further = {page: str(int(further[page]) + 1)}
        elif (by := settings.get("list_mark")) and mark:
            further = {by: mark}
        else:
            return


def _read(body: bytes, settings: Mapping[str, str]) -> tuple[list[Mapping[str, object]], str]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Nonsense("不是 JSON") from error
    found = said.get(settings.get("list_rows", ROWS)) if isinstance(said, dict) else said
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Nonsense("不是记录的列表")
    mark = said.get(settings.get("list_next", NEXT)) if isinstance(said, dict) else None
    return found, "" if mark is None else str(mark)
