"""A policy from draft to publication: drafted by one, agreed to by two others, published at once with its rules."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yimen import dmn
from yimen.core import memo
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.items import services as items
from yimen.parties.queries import Desk
from yimen.policies import events
from yimen.policies.logic import PolicyDefinition, digest, from_json, item_of, name_of
from yimen.policies.models import Policy, PolicyReview, PolicyVersion
from yimen.rules import services as rules
from yimen.rules.logic import ELIGIBLE, condition_ids

REVIEWERS = 2
"""How many others than the drafter must agree."""


class BadPolicy(Invalid):
    """The policy cannot be published as it is."""

    code = "policies.bad-policy"
    title = "政策内容有误。"


class NotYourPolicy(Forbidden):
    """Only the policy officers of the agency that publishes it work on a policy."""

    code = "policies.not-yours"
    title = "只有发布部门的政策专员可以办理这件政策。"


class NotADraft(Conflict):
    """The version is being reviewed or is published."""

    code = "policies.not-a-draft"
    title = "这个版本不是草稿，不能修改。"


class NotInReview(Conflict):
    """Nothing of this policy waits for a review."""

    code = "policies.not-in-review"
    title = "这件政策没有待审核的版本。"


class ReviewedAlready(Conflict):
    """The same person cannot draft and review, nor review twice."""

    code = "policies.reviewed-already"
    title = "审核须由起草人以外的两位不同人员完成。"


class ReasonMissing(Invalid):
    """A version is returned without saying why."""

    code = "policies.reason-missing"
    title = "请写明退回的原因。"


@transaction.atomic
def put_policy(
    definition: PolicyDefinition, models: Mapping[str, bytes], *, at: datetime, by: str = "内容包"
) -> tuple[PolicyVersion, bool]:
    """Keep a policy of a content pack as its newest published version; return it, and whether it is new.

    `models` are the rules of its measures by id. The same policy with the same rules changes nothing.

    Raises:
        BadPolicy: a measure has no rules, or they do not fit it.
    """
    texts = {one: xml.decode() for one, xml in models.items()}
    _must_be_whole(definition, texts)
    policy = _policy(definition)
    newest = policy.versions.filter(status=PolicyVersion.Status.PUBLISHED).order_by("-number").first()
    if newest is not None and newest.digest == digest(definition, texts):
        return newest, False
    version = _version(policy, definition, texts)
    version.drafted_by, version.drafted_label, version.drafted_at = "", by, at
    _publish(version, definition, at=at)
    return version, True


@transaction.atomic
def draft(definition: PolicyDefinition, texts: Mapping[str, str], *, by: Desk, at: datetime) -> PolicyVersion:
    """Keep a draft of this policy, in place of the draft there is; `texts` are the rules of its measures by id.

    A draft may still lack rules; it cannot be sent to review before it has them.

    Raises:
        NotYourPolicy: the desk is no policy officer's of the agency that publishes it. NotADraft: it is in review.
        BadPolicy: the rules of a measure cannot be read.
    """
    _must_be_theirs(definition.agency, by)
    for measure, text in texts.items():
        _must_be_readable(measure, text)
    policy = _policy(definition)
    _must_be_theirs(policy.agency_id, by)
    under_way = policy.versions.select_for_update().exclude(status=PolicyVersion.Status.PUBLISHED).first()
    if under_way is not None and under_way.status == PolicyVersion.Status.REVIEW:
        raise NotADraft("请等审核结束，或由审核人退回后再修改。", policy=policy.slug)
    version = _version(policy, definition, texts)
    if under_way is not None:
        version.pk, version.number = under_way.pk, under_way.number
    version.drafted_by, version.drafted_label, version.drafted_at = by.actor.id, by.actor.label, at
    version.save()
    return version


@transaction.atomic
def submit(slug: str, *, by: Desk) -> PolicyVersion:
    """Send the draft of this policy to review.

    Raises:
        NotYourPolicy, NotADraft: as in `draft`. BadPolicy: a measure has no rules, or they do not fit it.
    """
    version = _under_way(slug, by)
    if version.status == PolicyVersion.Status.REVIEW:
        raise NotADraft("这个版本已经在审核。", policy=slug)
    _must_be_whole(from_json(version.content), version.rules)
    version.status = PolicyVersion.Status.REVIEW
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def review(slug: str, *, agreed: bool, words: str = "", by: Desk, at: datetime) -> PolicyVersion:
    """Say what one thinks of the version in review; with the second agreement it is published.

    Raises:
        NotYourPolicy: as in `draft`. NotInReview: nothing waits. ReviewedAlready: the reviewer drafted it, or has
        agreed before. ReasonMissing: returned without a reason.
    """
    version = _under_way(slug, by)
    if version.status != PolicyVersion.Status.REVIEW:
        raise NotInReview("请先由起草人提交审核。", policy=slug)
    if by.actor.id == version.drafted_by:
        raise ReviewedAlready("您是这个版本的起草人。请由另外两位政策专员审核。", policy=slug)
    if version.reviews.filter(digest=version.digest, reviewer=by.actor.id).exists():
        raise ReviewedAlready("您已经审核过这个版本。请由另一位政策专员审核。", policy=slug)
    if not agreed and not words.strip():
        raise ReasonMissing("起草人要知道改什么。", policy=slug)
    PolicyReview.objects.create(
        version=version,
        digest=version.digest,
        reviewer=by.actor.id,
        reviewer_label=by.actor.label,
        verdict=PolicyReview.Verdict.AGREED if agreed else PolicyReview.Verdict.RETURNED,
        words=words.strip(),
        said_at=at,
    )
    if not agreed:
        version.status = PolicyVersion.Status.RETURNED
        version.save(update_fields=["status"])
    elif version.reviews.filter(digest=version.digest, verdict=PolicyReview.Verdict.AGREED).count() >= REVIEWERS:
        definition = from_json(version.content)
        _must_be_whole(definition, version.rules)
        _publish(version, definition, at=at)
    return version


def _policy(definition: PolicyDefinition) -> Policy:
    """Return the policy's row, locked; its title and agency are the newest version's only once that is published."""
    policy, _ = Policy.objects.get_or_create(
        slug=definition.slug, defaults={"title": definition.title, "agency_id": definition.agency}
    )
    return Policy.objects.select_for_update().get(pk=policy.pk)


def _version(policy: Policy, definition: PolicyDefinition, texts: Mapping[str, str]) -> PolicyVersion:
    last = policy.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return PolicyVersion(
        policy=policy,
        number=last + 1,
        content=definition.to_json(),
        rules=dict(texts),
        digest=digest(definition, texts),
        effective_from=definition.effective_from,
        effective_until=definition.effective_until,
    )


def _publish(version: PolicyVersion, definition: PolicyDefinition, *, at: datetime) -> None:
    """Publish the version: its measures become decisions the same moment, old versions stay for what they decided."""
    memo.forget()
    version.status, version.published_at = PolicyVersion.Status.PUBLISHED, at
    version.save()
    Policy.objects.filter(pk=version.policy_id).update(title=definition.title, agency_id=definition.agency)
    names = []
    for measure in definition.measures:
        name = name_of(definition.slug, measure.id)
        items.put_item(item_of(definition, measure), at=at)
        rules.put_version(
            name,
            version.rules[measure.id].encode(),
            effective_from=definition.effective_from,
            effective_until=definition.effective_until,
            at=at,
        )
        names.append(name)
    events.policy_published.send(
        PolicyVersion, slug=definition.slug, number=version.number, measures=tuple(names), at=at
    )


def _must_be_theirs(agency: str, by: Desk) -> None:
    if not (by.is_policy_officer and by.agency == agency):
        raise NotYourPolicy("请使用发布部门政策专员的账号登录。", agency=agency)


def _under_way(slug: str, by: Desk) -> PolicyVersion:
    policy = Policy.objects.filter(pk=slug).first()
    if policy is not None:
        _must_be_theirs(policy.agency_id, by)
        unpublished = policy.versions.select_for_update().exclude(status=PolicyVersion.Status.PUBLISHED)
        if version := unpublished.first():
            return version
    raise NotInReview("没有找到起草中的版本。", policy=slug)


def _must_be_readable(measure: str, text: str) -> dmn.Model:
    try:
        return dmn.load(text.encode())
    except dmn.ModelError as error:
        raise BadPolicy(f"奖补项 {measure} 的规则有误：{error}", measure=measure) from error


def _must_be_whole(definition: PolicyDefinition, texts: Mapping[str, str]) -> None:
    """Check that each measure has rules and that both name the same conditions."""
    if not definition.measures:
        raise BadPolicy("还没有奖补项。请先拆解政策。", policy=definition.slug)
    for measure in definition.measures:
        if measure.id not in texts:
            raise BadPolicy(f"奖补项“{measure.name}”还没有规则。", measure=measure.id)
        model = _must_be_readable(measure.id, texts[measure.id])
        if ELIGIBLE not in model.decisions:
            raise BadPolicy(f"奖补项“{measure.name}”的规则没有名为 eligible 的决策。", measure=measure.id)
        different = set(condition_ids(model)) ^ {one.id for one in measure.conditions}
        if different:
            listed = "、".join(sorted(different))
            raise BadPolicy(f"奖补项“{measure.name}”：条件 {listed} 只在说明或规则之一。", measure=measure.id)
