"""Say what one wants to hear of (订阅), and whether a policy is that."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from yimen.core.errors import Conflict, Forbidden, Invalid, NotFound
from yimen.parties.models import Agency, Party
from yimen.parties.queries import Standing
from yimen.policies import queries
from yimen.policies.logic import KIND_LABELS, Level, PolicyDefinition
from yimen.policies.models import Subscription
from yimen.policies.queries import Published
from yimen.standards import divisions
from yimen.standards import queries as standards

MOST = 10
MOST_WORDS, LONGEST_WORD = 10, 40
SECTION = 1
"""A section of GB/T 4754 (门类) is one letter."""


class BadSubscription(Invalid):
    """A subscription names what there is not, or too much."""

    code = "policies.bad-subscription"
    title = "订阅的内容有误。"


class TooManySubscriptions(Conflict):
    """A party has as many as it may."""

    code = "policies.too-many-subscriptions"
    title = "订阅太多了。"


class SubscriptionNotFound(NotFound):
    """No such subscription, or not this party's."""

    code = "policies.subscription-not-found"
    title = "没有找到这个订阅。"


class NotYoursToSubscribe(Forbidden):
    """Whoever acts in some items only does not subscribe for the party."""

    code = "policies.not-yours-to-subscribe"
    title = "您的授权只限部分事项，不能修改订阅。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hear of, as it came from a form: nothing of it trusted."""

    topics: Collection[str] = ()
    kinds: Collection[str] = ()
    districts: Collection[str] = ()
    industries: Collection[str] = ()
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One subscription on the page, in words (我的订阅)."""

    id: UUID
    said: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: topics of the policies there are, and value to label of the rest."""

    topics: Sequence[str]
    kinds: Mapping[str, str]
    districts: Mapping[str, str]
    industries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Announced:
    """A published policy as a subscription looks at it; `division` is where it holds, empty for the whole country."""

    slug: str
    version: int
    title: str
    topic: str
    kinds: frozenset[str]
    division: str
    text: str


def choices(*, on: date) -> Choices:
    """Return what can be chosen on that day."""
    topics = sorted({one.definition.topic for one in queries.all_published(on=on) if one.definition.topic})
    return Choices(topics, {one.value: label for one, label in KIND_LABELS.items()}, _districts(), _industries(on))


def _districts() -> dict[str, str]:
    """Return the districts the city's agencies sit in, and the city's own; a city of its own names others."""
    codes = {code[:6] for code in Agency.objects.values_list("division_code", flat=True)}
    cities = {f"{code[:4]}00" for code in codes}
    counties = {f"{city[:4]}{number:02d}" for city in cities for number in range(3, 20)}
    known = {code: divisions.name(code) for code in sorted(counties | codes) if not code.endswith("00")}
    return {code: _short(name) for code, name in known.items() if name}


def district_name(code: str) -> str:
    """Return a district's own name, without its province and city: 南山区; empty where nobody knows it."""
    return _short(divisions.name(code[:6]) or "")


def _short(name: str) -> str:
    return re.sub(r"^.+?省.+?市", "", name)


def _industries(on: date) -> dict[str, str]:
    return {code: name for code, name in standards.codes_of("industry", on=on).items() if len(code) == SECTION}


@transaction.atomic
def subscribe(wish: Wish, *, by: Standing, at: datetime, on: date) -> Subscription:
    """Keep what the party wants to hear of (订阅); the same once more changes nothing.

    Raises:
        NotYoursToSubscribe: the mandate is for some items only. BadSubscription: nothing is chosen, or too many or too
            long words. TooManySubscriptions: there are as many as there may be.
    """
    _must(by)
    there = choices(on=on)
    chosen = {
        "topics": sorted(set(wish.topics) & set(there.topics)),
        "kinds": sorted(set(wish.kinds) & set(there.kinds)),
        "districts": sorted(set(wish.districts) & set(there.districts)),
        "industries": sorted(set(wish.industries) & set(there.industries)),
        "keywords": _words(wish.keywords),
    }
    if not any(chosen.values()):
        raise BadSubscription("请至少选一项，或写一个关键词。", field="topics")
    Party.objects.select_for_update().get(pk=by.principal.pk)  # two at once must not pass the limit
    mine = Subscription.objects.filter(party=by.principal, ended_at=None)
    if same := mine.filter(**chosen).first():
        return same
    if mine.count() >= MOST:
        raise TooManySubscriptions(f"最多 {MOST} 个，请先取消一个。")
    return Subscription.objects.create(party=by.principal, made_at=at, **chosen)


