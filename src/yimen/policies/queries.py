"""Reads of published policies and their measures. They are public: whoever asks may see them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.policies.logic import MeasureDefinition, PolicyDefinition, from_json, name_of
from yimen.policies.models import Policy, PolicyVersion


class NoSuchPolicy(NotFound):
    """There is no published policy of that name."""

    code = "policies.no-such-policy"
    title = "没有找到这件政策。"


class NoSuchMeasure(NotFound):
    """The policy has no measure of that name, or it is not in force on that day."""

    code = "policies.no-such-measure"
    title = "没有找到这个奖补项，或者它现在不受理。"


@dataclass(frozen=True, slots=True)
class Published:
    """A published version of a policy: its number, when, by which agency, and what it says."""

    version_id: int
    number: int
    published_at: datetime
    agency_name: str
    definition: PolicyDefinition


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its policy, as in force on a day. `name` is POLICY/MEASURE."""

    name: str
    policy: Published
    definition: MeasureDefinition


@remembered
def published(slug: str, *, on: date) -> Published:
    """Return the policy in force on that day: of the published versions whose period covers it, the newest.

    Where none covers the day, the newest of all, so that an expired policy still has its page.

    Raises:
        NoSuchPolicy: nothing of this name was ever published.
    """
    version = _newest(on).filter(policy_id=slug).first()
    if version is None:
        raise NoSuchPolicy("请从“政策”页搜索。", policy=slug)
    return _published(version)


@remembered
def all_published(*, on: date) -> list[Published]:
    """Return every policy as `published` does, by slug."""
    return [_published(one) for one in _newest(on)]


def measures(*, on: date) -> list[Measure]:
    """Return every measure in force on that day, by name."""
    return [
        Measure(name_of(one.definition.slug, measure.id), one, measure)
        for one in all_published(on=on)
        if one.definition.is_in_force(on)
        for measure in one.definition.measures
    ]


def measure(name: str, *, on: date) -> Measure:
    """Return the measure of the name POLICY/MEASURE as in force on that day.

    Raises:
        NoSuchPolicy, NoSuchMeasure: there is none, or it is not in force.
    """
    slug, _, measure_id = name.partition("/")
    policy = published(slug, on=on)
    found = policy.definition.measure(measure_id)
    if found is None or not policy.definition.is_in_force(on):
        raise NoSuchMeasure("请从“政策”页搜索现行有效的政策。", measure=name)
    return Measure(name, policy, found)


def titles() -> dict[str, str]:
    """Return the title of every policy by slug."""
    return dict(Policy.objects.values_list("slug", "title"))


def _published(version: PolicyVersion) -> Published:
    assert version.published_at is not None
    return Published(
        version.pk,
        version.number,
        version.published_at,
        version.policy.agency.short_name,
        from_json(version.content),
    )


def _newest(on: date) -> QuerySet[PolicyVersion]:
    """Return one version of each published policy: the newest whose period covers the day, else the newest of all."""
    covers = Q(effective_from__lte=on) & (Q(effective_until=None) | Q(effective_until__gt=on))
    published = PolicyVersion.objects.filter(status=PolicyVersion.Status.PUBLISHED).select_related("policy__agency")
    told = published.annotate(covers=ExpressionWrapper(covers, output_field=BooleanField()))
    return told.order_by("policy_id", "-covers", "-number").distinct("policy_id")
