"""The same in the naive shape of a query: a condition of three values for each predicate, as one would write it."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from bench.matching.models import Predicate

Numbers = list[tuple[int, int, int]]
"""By rule: eligible, one condition short for sure, refused."""


def with_duckdb(path: Path, rules: Sequence[Sequence[Predicate]], threads: int) -> Numbers:
    """Count with one statement over the file."""
    found: list[str] = []
    for rule in rules:
        terms = [f"({_sql(one)})" for one in rule]
        every, failing = (
            " AND ".join(terms),
            " + ".join(f"coalesce((NOT {one})::UTINYINT, 0::UTINYINT)" for one in terms),
        )
        settled = " AND ".join(f"{one} IS NOT NULL" for one in terms)
        found += [
            f"count(*) FILTER (WHERE {every})",
            f"count(*) FILTER (WHERE {failing} = 1 AND {settled})",
            f"count(*) FILTER (WHERE NOT ({every}))",
        ]
    with duckdb.connect(config={"threads": threads}) as connection:
        line = connection.execute(f"SELECT {', '.join(found)} FROM read_parquet('{path}')").fetchone()
    assert line is not None
    return [(line[place], line[place + 1], line[place + 2]) for place in range(0, len(line), 3)]


def with_polars(path: Path, rules: Sequence[Sequence[Predicate]]) -> Numbers:
    """Count with one lazy query over the file."""
    found: list[pl.Expr] = []
    for place, rule in enumerate(rules):
        terms = [_expression(one) for one in rule]
        failing = pl.sum_horizontal([(~one).fill_null(value=False) for one in terms])
        settled = pl.all_horizontal([one.is_not_null() for one in terms])
        every = pl.all_horizontal(terms)
        found += [
            every.sum().alias(f"e{place}"),
            ((failing == 1) & settled).sum().alias(f"n{place}"),
            (failing > 0).sum().alias(f"r{place}"),
        ]
    line = pl.scan_parquet(path).select(found).collect(engine="streaming").row(0)
    return [(line[place], line[place + 1], line[place + 2]) for place in range(0, len(line), 3)]


def _sql(one: Predicate) -> str:
    column, operator, value = one
    name = f'"org.{column}"'
    match operator, value:
        case "in", [*values]:
            return f"{name} IN ({', '.join(map(str, values))})"
        case "is", bool():
            return name if value else f"NOT {name}"
        case _, str():
            return f"{name} {operator} DATE '{value}'"
        case _:
            return f"{name} {operator} {value}"


def _expression(one: Predicate) -> pl.Expr:
    column, operator, value = one
    name = pl.col(f"org.{column}")
    match operator, value:
        case "in", [*values]:
            return name.is_in(values)
        case "is", bool():
            return name if value else ~name
        case _:
            limit = pl.lit(value).str.to_date() if isinstance(value, str) else pl.lit(value)
            return name >= limit if operator == ">=" else name <= limit
