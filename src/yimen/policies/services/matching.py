"""Everybody matched with every measure, and no more of it done anew than has changed (精准匹配，增量).

What was found is a table of the lake, a pair of subject and measure a line; beside it lie the pairs that are new since
the run before, for whoever tells people of them. Near misses are not stored: they are reckoned when somebody asks.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

import duckdb
from django.utils import timezone

from yimen import dmn
from yimen.core.errors import Conflict
from yimen.core.locks import attempted
from yimen.facts.resolver import ORGANISATION
from yimen.lake import engine, store
from yimen.policies import matching, queries
from yimen.policies.matching import configured, facts_table
from yimen.policies.matching.plan import Plan
from yimen.policies.models import MatchRun
from yimen.rules import queries as rules
from yimen.rules.logic import DAY

TABLE, FRESH = "policy-matches", "fresh.parquet"
KEEP = 3
"""Snapshots of results whose rows are kept, besides those nobody has been told of yet."""
Progress = Callable[[str, int], None]
"""Told what is being done and how many rows of it are done."""


class AlreadyRunning(Conflict):
    """Another process is matching right now."""

    code = "policies.already-matching"
    title = "正在匹配，请等它完成。"


@dataclass(frozen=True, slots=True)
class Before:
    """The run before, as far as it can be gone on from: its facts, its pairs, the digests of its rules, its day."""

    facts: store.Snapshot
    pairs: store.Snapshot
    digests: Mapping[str, str]
    on: date


def run(*, at: datetime, whole: bool = False, progress: Progress | None = None) -> MatchRun:
    """Match every organisation of the newest table of facts with every measure in force; return the run.

    Only what must be is done anew: measures that are new, whose rules changed, or whose rules look at the day, for
    everybody; the others for those of whom a fact they read has changed. With `whole` everything is. A process killed
    in between leaves the run before as it was.

    Raises:
        NoSnapshot: the table of facts was never built. AlreadyRunning: another process is at it.
    """
    with attempted("policy-matching") as is_ours:
        if not is_ours:
            raise AlreadyRunning("每次只运行一个匹配。")
        return _run(at=at, whole=whole, progress=progress or (lambda _what, _done: None))


def _run(*, at: datetime, whole: bool, progress: Progress) -> MatchRun:
    on = timezone.localdate(at)
    facts = facts_table.newest()
    models, digests, written = _rules(on)
    plan = matching.plan(models)
    before = None if whole else _before(facts)
    with store.draft(TABLE, at=at) as draft:
        job = _Job(plan, written, facts, on, draft, progress)
        if before is None:
            pairs, evaluated = job.match(plan, facts.path, "pairs"), len(plan.measures) * facts.rows
            counted = job.write([pairs], None)
        else:
            parts, evaluated = _changes(job, before, digests)
            counted = job.write(parts, before.pairs)
        draft.close({"facts": facts.id, "on": on.isoformat()})
        found = draft.publish({})
    made = MatchRun.objects.create(
        started_at=at,
        finished_at=timezone.now(),
        facts=facts.id,
        found=found.id,
        measures=digests,
        enterprises=facts.rows,
        evaluated=evaluated,
        matches=found.rows,
        fresh=counted.fresh,
        gone=counted.gone,
    )
    store.prune(TABLE, keep=KEEP + MatchRun.objects.filter(told_at=None).count())
    return made


def _rules(on: date) -> tuple[dict[str, dmn.Model], dict[str, str], dict[str, bytes]]:
    """Return the models of the measures for organisations in force on that day, their digests and texts, by name."""
    models, digests, written = {}, {}, {}
    for one in queries.measures(on=on):
        if ORGANISATION in one.definition.subjects:
            version = rules.in_effect(one.name, on=on)
            models[one.name], digests[one.name] = rules.model_of(version), version.digest
            written[one.name] = version.xml.encode()
    return models, digests, written


def _before(facts: store.Snapshot) -> Before | None:
    """Return the run before; None where there is none one can go on from: its tables are gone or have other columns."""
    last = MatchRun.objects.first()
    if last is None:
        return None
    old, pairs = store.find(facts_table.TABLE, last.facts), store.find(TABLE, last.found)
    if old is None or pairs is None or not (old.has_rows and pairs.has_rows) or old.schema != facts.schema:
        return None
    return Before(old, pairs, last.measures, date.fromisoformat(str(pairs.notes["on"])))


def _changes(job: "_Job", before: Before, digests: Mapping[str, str]) -> tuple[list[Path | str], int]:
    """Match what changed; return the parts of the new pairs (files, and a query over the old pairs), and the work."""
    anew = {name for name, digest in digests.items() if before.digests.get(name) != digest}
    if before.on != job.on:
        anew |= {one.name for one in job.plan.measures if DAY in one.facts}
    parts: list[Path | str] = []
    evaluated = 0
    first = matching.only(job.plan, anew)
    if first.measures:
        parts.append(job.match(first, job.facts.path, "anew"))
        evaluated += len(first.measures) * job.facts.rows
    changed, count, columns = job.changed(before.facts)
    rest = matching.subset(matching.only(job.plan, digests.keys() - anew), columns)
    if count and rest.measures:
        parts.append(job.match(rest, changed, "rest"))
        evaluated += len(rest.measures) * count
    looked_at = {one.name for one in rest.measures}
    parts.append(job.kept(anew=anew | (before.digests.keys() - digests.keys()), rest=looked_at, changed=changed))
    return parts, evaluated


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pairs are new, and how many are no more."""

    fresh: int
    gone: int


