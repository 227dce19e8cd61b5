"""The city's policies as content: complete, as they were published, and sound where people are counted."""

import shutil
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from yimen import dmn
from yimen.policies.logic import Kind, Mode
from yimen.policies.matching.plan import plan
from yimen.policies.packs.check import check
from yimen.policies.packs.read import read
from yimen.rules.logic import Given, Verdict, judge

SHENZHEN = Path(__file__).resolve().parents[4] / "content" / "shenzhen"
read_once = cache(read)


def model(name):
    return dmn.load(SHENZHEN / "policies" / name / "rules.dmn")


def test_there_are_seventeen_policies_with_twenty_six_measures():
    policies = read_once(SHENZHEN).policies

    assert len(policies) == 17
    assert sum(len(one.measures) for one in policies) == 26


def test_conditions_and_their_facts_are_those_of_the_reference(shared):
    items = {name: one for policy in read_once(SHENZHEN).policies for name, one in _named(policy)}
    published = [
        YAML(typ="safe").load(path.read_text("utf-8")) for path in (shared / "reference/policies").glob("*.yaml")
    ]
    said = {f"{policy['slug']}/{one['id']}": one for policy in published for one in policy["measures"]}

    assert items.keys() == said.keys()
    for name, one in said.items():
        rules = items[name].rule.model
        stated = {c["id"]: {_root(fact) for fact in c["facts"]} for c in one["conditions"]}
        assert {c.id: set(dmn.facts_of(rules, c.id)) for c in items[name].definition.conditions} == stated, name
        if one["amount_facts"] and "amount" in rules.decisions:
            assert {_root(fact) for fact in one["amount_facts"]} <= set(dmn.facts_of(rules, "amount")), name


def _named(policy):
    return [(f"{policy.definition.slug}/{key}", one) for key, one in policy.measures.items()]


def _root(fact):
    return fact.partition(".")[0] if fact.startswith(("hire.", "intern.")) else fact


STATES = (True, False)


@pytest.mark.parametrize("people", [1, 2, 3])
def test_of_several_people_one_must_satisfy_everything(people):
    rules = model("employment-absorption/m2")
    of_all = [
        {"category": "employment_hardship" if is_meant else "other", "insurance_months": 3, "still_employed": is_there}
        for is_meant, is_there in product(STATES, STATES)
    ]
    for hired in product(of_all, repeat=people):
        judgement = judge(rules, Given({"hire": list(hired)}))
        suits = [one["category"] != "other" and one["still_employed"] for one in hired]

        assert (judgement.verdict is Verdict.APPROVE) == any(suits)
        assert bool(judgement.failing) != any(suits)
        if any(suits):
            assert judgement.amount == 200 * sum(suits)
        if people == 1:
            failing = [
                name
                for name, is_met in (("c1", hired[0]["category"] != "other"), ("c2", hired[0]["still_employed"]))
                if not is_met
            ]
            assert list(judgement.failing) == failing


def test_a_title_that_is_asked_for_leads_to_the_measure_that_grants_it():
    measures = {
        f"{one.definition.slug}/{each.id}": each
        for one in read_once(SHENZHEN).policies
        for each in one.definition.measures
    }
    leads = {one.leads_to for each in measures.values() for one in each.conditions if one.leads_to}

    assert {measures[name].kind for name in leads} == {Kind.TITLE}
    assert "little-giant-recognition/m1" in leads


def test_all_measures_can_be_matched_together():
    models = {name: one.rule.model for policy in read_once(SHENZHEN).policies for name, one in _named(policy)}

    together = plan(models)

    assert len(together.measures) == 26
    assert all(one.is_conjunction for one in together.measures)
    assert together.predicates < sum(plan({name: one}).predicates for name, one in models.items())


def test_tax_is_declared_by_oneself_and_money_has_a_source():
    for policy in read_once(SHENZHEN).policies:
        for one in policy.definition.measures:
            assert (one.kind is Kind.TAX) == (one.mode is Mode.SELF_DECLARED)
            assert one.pays == (one.funding is not None)
            assert one.cap is None or one.cap > 0


def test_a_fact_declared_otherwise_in_one_measure_is_found(tmp_path):
    copy = Path(shutil.copytree(SHENZHEN, tmp_path / "shenzhen"))
    rules = copy / "policies" / "employment-absorption" / "m2" / "rules.dmn"
    part = '<itemComponent name="previously_claimed"><typeRef>{}</typeRef></itemComponent>'
    written = rules.read_text(encoding="utf-8")
    rules.write_text(written.replace(part.format("boolean"), part.format("string")), encoding="utf-8")

    (found,) = check(read(copy)).findings

    assert found.place.file == "policies/employment-absorption/m2/rules.dmn"
    assert "hire" in found.remedy
