"""Coverage and take-up (覆盖率、享受率): who could, who knew, who applied, who got it, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from yimen.lake import engine, store
from yimen.policies.evaluating.dimensions import Dimension

PAIRS = pa.schema([("subject", pa.string()), ("measure", pa.string())])
GOT = PAIRS.append(pa.field("days", pa.int32()))
Pair = tuple[str, str]
"""A party's identifier as text, and a measure POLICY/MEASURE."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measure in one part of the city: organisations that could have it, knew, applied, got it.

    `value` is the part's code ("" where it is not broken down, None where it is unknown), `median_days` from the
    application, or from the list, to the decision; None where nobody got it.
    """

    measure: str
    value: str | None
    label: str
    could: int
    knew: int
    applied: int
    got: int
    median_days: float | None

    @property
    def take_up(self) -> float | None:
        """Return the share of those who could that got it, None where nobody could."""
        return self.got / self.could if self.could else None


def reckon(
    facts: store.Snapshot,
    could: store.Snapshot,
    *,
    knew: Iterable[Pair],
    applied: Iterable[Pair],
    got: Iterable[tuple[str, str, int]],
    by: Dimension | None,
) -> list[Line]:
    """Return a line for each measure and part, by measure, the largest part first.

    Whoever got it could have it, applied or not; whoever applied knew. A part is told from the facts of today.
    """
    has_fact = by is not None and by.fact in {name for name, _ in facts.schema}
    part = by.expression if by is not None and has_fact else "CAST(NULL AS VARCHAR)" if by else "''"
    with engine.connected({"facts": facts, "could": could}) as connection:
        connection.register("knew", _pairs(knew))
        connection.register("applied", _pairs(applied))
        connection.register("got", _got(got))
        rows = connection.execute(QUERY.format(part=part)).fetchall()
    return [
        Line(measure, value, by.label(value) if by else "全部", able, aware, asked, given, days)
        for measure, value, able, aware, asked, given, days in rows
    ]


QUERY = """
WITH whose AS (SELECT subject, {part} AS part FROM facts),
     every AS (SELECT subject, measure FROM could UNION SELECT subject, measure FROM got),
     counted AS (
       SELECT e.measure, w.part,
              k.subject IS NOT NULL OR a.subject IS NOT NULL OR g.subject IS NOT NULL AS aware,
              a.subject IS NOT NULL AS asked, g.subject IS NOT NULL AS given, g.days
       FROM every e LEFT JOIN whose w USING (subject)
       LEFT JOIN (SELECT DISTINCT subject, measure FROM knew) k USING (subject, measure)
       LEFT JOIN (SELECT DISTINCT subject, measure FROM applied) a USING (subject, measure)
       LEFT JOIN (SELECT subject, measure, min(days) AS days FROM got GROUP BY ALL) g USING (subject, measure))
SELECT measure, part, count(*), count(*) FILTER (aware), count(*) FILTER (asked), count(*) FILTER (given),
       median(days) FILTER (given)
FROM counted GROUP BY measure, part ORDER BY measure, count(*) DESC, part
"""


def _pairs(rows: Iterable[Pair]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=PAIRS)


def _got(rows: Iterable[tuple[str, str, int]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, GOT.types, strict=True)], schema=GOT)
