"""From the pairs a run of the matching found to what is pushed: whose, how much, why, and where they belong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from yimen import dmn
from yimen.facts.resolver import ORGANISATION
from yimen.lake import engine, store
from yimen.policies import queries
from yimen.policies.delivering import subscribing
from yimen.policies.delivering.pushing import MOST_A_DAY, push
from yimen.policies.delivering.wording import Found, Place
from yimen.policies.evaluating.dimensions import SIZES
from yimen.policies.matching import facts_table
from yimen.policies.matching.found import State, look
from yimen.policies.models import MatchRun, Push
from yimen.policies.queries import Measure
from yimen.policies.services import matching
from yimen.rules import queries as rules
from yimen.rules.logic import ConditionState, Judgement, facts_used

DIVISION, INDUSTRY, SIZE = (f"{ORGANISATION}.{name}" for name in ("registered_division", "industry_code", "size_class"))
BATCH = 2000
MOST_BECAUSE, LONGEST_BECAUSE = 2, 24
"""So many conditions are named as the reason, of those that are short enough to be read in passing."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """A measure in force with its decision model."""

    measure: Measure
    model: dmn.Model


def tell(*, at: datetime) -> int:
    """Push what every run found that has not been told yet, the oldest first; return how many were pushed.

    A run is told once; a process killed in between tells the rest the next time.
    """
    count = 0
    for run in MatchRun.objects.filter(told_at=None).order_by("started_at"):
        count += push_run(run, at=at)
        MatchRun.objects.filter(pk=run.pk, told_at=None).update(told_at=at)
    return count


def push_run(run: MatchRun, *, at: datetime) -> int:
    """Push what a run found that was not there before; return how many were pushed. Twice pushes nothing twice.

    A party that was told as much as it may be in a day has the rest of what fits it looked at again.
    """
    return push(found_in(run, at=at), at=at)


def found_in(run: MatchRun, *, at: datetime) -> Iterator[Found]:
    """Yield what a run found anew, party by party, each decided once more by the engine for amount and reason.

    Nothing where the rows of the run have been pruned since.
    """
    on = timezone.localdate(at)
    facts, pairs = store.find(facts_table.TABLE, run.facts), store.find(matching.TABLE, run.found)
    if pairs is None or not pairs.has_rows:
        return
    if facts is None or not facts.has_rows:
        facts = facts_table.newest()  # what was known then is gone; whom it still fits is told by what is known now
    fresh = pairs.folder / matching.FRESH
    decided = _decided(on)
    wanted = {DIVISION, INDUSTRY, SIZE}.union(*(facts_used(one.model) for one in decided.values()))
    columns = [name for name, _ in facts.schema if name in wanted]
    again = ", ".join(engine.literal(str(one)) for one in _told_enough(at)) or "''"
    select = ", ".join(["p.subject", "p.measure", *(f"f.{engine.quoted(name)}" for name in columns)])
    query = (
        f"SELECT {select} FROM (SELECT * FROM read_parquet({engine.literal(str(fresh))}) UNION "  # noqa: S608 - quoted
        f"SELECT subject, measure FROM pairs WHERE subject IN ({again})) p JOIN facts f USING (subject) "
        "ORDER BY p.subject, p.measure"
    )
    with engine.connected({"facts": facts, "pairs": pairs}) as connection:
        rows = connection.execute(query)
        while batch := rows.fetchmany(BATCH):
            for subject, measure, *values in batch:
                known = {name: value for name, value in zip(columns, values, strict=True) if value is not None}
                if (one := _found(str(subject), decided.get(str(measure)), known, on=on)) is not None:
                    yield one


def _decided(on: date) -> dict[str, _Rules]:
    return {one.name: _Rules(one, rules.model_of(rules.in_effect(one.name, on=on))) for one in queries.measures(on=on)}


def _told_enough(at: datetime) -> list[UUID]:
    """Return the parties that lately were told as much as they may be in a day: there may be more for them."""
    lately = Push.objects.filter(pushed_at__gte=at - timedelta(days=2)).exclude(kind=Push.Kind.NEW).order_by()
    counted = lately.values("party_id").annotate(count=Count("pk")).filter(count__gte=MOST_A_DAY)
    return list(counted.values_list("party_id", flat=True))


def _found(subject: str, of: _Rules | None, known: Mapping[str, object], *, on: date) -> Found | None:
    """Return what is pushed of a pair; None where the measure is over, or does not fit by the engine's own word."""
    if of is None or not _is_identifier(subject):
        return None
    looked = look(of.measure, of.model, known, {}, on=on)
    if looked.state is not State.YES:
        return None
    place = Place(*(str(known.get(name, "")) for name in (DIVISION, INDUSTRY, SIZE)))
    return Found(
        party=UUID(subject),
        measure=of.measure.name,
        kind=Push.Kind.MATCH,
        amount_yuan=looked.amount,
        deadline=looked.deadline,
        because=[*_because(of.measure, looked.judgement), *_of_place(place)],
        place=place,
    )


def _is_identifier(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _because(measure: Measure, judgement: Judgement) -> Sequence[str]:
    """Return the conditions that say most of why it fits: those that ask for a title first, then the shortest."""
    met = {one.id for one in judgement.conditions if one.state is ConditionState.MET}
    short = [one for one in measure.definition.conditions if one.id in met and len(one.text) <= LONGEST_BECAUSE]
    return [one.text for one in sorted(short, key=lambda one: (not one.leads_to, len(one.text)))[:MOST_BECAUSE]]


def _of_place(place: Place) -> Iterator[str]:
    if size := SIZES.get(place.size):
        yield f"是{size}企业"
    if district := subscribing.district_name(place.district):
        yield f"注册在{district}"
