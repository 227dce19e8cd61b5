"""Civil affairs (民政·演示): no database to ask, only files dropped into a folder every night; two neighbours too.

| file | whose | form | columns |
|---|---|---|---|
| laonian.csv 老年人优待 | 民政 | CSV, GB18030 | 身份证号, 外地领取标志, 本市优待证标志 (是, 否), 更新时间 |
| binyi.xlsx 殡葬服务登记 | 民政 | XLSX | 身份证号, 状态 (死亡), 登记时间; only the dead have a row |
| tuiyi.csv 退役军人名册 | 退役军人事务 | CSV, UTF-8, BOM | 身份证号, 退役军人标志 (是), 更新时间; nobody else |
| tuopin.xlsx 脱贫人口名册 | 农业农村 | XLSX | 身份证号, 脱贫标志 (是), 更新时间; only they have a row |

Beside each stands `<file>.sha256`, its digest as `sha256sum` writes it, put there last: a file without it, or with
another's, is still being written. Some of the old have no row in laonian.csv, and somebody alive stands among the dead.
That is meant.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from demo.life import SIXTY, Life
from demo.people import Fault, Person

MARK = "mark"
Cells = Sequence[str]


def batch(folder: Path) -> str | None:
    """Return the mark of what was dropped; None before the first night."""
    mark = folder / MARK
    return mark.read_text(encoding="utf-8") if mark.exists() else None


def drop(
    folder: Path, people: Sequence[Person], lives: Mapping[str, Life], *, mark: str, as_of: str, today: date
) -> None:
    """Write the files of one night."""
    folder.mkdir(parents=True, exist_ok=True)
    old = [
        (one.id_number, _said(life.has_allowance_elsewhere), _said(life.has_card), as_of)
        for one in people
        if today.year - one.birth_date.year >= SIXTY and Fault.NO_HOUSEHOLD not in one.faults
        for life in [lives[one.id_number]]
    ]
    put(
        folder / "laonian.csv", sheet(("身份证号", "外地领取标志", "本市优待证标志", "更新时间"), old).encode("gb18030")
    )
    soldiers = [(number, "是", as_of) for number, life in lives.items() if life.is_veteran]
    put(folder / "tuiyi.csv", sheet(("身份证号", "退役军人标志", "更新时间"), soldiers).encode("utf-8-sig"))
    dead = [(number, "死亡", as_of) for number, life in lives.items() if life.funeral]
    put(folder / "binyi.xlsx", book(("身份证号", "状态", "登记时间"), dead))
    poor = [(number, "是", as_of) for number, life in lives.items() if life.is_poor]
    put(folder / "tuopin.xlsx", book(("身份证号", "脱贫标志", "更新时间"), poor))
    (folder / MARK).write_text(mark, encoding="utf-8")


def put(path: Path, content: bytes) -> None:
    """Drop one file, its digest last."""
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")


def sheet(head: Cells, rows: Iterable[Cells]) -> str:
    """Return the rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def book(head: Cells, rows: Iterable[Cells]) -> bytes:
    """Return the rows as XLSX."""
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("Sheet1")
    for row in (head, *rows):
        page.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's words
    return "是" if claim else "否"