@dataclass(frozen=True, slots=True)
class _Job:
    """One run at work: its plan, the texts of its rules, its facts, its day, and the snapshot being written."""

    plan: Plan
    rules: Mapping[str, bytes]
    facts: store.Snapshot
    on: date
    draft: store.Draft
    progress: Progress

    def match(self, plan: Plan, source: Path, name: str) -> Path:
        """Match these rows with these measures; return the file of the pairs."""
        into = self.draft.beside(f"{name}.parquet")
        told = partial(self.progress, name)
        configured.match(plan, self.rules, source, on=self.on, into=into, progress=told)
        return into

    def changed(self, old: store.Snapshot) -> tuple[Path, int, frozenset[str]]:
        """Write the rows that are not as they were; return the file, how many, and which columns differ in any."""
        into = self.draft.beside("changed.parquet")
        names = [name for name, _ in self.facts.schema]
        with engine.connected({"new": self.facts, "old": old}) as connection:
            connection.execute(_copy("SELECT * FROM new EXCEPT SELECT * FROM old", into))
            differs = ", ".join(
                f"bool_or(c.{engine.quoted(name)} IS DISTINCT FROM o.{engine.quoted(name)})" for name in names
            )
            query = f"SELECT count(*), {differs} FROM {_file(into)} c LEFT JOIN old o USING (subject)"  # noqa: S608 - quoted
            count, *told = _one(connection.execute(query))
        return into, int(str(count)), frozenset(name for name, is_so in zip(names, told, strict=True) if is_so)

    def kept(self, *, anew: Collection[str], rest: Collection[str], changed: Path) -> str:
        """Return the query for the old pairs that stand: of measures not matched anew, of rows that have not changed.

        Both hold only for subjects there still are.
        """
        given_up = ", ".join(engine.literal(name) for name in sorted(anew)) or "''"
        partly = ", ".join(engine.literal(name) for name in sorted(rest)) or "''"
        return (
            f"SELECT subject, measure FROM before WHERE measure NOT IN ({given_up}) "  # noqa: S608 - quoted
            f"AND subject IN (SELECT subject FROM everybody) "
            f"AND NOT (measure IN ({partly}) AND subject IN (SELECT subject FROM {_file(changed)}))"
        )

    def write(self, parts: list[Path | str], before: store.Snapshot | None) -> Counted:
        """Put the parts together, and beside them what is new; what was only needed meanwhile is removed."""
        tables = {"everybody": self.facts} | ({"before": before} if before else {})
        selects = [
            one if isinstance(one, str) else f"SELECT subject, CAST(measure AS VARCHAR) AS measure FROM {_file(one)}"  # noqa: S608 - a path of ours
            for one in parts
        ]
        with engine.connected(tables) as connection:
            whole = " UNION ALL ".join(selects)
            ordered = f"SELECT subject, measure FROM ({whole}) ORDER BY subject, measure"  # noqa: S608 - quoted
            connection.execute(_copy(ordered, self.draft.path))
            now = f"SELECT subject, measure FROM {_file(self.draft.path)}"  # noqa: S608 - a path of ours
            old = "SELECT subject, measure FROM before" if before else f"{now} WHERE false"
            connection.execute(_copy(f"{now} EXCEPT {old} ORDER BY subject, measure", self.draft.beside(FRESH)))
            fresh = _one(connection.execute(f"SELECT count(*) FROM {_file(self.draft.beside(FRESH))}"))[0]  # noqa: S608 - as above
            gone = _one(connection.execute(f"SELECT count(*) FROM ({old} EXCEPT {now})"))[0]  # noqa: S608 - as above
        for path in self.draft.folder.glob("*.parquet"):
            if path not in {self.draft.path, self.draft.beside(FRESH)}:
                path.unlink()
        return Counted(int(str(fresh)), int(str(gone)))


def _copy(query: str, into: Path) -> str:
    return f"COPY ({query}) TO {engine.literal(str(into))} (FORMAT parquet, COMPRESSION zstd)"


def _file(path: Path) -> str:
    return f"read_parquet({engine.literal(str(path))})"


def _one(answer: duckdb.DuckDBPyConnection) -> tuple[object, ...]:
    row = answer.fetchone()
    assert row is not None
    return tuple(row)
