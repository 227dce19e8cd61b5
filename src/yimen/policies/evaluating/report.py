"""The evaluation of the policies in force (政策评价): coverage by part of the city, money against plan, ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone

from yimen import dmn
from yimen.cases import queries as cases
from yimen.facts.resolver import ORGANISATION
from yimen.lake import store
from yimen.payments import queries as payments
from yimen.policies import queries
from yimen.policies.evaluating.coverage import Line, Pair, reckon
from yimen.policies.evaluating.dimensions import dimension
from yimen.policies.evaluating.simulating import Effect, simulate
from yimen.policies.logic import PolicyDefinition
from yimen.policies.matching import facts_table
from yimen.policies.models import Award, MatchRun, Push
from yimen.policies.services import matching
from yimen.ratings import queries as ratings
from yimen.rules import queries as rules

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spending:
    """The year's money of one measure (预算执行), in yuan: planned, promised to payments under way, arrived."""

    measure: str
    planned: Decimal
    promised: Decimal
    spent: Decimal

    @property
    def share(self) -> float | None:
        """Return the share of the plan that has arrived, from 0 to 1; None where nothing was planned."""
        return float(self.spent / self.planned) if self.planned else None


@dataclass(frozen=True, slots=True)
class Rated:
    """How a measure is rated: 1 to 5 on average, and by how many; both None while too few have said anything."""

    measure: str
    average: Decimal | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the policies: coverage lines, spending, ratings; `as_of` is when everybody was last matched."""

    lines: Sequence[Line]
    spending: Sequence[Spending]
    ratings: Sequence[Rated]
    titles: dict[str, str]
    as_of: datetime | None


def report(*, by: str, at: datetime, policy: str = "") -> Report:
    """Return the evaluation, broken down by district, industry, size or age; of one policy where it is named.

    Only counts are in it. Before everybody was ever matched there is no coverage.

    Raises:
        NoSuchDimension: it cannot be broken down by that.
    """
    on = timezone.localdate(at)
    how = dimension(by, on=on) if by else None
    titles = {
        one.name: one.definition.name for one in queries.measures(on=on) if policy in {"", one.policy.definition.slug}
    }
    run = MatchRun.objects.first()
    lines: list[Line] = []
    if run is not None:
        facts, could = facts_table.newest(), store.find(matching.TABLE, run.found)
        if could is not None and could.has_rows:
            got = _got()
            found = reckon(facts, could, knew=_knew(), applied=_applied(titles), got=got, by=how)
            lines = [one for one in found if one.measure in titles]
    return Report(lines, _spending(titles, on=on), _ratings(titles), titles, run.started_at if run else None)


def effects(definition: PolicyDefinition, texts: dict[str, str], *, by: str, at: datetime) -> list[Effect]:
    """Return what this version of a policy would change, against the rules in force, on the newest facts (政策仿真).

    Raises:
        NoSnapshot: the table of facts was never built. NoSuchDimension: there is no such part of the city.
    """
    on = timezone.localdate(at)
    current = {
        one.definition.id: rules.model_of(rules.in_effect(one.name, on=on))
        for one in queries.measures(on=on)
        if one.policy.definition.slug == definition.slug and ORGANISATION in one.definition.subjects
    }
    models = {
        one.id: dmn.load(texts[one.id].encode())
        for one in definition.measures
        if one.id in texts and ORGANISATION in one.subjects
    }
    return simulate(current, definition, models, facts_table.newest(), by=dimension(by, on=on), on=on)


def _knew() -> list[Pair]:
    """Return who has opened what was pushed, or looked at it."""
    pushes = Push.objects.exclude(opened_at=None, looked_at=None)
    return [(str(party), measure) for party, measure in pushes.values_list("party_id", "measure")]


def _applied(titles: dict[str, str]) -> list[Pair]:
    return [(str(party), slug) for party, slug in cases.submitted_since(BEGINNING, slugs=set(titles))]


def _got() -> list[tuple[str, str, int]]:
    """Return who was granted what, and after how many days: from the application, or from the list one stood on."""
    awards = Award.objects.select_related("case", "beneficiary")
    return [(str(one.party_id), one.measure, _days(one)) for one in awards]


def _days(award: Award) -> int:
    began = award.case.submitted_at if award.case else award.beneficiary.judged_at if award.beneficiary else None
    return max((award.granted_at - began).days, 0) if began else 0


def _spending(titles: dict[str, str], *, on: date) -> list[Spending]:
    """Return the year's money of each measure that pays; before anything was promised the plan is the policy's own."""
    rows = payments.budgets(year=on.year)
    planned = {one.name: one.definition.funding for one in queries.measures(on=on)}
    found = []
    for name in titles:
        own, plan = [one for one in rows if _is_of(one.key, name)], planned.get(name)
        if not own and plan is not None:
            found.append(Spending(name, plan.budget, Decimal(0), Decimal(0)))
        elif own:
            found.append(
                Spending(
                    name,
                    sum((one.total_yuan for one in own), Decimal(0)),
                    sum((one.reserved_yuan for one in own), Decimal(0)),
                    sum((one.spent_yuan for one in own), Decimal(0)),
                )
            )
    return found


def _is_of(key: str, name: str) -> bool:
    """Tell whether a budget is this measure's: its own, or another agency's share of it."""
    return key == name or key.startswith(f"{name}@")


def _ratings(titles: dict[str, str]) -> list[Rated]:
    return [Rated(one.key, one.average, one.count) for one in ratings.by_item(titles) if one.key in titles]
