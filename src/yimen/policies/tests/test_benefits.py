"""Paid without applying: listed on real reads, reviewed, public, objected to, confirmed by a tap, granted once."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.core import memo
from yimen.datasets.models import Grant
from yimen.lake import store
from yimen.ledger.models import Entry
from yimen.parties.models import Mandate
from yimen.parties.queries import MandateOver, standing
from yimen.parties.tests import factories as parties
from yimen.policies import events, handling_queries
from yimen.policies.models import Award, Beneficiary, BeneficiaryList, MatchRun, NoticeObjection, PayeeAccount
from yimen.policies.services import applying, benefits
from yimen.policies.services.awarding import BadAccount, Given
from yimen.policies.services.benefits.wording import ReasonMissing
from yimen.policies.services.guarding import Excluded
from yimen.policies.services.matching import TABLE
from yimen.policies.tests.handling import (
    AT,
    BANK,
    CLAIM_FREE,
    NUMBER,
    STEADY,
    TAX,
    City,
    acting_for,
    case_officer,
    later,
)
from yimen.tasks.models import Task

pytestmark = pytest.mark.django_db
ACCOUNT = Given(BANK, NUMBER)
LAST_DAY = date(2026, 12, 2)
"""Five working days after Wednesday 25 November 2026."""


@pytest.fixture
def city(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    return City(settings)


@pytest.fixture
def officer(city):
    return case_officer()


def public(city, officer, *enterprises):
    """A list with these enterprises, made public at AT."""
    roll = benefits.propose(CLAIM_FREE, enterprises, by=officer, at=AT)
    return benefits.start_notice(roll.pk, by=officer, at=AT)


def to_confirm(city, officer, *enterprises):
    """The same, its notice over."""
    roll = public(city, officer, *enterprises)
    benefits.end_notices(at=later(days=8), on=date(2026, 12, 3))
    roll.refresh_from_db()
    return roll


def test_everybody_is_judged_by_themselves_and_only_who_meets_all_conditions_is_listed(city, officer):
    good, bad, unknown = (
        city.enterprise(),
        city.enterprise("深圳市异常有限公司", abnormal="1"),
        city.enterprise("深圳市不明有限公司", abnormal=None),
    )

    roll = benefits.propose(CLAIM_FREE, [good, bad, unknown], by=officer, at=AT)

    assert [one.party_id for one in roll.rows.all()] == [good.pk]
    assert roll.rows.get().amount_yuan == 200_000
    assert (roll.status, roll.looked_at, roll.undetermined) == ("REVIEW", 3, 1)


def test_a_row_stands_on_reads_that_are_in_the_ledger(city, officer):
    roll = benefits.propose(CLAIM_FREE, [city.enterprise()], by=officer, at=AT)

    row = roll.rows.get()
    reads = Entry.objects.filter(pk__in=row.entries)
    assert {tuple(one.fields) for one in reads} == {("status",), ("abnormal",)}
    assert {(one.item, one.subject) for one in reads} == {(CLAIM_FREE, row.party_id)}
    assert Entry.objects.get(action="benefit.listed").details == {"beneficiary": row.pk}


def test_a_list_broken_off_is_gone_on_with_and_nobody_is_listed_twice(city, officer):
    first, second = city.enterprise(), city.enterprise("深圳市第二有限公司")

    def dies(*parties):
        yield from parties
        raise SystemExit

    with pytest.raises(SystemExit):
        benefits.propose(CLAIM_FREE, dies(first), by=officer, at=AT)
    roll = benefits.propose(CLAIM_FREE, [first, second], by=officer, at=AT)

    assert BeneficiaryList.objects.count() == 1
    assert sorted(roll.rows.values_list("party_id", flat=True)) == sorted([first.pk, second.pk])
    again = benefits.propose(CLAIM_FREE, [first, second], by=officer, at=AT)
    assert again.rows.count() == 0


def test_only_the_agency_that_pays_makes_a_list_and_only_of_what_is_claim_free(city, officer):
    with pytest.raises(benefits.NotTheHandler):
        benefits.propose(CLAIM_FREE, [], by=case_officer(TAX), at=AT)
    with pytest.raises(benefits.NotClaimFree):
        benefits.propose(STEADY, [], by=officer, at=AT)


def test_a_row_is_struck_with_a_reason_while_under_review(city, officer):
    roll = benefits.propose(CLAIM_FREE, [city.enterprise()], by=officer, at=AT)
    row = roll.rows.get()
    with pytest.raises(ReasonMissing):
        benefits.strike(row.pk, reason="不行", by=officer, at=AT)

    for _ in range(2):
        benefits.strike(row.pk, reason="企业已经迁出深圳。", by=officer, at=AT)

    row.refresh_from_db()
    assert (row.status, row.struck_because) == ("STRUCK", "企业已经迁出深圳。")
    with pytest.raises(benefits.EmptyList):
        benefits.start_notice(roll.pk, by=officer, at=AT)


def test_another_agency_finds_neither_list_nor_row(city, officer):
    roll = benefits.propose(CLAIM_FREE, [city.enterprise()], by=officer, at=AT)
    stranger = case_officer(TAX)

    with pytest.raises(handling_queries.ListNotFound):
        benefits.start_notice(roll.pk, by=stranger, at=AT)
    with pytest.raises(handling_queries.RowNotFound):
        benefits.strike(roll.rows.get().pk, reason="没有这个权限", by=stranger, at=AT)
    assert handling_queries.lists_of(stranger) == []


def test_who_is_found_dishonest_is_struck_before_the_notice(city, officer):
    city.grant(CLAIM_FREE, fields=("status", "abnormal", "staff", "dishonest"))
    memo.forget()
    good, bad = city.enterprise(), city.enterprise("深圳市失信有限公司", dishonest="1")

    roll = public(city, officer, good, bad)

    found = {one.party_id: (one.status, one.credit) for one in roll.rows.all()}
    assert found == {good.pk: ("LISTED", "CLEAR"), bad.pk: ("STRUCK", "FOUND")}
    assert "严重失信" in roll.rows.get(party=bad).struck_because


def test_credit_that_cannot_be_looked_up_is_said_and_holds_nobody_up(city, officer):
    roll = public(city, officer, city.enterprise())

    row = roll.rows.get()
    assert (row.status, row.credit) == ("LISTED", "UNKNOWN")
    assert row.credit_words == "未能核查：被列入严重失信主体名单（没有共享授权）"


def test_a_list_is_public_for_five_working_days_with_whole_names_of_enterprises(city, officer):
    roll = public(city, officer, city.enterprise())

    assert roll.notice_until == LAST_DAY
    seen = handling_queries.notice(roll.pk, on=LAST_DAY)
    assert seen.rows == ((roll.rows.get().pk, "深圳市澄海微电子有限公司", Decimal(200_000)),)
    assert seen.notice.is_open
    assert not handling_queries.notice(roll.pk, on=date(2026, 12, 3)).notice.is_open


def test_a_list_under_review_is_nobodys_to_see(city, officer):
    by = acting_for(city.enterprise())
    roll = benefits.propose(CLAIM_FREE, [by.principal], by=officer, at=AT)

    assert handling_queries.notices(on=AT.date()) == []
    assert handling_queries.benefits_of(by, on=AT.date()) == []
    with pytest.raises(handling_queries.ListNotFound):
        handling_queries.notice(roll.pk, on=AT.date())
    with pytest.raises(handling_queries.RowNotFound):
        benefits.object_to(roll.rows.get().pk, words="还没有公示的名单", by=by, at=AT)


def test_an_upheld_objection_strikes_the_row_and_another_is_answered_and_changes_nothing(city, officer):
    one, other = city.enterprise(), city.enterprise("深圳市第二有限公司")
    roll = public(city, officer, one, other)
    neighbour = parties.acting(parties.person("周邻居"))
    rows = {row.party_id: row for row in roll.rows.all()}
    upheld = benefits.object_to(rows[one.pk].pk, words="这家公司上月已停业。", by=neighbour, at=AT)
    rejected = benefits.object_to(rows[other.pk].pk, words="我觉得金额太高了。", by=neighbour, at=AT)
    assert Task.objects.get(kind="policy.objection").status == "OPEN"

    benefits.answer_objection(upheld.pk, upheld=True, words="经核实已停业。", by=officer, at=AT)
    for _ in range(2):
        benefits.answer_objection(rejected.pk, upheld=False, words="金额按办法第二条。", by=officer, at=AT)

    assert set(roll.rows.values_list("party_id", "status")) == {(one.pk, "STRUCK"), (other.pk, "LISTED")}
    assert Task.objects.get(kind="policy.objection").status == "CLOSED"
    with pytest.raises(benefits.ObjectionAnswered):
        benefits.answer_objection(rejected.pk, upheld=True, words="改主意了，成立。", by=officer, at=AT)


def test_nobody_is_paid_over_an_open_objection(city, officer):
    roll = public(city, officer, city.enterprise())
    made = benefits.object_to(
        roll.rows.get().pk, words="请核实这家公司的登记。", by=parties.acting(parties.person()), at=AT
    )

    assert benefits.end_notices(at=later(days=8), on=date(2026, 12, 3)) == 0
    benefits.answer_objection(made.pk, upheld=False, words="经核实登记正常。", by=officer, at=later(days=8))
    assert benefits.end_notices(at=later(days=9), on=date(2026, 12, 4)) == 1


def test_the_same_person_objects_once_and_nobody_after_the_notice(city, officer):
    roll = public(city, officer, city.enterprise())
    row, neighbour = roll.rows.get(), parties.acting(parties.person())
    benefits.object_to(row.pk, words="请核实这家公司的登记。", by=neighbour, at=later(days=7))

    with pytest.raises(benefits.ObjectedAlready):
        benefits.object_to(row.pk, words="请再核实一次登记。", by=neighbour, at=AT)
    with pytest.raises(benefits.NoticeOver):
        benefits.object_to(row.pk, words="公示以后才看到的。", by=parties.acting(parties.person()), at=later(days=8))
    with pytest.raises(ReasonMissing):
        benefits.object_to(row.pk, words=" \0 ", by=parties.acting(parties.person()), at=AT)
    with pytest.raises(handling_queries.RowNotFound):
        benefits.object_to(999_999, words="没有这一项。", by=neighbour, at=AT)
    assert NoticeObjection.objects.count() == 1


def test_one_tap_confirms_the_account_and_grants_and_a_second_gives_the_same(city, officer):
    by = acting_for(city.enterprise())
    roll = to_confirm(city, officer, by.principal)
    heard = []
    listen = lambda **news: heard.append((news["beneficiary"], news["amount"], news["case_id"]))  # noqa: E731
    events.measure_granted.connect(listen)
    row = roll.rows.get()

    first = benefits.confirm(row.pk, ACCOUNT, by=by, at=later(days=9))
    again = benefits.confirm(row.pk, ACCOUNT, by=by, at=later(days=9))

    assert first == again
    assert heard == [(row.pk, Decimal(200_000), None)]
    assert Award.objects.get().account.tail == "3344"
    roll.refresh_from_db()
    assert roll.status == BeneficiaryList.Status.CLOSED


def test_the_next_time_nothing_has_to_be_typed(city, officer):
    by = acting_for(city.enterprise())
    roll = to_confirm(city, officer, by.principal)
    row = roll.rows.get()
    with pytest.raises(BadAccount):
        benefits.confirm(row.pk, Given(), by=by, at=later(days=9))
    PayeeAccount.objects.create(
        party=by.principal, bank=BANK, key_id="k", sealed=b"s", tail="1234", confirmed_at=AT, confirmed_by=by.person
    )

    assert benefits.confirm(row.pk, Given(), by=by, at=later(days=9)).account.tail == "1234"


def test_confirming_comes_after_the_notice_and_before_the_last_day(city, officer):
    by = acting_for(city.enterprise())
    roll = public(city, officer, by.principal)
    row = roll.rows.get()
    with pytest.raises(benefits.NotTimeToConfirm):
        benefits.confirm(row.pk, ACCOUNT, by=by, at=AT)
    benefits.end_notices(at=later(days=8), on=date(2026, 12, 3))

    with pytest.raises(benefits.NotTimeToConfirm):
        benefits.confirm(row.pk, ACCOUNT, by=by, at=later(days=39))


def test_who_does_not_confirm_has_waived_and_is_told_once(city, officer):
    by = acting_for(city.enterprise())
    roll = to_confirm(city, officer, by.principal)
    told = []
    listen = lambda **news: told.append(news["party"])  # noqa: E731
    events.benefit_waived.connect(listen)

    assert benefits.close_late(at=later(days=38), on=date(2027, 1, 2)) == 0
    assert benefits.close_late(at=later(days=39), on=date(2027, 1, 3)) == 1
    assert benefits.close_late(at=later(days=39), on=date(2027, 1, 3)) == 0

    assert told == [by.principal.pk]
    assert roll.rows.get().status == Beneficiary.Status.WAIVED
    with pytest.raises(benefits.AlreadyAnswered):
        benefits.confirm(roll.rows.get().pk, ACCOUNT, by=by, at=later(days=39))


def test_who_says_no_is_not_proposed_again(city, officer):
    by = acting_for(city.enterprise())
    roll = to_confirm(city, officer, by.principal)

    for _ in range(2):
        benefits.decline(roll.rows.get().pk, by=by, at=later(days=9))

    assert benefits.propose(CLAIM_FREE, [by.principal], by=officer, at=later(days=10)).rows.count() == 0


def test_somebody_elses_row_is_not_found_and_a_mandate_that_is_over_confirms_nothing(city, officer):
    by = acting_for(city.enterprise())
    row = to_confirm(city, officer, by.principal).rows.get()
    other = acting_for(city.enterprise("深圳市别家有限公司"))
    for verb in (
        lambda: benefits.confirm(row.pk, ACCOUNT, by=other, at=AT),
        lambda: benefits.decline(row.pk, by=other, at=AT),
    ):
        with pytest.raises(handling_queries.RowNotFound):
            verb()
    Mandate.objects.filter(pk=by.mandate).update(ends_on=AT.date())

    with pytest.raises(MandateOver):
        benefits.confirm(row.pk, ACCOUNT, by=by, at=later(days=9))
    assert not Award.objects.exists()


def test_a_mandate_for_other_items_does_not_confirm(city, officer):
    enterprise = city.enterprise()
    row = to_confirm(city, officer, enterprise).rows.get()
    agent = parties.citizen()
    Mandate.objects.create(
        principal=enterprise, agent=agent.person, role=Mandate.Role.AGENT, items=[STEADY],
        starts_on=AT.date(), ends_on=date(2027, 5, 1), given_at=AT,
    )  # fmt: skip

    with pytest.raises(handling_queries.RowNotFound):
        benefits.confirm(row.pk, ACCOUNT, by=standing(agent, enterprise.pk, on=AT.date()), at=later(days=9))


def test_who_was_granted_what_excludes_it_is_left_out_unread_or_refused_at_the_last(city, officer):
    city.publish(m3={"excludes": (STEADY,)})
    early, late = acting_for(city.enterprise()), acting_for(city.enterprise("深圳市后来有限公司"))
    applying.submit(applying.start([STEADY], by=early, at=AT).pk, {}, by=early, at=AT)
    city.forget()

    roll = to_confirm(city, officer, early.principal, late.principal)

    assert [one.party_id for one in roll.rows.all()] == [late.principal.pk]
    with pytest.raises(Excluded):
        applying.start([STEADY], by=late, at=AT)


def test_the_grant_for_a_list_is_the_measures_own(city, officer):
    Grant.objects.filter(item=CLAIM_FREE).delete()
    memo.forget()

    roll = benefits.propose(CLAIM_FREE, [city.enterprise()], by=officer, at=AT)

    assert (roll.rows.count(), roll.undetermined) == (0, 1)


def test_without_a_matching_everybody_we_know_is_a_candidate(city):
    known = {city.enterprise().pk, city.enterprise("深圳市第二有限公司").pk}

    assert {one.pk for one in benefits.candidates(CLAIM_FREE)} >= known


def test_only_whom_the_matching_found_is_a_candidate(city, settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    found, other = city.enterprise(), city.enterprise("深圳市第二有限公司")
    with store.draft(TABLE, at=AT) as draft:
        pq.write_table(
            pa.table({"subject": [str(found.pk), str(other.pk)], "measure": [CLAIM_FREE, STEADY]}), draft.path
        )
        draft.close({})
        snapshot = draft.publish({})
    MatchRun.objects.create(
        started_at=AT, finished_at=AT, facts="x", found=snapshot.id, measures={CLAIM_FREE: "d", STEADY: "d"},
        enterprises=2, evaluated=4, matches=2, fresh=2, gone=0,
    )  # fmt: skip

    assert [one.pk for one in benefits.candidates(CLAIM_FREE)] == [found.pk]
