"""People rate what they had; a bad rating has to be answered by a day."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError

from yimen.cases import services as cases
from yimen.cases.models import Case
from yimen.cases.queries import CaseNotFound
from yimen.cases.tests.factories import NOW, World
from yimen.ledger import queries as ledger
from yimen.notices.models import Notice
from yimen.parties import queries as parties_queries
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.ratings import queries, services
from yimen.ratings.logic import average, national_code
from yimen.ratings.models import Rating
from yimen.ratings.services import Said
from yimen.tasks.models import Task

pytestmark = pytest.mark.django_db
ANSWER = "我们核实了，是系统当天繁忙，已经扩容。"


@pytest.fixture
def world(settings, tmp_path):
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    return World(settings)


@pytest.fixture
def concluded(world):
    """Return a person's standing and a case of theirs that was approved."""
    owner = parties.acting(world.person())
    return owner, _case(owner)


def _case(owner):
    case = cases.start("reception", by=owner, at=NOW)
    cases.submit(case.pk, {"person.fit": "true", "application.settle": "collective"}, by=owner, at=NOW)
    return case.pk


def desk(role=Post.Role.DATA_OFFICER, code=parties.HR):
    return parties_queries.desk(parties.desk(role, code), on=NOW.date())


def test_a_good_rating_is_kept_and_asks_nothing_of_anybody(concluded):
    owner, case = concluded

    services.rate_case(case, Said("5", ["fast", "invented"], " 很好\x00 "), by=owner, at=NOW)

    kept = Rating.objects.get()
    assert (kept.score, kept.tags, kept.words, kept.about, kept.agency_id) == (
        5,
        ["fast"],
        "很好",
        "reception",
        parties.HR,
    )
    assert Task.objects.count() == 0
    assert [act.case_id for act in ledger.acts("rating.given")] == [case]


def test_one_matter_has_one_rating_and_one_addition(concluded):
    owner, case = concluded
    services.rate_case(case, Said("3"), by=owner, at=NOW)

    with pytest.raises(services.RatedAlready):
        services.rate_case(case, Said("5"), by=owner, at=NOW)
    services.rate_again(case, Said("5", words="后来解决了"), by=owner, at=NOW)
    with pytest.raises(services.RatedAlready):
        services.rate_again(case, Said("1"), by=owner, at=NOW)

    kept = Rating.objects.get()
    assert (kept.score, kept.again_score, kept.again_words) == (3, 5, "后来解决了")
    with pytest.raises(IntegrityError):
        Rating.objects.create(
            reference=kept.reference, agency_id=parties.HR, rater=owner.principal, score=1, given_at=NOW
        )


def test_nothing_is_added_to_what_was_never_said(concluded):
    owner, case = concluded

    with pytest.raises(services.NotRated):
        services.rate_again(case, Said("1"), by=owner, at=NOW)


@pytest.mark.parametrize("score", ["", "0", "6", "5.0", "-1", "五", "1" * 5000, "\x00"])
def test_a_score_that_is_none_is_refused(concluded, score):
    owner, case = concluded

    with pytest.raises(services.BadRating):
        services.rate_case(case, Said(score), by=owner, at=NOW)

    assert Rating.objects.count() == 0


def test_too_many_words_are_refused_with_their_number(concluded):
    owner, case = concluded

    with pytest.raises(services.BadRating, match="1001"):
        services.rate_case(case, Said("4", words="好" * 1001), by=owner, at=NOW)


def test_nobody_rates_what_is_not_theirs_or_has_no_result(world, concluded):
    _, case = concluded
    stranger = parties.acting(world.person())
    waiting = cases.start("reception", by=stranger, at=NOW)

    with pytest.raises(CaseNotFound):
        services.rate_case(case, Said("1"), by=stranger, at=NOW)
    with pytest.raises(CaseNotFound):
        services.rate_case(uuid4(), Said("1"), by=stranger, at=NOW)
    with pytest.raises(services.NotConcluded):
        services.rate_case(waiting.pk, Said("1"), by=stranger, at=NOW)
    assert Case.objects.get(pk=waiting.pk).status == "DRAFT"


