"""Reads of published policies and their measures. They are public: whoever asks may see them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.policies.logic import RELATION_LABELS, MeasureDefinition, PolicyDefinition, from_json, name_of
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


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search for policies is narrowed to (检索条件); empty means any. `in_force` leaves out what is not."""

    text: str = ""
    level: str = ""
    kind: str = ""
    topic: str = ""
    mode: str = ""
    in_force: bool = True


def search(wanted: Filter, *, on: date) -> list[Published]:
    """Return the published policies that fit, those in force first, the newest first among them.

    Every word of the text must stand in the title, number, topic, keywords, summary or the name of a measure.
    """
    words = wanted.text.lower().split()[:8]
    found = [one for one in all_published(on=on) if _fits(one.definition, wanted, words, on)]
    return sorted(found, key=lambda one: (one.definition.is_in_force(on), one.definition.effective_from), reverse=True)


def _fits(policy: PolicyDefinition, wanted: Filter, words: list[str], on: date) -> bool:
    measures = policy.measures
    if wanted.in_force and not policy.is_in_force(on):
        return False
    if wanted.level not in {"", policy.level} or wanted.topic not in {"", policy.topic}:
        return False
    if wanted.kind and not any(one.kind == wanted.kind for one in measures):
        return False
    if wanted.mode and not any(one.mode == wanted.mode for one in measures):
        return False
    said = [policy.title, policy.document_number, policy.topic, policy.summary, policy.applies_to, *policy.keywords]
    text = " ".join([*said, *policy.issuing_agencies, *(one.name for one in measures)]).lower()
    return all(word in text for word in words)


def topics(*, on: date) -> list[str]:
    """Return the topics of the published policies."""
    return sorted({one.definition.topic for one in all_published(on=on) if one.definition.topic})


def related(policy: PolicyDefinition, *, on: date) -> list[tuple[str, Published]]:
    """Return the published policies this one stands in a relation to, or that share its topic, each with the word.

    Relations are followed both ways: what implements this one is related to it too.
    """
    found: dict[str, tuple[str, Published]] = {}
    for other in all_published(on=on):
        theirs = other.definition
        if theirs.slug == policy.slug:
            continue
        names = {theirs.slug, theirs.document_number} - {""}
        own = {policy.slug, policy.document_number} - {""}
        if word := next((RELATION_LABELS[one.kind] for one in policy.relations if one.to in names), ""):
            found[theirs.slug] = (word, other)
        elif word := next((RELATION_LABELS[one.kind] for one in theirs.relations if one.to in own), ""):
            found[theirs.slug] = (f"被{word}", other)
        elif theirs.topic == policy.topic and theirs.is_in_force(on):
            found[theirs.slug] = ("同一主题", other)
    return sorted(found.values(), key=lambda pair: (pair[0] == "同一主题", pair[1].definition.slug))


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
