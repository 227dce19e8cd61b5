"""On a cluster everybody is matched as here, to the last row."""

import shutil
import sys
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.core.settings import SettingError
from yimen.policies.matching import configured
from yimen.policies.matching.cluster import NoCluster, planned
from yimen.policies.matching.tests.beside import TODAY
from yimen.policies.matching.tests.factories import written

RULES = {
    "p/m1": written({"c1": "org.revenue >= 50", "c2": 'list contains(org.titles, "srdi")'}),
    "p/m2": written(
        {"c1": "org.revenue < 50 or org.listed = true", "c2": 'org.granted_on + duration("P3Y") > application.date'}
    ),
    "p/m3": written({"c1": "org.rd / org.revenue >= 0.03", "c2": 'upper case(org.status) = "ACTIVE"'}),
}

PLAN = planned(RULES)


def facts(rows):
    return pa.table(
        {
            "subject": [f"E{row}" for row in range(rows)],
            "org.revenue": pa.array([None if row % 7 == 0 else row % 100 for row in range(rows)], pa.float64()),
            "org.rd": pa.array([row % 11 for row in range(rows)], pa.int32()),
            "org.titles": [None if row % 5 == 0 else ["srdi"] * (row % 3) for row in range(rows)],
            "org.listed": [None if row % 3 == 0 else row % 2 == 0 for row in range(rows)],
            "org.granted_on": pa.array([date(2020 + row % 7, 1 + row % 12, 1 + row % 28) for row in range(rows)]),
            "org.status": ["active" if row % 4 else "gone" for row in range(rows)],
        }
    )


@pytest.fixture
def file(tmp_path):
    pq.write_table(facts(5_000), tmp_path / "facts.parquet", row_group_size=1_300)
    return tmp_path / "facts.parquet"


@pytest.fixture
def cluster(settings):
    pytest.importorskip("pyspark", reason="PySpark is not installed: pip install -r requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and there is no java on this machine")
    settings.YIMEN_MATCHING_ENGINE, settings.YIMEN_SPARK_MASTER = "spark", "local[2]"


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)  # py4j's own
def test_a_cluster_gives_the_same_pairs_in_the_same_order_and_the_same_counts(
    file, cluster, settings, monkeypatch, tmp_path
):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    told = []
    found = configured.match(PLAN, RULES, file, on=TODAY, progress=told.append)
    stored = configured.match(PLAN, RULES, file, on=TODAY, into=tmp_path / "pairs.parquet")

    settings.YIMEN_MATCHING_ENGINE = "numpy"
    here = configured.match(PLAN, RULES, file, on=TODAY)

    assert here.pairs.num_rows > 100
    assert found.pairs.to_pylist() == here.pairs.to_pylist()
    assert pq.read_table(tmp_path / "pairs.parquet").to_pylist() == here.pairs.to_pylist()
    assert found.tallies == stored.tallies == here.tallies
    assert (found.rows, found.absent, found.fallbacks) == (here.rows, here.absent, here.fallbacks)
    assert told[-1] == 5_000


def test_without_spark_the_error_says_what_to_install(file, settings, monkeypatch):
    settings.YIMEN_MATCHING_ENGINE = "spark"
    monkeypatch.setitem(sys.modules, "pyspark", None)

    with pytest.raises(NoCluster, match=r"requirements/spark\.txt"):
        configured.match(PLAN, RULES, file, on=TODAY)


def test_an_engine_nobody_knows_is_named(file, settings):
    settings.YIMEN_MATCHING_ENGINE = "abacus"

    with pytest.raises(SettingError, match="abacus"):
        configured.match(PLAN, RULES, file, on=TODAY)
