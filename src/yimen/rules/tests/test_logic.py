from datetime import date

import pytest

from yimen import dmn
from yimen.rules.logic import ConditionState, Given, Verdict, condition_ids, judge
from yimen.rules.tests.factories import reception

ALL_GOOD = {
    "person.household": "430102",
    "person.graduated_on": date(2025, 6, 30),
    "person.convicted": False,
    "person.fit": True,
    "application.date": date(2026, 11, 22),
    "application.settle": "collective",
}


@pytest.fixture(scope="module")
def model() -> dmn.Model:
    return dmn.load(reception())


def given(**changes):
    values = {**ALL_GOOD, **{name.replace("__", "."): value for name, value in changes.items()}}
    return Given({name: value for name, value in values.items() if value is not None})


def test_the_conditions_are_those_eligible_is_decided_from(model):
    assert condition_ids(model) == ("c1", "c2", "c3", "c4")


def test_all_conditions_met_approve_by_the_instant_route(model):
    judgement = judge(model, given())

    assert judgement.verdict is Verdict.APPROVE
    assert judgement.route == "instant"
    assert judgement.missing == ()
    assert {c.state for c in judgement.conditions} == {ConditionState.MET}


def test_a_refusal_names_every_failing_condition_with_its_clause(model):
    judgement = judge(model, given(person__household="440305", person__convicted=True))

    assert judgement.verdict is Verdict.REJECT
    assert judgement.failing == ("c1", "c3")
    assert [c.clauses for c in judgement.conditions if c.id in judgement.failing] == [
        ("《落户办法》第三条",),
        ("《落户办法》第五条",),
    ]


def test_an_unknown_fact_leaves_the_outcome_open_and_is_named(model):
    judgement = judge(model, given(person__convicted=None))

    assert judgement.verdict is Verdict.UNDETERMINED
    assert judgement.missing == ("person.convicted",)
    assert judgement.failing == ()


def test_one_false_condition_decides_whatever_is_unknown(model):
    judgement = judge(model, given(person__household="440305", person__convicted=None))

    assert judgement.verdict is Verdict.REJECT
    assert judgement.failing == ("c1",)
    assert judgement.missing == ()


def test_a_near_miss_is_claimed_only_where_every_other_condition_is_met(model):
    assert judge(model, given(person__household="440305")).is_near_miss
    assert not judge(model, given(person__household="440305", person__convicted=None)).is_near_miss
    assert not judge(model, given(person__household="440305", person__fit=False)).is_near_miss


class Recorder:
    """Facts that note who asked for what."""

    def __init__(self, values):
        self.values, self.read = values, {}

    def get(self, path):
        self.read[path] = self.values.get(path, dmn.UNKNOWN)
        return self.read[path]

    def cost(self, path):
        return 8.0 if path == "person.convicted" else 1.0

    def at_hand(self):
        return {path: value for path, value in self.read.items() if value is not dmn.UNKNOWN}


def test_an_early_false_fetches_nothing_further_not_even_to_find_more_failures(model):
    facts = Recorder({**ALL_GOOD, "person.household": "440305", "person.convicted": True})

    judgement = judge(model, facts)

    assert set(facts.read) == {"person.household"}
    assert judgement.failing == ("c1",)


def test_the_dearest_fact_is_asked_last(model):
    facts = Recorder({**ALL_GOOD, "person.fit": False})

    judgement = judge(model, facts)

    assert judgement.failing == ("c4",)
    assert "person.convicted" not in facts.read


AMOUNT_BY_YEARS = b"""<decision id="amount" name="amount"><variable name="amount" typeRef="number"/>
  <informationRequirement><requiredInput href="#person"/></informationRequirement>
  <literalExpression><text>person.years * 1000</text></literalExpression></decision>
</definitions>"""


class Departments:
    """Facts that are asked for one by one; only what was asked is at hand."""

    def __init__(self, values):
        self.values, self.read = values, {}

    def get(self, path):
        if path in self.values:
            self.read[path] = self.values[path]
        return self.read.get(path, dmn.UNKNOWN)

    def cost(self, path):
        return 0.0 if path in self.read else 1.0

    def at_hand(self):
        return dict(self.read)


@pytest.mark.parametrize(("convicted", "amount", "asked"), [(False, 3000, True), (True, None, False)])
def test_what_only_the_amount_needs_is_asked_for_whoever_is_granted_it_and_for_nobody_else(convicted, amount, asked):
    years = b'<itemComponent name="years"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    model = dmn.load(reception().replace(b"</itemDefinition>", years, 1).replace(b"</definitions>", AMOUNT_BY_YEARS))
    facts = Departments({**ALL_GOOD, "person.convicted": convicted, "person.years": 3})

    judgement = judge(model, facts)

    assert (judgement.amount, "person.years" in facts.read) == (amount, asked)
