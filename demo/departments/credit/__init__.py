"""Public credit (公共信用·演示): no database to ask, rosters dropped into a folder of its own every night.

    xinyong.csv 公共信用信息归集: CSV, UTF-8
    统一社会信用代码, 严重失信, 失信被执行人, 一年内重大事故, 三年内较大事故, 排污许可 (是, 否), 更新时间

    daikuan.csv 创业担保贷款 (the lending banks', kept here): CSV, UTF-8
    统一社会信用代码, 借款人类别 (企业), 贷款金额, 期限月数, 其他商业贷款, 重点群体 (是, 否), 已贴息次数, 更新时间

Only those of whom something was collected have a row: who is not in xinyong.csv is none of these, who is not in
daikuan.csv has no such loan. Beside each stands its digest, put there last, as in civil affairs.
"""

from collections.abc import Mapping
from pathlib import Path

from demo.departments.civil import put, sheet
from demo.enterprises import Enterprise
from demo.enterprises.model import Loan

FILE = "xinyong.csv"
HEAD = ("统一社会信用代码", "严重失信", "失信被执行人", "一年内重大事故", "三年内较大事故", "排污许可", "更新时间")
LOANS = "daikuan.csv"
LOANS_HEAD = (
    "统一社会信用代码",
    "借款人类别",
    "贷款金额",
    "期限月数",
    "其他商业贷款",
    "重点群体",
    "已贴息次数",
    "更新时间",
)
MARK = "mark"


def batch(folder: Path) -> str | None:
    """Return the mark of what was dropped; None before the first night."""
    mark = folder / MARK
    return mark.read_text(encoding="utf-8") if mark.exists() else None


def drop(folder: Path, enterprises: Mapping[str, Enterprise], *, mark: str, as_of: str) -> None:
    """Write the files of one night."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ((code, *_record(one), as_of) for code, one in enterprises.items() if any(_claims(one)))
    put(folder / FILE, sheet(HEAD, rows).encode())
    loans = ((code, *_lent(one.standing.loan), as_of) for code, one in enterprises.items() if one.standing.loan)
    put(folder / LOANS, sheet(LOANS_HEAD, loans).encode())
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
    return tuple(map(_said, _claims(one)))


def _lent(one: Loan) -> tuple[str, ...]:
    return (
        "企业",
        str(one.amount),
        str(one.months),
        _said(one.has_other_loan),
        _said(one.is_key_group),
        str(one.times),
    )


def _said(claim: bool) -> str:  # noqa: FBT001 - a claim, said in the department's words
    return "是" if claim else "否"
