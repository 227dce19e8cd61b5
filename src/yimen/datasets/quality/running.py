"""Run every rule over a table in one pass: counts, newest stamps and some of the rows that break each rule."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

from yimen.core.errors import Invalid, Unavailable
from yimen.datasets.quality import expressions, relations, samples
from yimen.datasets.quality.checks import quoted
from yimen.datasets.quality.compiling import RAW, Look, look, selected
from yimen.datasets.quality.relations import ROW, ROW_NAME, Relation
from yimen.datasets.quality.rules import Column, Finding, Kind, Report, Rule, Sample

MOST_SAMPLES = 20
"""How many of the rows that break a rule are kept."""
LONGEST_S = 600.0
OF_THE_WHOLE = frozenset({Kind.UNIQUE, Kind.CYCLE})
UNFIT = "条件与现在的字段类型不符，没有检查"


class ColumnsMissing(Invalid):
    """The table lacks columns its description names."""

    code = "quality.columns-missing"
    title = "表里缺少登记过的列。"


class RunTooLong(Unavailable):
    """The rules took longer than a run may."""

    code = "quality.too-long"
    title = "质量检查用时太长，已经停止。"


@dataclass(frozen=True, slots=True)
class _Plan:
    looks: tuple[Look, ...]
    unique: Rule | None
    cycle: Rule | None


def run(
    relation: Relation,
    columns: Sequence[Column],
    rules: Sequence[Rule],
    *,
    at: datetime,
    is_clean: bool = False,
    most_samples: int = MOST_SAMPLES,
    longest_s: float = LONGEST_S,
) -> Report:
    """Return what the rules find in the table; `is_clean` as for `compiling.selected`.

    `at` decides what is late, in the time of day there.

    Raises:
        ColumnsMissing: the table lacks columns. BadExpression: a written rule says what cannot be said.
        RunTooLong: it was stopped.
    """
    if absent := [one.source or one.name for one in columns if (one.source or one.name) not in relation.types]:
        raise ColumnsMissing(f"缺少 {'、'.join(absent)}。请核对部门的表结构，或更新资源的字段登记。", columns=absent)
    named = {column.name: column for column in columns}
    today = f"{at:%Y-%m-%d}"
    chosen = [*selected(columns, relation.types, is_clean=is_clean), *map(quoted, relation.extra)]
    table = f"(SELECT {ROW}, {', '.join(chosen)} FROM {relation.name})"  # noqa: S608 - every name is quoted
    looks = [look(one, named, relation.types, today=today) for one in rules if one.kind not in OF_THE_WHOLE]
    unfit = {one.rule.code: Finding(one.rule, 0, 0, note=UNFIT) for one in looks if not _fits(relation, table, one)}
    plan = _Plan(
        looks=tuple(one for one in looks if one.rule.code not in unfit),
        unique=next((one for one in rules if one.kind is Kind.UNIQUE), None),
        cycle=next((one for one in rules if one.kind is Kind.CYCLE), None),
    )
    with _limited(relation.connection, longest_s):
        rows, found = _counted(relation, table, plan, at, most_samples)
        shown = _samples(relation, table, columns, found)
        findings = {**unfit, **{rule.code: finding for rule, finding in _finished(named, found, shown)}}
        if plan.unique:
            findings[plan.unique.code] = _unique(relation, table, findings[plan.unique.code], most_samples)
    return Report(rows, tuple(findings[rule.code] for rule in rules if rule.code in findings))


def must_fit(rule: Rule, columns: Sequence[Column]) -> None:
    """Pass where a written rule is a condition over columns of these types.

    Raises:
        BadExpression: it is not; the sentence says how to write it.
    """
    kinds = {"date": pa.date32(), "number": pa.float64(), "boolean": pa.bool_(), "instant": pa.timestamp("us")}
    empty = pa.table({column.name: pa.array([], kinds.get(column.type, pa.string())) for column in columns})
    with relations.arrow(empty) as relation:
        named = {column.name: replace(column, source="") for column in columns}
        if not _fits(relation, relation.name, look(rule, named, relation.types, today="2026-01-01")):
            raise expressions.BadExpression(
                "条件与字段的类型不符，或不是一个成立与否的条件。文字请加单引号，日期写作 date '2026-01-01'。"
            )


def _fits(relation: Relation, table: str, one: Look) -> bool:
    """Tell whether a written rule's condition is one over this table: its types are known only here."""
    if one.rule.kind is not Kind.WRITTEN:
        return True
    try:
        rows = relation.connection.execute(f"DESCRIBE SELECT {one.applies} AS holds FROM {table}").fetchall()  # noqa: S608 - as above
    except duckdb.Error:
        return False
    return str(rows[0][1]) == "BOOLEAN"


@dataclass(frozen=True, slots=True)
class _Count:
    rule: Rule
    checked: int
    failed: int
    rows: tuple[int, ...]
    note: str = ""


