"""The batch gives what the evaluator gives, row by row, on models and rows made at random."""

import shutil

import ibis
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.batch import NotCompilable
from yimen.dmn.batch.tests import differ
from yimen.dmn.batch.tests.strategies import (
    COMPARISONS,
    EXPRESSIONS,
    KINDS,
    LISTS,
    PORTABLE,
    ROWS,
    TABLES,
    TYPES,
    model_of,
)
from yimen.dmn.tests.factories import definitions, expression, inputs, needs

FEW, MORE = 15, 35
SLOW_BUT_SURE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def assert_same(*arguments):
    """Hold the batch against the evaluator; numbers that grow too long for a column are no case."""
    try:
        differ.assert_same(*arguments)
    except NotCompilable as error:
        if "位" not in error.what:
            raise
        reject()


@pytest.fixture(scope="module")
def duckdb():
    return ibis.duckdb.connect(threads=1)


@pytest.fixture(scope="module")
def polars():
    return ibis.polars.connect()


@pytest.fixture(scope="module")
def spark():
    pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: pip install -r requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and there is no java on this machine")
    session = pyspark.sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.mark.fuzz
@settings(max_examples=MORE, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(text=EXPRESSIONS, rows=ROWS)
def test_an_expression_gives_the_same(duckdb, text, rows):
    assert_same(expression(text, **TYPES), "d", rows, KINDS, duckdb)


@pytest.mark.fuzz
@settings(max_examples=MORE, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(table=TABLES, rows=ROWS)
def test_a_table_gives_the_same(duckdb, table, rows):
    assert_same(model_of(*table), "d", rows, KINDS, duckdb)


def conditions(texts):
    """A model of conditions c1, c2 … and `eligible` over them."""
    decisions = "".join(
        f'<decision id="c{place}" name="c{place}">{needs(*TYPES)}'
        f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
        for place, text in enumerate(texts, 1)
    )
    names = [f"c{place}" for place in range(1, len(texts) + 1)]
    over = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in names
    )
    whole = f"<literalExpression><text>{' and '.join(names)}</text></literalExpression>"
    eligible = f'<decision id="eligible" name="eligible">{over}{whole}</decision>'
    return definitions(inputs(**TYPES) + decisions + eligible)


@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(texts=st.lists(COMPARISONS | st.sampled_from(["a", "b"]), min_size=2, max_size=5), rows=ROWS)
def test_conditions_fail_by_the_same_number_and_the_same_single_one(duckdb, texts, rows):
    assert_same(dmn.load(conditions(texts)), "eligible", rows, KINDS, duckdb)


@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(text=PORTABLE, rows=ROWS)
def test_an_expression_gives_the_same_on_polars(polars, text, rows):
    assert_same(expression(text, **TYPES), "d", rows, KINDS, polars)


@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(table=TABLES.filter(lambda one: one[0] not in LISTS), rows=ROWS)
def test_a_table_gives_the_same_on_polars(polars, table, rows):
    assert_same(model_of(*table), "d", rows, KINDS, polars)


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)  # py4j's own
@settings(max_examples=FEW, deadline=None, suppress_health_check=SLOW_BUT_SURE)
@given(text=PORTABLE, table=TABLES.filter(lambda one: one[0] not in LISTS), rows=ROWS)
def test_a_cluster_gives_the_same(spark, text, table, rows):
    assert_same(expression(text, **TYPES), "d", rows, KINDS, spark)
    assert_same(model_of(*table), "d", rows, KINDS, spark)
