"""A batch of a million rows on one thread, beside the same decision written by hand as DuckDB SQL.

    make bench-batch
    make bench-batch ARGS='--rows 200000 --unknown 0.2'

Two decisions: a table of 50 rows over ten facts (YIMEN_SHARED/bench/decisions, under UNIQUE and FIRST) with value,
determined and missing; and twelve conditions joined by `and`, with the number of failing ones and the single one too.
By hand each row of the table, each condition, is a predicate in SQL's three values, NULL where it is open: that is what
gives the same outputs, and every output of every row is checked to be the same. The same SQL without anything but the
value, for rows where nothing is unknown, is told too: it is the least that any of this could cost.
"""
