"""A run where the settings say: here with numpy, or on a Spark cluster (YIMEN_MATCHING_ENGINE)."""

from datetime import date
from pathlib import Path

from django.conf import settings

from yimen.core.settings import SettingError
from yimen.policies.matching import cluster, engine
from yimen.policies.matching.cluster import Rules
from yimen.policies.matching.engine import Progress, Result
from yimen.policies.matching.plan import Plan
from yimen.policies.matching.sources import Source


def match(
    plan: Plan,
    rules: Rules,
    source: Source,
    *,
    on: date,
    key: str = "subject",
    into: Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Match every row of a source with every measure of a plan, on the engine configured; see `engine.match`.

    `rules` are the measures' rules as they are written: workers elsewhere plan them for themselves.

    Raises:
        SettingError: the setting names no engine.
        NoCluster: it names Spark, and Spark is not there.
    """
    match settings.YIMEN_MATCHING_ENGINE:
        case "numpy":
            return engine.match(plan, source, on=on, key=key, into=into, progress=progress)
        case "spark":
            master = settings.YIMEN_SPARK_MASTER
            named = {name: rules[name] for name in plan.names}
            return cluster.match(named, source, on=on, key=key, into=into, progress=progress, master=master)
        case other:
            raise SettingError(f"YIMEN_MATCHING_ENGINE 是“{other}”，只能是 numpy 或 spark。")
