"""The command line: answers programs can read, sentences people can, and exit codes that mean something."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.items.packs.load import load
from yimen.items.packs.read import read
from yimen.ledger import queries as ledger_queries
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.licences import queries as licence_queries
from yimen.licences import services as licence_services
from yimen.licences.tests import factories as licences
from yimen.parties import queries as party_queries
from yimen.parties.logic import Actor
from yimen.parties.models import Account
from yimen.parties.tests import factories as accounts

ROOT = Path(__file__).resolve().parents[4]
PACK = ROOT / "content" / "shenzhen"
GOOD = """
person.education_level: bachelor
person.degree_level: bachelor
person.education_mode: full_time
person.graduated_on: 2026-06-30
person.education_verified: true
person.household_registration_division: "430102"
person.birth_date: 2003-05-14
person.criminal_record: false
person.health_declared_fit: true
"""


@pytest.fixture
def facts(tmp_path):
    def write(text=GOOD, **changes):
        for name, value in changes.items():
            lines = [line for line in text.splitlines() if not line.startswith(f"person.{name}:")]
            text = "\n".join([*lines, *([] if value is None else [f"person.{name}: {value}"])])
        path = tmp_path / "facts.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def decide(path, *more, on="2026-11-22", name="graduate-reception", pack=PACK):
    day = ["--on", on] if on else []
    where = ["--pack", pack] if pack else []
    return run("decide", name, "--facts", path, *day, *where, "--json", *more)


def test_all_conditions_met_approve(facts):
    answer = decide(facts())

    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {
        "outcome": "approve",
        "failing": [],
        "missing": [],
        "reasons": ["各项条件都符合。"],
    }


def test_a_refusal_lists_every_failing_condition(facts):
    answer = json.loads(decide(facts(education_level="junior_college", criminal_record="true")).stdout)

    assert (answer["outcome"], answer["failing"]) == ("reject", ["c1", "c6", "c7"])
    assert len(answer["reasons"]) == 3


def test_a_missing_fact_is_named(facts):
    answer = json.loads(decide(facts(criminal_record=None, birth_date="null")).stdout)

    assert (answer["outcome"], set(answer["missing"])) == (
        "undetermined",
        {"person.criminal_record", "person.birth_date"},
    )


def test_before_the_item_began_it_is_not_offered(facts):
    answer = decide(facts(), on="2018-05-31")

    assert (answer.exit_code, json.loads(answer.stdout)["outcome"]) == (0, "not-offered")


def test_the_day_comes_from_the_option_then_the_file_then_today(facts):
    path = facts(GOOD + "application.date: 2029-01-01\n")

    assert json.loads(decide(path, on=None).stdout)["failing"] == ["c3"]
    assert json.loads(decide(path, on="2026-11-22").stdout)["outcome"] == "approve"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"birth_date": "2003-02-30"}, "真实存在的日期"),
        ({"criminal_record": "perhaps"}, "“是”或“否”"),
        ({"education_level": "phd"}, "doctorate"),
        ({"birth_day": "2003-02-03"}, "person.birth_date"),
    ],
)
def test_a_wrong_fact_is_named_with_what_is_expected(facts, change, words):
    answer = decide(facts(**change))

    assert answer.exit_code == 1
    assert words in json.loads(answer.stdout)["detail"]


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "person.birth_date: 2003\nperson.birth_date: 2004\n"])
def test_a_broken_file_is_refused_with_its_line(facts, text):
    answer = decide(facts(text))

    assert answer.exit_code == 1
    assert "facts.yaml" in json.loads(answer.stdout)["detail"]


def test_a_wrong_name_gets_a_suggestion(facts):
    answer = decide(facts(), name="graduate-recepton")

    assert answer.exit_code == 1
    assert "graduate-reception" in json.loads(answer.stdout)["detail"]


def test_wrong_usage_is_exit_code_two(facts):
    assert run("decide").exit_code == 2
    assert run("decide", "graduate-reception", "--nonsense").exit_code == 2


def test_a_missing_file_is_a_sentence(tmp_path):
    answer = decide(tmp_path / "nowhere.yaml")

    assert answer.exit_code == 1
    assert "没有这个文件" in json.loads(answer.stdout)["detail"]


def test_people_get_sentences(facts):
    answer = run(
        "decide", "graduate-reception", "--facts", facts(criminal_record="true"), "--on", "2026-11-22", "--pack", PACK
    )

    assert answer.stdout.splitlines()[0] == "不予批准"
    assert "无犯罪记录" in answer.stdout


@pytest.mark.django_db
def test_without_a_pack_the_loaded_version_decides_alike(facts):
    load(read(PACK), at=timezone.now())

    for change in ({}, {"education_level": "junior_college"}, {"birth_date": None}):
        path = facts(**change)
        assert decide(path, pack=None).stdout == decide(path).stdout


@pytest.mark.django_db
def test_an_empty_database_says_what_to_do(facts):
    answer = decide(facts(), pack=None)

    assert answer.exit_code == 1
    assert "pack load" in json.loads(answer.stdout)["detail"]


def test_a_clean_pack_is_exit_code_zero_and_a_broken_one_is_one(tmp_path):
    assert json.loads(run("pack", "check", PACK, "--json").stdout)["clean"] is True
    broken = run("pack", "check", tmp_path / "nowhere", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["findings"][0]["remedy"]


@pytest.mark.django_db
def test_an_empty_ledger_verifies(settings, tmp_path):
    settings.YIMEN_LEDGER_KEY, settings.YIMEN_LEDGER_HEADS = str(tmp_path / "k.pem"), str(tmp_path / "heads.jsonl")
    said = json.loads(run("ledger", "verify", "--json").stdout)

    assert said == {"clean": True, "rows": 0, "seals": 0, "unsealed": 0, "problems": []}


def test_deciding_with_a_pack_needs_no_database(facts):
    program = f"""