def _words(written: str) -> list[str]:
    words = sorted(set(re.split(r"[\s，、,;；\x00]+", written)) - {""})
    if len(words) > MOST_WORDS or any(len(one) > LONGEST_WORD for one in words):
        raise BadSubscription(f"最多 {MOST_WORDS} 个关键词，每个不超过 {LONGEST_WORD} 个字。", field="keywords")
    return words


@transaction.atomic
def unsubscribe(subscription_id: UUID, *, by: Standing, at: datetime) -> Subscription:
    """End a subscription (取消订阅); a second time changes nothing.

    Raises:
        NotYoursToSubscribe, SubscriptionNotFound: it is not theirs.
    """
    _must(by)
    found = Subscription.objects.select_for_update().filter(pk=subscription_id, party=by.principal).first()
    if found is None:
        raise SubscriptionNotFound("请从订阅列表重新进入。")
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
    return found


def mine(standing: Standing, *, on: date) -> list[SubscriptionRow]:
    """Return what the party somebody acts for is subscribed to, oldest first.

    Raises:
        NotYoursToSubscribe: the mandate is for some items only.
    """
    _must(standing)
    there = choices(on=on)
    kept = Subscription.objects.filter(party=standing.principal, ended_at=None)
    return [SubscriptionRow(one.pk, said(one, there), one.made_at) for one in kept]


def _must(standing: Standing) -> None:
    if standing.items:
        raise NotYoursToSubscribe("请由本人、法定代表人（经营者）或有全部事项授权的人修改。")


def said(one: Subscription, there: Choices) -> str:
    """Return a subscription in words: “科技创新”“资金奖补”，限南山区."""
    words = [*one.topics, *(there.kinds.get(kind, kind) for kind in one.kinds)]
    words += [*(there.industries.get(code, code) for code in one.industries), *one.keywords]
    quoted = "".join(f"“{word}”" for word in words)
    where = "、".join(there.districts.get(code, code) for code in one.districts)
    return f"{quoted or '全部政策'}{f'（{where}）' if where else ''}"


def announced(policy: PolicyDefinition, *, version: int, division: str) -> Announced:
    """Return a policy as a subscription looks at it; `division` is its agency's."""
    text = " ".join([policy.title, policy.summary, policy.topic, policy.applies_to, *policy.keywords])
    text += " ".join(one.name for one in policy.measures)
    where = (
        "" if policy.level is Level.NATIONAL else division[:2] + "0000" if policy.level is Level.PROVINCE else division
    )
    kinds = frozenset(one.kind.value for one in policy.measures)
    return Announced(policy.slug, version, policy.title, policy.topic, kinds, where[:6], text)


def seen(policy: Published) -> Announced:
    """Return a published policy as a subscription looks at it: it holds where its agency sits."""
    agency = Agency.objects.get(pk=policy.definition.agency)
    return announced(policy.definition, version=policy.number, division=agency.division_code)


def wants(one: Subscription, policy: Announced, industries: Mapping[str, str]) -> bool:
    """Tell whether this is what was asked for: every list that says something must agree."""
    return (
        (not one.topics or policy.topic in one.topics)
        and (not one.kinds or bool(policy.kinds & set(one.kinds)))
        and (not one.districts or any(holds_in(policy.division, code) for code in one.districts))
        and (not one.industries or _speaks_of(policy.text, (industries.get(code, "") for code in one.industries)))
        and (not one.keywords or any(word in policy.text for word in one.keywords))
    )


def holds_in(division: str, district: str) -> bool:
    """Tell whether what holds in a division holds in this district: a city's policy does in all of its districts."""
    return district.startswith(re.sub(r"(00)+$", "", division))


def _speaks_of(text: str, names: Iterable[str]) -> bool:
    """Tell whether a text speaks of one of these sections; one that names no section at all is for all of them."""
    if not any(stem in text for stem in _all_stems()):
        return True
    return any(stem in text for name in names for stem in _stems(name))


@cache
def _stems(name: str) -> tuple[str, ...]:
    """Return the words by which an industry is spoken of: of 信息传输、软件和信息技术服务业 its three parts."""
    parts = re.split(r"[、，和]", name)
    return tuple(stem for part in parts if len(stem := part.removesuffix("业")) > 1)


@cache
def _all_stems() -> tuple[str, ...]:
    sections = (name for code, name in standards.codes_of("industry").items() if len(code) == SECTION)
    return tuple(stem for name in sections for stem in _stems(name))