def _counted(relation: Relation, table: str, plan: _Plan, at: datetime, most: int) -> tuple[int, list[_Count]]:
    """Look at the table once; return its rows and the counts of each rule."""
    applies = {
        text: f"a{index}" for index, text in enumerate(dict.fromkeys(one.applies for one in plan.looks if one.applies))
    }
    inner = [ROW, *(f"({one.fails}) AS f{index}" for index, one in enumerate(plan.looks))]
    inner += [f"({text}) AS {name}" for text, name in applies.items()]
    outer = ["count(*)"]
    for index in range(len(plan.looks)):
        outer += [f"count(*) FILTER (f{index})", f"min({ROW}, {most}) FILTER (f{index})"]
    outer += [f"count({name})" for name in applies.values()]
    if plan.unique:
        inner += [quoted(name) for name in plan.unique.fields]
        key = ", ".join(quoted(name) for name in plan.unique.fields)
        whole = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in plan.unique.fields)
        counted = key if len(plan.unique.fields) == 1 else f"struct_pack({_packed(plan.unique.fields)})"
        outer += [f"count(*) FILTER ({whole})", f"count(DISTINCT {counted}) FILTER ({whole})"]
    if plan.cycle:
        stamp = quoted(plan.cycle.fields[0])
        inner += [] if stamp in inner else [stamp]
        outer += [f"CAST(max({stamp}) AS TIMESTAMP)"]
    parts = {name: text for one in plan.looks for name, text in one.parts.items()}
    below = f"(SELECT *, {', '.join(f'{text} AS {quoted(name)}' for name, text in parts.items())} FROM {table})"  # noqa: S608
    from_ = below if parts else table
    sql = f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {from_})"  # noqa: S608 - as above
    answer = relation.connection.execute(sql).fetchone()
    assert answer is not None
    values = iter(answer)
    rows = int(next(values))
    raw = [(int(next(values)), next(values)) for _ in plan.looks]
    looked = {name: int(next(values)) for name in applies.values()}
    found = [
        _Count(one.rule, looked[applies[one.applies]] if one.applies else rows, failed, tuple(kept or ()))
        for one, (failed, kept) in zip(plan.looks, raw, strict=True)
    ]
    if plan.unique:
        present, distinct = int(next(values)), int(next(values))
        found.append(_Count(plan.unique, present, present - distinct, ()))
    if plan.cycle:
        found.append(_late(plan.cycle, next(values), at))
    return rows, found


def _packed(fields: Sequence[str]) -> str:
    return ", ".join(f"{quoted(name)} := {quoted(name)}" for name in fields)


def _late(rule: Rule, newest: object, at: datetime) -> _Count:
    """Say whether the newest stamp of the table is older than its cycle allows."""
    assert rule.limit is not None
    if not isinstance(newest, datetime):
        return _Count(rule, 0, 0, (), "没有更新时间，无法判断")
    is_late = at.replace(tzinfo=None) - newest > timedelta(days=rule.limit + 1)
    return _Count(rule, 1, int(is_late), (), f"最近更新 {newest:%Y-%m-%d}")


def _samples(
    relation: Relation, table: str, columns: Sequence[Column], found: Sequence[_Count]
) -> Mapping[int, Mapping[str, object]]:
    """Return the rows to be shown by their number: read again by number, all rules' at once."""
    wanted = sorted({row for one in found for row in one.rows})
    if not wanted:
        return {}
    sql = f"SELECT * FROM {table} WHERE {ROW} IN ({', '.join(map(str, wanted))})"  # noqa: S608 - as above
    cursor = relation.connection.execute(sql)
    names = [str(one[0]) for one in cursor.description or ()]
    keys = [column.name for column in columns if column.is_key]
    shown: dict[int, Mapping[str, object]] = {}
    for line in cursor.fetchall():
        values = dict(zip(names, line, strict=True))
        values |= {name.removesuffix(RAW): text for name, text in values.items() if name.endswith(RAW)}
        values["·key"] = [values.get(name) for name in keys]
        shown[int(values[ROW_NAME])] = values
    return shown


def _finished(
    named: Mapping[str, Column], found: Sequence[_Count], shown: Mapping[int, Mapping[str, object]]
) -> Iterator[tuple[Rule, Finding]]:
    for one in found:
        kept = []
        for number in one.rows:
            key = shown[number]["·key"]
            assert isinstance(key, list)
            kept.append(samples.sample(one.rule, named, number + 1, shown[number], key))
        yield one.rule, Finding(one.rule, one.checked, one.failed, tuple(kept), one.note)


def _unique(relation: Relation, table: str, finding: Finding, most: int) -> Finding:
    """Return the finding with some of the keys that stand in several rows; only a table that has any is read again."""
    if not finding.failed:
        return finding
    names = [quoted(name) for name in finding.rule.fields]
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    sql = (  # every name is quoted
        f"SELECT max({ROW}), count(*), {', '.join(names)} FROM {table} WHERE {whole} "  # noqa: S608
        f"GROUP BY {', '.join(names)} HAVING count(*) > 1 ORDER BY 1 LIMIT {most}"
    )
    kept = tuple(
        Sample(
            int(row) + 1,
            "、".join(map(samples.masked, key)),
            "、".join(map(samples.shape, key)),
            f"同一个主键有 {times} 行",
        )
        for row, times, *key in relation.connection.execute(sql).fetchall()
    )
    return Finding(finding.rule, finding.checked, finding.failed, kept, finding.note)


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, longest_s: float) -> Iterator[None]:
    """Stop what the connection does when it takes too long."""
    over = threading.Event()

    def stop() -> None:
        over.set()
        connection.interrupt()

    timer = threading.Timer(longest_s, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.Error as error:
        if over.is_set():
            raise RunTooLong("请减少规则，或把写得复杂的条件拆开。") from error
        raise
    finally:
        timer.cancel()
