"""The city's policies as content: each measure decides by the command line as its cases say, and as it was published."""

import json
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from yimen import dmn
from yimen.config.cli import app, decide
from yimen.policies.logic import Kind, Mode
from yimen.policies.packs.read import read
from yimen.rules.logic import Given, Verdict, judge

SHENZHEN = Path(__file__).resolve().parents[4] / "content" / "shenzhen"
MEASURES = sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in SHENZHEN.glob("policies/*/*/rules.dmn"))
read_once = cache(read)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Ask the command line about a measure; the pack is read once for all questions."""
    monkeypatch.setattr(decide, "read", read_once)

    def ask(name, facts, on):
        path = tmp_path / "facts.yaml"
        text = facts if isinstance(facts, str) else "\n".join(f"{key}: {json.dumps(one)}" for key, one in facts.items())
        path.write_text(text or "{}", encoding="utf-8")
        command = ["decide", name, "--facts", str(path), "--on", on, "--pack", str(SHENZHEN), "--json"]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return ask


def model(name):
    return dmn.load(SHENZHEN / "policies" / name / "rules.dmn")


def cases(name):
    return YAML(typ="safe").load((SHENZHEN / "policies" / name / "cases.yaml").read_text(encoding="utf-8"))


def test_there_are_seventeen_policies_with_twenty_six_measures():
    policies = read_once(SHENZHEN).policies

    assert len(policies) == 17
    assert [
        name for one in policies for name in sorted(f"{one.definition.slug}/{key}" for key in one.measures)
    ] == MEASURES
    assert len(MEASURES) == 26


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_decides_by_the_command_line_as_its_cases_say(name, asked):
    seen = set()
    for case in cases(name):
        facts = {key: one if not hasattr(one, "isoformat") else one.isoformat() for key, one in case["facts"].items()}
        answer = asked(name, json.loads(json.dumps(facts, default=str)), str(case["on"]))

        said = {key: sorted(answer[key]) for key in ("failing", "missing")}
        expected = {key: sorted(case.get(key, [])) for key in ("failing", "missing")}
        assert (answer["outcome"], said) == (case["outcome"], expected), case["name"]
        assert "amount" not in case or answer["amount"] == case["amount"], case["name"]
        assert answer["reasons"], case["name"]
        seen.add(answer["outcome"])

    assert seen == {"approve", "reject", "undetermined"}


@pytest.mark.parametrize(
    ("name", "last", "after"),
    [
        ("skill-upgrade-subsidy/m1", "2025-12-31", "2026-01-01"),
        ("sz-hightech-cultivation/m1", "2025-12-31", "2026-01-01"),
        ("job-stabilisation-2026/m1", "2026-12-31", "2027-01-01"),
        ("ai-pioneer-city/m3", "2027-06-30", "2027-07-01"),
        ("small-profit-enterprise-tax/m1", "2027-12-31", "2028-01-01"),
    ],
)
def test_a_policy_is_offered_to_its_last_day_and_not_after(name, last, after, asked):
    facts = {key: str(one) if hasattr(one, "isoformat") else one for key, one in cases(name)[0]["facts"].items()}
    if "person.vocational_certificate_issued_on" in facts:
        facts["person.vocational_certificate_issued_on"] = "2025-12-01"

    assert asked(name, facts, last)["outcome"] == "approve"
    assert asked(name, facts, after) == {
        "outcome": "not-offered",
        "failing": [],
        "missing": [],
        "reasons": ["这一天不受理这个事项。"],
    }


@pytest.mark.parametrize(
    ("name", "day_before"), [("single-champion/m1", "2023-08-31"), ("little-giant-recognition/m1", "2026-03-31")]
)
def test_a_policy_is_not_offered_before_its_first_day(name, day_before, asked):
    assert asked(name, {}, day_before)["outcome"] == "not-offered"


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


HIRE = {"category": "poverty_alleviated", "contract_signed": True, "contract_months": 24, "insurance_months": 8}


def test_one_person_several_people_and_a_list_are_written_as_one_likes(asked):
    whole = {**HIRE, "previously_claimed": False}
    flat = {f"hire.{key}": one for key, one in whole.items()}
    numbered = {f"hire[{place}].{key}": one for place in (1, 2) for key, one in whole.items()}

    assert asked("employment-absorption/m1", flat, "2026-11-22")["amount"] == 5000
    assert asked("employment-absorption/m1", numbered, "2026-11-22")["amount"] == 10000
    assert asked("employment-absorption/m1", {"hire": [whole, whole, whole]}, "2026-11-22")["amount"] == 15000


def test_what_is_missing_is_named_as_whoever_asks_writes_it(asked):
    single = asked("employment-absorption/m1", {f"hire.{key}": one for key, one in HIRE.items()}, "2026-11-22")
    second = asked("employment-absorption/m1", {"hire": [{**HIRE, "category": "other"}, HIRE]}, "2026-11-22")
    nothing = asked("employment-absorption/m2", {}, "2026-11-22")

    assert single["missing"] == ["hire.previously_claimed"]
    assert single["reasons"] == ["还不知道“该人员已享受过同类补贴”（hire.previously_claimed）。"]
    assert "hire[2].previously_claimed" in second["missing"]
    assert nothing["missing"] == ["hire.category", "hire.insurance_months", "hire.still_employed"]


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


@pytest.mark.parametrize(("hired", "subsidy"), [(1, 2000), (3, 6000), (4, 9000), (11, 30000), (12, 30000), (40, 30000)])
def test_jobs_are_paid_by_the_head_up_to_the_ceiling_less_what_was_paid(hired, subsidy, asked):
    facts = {"org.registered_on": "2025-01-10", "org.registered_division": "440305", "org.jobs_created_count": hired}

    for paid in (0, 2000):
        answer = asked(
            "startup-employment-package/m1", {**facts, "org.jobs_subsidy_received_amount": paid}, "2026-11-22"
        )
        assert answer["amount"] == max(subsidy - paid, 0)


def test_a_near_miss_says_how_far(asked):
    near = {
        "org.unemployment_insurance_paid_months": 11,
        "org.insured_employee_count": 20,
        "org.layoff_rate": 0,
        "org.status": "active",
        "org.serious_dishonesty": False,
    }

    assert asked("job-stabilisation-2026/m1", near, "2026-11-22")["reasons"][-1] == "足额缴费还差 1 个月。"


def test_a_title_that_is_asked_for_leads_to_the_measure_that_grants_it():
    measures = {
        f"{one.definition.slug}/{each.id}": each
        for one in read_once(SHENZHEN).policies
        for each in one.definition.measures
    }
    leads = {one.leads_to for each in measures.values() for one in each.conditions if one.leads_to}

    assert {measures[name].kind for name in leads} == {Kind.TITLE}
    assert "little-giant-recognition/m1" in leads


def test_tax_is_declared_by_oneself_and_money_has_a_source():
    for policy in read_once(SHENZHEN).policies:
        for one in policy.definition.measures:
            assert (one.kind is Kind.TAX) == (one.mode is Mode.SELF_DECLARED)
            assert one.pays == (one.funding is not None)
            assert one.cap is None or one.cap > 0
