"""Tell those of whom a run of the matching found something new (精准送达): what, how much, and why they get it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from uuid import UUID

import pyarrow.parquet as pq
from django.utils import timezone

from yimen import dmn
from yimen.facts import queries as fact_queries
from yimen.facts.logic import FactDefinition
from yimen.lake import store
from yimen.policies import queries
from yimen.policies.delivering import pushing
from yimen.policies.delivering.wording import Found as ToTell
from yimen.policies.delivering.wording import Place
from yimen.policies.matching import facts_table
from yimen.policies.matching.found import Found, State, look
from yimen.policies.models import MatchRun, Push
from yimen.policies.queries import Measure
from yimen.policies.services import matching
from yimen.rules import queries as rules
from yimen.rules.logic import ConditionState, facts_used

AT_ONCE = 500
GIVE_UP = timedelta(days=30)
"""After so long a run is done with: who could not be told by then is told by a later run, or not at all."""
REASONS = 3
"""How many of the conditions one meets are named as the reason."""
DISTRICT, INDUSTRY, SIZE = "org.registered_division", "org.industry_code", "org.size_class"


def tell(*, at: datetime) -> int:
    """Tell of every run that is not done with, the oldest first; return how many were told.

    Nobody is told twice, and a process killed in between tells the rest the next time. Who has had enough for today is
    told tomorrow: the run stays until nobody is left.
    """
    count = 0
    for run in MatchRun.objects.filter(told_at=None).order_by("started_at"):
        told, left = _tell(run, at=at)
        count += told
        if not left or at - run.started_at > GIVE_UP:
            MatchRun.objects.filter(pk=run.pk, told_at=None).update(told_at=at)
    return count


def _tell(run: MatchRun, *, at: datetime) -> tuple[int, int]:
    """Return how many were told of this run, and how many are still to be."""
    on = timezone.localdate(at)
    measures = {one.name: one for one in queries.measures(on=on)}
    models = {name: rules.model_of(rules.in_effect(name, on=on)) for name in measures}
    names = frozenset[str]().union(*(facts_used(model) for model in models.values()))
    definitions = fact_queries.dictionary(names)
    pairs = ((subject, name) for subject, name in matching.fresh_of(run) if name in measures)
    count, left = 0, 0
    while chunk := list(islice(pairs, AT_ONCE)):
        rows = _rows(run, {subject for subject, _ in chunk}, names)
        found = [
            told
            for subject, group in groupby(chunk, key=itemgetter(0))
            if subject in rows
            for told in _of(subject, rows[subject], [measures[name] for _, name in group], models, definitions, on=on)
        ]
        count += pushing.push(found, at=at)
        left += _without_push(found, measures)
    return count, left


def _of(
    subject: str,
    row: Mapping[str, object],
    measures: list[Measure],
    models: Mapping[str, dmn.Model],
    definitions: Mapping[str, FactDefinition],
    *,
    on: date,
) -> Iterator[ToTell]:
    """Yield what is told to one party: what still is theirs on the facts it was found by."""
    place = Place(str(row.get(DISTRICT, "")), str(row.get(INDUSTRY, ""))[:3], str(row.get(SIZE, "")))
    for one in measures:
        found = look(one, models[one.name], row, definitions, on=on)
        if found.state is State.YES:
            yield ToTell(
                party=UUID(subject),
                measure=one.name,
                kind=Push.Kind.MATCH,
                amount_yuan=found.amount,
                deadline=found.deadline,
                because=_because(found),
                place=place,
            )


def _because(found: Found) -> tuple[str, ...]:
    met = [one.text for one in found.judgement.conditions if one.state is ConditionState.MET]
    return tuple(f"符合“{text}”" for text in met[:REASONS])


def _rows(run: MatchRun, subjects: set[str], names: frozenset[str]) -> dict[str, dict[str, object]]:
    """Return what was known of these parties when the run was made; nothing where its table is gone."""
    table = store.find(facts_table.TABLE, run.facts)
    if table is None or not table.has_rows:
        table = facts_table.newest()
    wanted = {*names, DISTRICT, INDUSTRY, SIZE}
    columns = [facts_table.SUBJECT, *(name for name, _ in table.schema if name in wanted)]
    found = pq.read_table(table.path, columns=columns, filters=[(facts_table.SUBJECT, "in", subjects)]).to_pylist()
    return {
        row[facts_table.SUBJECT]: {name: value for name, value in row.items() if value is not None} for row in found
    }


def _without_push(found: list[ToTell], measures: Mapping[str, Measure]) -> int:
    """Return how many of these have no push yet: their party has had enough for today."""
    pushed = set(
        Push.objects.filter(party_id__in={one.party for one in found}, kind=Push.Kind.MATCH).values_list(
            "party_id", "measure", "policy_version"
        )
    )
    return sum((one.party, one.measure, measures[one.measure].policy.number) not in pushed for one in found)
