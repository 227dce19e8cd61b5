"""The batch gives what the judgement of each single enterprise gives, on models and rows made at random."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.batch.tests.differ import ARROW
from yimen.dmn.batch.tests.strategies import COMPARISONS, KINDS, ROWS, TRUTHS, TYPES
from yimen.dmn.tests.factories import definitions, inputs, needs
from yimen.policies.matching.tests.beside import assert_as_judged, decimal

SLOW_BUT_SURE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FEW = 25


def conditions(texts, whole=""):
    """Conditions c1, c2 … and `eligible` over them: all of them, if nothing else is said."""
    decisions = "".join(
        f'<decision id="c{place}" name="c{place}">{needs(*TYPES)}'
        f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
        for place, text in enumerate(texts, 1)
    )
    names = [f"c{place}" for place in range(1, len(texts) + 1)]
    over = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in names
    )
    text = whole or " and ".join(names)
    eligible = f'<decision id="eligible" name="eligible">{over}<literalExpression><text>{text}</text></literalExpression></decision>'
    return dmn.load(definitions(inputs(**TYPES) + decisions + eligible))


def table_of(rows):
    """Rows as a table."""

    def cell(value, kind):
        return decimal(value).quantize(decimal("0.01")) if kind == "decimal" and value is not None else value

    return pa.table(
        {name: pa.array([cell(row.get(name), kind) for row in rows], ARROW[kind]) for name, kind in KINDS.items()}
    )


@pytest.mark.fuzz
@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(models=st.lists(st.lists(TRUTHS, min_size=1, max_size=4), min_size=1, max_size=3), rows=ROWS)
def test_every_row_is_decided_as_it_is_judged_alone(models, rows):
    named = {f"p/m{place}": conditions(texts) for place, texts in enumerate(models)}

    assert_as_judged(named, table_of(rows))


@pytest.mark.fuzz
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(texts=st.lists(COMPARISONS, min_size=4, max_size=8), rows=ROWS)
def test_so_are_the_rows_of_a_long_table(texts, rows):
    assert_as_judged({"p/m": conditions(texts)}, table_of(rows * 20))


@pytest.mark.fuzz
@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(
    texts=st.tuples(TRUTHS, TRUTHS, TRUTHS),
    whole=st.sampled_from(
        [
            "c1 or c2 or c3",
            "c1 and (c2 or c3)",
            "not(c1) and c2 and c3",
            "if c1 then c2 else c3",
            "c3",
            "c1 = true and c2",
        ]
    ),
    rows=ROWS,
)
def test_conditions_may_be_joined_in_other_ways(texts, whole, rows):
    assert_as_judged({"p/m1": conditions(texts, whole)}, table_of(rows))
