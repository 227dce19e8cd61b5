"""Precise matching (精准匹配): which measure is whose, for one party at once, for everybody in one batch.

    plan = matching.plan({"sz-srdi-reward/m1": model, …})
    result = matching.match(plan, snapshot, on=date(2026, 7, 1))
    result.tallies, result.pairs, result.fallbacks

Same results as `rules.logic.judge`, row by row: who is eligible, who is refused, whose outcome is still open, and which
conditions have failed. Distinct predicates are evaluated once for all measures; a fact without a value is unknown, and
never counts as "no".
"""

from yimen.policies.matching.details import Which, conditions_in, details
from yimen.policies.matching.engine import Result, match
from yimen.policies.matching.plan import Measure, Plan, only, plan, subset
from yimen.policies.matching.single import Single, Standing, single
from yimen.policies.matching.verdicts import Tally

__all__ = [
    "Measure",
    "Plan",
    "Result",
    "Single",
    "Standing",
    "Tally",
    "Which",
    "conditions_in",
    "details",
    "match",
    "only",
    "plan",
    "single",
    "subset",
]
