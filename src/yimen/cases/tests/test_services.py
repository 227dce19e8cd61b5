"""The story of a case: prepared, submitted once, decided in the request or by an officer."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.db import DatabaseError, connection, connections, transaction

from yimen.cases import queries, services
from yimen.cases.logic import InvalidAnswers
from yimen.cases.models import Case, Decision
from yimen.cases.tests.factories import GOOD, ITEM, NOW, OFFICER, World, fact
from yimen.facts import services as facts
from yimen.facts.logic import APPLICANT
from yimen.facts.resolver import State
from yimen.items import services as items
from yimen.items.logic import Question
from yimen.ledger import queries as ledger
from yimen.licences import queries as licences
from yimen.parties.tests import factories as parties
from yimen.parties.tests.factories import POLICE
from yimen.rules.tests.factories import reception

pytestmark = pytest.mark.django_db
ANSWERS = {"person.fit": "true", "application.settle": "collective"}


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    return World(settings)


def submit(world, person, answers=ANSWERS, *, at=NOW):
    case = services.start("reception", by=parties.acting(person), at=at)
    services.prepare(case.pk, by=parties.acting(person), at=at)
    return services.submit(case.pk, answers, by=parties.acting(person), at=at)


# --- drafting


def test_a_draft_shows_what_is_known_with_its_source_and_asks_only_the_rest(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)

    draft = services.prepare(case.pk, by=parties.acting(person), at=NOW)

    household = draft.readings["person.household"]
    assert (household.state, household.value, household.agency) == (State.KNOWN, "430102", "公安局")
    assert {one.fact for one in draft.asked} == {"person.fit", "application.settle"}


def test_nothing_is_asked_of_whom_the_rules_refuse_already(world):
    person = world.person(household="440305")
    case = services.start("reception", by=parties.acting(person), at=NOW)

    draft = services.prepare(case.pk, by=parties.acting(person), at=NOW)

    assert draft.asked == ()
    assert draft.judgement.failing == ("c1",)


def test_two_starts_give_one_draft(world):
    person = world.person()

    assert services.start("reception", by=parties.acting(person), at=NOW) == services.start(
        "reception", by=parties.acting(person), at=NOW
    )


def test_a_refreshed_draft_does_not_ask_the_departments_again(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    before = len(world.asked)

    services.prepare(case.pk, by=parties.acting(person), at=NOW + timedelta(minutes=5))
    assert len(world.asked) == before
    services.prepare(case.pk, by=parties.acting(person), at=NOW + timedelta(minutes=11))
    assert len(world.asked) == 2 * before


def test_a_silent_department_is_shown_as_such_and_asked_again_on_the_next_visit(world):
    person = world.person()
    world.silence("population")
    case = services.start("reception", by=parties.acting(person), at=NOW)

    silent = services.prepare(case.pk, by=parties.acting(person), at=NOW)
    world.wake("population")
    awake = services.prepare(case.pk, by=parties.acting(person), at=NOW)

    assert silent.readings["person.household"].state is State.SILENT
    assert [one.fact for one in silent.asked if one.is_declared][:1] == ["person.household"]
    assert awake.readings["person.household"].state is State.KNOWN


def test_answers_are_kept_with_the_draft_and_a_wrong_one_keeps_nothing(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.save_answers(case.pk, {"person.fit": "true"}, by=parties.acting(person), at=NOW)

    with pytest.raises(InvalidAnswers) as caught:
        services.save_answers(
            case.pk, {"person.fit": "false", "application.settle": "moon"}, by=parties.acting(person), at=NOW
        )

    assert set(caught.value.answers) == {"application.settle"}
    assert Case.objects.get(pk=case.pk).answers == {"person.fit": "true"}


def test_a_fact_the_item_does_not_use_is_refused_by_name(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)

    with pytest.raises(InvalidAnswers, match=r"person\.shoe_size"):
        services.save_answers(case.pk, {"person.shoe_size": "42"}, by=parties.acting(person), at=NOW)


# --- deciding


def test_a_graduate_who_meets_every_condition_is_approved_with_a_licence(world):
    person = world.person()

    case = submit(world, person)

    assert case.status == Case.Status.APPROVED
    assert case.number is not None
    assert case.number.startswith("11440300MB2X00012A")
    decision = case.decisions.get()
    assert (decision.made_by, decision.verdict, decision.failing) == (Decision.Maker.RULES, "approve", [])
    assert decision.rule_version.number == 1
    assert decision.trace is not None
    assert decision.elapsed_ms is not None
    (licence,) = licences.held_by(person, at=NOW)
    assert licence.case_id == case.pk
    assert queries.ledger_gaps() == []


def test_a_refusal_names_the_condition_and_its_clause(world):
    case = submit(world, world.person(household="440305"), {})

    decision = case.decisions.get()
    assert case.status == Case.Status.REFUSED
    assert decision.failing == ["c1"]
    assert "户籍不在本市" in decision.reason
    assert "《落户办法》第三条" in decision.reason
    assert queries.ledger_gaps() == []


def test_a_fact_that_stays_unknown_goes_to_an_officer(world):
    case = submit(world, world.person(convicted=None))

    assert case.status == Case.Status.REVIEW
    assert case.decisions.get().missing == ["person.convicted"]
    assert [row.id for row in queries.queue(OFFICER)] == [case.pk]


def test_nobody_approves_himself_by_typing_what_only_the_police_may_say(world):
    person = world.person(convicted=None)

    case = submit(world, person, {**ANSWERS, "person.convicted": "false"})

    fact = case.facts.get(fact="person.convicted")
    assert case.status == Case.Status.REVIEW
    assert (fact.state, fact.behind, fact.value) == ("DECLARED", "ABSENT", False)


def test_a_way_of_settling_that_needs_papers_goes_to_an_officer_though_every_condition_is_met(world):
    case = submit(world, world.person(), {**ANSWERS, "application.settle": "own_house"})

    assert case.status == Case.Status.REVIEW
    assert case.decisions.get().verdict == "approve"


def test_what_only_the_applicant_can_say_must_be_said_before_submitting(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    before = len(world.asked)

    with pytest.raises(InvalidAnswers) as caught:
        services.submit(case.pk, {"person.fit": "true"}, by=parties.acting(person), at=NOW)

    assert set(caught.value.answers) == {"application.settle"}
    assert len(world.asked) == before
    assert Case.objects.get(pk=case.pk).status == Case.Status.DRAFT


def test_submission_reads_the_departments_anew(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    world.change(person, household="440305")

    case = services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW)

    assert case.status == Case.Status.REFUSED


def test_a_second_submission_gives_the_same_case(world):
    person = world.person()
    first = submit(world, person)

    again = services.submit(first.pk, {"person.fit": "false"}, by=parties.acting(person), at=NOW)

    assert again.number == first.number
    assert again.status == Case.Status.APPROVED
    assert Decision.objects.count() == 1


def test_what_was_granted_is_not_applied_for_again(world):
    person = world.person()
    submit(world, person)

    with pytest.raises(services.AlreadyGranted):
        services.start("reception", by=parties.acting(person), at=NOW)


def test_who_was_refused_may_apply_again(world):
    person = world.person(household="440305")
    first = submit(world, person, {})

    assert services.start("reception", by=parties.acting(person), at=NOW).pk != first.pk


def test_a_refusal_is_not_looked_at_again_once_the_same_thing_was_granted(world):
    person = world.person(household="440305")
    refused = submit(world, person)
    world.change(person, household="430102")
    granted = submit(world, person)

    with pytest.raises(services.NotReviewable, match="办成了同一件事"):
        services.request_review(refused.pk, reason="", by=parties.acting(person), at=NOW)

    refused.refresh_from_db()
    assert (granted.status, refused.status) == (Case.Status.APPROVED, Case.Status.REFUSED)


@pytest.mark.django_db(transaction=True)
def test_who_starts_in_the_moment_another_is_granted_gets_no_second_case(world):
    """The other case is written and not yet committed when we look; it is granted when our own draft comes through."""
    person = world.person()
    started: list[object] = []

    def start() -> None:
        try:
            started.append(services.start("reception", by=parties.acting(person), at=NOW))
        except services.AlreadyGranted as error:
            started.append(error)
        finally:
            connections.close_all()

    late = threading.Thread(target=start)
    with transaction.atomic():
        other = services.start("reception", by=parties.acting(person), at=NOW)
        late.start()
        _wait_until_blocked()
        Case.objects.filter(pk=other.pk).update(
            status=Case.Status.APPROVED, number="1", query_code="1", submitted_at=NOW, concluded_at=NOW
        )
    late.join()

    assert [type(one) for one in started] == [services.AlreadyGranted]
    assert Case.objects.get() == other


def _wait_until_blocked() -> None:
    with connection.cursor() as cursor:  # pg_stat_activity would show a transaction the same again and again
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    pytest.fail("nobody waited")


def test_somebody_elses_case_is_not_there(world):
    case = submit(world, world.person())
    stranger = world.person()

    with pytest.raises(queries.CaseNotFound):
        services.open_as_applicant(case.pk, by=parties.acting(stranger), at=NOW)
    with pytest.raises(queries.CaseNotFound):
        services.submit(case.pk, ANSWERS, by=parties.acting(stranger), at=NOW)


# --- the ledger


def fields_read(case):
    return {field for row in ledger.of_case(case.pk) if row.action == "dataset.read" for field in row.fields}


def test_the_ledger_shows_every_field_read_and_none_the_rule_did_not_need(world):
    case = submit(world, world.person())

    assert fields_read(case) == {"household", "graduated_on", "convicted"}
    assert set(world.asked) == {("population", "household"), ("education", "graduated_on"), ("population", "convicted")}


def test_the_same_rule_with_an_early_false_reads_fewer(world):
    case = submit(world, world.person(household="440305"), {})

    assert fields_read(case) == {"household"}


def test_opening_a_case_leaves_a_row(world):
    person = world.person()
    case = submit(world, person)
    before = len(ledger.of_case(case.pk))

    opened = services.open_as_officer(case.pk, by=OFFICER, at=NOW)

    assert opened.readings["person.household"].value == "430102"
    assert len(ledger.of_case(case.pk)) == before + 1


# --- review


def test_an_officer_approves_with_a_reason_and_both_decisions_stay(world):
    person = world.person(convicted=None)
    case = submit(world, person)

    decided = services.decide(case.pk, approve=True, reason="已函询公安机关，无犯罪记录。", by=OFFICER, at=NOW)

    assert decided.status == Case.Status.APPROVED
    assert [d.made_by for d in decided.decisions.all()] == ["RULES", "OFFICER"]
    assert len(licences.held_by(person, at=NOW)) == 1
    assert queries.ledger_gaps() == []


def test_an_officer_refuses_with_a_reason(world):
    case = submit(world, world.person(convicted=None))

    decided = services.decide(case.pk, approve=False, reason="经核实有犯罪记录。", by=OFFICER, at=NOW)

    assert decided.status == Case.Status.REFUSED
    assert queries.ledger_gaps() == []


@pytest.mark.parametrize("reason", ["", "   ", "同意", "好" * 1001])
def test_a_decision_without_a_proper_reason_is_not_made(world, reason):
    case = submit(world, world.person(convicted=None))

    with pytest.raises(services.ReasonMissing):
        services.decide(case.pk, approve=True, reason=reason, by=OFFICER, at=NOW)

    assert Case.objects.get(pk=case.pk).status == Case.Status.REVIEW


def test_what_is_decided_is_not_decided_again(world):
    case = submit(world, world.person())

    with pytest.raises(services.NotInReview):
        services.decide(case.pk, approve=False, reason="重新考虑后不予批准。", by=OFFICER, at=NOW)


def test_another_agencys_officer_does_not_see_the_case(world):
    case = submit(world, world.person(convicted=None))
    other = world.officer_elsewhere()

    assert queries.queue(other) == []
    with pytest.raises(queries.CaseNotFound):
        services.open_as_officer(case.pk, by=other, at=NOW)
    with pytest.raises(queries.CaseNotFound):
        services.decide(case.pk, approve=True, reason="越权批准不应成功。", by=other, at=NOW)


# --- trouble


def test_a_rule_replaced_between_draft_and_submission_decides_by_the_new_one(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    world.put_rules(reception(c1='starts with(person.household, "4403")'))

    case = services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW)

    assert case.status == Case.Status.REFUSED
    assert case.decisions.get().rule_version.number == 2


def test_rules_replaced_under_every_attempt_leave_the_draft_to_be_submitted_again(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    records = world.departments["population"].records
    kept = records[person.id_number]
    releases = count(1)

    class NewRulesOnEveryRead(dict):
        def get(self, name):
            world.put_rules(reception(c2=f"person.graduated_on > date(2000, 1, {next(releases)})"))
            return super().get(name)

    records[person.id_number] = NewRulesOnEveryRead(kept)
    with pytest.raises(services.RuleChanged):
        services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW)

    case.refresh_from_db()
    assert (case.status, case.decisions.count()) == (Case.Status.DRAFT, 0)
    records[person.id_number] = kept
    assert services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW).status == Case.Status.APPROVED


def test_an_old_case_keeps_the_rules_it_was_decided_by(world):
    case = submit(world, world.person())
    world.put_rules(reception(c1='starts with(person.household, "4403")'))

    opened = services.open_as_officer(case.pk, by=OFFICER, at=NOW)

    assert opened.automatic.rule_version.number == 1
    assert {c["state"] for c in opened.automatic.conditions} == {"met"}


def narrow_the_dictionary():
    """Ways to settle are named anew: what earlier cases hold is no way any more."""
    values = [("talent_account", "人才专户"), ("own_house", "自有住房")]
    facts.put_fact(fact("application.settle", "code", APPLICANT, title="落户方式", values=values))
    facts.put_fact(fact("person.household", "boolean", POLICE, "population", title="户籍所在地"))


def test_an_old_case_is_shown_as_it_stood_whatever_the_dictionary_says_now(world):
    person = world.person()
    case = submit(world, person)
    narrow_the_dictionary()

    opened = services.open_as_applicant(case.pk, by=parties.acting(person), at=NOW)

    assert opened is not None
    assert opened.readings["application.settle"].value == "collective"
    assert opened.readings["person.household"].value == "430102"


def test_a_draft_whose_reading_fits_the_dictionary_no_more_reads_anew(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    narrow_the_dictionary()

    draft = services.prepare(case.pk, by=parties.acting(person), at=NOW)

    assert draft.readings["person.household"].state is State.INVALID


def test_an_answer_that_is_none_any_more_is_asked_for_again(world):
    person = world.person()
    by = parties.acting(person)
    case = services.start("reception", by=by, at=NOW)
    services.save_answers(case.pk, ANSWERS, by=by, at=NOW)
    item = replace(ITEM, questions=(Question("application.settle", "户口落在哪里？"), ITEM.questions[1]))
    items.put_item(item, at=NOW)
    narrow_the_dictionary()

    (asked,) = [one for one in services.prepare(case.pk, by=by, at=NOW).asked if one.fact == "application.settle"]
    with pytest.raises(InvalidAnswers) as caught:
        services.submit(case.pk, {"person.fit": "true"}, by=by, at=NOW)

    assert asked.answer is None
    assert [option.value for option in asked.options] == ["talent_account", "own_house"]
    assert set(caught.value.answers) == {"application.settle"}


@pytest.mark.parametrize(
    ("trouble", "state"), [("silent", State.SILENT), ("nonsense", State.INVALID), ("no grant", State.REFUSED)]
)
def test_a_department_in_trouble_loses_nothing(world, trouble, state):
    person = world.person()
    world.break_source("education", trouble)

    case = submit(world, person)

    assert case.status == Case.Status.REVIEW
    assert case.facts.get(fact="person.graduated_on").state == state.value
    assert case.answers == ANSWERS


def test_a_decision_is_never_changed_or_dropped(world):
    decision = submit(world, world.person()).decisions.get()

    for change in (lambda: Decision.objects.update(reason="x"), decision.delete):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_one_case_one_decision_one_licence(world):
    person = world.person()
    case = services.start("reception", by=parties.acting(person), at=NOW)
    services.prepare(case.pk, by=parties.acting(person), at=NOW)
    world.forget()
    numbers = []

    def click():
        try:
            numbers.append(services.submit(case.pk, ANSWERS, by=parties.acting(person), at=NOW).number)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert Decision.objects.count() == 1
    assert len(licences.held_by(person, at=NOW)) == 1
    assert len(world.asked) == len(GOOD)


# --- the ledger and the cases must agree


def behind_the_triggers(statement):
    """Do what only the owner of the tables could do."""
    table = statement.split()[2]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM ledger_entry WHERE action = 'case.submitted'", "没有提交留痕"),
        ("DELETE FROM ledger_entry WHERE action = 'case.decided'", "没有决定留痕"),
        ("DELETE FROM ledger_entry WHERE action = 'licence.issued'", "没有证照签发留痕"),
        ("DELETE FROM ledger_entry WHERE action = 'dataset.read'", "不存在的取数留痕"),
        ("DELETE FROM cases_decision", "不存在的决定"),
        ("DELETE FROM licences_licence", "没有证照"),
    ],
)
def test_whatever_is_taken_away_behind_our_back_is_missed(world, statement, words):
    submit(world, world.person())
    assert queries.ledger_gaps() == []

    behind_the_triggers(statement)

    assert any(words in gap for gap in queries.ledger_gaps())