import sys
from yimen.config.cli import app
try:
    app(["decide", "graduate-reception", "--facts", {str(facts())!r}, "--on", "2026-11-22", "--pack", {str(PACK)!r}])
except SystemExit as ended:
    assert ended.code == 0, ended.code
assert "yimen.config.settings" not in sys.modules
assert "django.db.models" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_the_ledger_is_sealed_verified_and_one_row_proven_from_the_shell(settings, tmp_path):
    settings.YIMEN_LEDGER_KEY, settings.YIMEN_LEDGER_HEADS = str(tmp_path / "k.pem"), str(tmp_path / "heads.jsonl")
    subject = accounts.person().pk
    row = ledger.record_read(
        actor=Actor("system", "x", "某局"), subject=subject, dataset="population", fields=["name"],
        purpose=Purpose("", "查看本人证照"), result="OK", at=timezone.now(),
    )  # fmt: skip
    file, broken = tmp_path / "proof.json", tmp_path / "broken.json"

    sealed = json.loads(run("ledger", "seal", "--json").stdout)
    verified = run("ledger", "verify", "--json")
    part = run("ledger", "verify", "--from", "1", "--to", "1")
    file.write_text(json.dumps(ledger_queries.proof_of(row, subject=subject)))
    broken.write_text("[")

    assert sealed == {"batches": 1, "rows": 1}
    assert json.loads(verified.stdout) == {"clean": True, "rows": 1, "seals": 1, "unsealed": 0, "problems": []}
    assert "1 个封存批次" in part.stdout
    assert json.loads(run("ledger", "prove", file, "--json").stdout) == {"proven": True, "problems": []}
    assert "不是一份完整的留痕证明" in run("ledger", "prove", broken).stdout


@pytest.mark.django_db
def test_a_licence_file_is_verified_with_the_published_keys_alone(settings, tmp_path):
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    issued = licences.licence()
    view = licence_services.show(issued.pk, holder=issued.holder, by=Actor("citizen", "7", "您本人"), at=timezone.now())
    file, forged, keys = tmp_path / "l.json", tmp_path / "f.json", tmp_path / "keys.json"
    file.write_bytes(view.file)
    forged.write_bytes(view.file.replace(issued.identifier.encode()[-40:-20], b"0" * 20))
    keys.write_text(json.dumps({"keys": licence_queries.public_keys()}))

    assert json.loads(run("licence", "verify", file, "--keys", keys, "--json").stdout)["genuine"] is True
    assert run("licence", "verify", forged, "--keys", keys).exit_code == 1
    keys.write_text("[]")
    assert "公钥文件有误" in run("licence", "verify", file, "--keys", keys, "--json").stdout


@pytest.mark.django_db
def test_a_client_gets_a_token_once_and_it_is_taken_back():
    now = timezone.now()
    accounts.citizen(accounts.person())
    name = Account.objects.get().username

    registered = run("client", "register", "citizen-app", "市民应用", "--json")
    issued = run("client", "token", "citizen-app", "--account", name, "--scope", "file", "--days", "2", "--json")
    token = json.loads(issued.output)
    revoked = [run("client", "revoke", token["id"], "--json") for _ in range(2)]

    assert json.loads(registered.output) == {"client": "citizen-app"}
    assert token["token"].startswith("ymt_")
    assert token["expires_at"] > now.isoformat()
    assert [(json.loads(one.output)["revoked"], one.exit_code) for one in revoked] == [(True, 0), (False, 1)]
    with pytest.raises(party_queries.TokenInvalid):
        party_queries.bearer(token["token"], scope="file", at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("register", "Citizen App", "市民应用"), "小写字母"),
        (("token", "nobody"), "没有接入应用"),
        (("token", "citizen-app", "--account", "nobody"), "没有账号"),
        (("token", "citizen-app", "--scope", "everything"), "权限范围"),
        (("token", "citizen-app", "--days", "9999"), "有效期"),
    ],
)
def test_a_client_or_token_that_makes_no_sense_is_refused_with_its_remedy(command, said):
    run("client", "register", "citizen-app", "市民应用")

    answer = run("client", *command, "--json")

    assert answer.exit_code == 1
    assert said in json.loads(answer.output)["detail"]
