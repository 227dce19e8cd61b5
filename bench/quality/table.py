"""A register of a million people, three in a hundred of its values wrong in some way."""

from pathlib import Path

import duckdb
import pyarrow as pa

from yimen.datasets.quality.rules import Column, Dimension, Kind, Rule
from yimen.standards import credit_code, resident_id

COLUMNS = (
    Column("number", "流水号", is_key=True, is_required=True),
    Column("id_number", "身份号码", is_required=True, length=18),
    Column("name", "姓名", is_required=True, length=20),
    Column("birth_date", "出生日期", "date", is_required=True),
    Column("sex", "性别", codes=("1", "2")),
    Column("employer", "用人单位", element="credit_code", is_required=True),
    Column("started_on", "参保日期", "date"),
    Column("ended_on", "停保日期", "date"),
    Column("base", "缴费基数", "number", is_required=True),
    Column("paid", "已缴金额", "number"),
)
WRITTEN = (
    ("ended-after-started", "ended_on >= started_on"),
    ("paid-not-negative", "paid >= 0"),
    ("base-in-limits", "base between 2360 and 27501"),
    ("started-after-birth", "date_diff('year', birth_date, started_on) >= 14"),
)


EMPLOYERS = 20_000


def _code(number: int) -> str:
    """Return a right credit code of a company that does not exist."""
    body = f"MA{number:06d}"
    first = f"91440399{body}{credit_code.inner_check_character(body)}"
    return first + credit_code.check_character(first)


def written() -> list[Rule]:
    """Return the rules that do not follow from the columns."""
    return [
        Rule(code, code, Kind.WRITTEN, Dimension.CONSISTENCY, ("base",), expression=condition)
        for code, condition in WRITTEN
    ]


def write(path: Path, rows: int) -> None:
    """Write the register as Parquet."""
    weights = " + ".join(f"CAST(substr(f, {n + 1}, 1) AS INT) * {w}" for n, w in enumerate(resident_id.WEIGHTS))
    employers = pa.table({"code": [_code(number) for number in range(EMPLOYERS)]})
    with duckdb.connect() as connection:
        connection.register("employers", employers)
        connection.execute(
            f"""
            COPY (
              WITH raw AS (
                SELECT i, DATE '1950-01-01' + CAST(hash(i) % 25000 AS INT) AS born, hash(i, 7) AS h
                FROM range({rows}) r(i)
              ), first AS (SELECT *, '440399' || strftime(born, '%Y%m%d') || printf('%03d', h % 1000) AS f FROM raw)
              SELECT 'C' || printf('%09d', CASE WHEN h % 1000 = 1 THEN i - i % 2 ELSE i END) AS number,
                f || CASE WHEN h % 97 = 3 THEN '0' ELSE substr('10X98765432', 1 + ({weights}) % 11, 1) END AS id_number,
                CASE WHEN h % 211 = 5 THEN NULL ELSE '张' || printf('%03d', h % 999) END AS name,
                CASE WHEN h % 101 = 7 THEN born + 1 WHEN h % 331 = 9 THEN NULL ELSE born END AS birth_date,
                CASE WHEN h % 89 = 2 THEN '9' ELSE CAST(1 + h % 2 AS VARCHAR) END AS sex,
                CASE WHEN h % 53 = 4 THEN '91440300MA5ECK7N1X'
                  ELSE codes[1 + CAST(h % {EMPLOYERS} AS INT)] END AS employer,
                born + CAST(7000 + h % 3000 AS INT) AS started_on,
                CASE WHEN h % 3 = 0 THEN born + CAST(7000 + (h // 7) % 9000 AS INT) END AS ended_on,
                CAST(2300 + h % 25000 AS DOUBLE) AS base, CAST(h % 400000 AS DOUBLE) - 500 AS paid
              FROM first, (SELECT list(code) AS codes FROM employers)
            ) TO '{path}' (FORMAT parquet)
            """  # noqa: S608 - our own numbers
        )
