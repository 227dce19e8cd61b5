"""The decisions as one would write them in DuckDB SQL: a predicate a row or condition, in SQL's three values."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.batch.conditions import CONDITIONS

Cell = list[object] | None


@dataclass(frozen=True, slots=True)
class Rules:
    """A table in neutral form: its hit policy, its columns, and its rows of cells and outputs."""

    policy: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Sequence[Cell], Mapping[str, object]], ...]


def rules_of(path: Path) -> Rules:
    """Return the table written at a path."""
    read = json.loads(path.read_text(encoding="utf-8"))
    columns = tuple(name for name, _ in read["columns"])
    return Rules(read["hitPolicy"], columns, tuple((row["in"], row["out"]) for row in read["rules"]))


def _literal(value: object, column: str) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return f"DATE '{value}'" if column == "application_date" else f"'{value}'"
    return str(value)


def _predicate(cell: Sequence[object], column: str) -> str:
    match cell:
        case ["cmp", operator, value]:
            return f"{column} {operator} {_literal(value, column)}"
        case ["rng", low, high, low_in, high_in]:
            ends = (
                f"{'>=' if low_in else '>'} {_literal(low, column)}",
                f"{'<=' if high_in else '<'} {_literal(high, column)}",
            )
            return f"({column} {ends[0]} AND {column} {ends[1]})"
        case ["in", [bool() as value]]:
            return column if value else f"(NOT {column})"
        case ["in", [value]]:
            return f"{column} = {_literal(value, column)}"
        case ["in", [*values]]:
            return f"{column} IN ({', '.join(_literal(value, column) for value in values)})"
        case _:
            raise ValueError(cell)


def _hit(cells: Sequence[Cell], columns: Sequence[str]) -> str:
    tests = [_predicate(cell, column) for cell, column in zip(cells, columns, strict=True) if cell is not None]
    return " AND ".join(tests) or "TRUE"


def table_value(rules: Rules, people: str) -> str:
    """Return the value alone, for rows in which nothing is unknown: which row is hit first, then its outputs."""
    hits = [_hit(cells, rules.columns) for cells, _ in rules.rows]
    first = " ".join(f"WHEN {hit} THEN {place}" for place, hit in enumerate(hits))
    return f"SELECT id, {_outputs(rules)} FROM (SELECT *, CASE {first} END AS first FROM {people})"


def _outputs(rules: Rules, condition: str = "") -> str:
    chosen = []
    for name in rules.rows[0][1]:
        values = " ".join(f"WHEN {place} THEN {_literal(out[name], name)}" for place, (_, out) in enumerate(rules.rows))
        whole = f"CASE first {values} END"
        chosen.append(f"{f'CASE WHEN {condition} THEN {whole} END' if condition else whole} AS {name}")
    return ", ".join(chosen)


def table_whole(rules: Rules, people: str, apart: Callable[[int], int]) -> str:
    """Return value, determined and missing where facts may be unknown: a row of the table is hit, missed or NULL, open.

    An open row counts unless it is never hit together with the one that is: `apart` tells which are so, as bits; who
    writes the table knows it. `missing` has a bit for each fact, in the order of their names.
    """
    count = len(rules.rows)
    hits = ", ".join(f"{_hit(cells, rules.columns)} AS r{place}" for place, (cells, _) in enumerate(rules.rows))
    first = " ".join(f"WHEN r{place} THEN {place}" for place in range(count))
    bits = []
    for place, column in enumerate(sorted(rules.columns)):
        at = rules.columns.index(column)
        waiting = [
            f"r{row} IS NULL{_counts(rules, row, apart)}" for row, (cells, _) in enumerate(rules.rows) if cells[at]
        ]
        if waiting:
            bits.append(_flag(place, f"NOT determined AND {column} IS NULL", [f"({one})" for one in waiting]))
    inner = f"SELECT *, {hits} FROM {people}"
    middle = f"SELECT *, CASE {first} ELSE {count} END AS first FROM ({inner})"
    outer = f"SELECT *, {_determined(rules, apart)} AS determined FROM ({middle})"
    return f"SELECT id, {_outputs(rules, 'determined')}, determined, {' | '.join(bits)} AS missing FROM ({outer})"


def _competing(rules: Rules, hit: int, apart: Callable[[int], int]) -> list[int]:
    """Return the rows that, being open, leave the table open although this one is hit (or, past the last, none is)."""
    rows = range(hit if rules.policy == "FIRST" else len(rules.rows))
    never = apart(hit) if hit < len(rules.rows) else 0
    return [row for row in rows if row != hit and not never >> row & 1]


def _determined(rules: Rules, apart: Callable[[int], int]) -> str:
    cases = []
    for hit in range(len(rules.rows) + 1):
        opens = [f"r{row} IS NULL" for row in _competing(rules, hit, apart)]
        if opens:
            cases.append(f"WHEN {hit} THEN NOT ({' OR '.join(opens)})")
    return f"CASE first {' '.join(cases)} ELSE TRUE END"


def _counts(rules: Rules, row: int, apart: Callable[[int], int]) -> str:
    """Return the condition under which this row, being open, counts; empty where it always does."""
    count = len(rules.rows)
    hits = [hit for hit in range(count + 1) if row in _competing(rules, hit, apart)]
    if hits == [count]:
        return f" AND first = {count}"
    lowest = min(hits)
    left_out = [str(hit) for hit in range(lowest, count + 1) if hit not in hits]
    return f" AND first >= {lowest}" + (f" AND first NOT IN ({', '.join(left_out)})" if left_out else "")


def conditions_value(people: str) -> str:
    """Return whether all conditions hold, NULL where that is open: SQL's own AND."""
    return f"SELECT id, {' AND '.join(f'({sql})' for _, sql, _ in CONDITIONS.values())} AS value FROM {people}"


def conditions_whole(people: str, columns: Sequence[str]) -> str:
    """Return value, determined, number of failing ones, the single failing one, and missing."""
    inner = f"SELECT *, {', '.join(f'({sql}) AS {name}' for name, (_, sql, _) in CONDITIONS.items())} FROM {people}"
    value = " AND ".join(CONDITIONS)
    failing = " + ".join(f"coalesce(CAST(NOT {name} AS INTEGER), 0)" for name in CONDITIONS)
    middle = f"SELECT *, {value} AS value, {failing} AS failing FROM ({inner})"
    single = (
        "CASE WHEN failing = 1 THEN CASE "
        + " ".join(f"WHEN NOT {name} THEN '{name}'" for name in CONDITIONS)
        + " END END"
    )
    bits = []
    for place, column in enumerate(sorted(columns)):
        waiting = [f"{name} IS NULL" for name, (_, _, facts) in CONDITIONS.items() if column in facts]
        if waiting:
            bits.append(_flag(place, f"value IS NULL AND {column} IS NULL", waiting))
    outputs = (
        f"value, value IS NOT NULL AS determined, failing, {single} AS single_failing, {' | '.join(bits)} AS missing"
    )
    return f"SELECT id, {outputs} FROM ({middle})"


def _flag(place: int, condition: str, waiting: Sequence[str]) -> str:
    """Return the bit of a fact where it is unknown and something open looks at it."""
    return f"CASE WHEN {condition} AND ({' OR '.join(waiting)}) THEN {1 << place} ELSE 0 END"
