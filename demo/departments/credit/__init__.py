"""Public credit (公共信用·演示): no database to ask, a roster dropped into a folder of its own every night.

    xinyong.csv 公共信用信息归集: CSV, UTF-8
    统一社会信用代码, 严重失信, 失信被执行人, 一年内重大事故, 三年内较大事故, 排污许可 (是, 否), 更新时间

Only those of whom something was collected have a row: who is not in it is none of these. Beside it stands
`xinyong.csv.sha256`, put there last, as in civil affairs.
"""

from collections.abc import Mapping
from pathlib import Path

from demo.departments.civil import put, sheet
from demo.enterprises import Enterprise

FILE = "xinyong.csv"
HEAD = ("统一社会信用代码", "严重失信", "失信被执行人", "一年内重大事故", "三年内较大事故", "排污许可", "更新时间")
MARK = "mark"


def batch(folder: Path) -> str | None:
    """Return the mark of what was dropped; None before the first night."""
    mark = folder / MARK
    return mark.read_text(encoding="utf-8") if mark.exists() else None


def drop(folder: Path, enterprises: Mapping[str, Enterprise], *, mark: str, as_of: str) -> None:
    """Write the file of one night."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ((code, *_record(one), as_of) for code, one in enterprises.items() if any(_claims(one)))
    put(folder / FILE, sheet(HEAD, rows).encode())
    (folder / MARK).write_text(mark, encoding="utf-8")


def _claims(one: Enterprise) -> tuple[bool, ...]:
    known = one.standing
    return (
        known.is_dishonest,
        known.is_debtor,
        known.had_accident_1y,
        known.had_accident_3y,
        known.has_pollution_permit,
    )


def _record(one: Enterprise) -> tuple[str, ...]:
    return tuple("是" if claim else "否" for claim in _claims(one))
