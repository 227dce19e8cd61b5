"""Policies as anybody reads them, and as an enterprise finds what it could get."""

from datetime import date

import pytest
from django.test import Client

from yimen.facts import services as facts
from yimen.facts.logic import FactDefinition, FactType
from yimen.items.logic import Question
from yimen.parties.tests import factories as parties
from yimen.policies import queries, services
from yimen.policies.logic import Relation, RelationKind
from yimen.policies.models import Profile
from yimen.policies.tests.factories import RULES, measure, policy, published

pytestmark = pytest.mark.django_db
BACKEND = "yimen.config.backends.AccountBackend"


def enterprise():
    """An organisation's representative, acting for it."""
    organisation = parties.organisation()
    client = Client()
    client.force_login(parties.representative(organisation), backend=BACKEND)
    client.post("/me/standing/", {"principal": str(organisation.pk)})
    session = client.session
    session["acting_for"] = str(organisation.pk)
    session.save()
    return client, organisation


def seen(path, client=None):
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_policy_is_found_by_any_of_its_words_and_by_its_kind():
    published()

    assert "深圳市稳健经营奖励办法" in seen("/policies/?q=稳健")
    assert "深圳市稳健经营奖励办法" in seen("/policies/?q=深人社规&kind=grant&level=city")
    assert "没有找到" in seen("/policies/?q=稳健&kind=tax")


def test_an_expired_policy_is_found_only_when_asked_for_and_says_so_first():
    published(effective_until=date(2026, 5, 1))

    assert "没有找到" in seen("/policies/")
    assert "已失效" in seen("/policies/?all=1")
    assert "已经失效，不再受理" in seen("/policies/steady-reward/")


def test_a_policy_shows_its_measures_its_time_line_and_what_is_related():
    published()

    follow = policy(
        slug="follow-up", title="实施细则", relations=(Relation(RelationKind.IMPLEMENTS, "steady-reward", ""),)
    )
    services.put_policy(
        follow, {"m1": RULES.encode()}, at=queries.published("steady-reward", on=date(2026, 11, 25)).published_at
    )

    page = seen("/policies/steady-reward/")

    assert "一次性20万元" in page
    assert '<figure class="chart span">' in page
    assert "被依据" in page
    assert "实施细则" in page


def test_anybody_reckons_without_signing_in_and_nothing_of_it_is_kept():
    published()

    page = seen("/policies/steady-reward/m1/calculator/?org.status=active&org.abnormal_list=false")

    assert "可得 200,000 元" in page
    assert not Profile.objects.exists()


def test_what_cannot_be_is_told_beside_its_field_and_the_rest_stands():
    published()

    answer = Client().get("/policies/steady-reward/m1/calculator/?org.status=flying&org.abnormal_list=false")

    assert answer.status_code == 422
    assert "登记状态" in answer.content.decode()


def test_an_enterprise_answers_what_only_it_knows_and_the_measure_is_theirs():
    published()
    facts.put_fact(FactDefinition("org.abnormal_list", "承诺未列入异常名录", FactType.BOOLEAN, "applicant"))
    facts.put_fact(FactDefinition("org.status", "登记状态", FactType.CODE, "applicant", values={"active": "在营"}))

    asks = (Question("org.status", "现在的登记状态？"), Question("org.abnormal_list", "列入了经营异常名录吗？"))
    services.put_policy(
        policy(measures=(measure(questions=asks),)),
        {"m1": RULES.encode()},
        at=queries.published("steady-reward", on=date(2026, 11, 25)).published_at,
    )
    client, organisation = enterprise()

    assert "再答几个问题就知道" in seen("/policies/mine/", client)
    answer = client.post("/policies/say", {"org.status": "active", "org.abnormal_list": "false"})

    assert answer.status_code == 303
    assert Profile.objects.get().party_id == organisation.pk
    page = seen("/policies/mine/", client)
    assert "有 1 项可以享受" in page
    assert "200,000 元" in page


def test_where_a_departments_word_counts_ones_own_is_not_taken():
    published()
    client, _ = enterprise()

    answer = client.post("/policies/say", {"org.status": "active"})

    assert (answer.status_code, Profile.objects.exists()) == (422, False)
    assert "以部门的数据为准" in answer.content.decode()


def test_a_stranger_is_asked_to_sign_in_before_seeing_what_is_theirs():
    published()

    assert Client().get("/policies/mine/").status_code == 302
    assert "登录看我符不符合" in seen("/policies/steady-reward/m1/")
