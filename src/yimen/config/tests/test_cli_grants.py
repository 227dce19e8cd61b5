"""Asking, answering, reading and stopping from the shell, on the demo's real content."""

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.config.tests.test_cli import PACK
from yimen.core import lineage
from yimen.datasets import needs, services
from yimen.datasets.models import Dataset, Grant, GrantRequest
from yimen.datasets.tests.factories import Department
from yimen.items.packs.load import load
from yimen.items.packs.read import read
from yimen.ledger.models import Entry
from yimen.parties import queries
from yimen.parties.models import Agency, Post
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db
ITEM, DATASET = "graduate-reception", "population"


def run(*arguments, code=0):
    """Run the command and return its JSON; the exit code is as told."""
    result = CliRunner().invoke(app, [*(str(one) for one in arguments), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def city(settings, tmp_path):
    """The demo's content, with a data officer on each side, a steward, and the population register in memory."""
    settings.YIMEN_EXCHANGE_KEY = str(tmp_path / "exchange.pem")
    load(read(PACK), at=timezone.now())
    dataset = Dataset.objects.get(pk=DATASET)
    Dataset.objects.filter(pk=DATASET).update(source_kind="memory", connection="memory", settings={"relation": "p"})
    person = parties.person()
    names = {one.name: one.source_name for one in dataset.fields.all()}
    settings.YIMEN_SOURCES = {"memory": Department(records={person.number: dict.fromkeys(names.values(), None)})}
    grantee = Grant.objects.get(dataset=dataset, item=ITEM).grantee_id
    seats = {
        "asker": parties.desk(Post.Role.DATA_OFFICER, grantee).username,
        "owner": parties.desk(Post.Role.DATA_OFFICER, dataset.agency_id).username,
        "steward": parties.desk(Post.Role.DATA_STEWARD, parties.DATA_BUREAU).username,
    }
    Grant.objects.filter(dataset=dataset).delete()
    return seats, grantee, person


def test_a_grant_is_asked_for_given_used_and_revoked(city, tmp_path):
    seats, grantee, person = city
    made = run("grant", "request", DATASET, "--as", seats["asker"], "--item", ITEM)
    field = next(name for name, answer in made["fields"].items() if answer == "PENDING")
    asked = ("dataset", "query", DATASET, "--subject", person.number, "--fields", field, "--item", ITEM)
    asked += ("--grantee", grantee)
    assert run(*asked, code=1)["type"] == "/problems/datasets.grant-missing"
    assert [one["id"] for one in run("grant", "list", "--requests")["requests"]] == [made["id"]]

    grant = run("grant", "approve", made["id"], "--as", seats["owner"])["grant"]

    receipt = tmp_path / "receipt.json"
    answer = run(*asked, "--number", "n-1", "--receipt", receipt)
    assert Entry.objects.get(pk=answer["receipt"]["entry"]).result == "ABSENT"
    assert run("dataset", "verify", receipt) == {"genuine": True, "problems": []}
    assert run(*asked, "--number", "n-1", code=1)["type"] == "/problems/datasets.replayed"
    forged = receipt.read_text(encoding="utf-8").replace(f'"grant": {grant}', f'"grant": {grant + 1}')
    receipt.write_text(forged, encoding="utf-8")
    assert not run("dataset", "verify", receipt, code=1)["genuine"]
    run("grant", "revoke", grant, "--as", seats["owner"], "--reason", "不再需要")
    assert run(*asked, code=1)["type"] == "/problems/datasets.grant-revoked"


def test_a_value_is_masked_unless_it_is_asked_for_in_clear(city, settings):
    _, grantee, person = city
    source = Dataset.objects.get(pk=DATASET).fields.get(name="name").source_name
    settings.YIMEN_SOURCES["memory"].records[person.number][source] = "林晓雯雯雯"
    Grant.objects.create(
        dataset_id=DATASET,
        grantee_id=grantee,
        item=ITEM,
        fields=["name"],
        basis="x",
        valid_from="2020-01-01",
    )
    asked = ("dataset", "query", DATASET, "--subject", person.number, "--fields", "name", "--item", ITEM)
    asked += ("--grantee", grantee)

    assert run(*asked)["values"] == {"name": "林***雯"}
    assert run(*asked, "--clear")["values"] == {"name": "林晓雯雯雯"}


def test_a_refusal_and_a_decision_from_the_shell(city):
    seats, _, _ = city
    made = run("grant", "request", DATASET, "--as", seats["asker"], "--item", ITEM)
    law = ("--ground", "《居民身份证法》第十九条")

    assert run("grant", "refuse", made["id"], "--as", seats["owner"], *law)["state"] == "REFUSED"

    desk = queries.desk(queries.account(seats["asker"]), on=timezone.localdate())
    services.dispute(GrantRequest.objects.get().pk, words="需要", by=desk, at=timezone.now())
    names = ",".join(name for name, answer in made["fields"].items() if answer == "PENDING")
    arguments = ("grant", "arbitrate", made["id"], "--as", seats["steward"], "--reason", "应当共享", "--grant", names)
    assert run(*arguments)["state"] == "GRANTED"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("grant", "request", DATASET, "--as", "nobody", "--item", ITEM), "parties.no-such-account"),
        (("dataset", "show", "nothing"), "cli.no-such-dataset"),
        (
            ("dataset", "query", DATASET, "--subject", "x", "--fields", "y", "--item", ITEM, "--grantee", "z"),
            "cli.no-such-subject",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_1(arguments, problem):
    assert run(*arguments, code=1)["type"] == f"/problems/{problem}"


def test_a_day_that_is_none_is_named(city):
    seats, _, _ = city

    told = run("grant", "request", DATASET, "--as", seats["asker"], "--item", ITEM, "--until", "明年", code=1)

    assert told["type"] == "/problems/cli.bad-option"


def test_every_grant_of_the_content_carries_only_fields_that_its_item_reads(city_content):
    """What the platform asks of a new request the grants it comes with keep as well."""
    graph = lineage.graph()
    over = {}
    for grant in Grant.objects.all():
        need = needs.need("ITEM", grant.item, grant.dataset_id, graph=graph)
        if need is not None and (unused := sorted(set(grant.fields) - need.fields.keys())):
            over[f"{grant.dataset_id} → {grant.item}"] = unused
    assert over == {}


@pytest.fixture
def city_content():
    load(read(PACK), at=timezone.now())
    assert Agency.objects.exists()
