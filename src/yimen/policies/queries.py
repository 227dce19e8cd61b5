"""Reads of published policies and their measures. They are public: whoever asks may see them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.items import queries as items
from yimen.parties.queries import Desk
from yimen.policies.logic import RELATION_LABELS, MeasureDefinition, PolicyDefinition, from_json, name_of
from yimen.policies.models import Policy, PolicyReview, PolicyVersion


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
    """Return the policy as it stands on that day: of its published versions the newest that has come into force.

    One that has expired, or is still to come, keeps its page.

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


def title_of(name: str) -> str:
    """Return what the measure of this name is called, in force or not; the name itself where there is none."""
    return items.names([name]).get(name, name)


def titles_of(names: Collection[str]) -> dict[str, str]:
    """Return what these measures are called, by name; those there are not are left out."""
    return items.names(names)


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


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version under way or published, as policy officers list them (政策版本)."""

    slug: str
    title: str
    number: int
    status: str
    status_label: str
    agency: str
    drafted_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version under way with what reviewers said of it, and the published one whose place it would take."""

    version: PolicyVersion
    definition: PolicyDefinition
    rules: Mapping[str, str]
    reviews: tuple[PolicyReview, ...]
    current: PolicyDefinition | None
    may_submit: bool
    may_review: bool


def of_desk(desk: Desk) -> list[VersionRow]:
    """Return what is under way and the newest published version of every policy this desk may see.

    A policy officer sees their agency's, an auditor and a steward of the data bureau all.
    """
    versions = PolicyVersion.objects.select_related("policy__agency").order_by("policy_id", "-number")
    if not (desk.is_auditor or desk.is_steward):
        versions = versions.filter(policy__agency_id=desk.agency) if desk.is_policy_officer else versions.none()
    shown: dict[tuple[str, bool], PolicyVersion] = {}
    for one in versions:
        shown.setdefault((one.policy_id, one.status == PolicyVersion.Status.PUBLISHED), one)
    rows = [
        VersionRow(
            one.policy_id,
            str(one.content["title"]),
            one.number,
            one.status,
            one.get_status_display(),
            one.policy.agency.short_name,
            one.drafted_label,
            one.published_at or one.drafted_at,
        )
        for one in shown.values()
    ]
    return sorted(rows, key=lambda row: (row.status == PolicyVersion.Status.PUBLISHED, row.slug))


def under_way(slug: str, *, by: Desk) -> VersionPage:
    """Return the version of this policy that is under way, else the newest published.

    Raises:
        NoSuchPolicy: there is none, or it is another agency's.
    """
    if slug not in {row.slug for row in of_desk(by)}:
        raise NoSuchPolicy("请从“政策”页重新选择。", policy=slug)
    versions = PolicyVersion.objects.filter(policy_id=slug).select_related("policy__agency").order_by("-number")
    version = versions.exclude(status=PolicyVersion.Status.PUBLISHED).first() or versions[0]
    current = versions.filter(status=PolicyVersion.Status.PUBLISHED).exclude(pk=version.pk).first()
    reviews = tuple(version.reviews.all())
    waits = version.status == PolicyVersion.Status.REVIEW
    spoken = {one.reviewer for one in reviews if one.digest == version.digest}
    return VersionPage(
        version=version,
        definition=from_json(version.content),
        rules=version.rules,
        reviews=reviews,
        current=from_json(current.content) if current else None,
        may_submit=by.is_policy_officer and version.status in {"DRAFT", "RETURNED"},
        may_review=by.is_policy_officer and waits and by.actor.id not in {version.drafted_by, *spoken},
    )


def newest_version(slug: str) -> PolicyVersion:
    """Return the version of this policy that is under way, else the newest published.

    Raises:
        NoSuchPolicy: there is none.
    """
    versions = PolicyVersion.objects.filter(policy_id=slug).order_by("-number")
    version = versions.exclude(status=PolicyVersion.Status.PUBLISHED).first() or versions.first()
    if version is None:
        raise NoSuchPolicy("请检查政策标识。", policy=slug)
    return version


def definition_of(version: PolicyVersion) -> PolicyDefinition:
    """Return what a version says."""
    return from_json(version.content)


def named(measures: Iterable[str]) -> dict[str, str]:
    """Return the title of each of these measures; its name where it has none any more."""
    wanted = set(measures)
    return {name: name for name in wanted} | titles_of(wanted)


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
    """Return one version of each published policy: the newest that has come into force by that day, else the newest.

    A newer version takes the place of those before it even where it ends sooner.
    """
    started = ExpressionWrapper(Q(effective_from__lte=on), output_field=BooleanField())
    published = PolicyVersion.objects.filter(status=PolicyVersion.Status.PUBLISHED).select_related("policy__agency")
    return published.annotate(started=started).order_by("policy_id", "-started", "-number").distinct("policy_id")
