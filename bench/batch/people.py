"""Rows of facts, the same on every run, some of them unknown."""

import duckdb

COLUMNS = {
    "age": "18 + {} % 73",
    "income": "12000 + {} % 189000",
    "credit_score": "300 + {} % 551",
    "amount": "1000 + 1000 * ({} % 500)",
    "term_months": "6 + 6 * ({} % 60)",
    "region": "['north', 'south', 'east', 'west', 'centre', 'coast', 'islands', 'abroad'][1 + {} % 8]",
    "product": "['car', 'home', 'student', 'personal', 'business'][1 + {} % 5]",
    "employment": "['salaried', 'self-employed', 'retired', 'none'][1 + {} % 4]",
    "has_collateral": "{} % 2 = 0",
    "application_date": "DATE '2022-01-01' + CAST({} % 1826 AS INTEGER)",
}


def fill(connection: duckdb.DuckDBPyConnection, name: str, *, rows: int, unknown: float) -> None:
    """Make a table of so many rows; each fact is unknown in this share of them, independently."""
    chosen = []
    for column, text in COLUMNS.items():
        value = text.format(f"CAST(hash(i, '{column}') % 1000000 AS BIGINT)")
        is_unknown = f"hash(i, 'unknown {column}') % 10000 < {round(unknown * 10000)}"
        chosen.append(f"CASE WHEN {is_unknown} THEN NULL ELSE {value} END AS {column}")
    connection.execute(f"CREATE TABLE {name} AS SELECT i AS id, {', '.join(chosen)} FROM range({rows}) AS t(i)")
