"""What fits is pushed once, with why; what was asked for is told when it is published; and it is seen what became of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from yimen.core import jobs, memo
from yimen.notices import services as notices
from yimen.notices.models import Notice
from yimen.parties.logic import Actor
from yimen.parties.queries import Standing
from yimen.parties.tests import factories as parties
from yimen.policies import services
from yimen.policies.delivering import announcing, following, subscribing
from yimen.policies.delivering.funnel import NoSuchDimension, funnel
from yimen.policies.delivering.pushing import MOST_A_DAY, push
from yimen.policies.delivering.subscribing import Wish
from yimen.policies.delivering.wording import Found, Place
from yimen.policies.logic import Kind, Level
from yimen.policies.models import Push, Subscription
from yimen.policies.tests.factories import AT, RULES, measure, policy

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ON = AT.date()
NANSHAN = Place("440305", "I65", "中型")


def publish(*, at=AT, **changes):
    """Publish a policy as a pack does."""
    made = policy(**changes)
    services.put_policy(made, {one.id: RULES.encode() for one in made.measures}, at=at)
    memo.forget()
    return made


@pytest.fixture
def steady():
    parties.agency()
    return publish()


@pytest.fixture
def firm():
    return parties.organisation()


def acting(firm):
    agent = parties.person("经理")
    return Standing(agent, firm, Actor("citizen", "7", "法定代表人"), mandate=1, role="REPRESENTATIVE")


def found(firm, kind=Push.Kind.MATCH, name="steady-reward/m1", **also):
    return Found(firm.pk, name, kind, **also)


def test_what_fits_is_told_with_why_how_much_and_by_when(steady, firm):
    because = ("是专精特新企业", "注册在南山")
    one = found(firm, amount_yuan=Decimal(200_000), deadline=date(2026, 12, 31), because=because, place=NANSHAN)

    assert push([one], at=AT) == 1

    notice = Notice.objects.get()
    assert notice.title == "您可以申请“稳健经营奖励”"
    assert notice.reason == "因为您单位是专精特新企业，注册在南山。"
    assert notice.body.splitlines() == [
        "按现在的数据测算，可得 200,000 元。",
        "申报截止：2026 年 12 月 31 日。",
        "政策：《深圳市稳健经营奖励办法》",
    ]
    assert notice.link == "/policies/steady-reward/m1/"
    assert "200" not in notice.title  # what leaves the house says nothing of the firm's own
    kept = Push.objects.get()
    assert (kept.policy, kept.policy_version, kept.district, kept.size) == ("steady-reward", 1, "440305", "中型")


def test_the_same_is_pushed_once_a_version_however_often_it_is_found(steady, firm):
    push([found(firm), found(firm)], at=AT)
    push([found(firm)], at=AT + DAY)

    assert (Push.objects.count(), Notice.objects.count()) == (1, 1)
    with pytest.raises(IntegrityError):
        Push.objects.create(
            party=firm, measure="steady-reward/m1", policy="steady-reward", policy_version=1, kind="MATCH", pushed_at=AT
        )


def test_a_new_version_of_the_policy_is_told_anew(steady, firm):
    push([found(firm)], at=AT)
    publish(at=AT + DAY, summary="奖励提高到30万元。")

    push([found(firm)], at=AT + DAY)

    assert [one.policy_version for one in Push.objects.order_by("policy_version")] == [1, 2]


def test_what_was_near_and_fits_now_is_told_once_more_and_only_once(steady, firm):
    push([found(firm, Push.Kind.NEAR, near="还差 3 个月")], at=AT)
    push([found(firm)], at=AT + DAY)
    push([found(firm)], at=AT + 2 * DAY)
    push([found(firm, Push.Kind.NEAR)], at=AT + 3 * DAY)

    assert Push.objects.get().kind == "MATCH"
    assert [one.title for one in Notice.objects.order_by("made_at")] == [
        "“稳健经营奖励”只差一项",
        "您可以申请“稳健经营奖励”",
    ]
    assert "还差 3 个月。" in Notice.objects.earliest("made_at").body


def test_what_might_fit_is_told_only_to_those_who_asked(steady, firm):
    other = parties.organisation("另一家")
    subscribing.subscribe(Wish(kinds=["grant"]), by=acting(other), at=AT, on=ON)

    push([found(firm, Push.Kind.OPEN), found(other, Push.Kind.OPEN)], at=AT)

    kept = Push.objects.get()
    assert kept.party_id == other.pk
    assert kept.reason.endswith("您订阅了“资金奖补”。")


def test_the_best_come_first_and_few_a_day(firm):
    parties.agency()
    names = [f"m{number}" for number in range(1, 14)]
    publish(measures=tuple(measure(id=name, name=f"奖励{name}") for name in names))
    all_of_them = [
        found(firm, name=f"steady-reward/{name}", amount_yuan=Decimal(1000 * number))
        for number, name in enumerate(names, 1)
    ]

    push(all_of_them, at=AT)
    push(all_of_them, at=AT + timedelta(hours=1))
    first = {one.measure for one in Push.objects.all()}
    push(all_of_them, at=AT + DAY)

    assert len(first) == MOST_A_DAY
    assert "steady-reward/m13" in first
    assert "steady-reward/m1" not in first
    assert Push.objects.count() == 13


def test_what_is_not_in_force_and_who_is_not_known_are_passed_over(steady, firm):
    publish(slug="old-reward", effective_from=date(2020, 1, 1), effective_until=date(2021, 1, 1))
    nobody = replace(found(firm), party=uuid4())

    assert push([nobody, found(firm, name="old-reward/m1"), found(firm, name="never/m1")], at=AT) == 0


def test_a_person_is_spoken_to_as_one(steady):
    person = parties.person()

    push([found(person)], at=AT)

    assert Push.objects.get().reason == "因为您符合这一条的全部条件。"


def test_a_thousand_parties_cost_few_questions(steady, django_assert_max_num_queries):
    firms = [parties.organisation(f"公司{number}") for number in range(600)]

    with django_assert_max_num_queries(60):
        assert push([found(one) for one in firms], at=AT) == 600


def test_a_subscription_narrows_by_each_list_that_says_something(steady):
    there = subscribing.choices(on=ON)
    seen = subscribing.announced(policy(), version=1, division="440300")

    def wants(**lists):
        return subscribing.wants(Subscription(**lists), seen, there.industries)

    assert wants(topics=["企业培育奖补"], kinds=["grant"], districts=["440305"], keywords=["稳健"])
    assert not wants(topics=["就业创业"])
    assert not wants(kinds=["tax"])
    assert not wants(keywords=["芯片"])
    assert not wants(topics=["企业培育奖补"], keywords=["芯片"])
    assert wants(industries=["A"])  # it names no industry, so it is for all of them


def test_a_policy_holds_in_the_districts_of_its_city_and_a_district_s_own_only_there():
    assert subscribing.holds_in("440300", "440305")
    assert subscribing.holds_in("", "440305")
    assert subscribing.holds_in("440305", "440305")
    assert not subscribing.holds_in("440304", "440305")
    national = subscribing.announced(policy(level=Level.NATIONAL), version=1, division="440300")
    assert national.division == ""


def test_a_policy_that_names_industries_is_for_those(steady):
    there = subscribing.choices(on=ON)
    seen = subscribing.announced(policy(summary="支持制造企业和批发零售企业"), version=1, division="440300")

    assert subscribing.wants(Subscription(industries=["C"]), seen, there.industries)
    assert not subscribing.wants(Subscription(industries=["A"]), seen, there.industries)


def test_a_published_policy_is_told_to_those_who_asked_once(steady, firm):
    subscribing.subscribe(Wish(topics=["企业培育奖补"]), by=acting(firm), at=AT, on=ON)
    subscribing.subscribe(Wish(keywords="稳健"), by=acting(firm), at=AT + DAY, on=ON)

    assert announcing.announce("steady-reward", 1, at=AT) == 1
    assert announcing.announce("steady-reward", 1, at=AT) == 0

    notice = Notice.objects.get()
    assert (notice.title, notice.reason) == ("新政策：深圳市稳健经营奖励办法", "您订阅了“企业培育奖补”。")


def test_who_was_told_of_a_measure_is_not_told_of_its_policy_again(steady, firm):
    subscribing.subscribe(Wish(topics=["企业培育奖补"]), by=acting(firm), at=AT, on=ON)
    push([found(firm)], at=AT)

    assert announcing.announce("steady-reward", 1, at=AT) == 0


def test_a_version_that_was_overtaken_is_not_announced(steady, firm):
    subscribing.subscribe(Wish(topics=["企业培育奖补"]), by=acting(firm), at=AT, on=ON)
    publish(at=AT + DAY, summary="改了")

    assert announcing.announce("steady-reward", 1, at=AT + DAY) == 0
    assert announcing.announce("steady-reward", 2, at=AT + DAY) == 1


def test_publishing_has_subscribers_told_by_a_job(steady, firm, monkeypatch):
    deferred = []
    monkeypatch.setattr(jobs, "defer", lambda name, **arguments: deferred.append((name, arguments)))

    publish(at=AT + DAY, slug="another", title="另一件")

    assert ("policies.announce", {"slug": "another", "number": 1}) in deferred


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(topics=["没有的主题"], kinds=["x\x00"], districts=["999999"], industries=["ZZ"]),
        Wish(keywords="长" * 41),
        Wish(keywords=" ".join(f"词{n}" for n in range(11))),
        Wish(keywords="\x00 ,，"),
    ],
)
def test_a_subscription_to_nothing_or_too_much_is_refused(steady, firm, wish):
    with pytest.raises(subscribing.BadSubscription):
        subscribing.subscribe(wish, by=acting(firm), at=AT, on=ON)

    assert Subscription.objects.count() == 0


def test_the_same_subscription_twice_is_one_and_there_are_ten_at_most(steady, firm):
    me = acting(firm)
    for _ in range(2):
        subscribing.subscribe(Wish(keywords="稳健"), by=me, at=AT, on=ON)
    assert Subscription.objects.count() == 1
    for number in range(9):
        subscribing.subscribe(Wish(keywords=f"词{number}"), by=me, at=AT, on=ON)

    with pytest.raises(subscribing.TooManySubscriptions):
        subscribing.subscribe(Wish(keywords="再一个"), by=me, at=AT, on=ON)
    subscribing.unsubscribe(subscribing.mine(me, on=ON)[0].id, by=me, at=AT)
    subscribing.subscribe(Wish(keywords="再一个"), by=me, at=AT, on=ON)


def test_a_subscription_is_its_partys_own_and_no_business_of_an_agent_for_some_items(steady, firm):
    kept = subscribing.subscribe(Wish(districts=["440305"], kinds=["grant"]), by=acting(firm), at=AT, on=ON)
    clerk = replace(acting(firm), items=("reception",))

    assert [one.said for one in subscribing.mine(acting(firm), on=ON)] == ["“资金奖补”（南山区）"]
    with pytest.raises(subscribing.SubscriptionNotFound):
        subscribing.unsubscribe(kept.pk, by=parties.acting(parties.person()), at=AT)
    with pytest.raises(subscribing.NotYoursToSubscribe):
        subscribing.mine(clerk, on=ON)


def test_reading_the_notice_marks_its_push_and_no_other(steady, firm, monkeypatch):
    other = parties.organisation("另一家")
    push([found(firm), found(other)], at=AT)
    deferred = []
    monkeypatch.setattr(jobs, "defer", lambda name, **arguments: deferred.append((name, arguments)))

    notices.open_notice(Notice.objects.get(recipient=firm).pk, by=acting(firm), at=AT + DAY)
    ((name, told),) = deferred
    from_job = jobs.app.tasks[name]
    from_job.func(**told)
    from_job.func(**told)

    assert Push.objects.get(party=firm).opened_at == AT + DAY
    assert Push.objects.get(party=other).opened_at is None


def test_how_far_pushes_came_is_counted_each_stage_with_those_further_on(steady):
    firms = [parties.organisation(f"公司{number}") for number in range(5)]
    push([found(one, place=NANSHAN) for one in firms], at=AT)
    push([found(parties.organisation("别处"), place=Place("440304"))], at=AT)
    first, second, third, *_ = firms
    Push.objects.filter(party=first).update(opened_at=AT)
    following.looked("steady-reward/m1", party=second.pk, at=AT + DAY)
    following.paid("steady-reward/m1", party=third.pk, at=AT + DAY)

    futian, nanshan = sorted(funnel("district", since=AT - DAY, until=AT + DAY), key=lambda one: one.key)
    (whole,) = funnel("measure", since=AT - DAY, until=AT + DAY)

    assert (nanshan.pushed, nanshan.opened, nanshan.looked, nanshan.applied, nanshan.paid) == (5, 3, 2, 1, 1)
    assert (futian.key, futian.pushed, futian.opened) == ("440304", 1, 0)
    assert (whole.pushed, whole.paid) == (6, 1)
    assert funnel("size", since=AT + DAY, until=AT + 2 * DAY) == []
    with pytest.raises(NoSuchDimension):
        funnel("party_id", since=AT, until=AT)


def test_kinds_are_those_of_policies():
    assert set(subscribing.KIND_LABELS) == set(Kind)
