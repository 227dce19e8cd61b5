"""Each measure of the city's policies decides by the command line as its cases say."""

import json
from functools import cache
from pathlib import Path

import pytest
from django.utils import timezone
from ruamel.yaml import YAML
from typer.testing import CliRunner

from yimen.config.cli import app, decide
from yimen.policies.packs.load import load
from yimen.policies.packs.read import read

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


def cases(name):
    return YAML(typ="safe").load((SHENZHEN / "policies" / name / "cases.yaml").read_text(encoding="utf-8"))


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


@pytest.mark.django_db
def test_loaded_policies_decide_without_the_pack(tmp_path):
    report = load(read_once(SHENZHEN), at=timezone.now())
    path = tmp_path / "facts.yaml"

    def ask(name, text):
        path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(app, ["decide", name, "--facts", str(path), "--on", "2026-11-22", "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert len(report.policies) == 17
    assert ask("employment-absorption/m2", "hire: [{category: other}]")["failing"] == ["c1"]
    assert ask("employment-absorption/m2", "{}")["missing"] == [
        "hire.category",
        "hire.insurance_months",
        "hire.still_employed",
    ]
    reward = "org.registered_division: '440305'\norg.status: active\norg.titles: [srdi]\n"
    reward += "org.reward_same_title_received: false\norg.serious_dishonesty: false\n"
    assert ask("sz-srdi-reward/m1", reward)["amount"] == 200000
    assert ask("skill-upgrade-subsidy/m1", "{}")["outcome"] == "not-offered"
