"""A policy is drafted by one, agreed to by two others, and in force the moment it is published."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.db.utils import InternalError, ProgrammingError

from yimen.items import queries as items
from yimen.parties.tests import factories as parties
from yimen.policies import events, queries, services
from yimen.policies.logic import Condition, digest, from_json
from yimen.policies.models import PolicyVersion
from yimen.policies.tests.factories import AT, RULES, measure, officer, policy
from yimen.rules import queries as rules

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture(autouse=True)
def _agencies():
    parties.agency(parties.HR)


def in_review(**changes):
    author = officer()
    services.draft(policy(**changes), {"m1": RULES}, by=author, at=AT)
    services.submit("steady-reward", by=author)
    return author


def test_a_policy_as_kept_reads_back_the_same():
    made = policy(measures=(measure(excludes=("other/m1",)),))

    assert from_json(made.to_json()) == made
    assert digest(made, {"m1": RULES}) != digest(made, {"m1": RULES + " "})


def test_two_others_agree_and_the_policy_is_in_force_with_its_rules():
    heard = []
    listen = lambda **news: heard.append(news["measures"])  # noqa: E731 - the signal keeps no strong reference
    events.policy_published.connect(listen)
    in_review()

    services.review("steady-reward", agreed=True, by=officer(), at=AT)
    with pytest.raises(queries.NoSuchPolicy):
        queries.published("steady-reward", on=DAY)
    services.review("steady-reward", agreed=True, by=officer(), at=AT)

    assert queries.measure("steady-reward/m1", on=DAY).definition.name == "稳健经营奖励"
    assert items.offered("steady-reward/m1", on=DAY).definition.listed is False
    assert rules.in_effect("steady-reward/m1", on=DAY).number == 1
    assert heard == [("steady-reward/m1",)]


def test_a_measure_is_in_no_catalogue_of_items():
    services.put_policy(policy(), {"m1": RULES.encode()}, at=AT)

    assert "steady-reward/m1" not in {one.slug for one in items.search("", on=DAY, limit=100)}


def test_who_drafted_it_cannot_review_it_and_nobody_reviews_twice():
    author, reviewer = in_review(), officer()

    with pytest.raises(services.ReviewedAlready):
        services.review("steady-reward", agreed=True, by=author, at=AT)
    services.review("steady-reward", agreed=True, by=reviewer, at=AT)
    with pytest.raises(services.ReviewedAlready):
        services.review("steady-reward", agreed=True, by=reviewer, at=AT)


def test_what_was_agreed_to_before_a_change_no_longer_counts():
    author, first = in_review(), officer()
    services.review("steady-reward", agreed=True, by=first, at=AT)
    services.review("steady-reward", agreed=False, words="金额与原文不符", by=officer(), at=AT)

    services.draft(policy(summary="改正后的说明"), {"m1": RULES}, by=author, at=AT)
    services.submit("steady-reward", by=author)
    services.review("steady-reward", agreed=True, by=first, at=AT)

    assert PolicyVersion.objects.get().status == PolicyVersion.Status.REVIEW


def test_returning_a_policy_needs_a_reason():
    in_review()

    with pytest.raises(services.ReasonMissing):
        services.review("steady-reward", agreed=False, words=" ", by=officer(), at=AT)


def test_another_agencys_officer_touches_nothing():
    parties.agency(parties.POLICE)
    in_review()
    stranger = officer(parties.POLICE)

    with pytest.raises(services.NotYourPolicy):
        services.draft(policy(), {"m1": RULES}, by=stranger, at=AT)
    with pytest.raises(services.NotYourPolicy):
        services.review("steady-reward", agreed=True, by=stranger, at=AT)


def test_a_draft_in_review_is_not_changed_under_the_reviewers_hands():
    author = in_review()

    with pytest.raises(services.NotADraft):
        services.draft(policy(summary="悄悄改一下"), {"m1": RULES}, by=author, at=AT)


@pytest.mark.parametrize(
    ("changes", "texts", "said"),
    [
        ({"measures": ()}, {}, "还没有奖补项"),
        ({}, {}, "还没有规则"),
        (
            {"measures": (measure(conditions=(Condition("c1", "登记状态正常", ""),)),)},
            {"m1": RULES},
            "条件 c2 只在说明或规则之一",
        ),
        ({}, {"m1": RULES.replace('name="eligible"', 'name="fit"')}, "eligible"),
    ],
)
def test_what_is_not_whole_cannot_be_sent_to_review(changes, texts, said):
    author = officer()
    services.draft(policy(**changes), texts, by=author, at=AT)

    with pytest.raises(services.BadPolicy, match=said):
        services.submit("steady-reward", by=author)


def test_rules_that_cannot_be_read_are_not_even_kept_as_a_draft():
    with pytest.raises(services.BadPolicy, match="规则有误"):
        services.draft(policy(), {"m1": "<definitions>"}, by=officer(), at=AT)


def test_a_published_version_stays_as_it_is_and_the_next_takes_its_place():
    first, _ = services.put_policy(policy(), {"m1": RULES.encode()}, at=AT)
    again, is_new = services.put_policy(policy(), {"m1": RULES.encode()}, at=AT)
    second, _ = services.put_policy(policy(summary="新的说明"), {"m1": RULES.encode()}, at=AT)

    assert (again.pk, is_new, second.number) == (first.pk, False, 2)
    assert queries.published("steady-reward", on=DAY).definition.summary == "新的说明"
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        PolicyVersion.objects.filter(pk=first.pk).update(digest="0" * 64)


def test_an_expired_policy_keeps_its_page_and_offers_nothing():
    over = replace(policy(), effective_until=date(2026, 11, 1))
    services.put_policy(over, {"m1": RULES.encode()}, at=AT)

    assert queries.published("steady-reward", on=DAY).definition.title == over.title
    assert queries.measures(on=DAY) == []
    with pytest.raises(queries.NoSuchMeasure):
        queries.measure("steady-reward/m1", on=DAY)
