"""Reads of rule versions, and their models ready to evaluate."""

from datetime import date
from functools import lru_cache

from django.db.models import Q

from yimen import dmn
from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.rules.models import RuleVersion


class NoRule(NotFound):
    """No version of these rules is in effect on that day."""

    code = "rules.none-in-effect"
    title = "这一天没有生效的规则。"


@remembered
def in_effect(name: str, *, on: date) -> RuleVersion:
    """Return the version in effect on that day: of those whose period covers it, the newest.

    Raises:
        NoRule: none covers the day.
    """
    version = (
        RuleVersion.objects.filter(
            Q(effective_until=None) | Q(effective_until__gt=on), name=name, effective_from__lte=on
        )
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NoRule(f"“{name}”在 {on} 没有生效的规则版本。", name=name, on=on.isoformat())
    return version


def all_in_effect(*, on: date) -> list[RuleVersion]:
    """Return the version in effect on that day of all rules that have one, by name."""
    covering = RuleVersion.objects.filter(Q(effective_until=None) | Q(effective_until__gt=on), effective_from__lte=on)
    return list(covering.order_by("name", "-number").distinct("name"))


IN_EFFECT = """
SELECT id FROM rules_ruleversion
WHERE name = %s AND effective_from <= %s AND (effective_until IS NULL OR effective_until > %s)
ORDER BY number DESC LIMIT 1
"""
"""The same question for a transaction that asks for itself: the values are the name and the day, twice."""


def model_of(version: RuleVersion) -> dmn.Model:
    """Return the version's decision model, read once a process."""
    return _load(version.digest, version.xml)


@lru_cache(maxsize=512)
def _load(digest: str, xml: str) -> dmn.Model:
    del digest  # part of the key, so that two texts are never taken for one another
    return dmn.load(xml.encode())