def test_a_bad_rating_becomes_a_task_of_the_agency_with_a_day(concluded):
    owner, case = concluded

    services.rate_case(case, Said("2", ["slow"], "等了很久"), by=owner, at=NOW)

    task = Task.objects.get()
    assert (task.kind, task.agency_id, task.title) == ("rating.bad", parties.HR, "差评整改：毕业生接收")
    assert task.due_on == date(2026, 12, 11)  # fifteen working days
    assert owner.person.name not in str(task.details) + task.title


def test_the_answer_closes_the_task_and_reaches_whoever_rated(concluded):
    owner, case = concluded
    rating = services.rate_case(case, Said("1"), by=owner, at=NOW)

    services.answer(rating.pk, ANSWER, by=desk(), at=NOW + timedelta(days=1))

    assert Task.objects.get().status == "CLOSED"
    notice = Notice.objects.get()
    assert (notice.recipient_id, notice.topic, notice.body) == (owner.principal.pk, "rating", ANSWER)
    assert notice.link == f"/cases/{case}/rating/"
    assert queries.own(rating.reference, owner.principal.pk).answer == ANSWER
    assert len(ledger.acts("rating.answered")) == 1
    with pytest.raises(services.AnsweredAlready):
        services.answer(rating.pk, ANSWER, by=desk(), at=NOW)


@pytest.mark.parametrize("words", ["", "好的", "\x00" * 50, "长" * 1001])
def test_an_answer_that_says_nothing_is_refused(concluded, words):
    owner, case = concluded
    rating = services.rate_case(case, Said("1"), by=owner, at=NOW)

    with pytest.raises(services.BadAnswer):
        services.answer(rating.pk, words, by=desk(), at=NOW)

    assert Task.objects.get().status == "OPEN"


def test_another_agency_sees_nothing_and_auditors_answer_nothing(concluded):
    owner, case = concluded
    rating = services.rate_case(case, Said("1", words="说了些话"), by=owner, at=NOW)

    assert queries.board(desk(code=parties.POLICE)) == []
    with pytest.raises(queries.RatingNotFound):
        services.answer(rating.pk, ANSWER, by=desk(code=parties.POLICE), at=NOW)
    with pytest.raises(queries.NotYoursToAnswer):
        services.answer(rating.pk, ANSWER, by=desk(Post.Role.AUDITOR), at=NOW)
    assert queries.waiting(desk()) == 1


def test_those_who_were_rated_do_not_see_by_whom(concluded):
    owner, case = concluded
    services.rate_case(case, Said("1", words="说了些话"), by=owner, at=NOW)

    (row,) = queries.board(desk())

    assert row.may_answer
    assert owner.person.name not in str(row)
    assert str(owner.person.pk) not in str(row)


def test_bad_ones_that_wait_stand_first(world):
    for score in ("5", "1", "4"):
        owner = parties.acting(world.person())
        services.rate_case(_case(owner), Said(score), by=owner, at=NOW + timedelta(minutes=int(score)))

    assert [row.score for row in queries.board(desk())] == [1, 5, 4]
    assert [row.score for row in queries.board(desk(), bad_only=True)] == [1]


def test_numbers_are_hidden_below_five_ratings(world):
    for score in ("5", "5", "4", "1"):
        owner = parties.acting(world.person())
        services.rate_case(_case(owner), Said(score), by=owner, at=NOW)
    (hidden,) = queries.by_item()
    owner = parties.acting(world.person())
    services.rate_case(_case(owner), Said("5"), by=owner, at=NOW)
    (shown,) = queries.by_agency(desk(Post.Role.AUDITOR))

    assert (hidden.count, hidden.average, hidden.bad) == (None, None, None)
    assert (shown.count, shown.average, shown.bad) == (5, Decimal("4.0"), 1)
    assert queries.of_item("reception").average == Decimal("4.0")
    assert queries.of_item("nothing") is None


def test_the_average_is_of_all_and_the_states_code_runs_the_other_way():
    assert average(23, 6) == Decimal("3.8")
    assert average(20, 4) is None
    assert [national_code(one) for one in (5, 3, 1)] == [1, 3, 5]
