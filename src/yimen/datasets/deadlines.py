"""The deadlines of data sharing (共享期限): dated data with their source, not constants of the code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from yimen.core.errors import Unavailable
from yimen.core.settings import SettingError
from yimen.standards import working_days

SHIPPED = Path(__file__).with_name("deadlines.yaml")
KEYS = {"code": str, "title": str, "working_days": int, "from": date, "source": str}


class NoDeadline(Unavailable):
    """No deadline of this kind is in force on that day."""

    code = "datasets.no-deadline"
    title = "期限表中没有这一天适用的期限。"


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many working days, from this day on, by this source (期限)."""

    code: str
    title: str
    working_days: int
    starts_on: date
    source: str


def deadline(code: str, *, on: date) -> Deadline:
    """Return the deadline of this kind in force on that day.

    Raises:
        NoDeadline: the table has none. SettingError: the city's own table cannot be read.
    """
    found = [one for one in _table(settings.YIMEN_SHARING_DEADLINES) if one.code == code and one.starts_on <= on]
    if not found:
        raise NoDeadline(f"请在期限表中补上 {on:%Y-%m-%d} 适用的“{code}”。", deadline=code)
    return max(found, key=lambda one: one.starts_on)


def due(code: str, *, after: date) -> date:
    """Return the last day: so many working days after this one, which itself does not count (民法典 art. 201).

    Raises:
        NoDeadline, CalendarGap: the tables end before.
    """
    return working_days.after(after, deadline(code, on=after).working_days)


def every() -> Sequence[Deadline]:
    """Return the whole table, by code and day."""
    return sorted(_table(settings.YIMEN_SHARING_DEADLINES), key=lambda one: (one.code, one.starts_on))


@cache
def _table(own: str) -> tuple[Deadline, ...]:
    """Return the city's own rows beside the shipped ones; of a code and day stated in both the city's counts."""
    rows = {(one.code, one.starts_on): one for one in _read(SHIPPED)}
    if own:
        rows |= {(one.code, one.starts_on): one for one in _read(Path(own))}
    return tuple(rows.values())


def _read(path: Path) -> list[Deadline]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingError(f"期限表 {path.name} 无法读取，请检查 YIMEN_SHARING_DEADLINES。") from error
    if not isinstance(content, list):
        raise SettingError(f"期限表 {path.name} 应为一个列表，请检查 YIMEN_SHARING_DEADLINES。")
    return [_row(row, path.name, place) for place, row in enumerate(content, 1)]


def _row(row: object, file: str, place: int) -> Deadline:
    if not isinstance(row, Mapping):
        raise SettingError(f"期限表 {file} 第 {place} 项应为 code、title、working_days、from、source 五项。")
    for key, kind in KEYS.items():
        if not isinstance(row.get(key), kind):
            raise SettingError(f"期限表 {file} 第 {place} 项的 {key} 为“{row.get(key)}”，请改正。")
    if not 0 < row["working_days"] <= 366:  # noqa: PLR2004 - a deadline of more than a year is a slip of the pen
        raise SettingError(f"期限表 {file} 第 {place} 项的 working_days 应为 1 到 366。")
    return Deadline(row["code"], row["title"], row["working_days"], row["from"], row["source"])
