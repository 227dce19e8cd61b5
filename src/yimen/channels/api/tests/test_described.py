"""A program that knows the description alone, and no address of ours, gets things done."""

import re
from typing import Any

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from yimen.parties import services
from yimen.parties.tests import factories as parties

pytestmark = pytest.mark.django_db


class Described:
    """A client made from the description: operations by their id, each with its method, path, parameters and body."""

    def __init__(self, http: httpx.Client, description: str = "/api/v1/openapi.json") -> None:
        self._http = http
        self._whole = http.get(description).raise_for_status().json()
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, operations in self._whole["paths"].items()
            for method, operation in operations.items()
        }

    def __call__(self, name: str, **given: Any) -> Any:
        method, path, operation = self._operations[name]
        places = {one["name"]: one["in"] for one in operation["parameters"]}
        put: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
        for key in [key for key in given if key in places]:
            put[places[key]][key] = given.pop(key)
        body = self._body(operation, given)
        path = re.sub(r"{(\w+)}", lambda part: put["path"][part[1]], path)
        answer = self._http.request(method, path, params=put["query"], headers=put["header"], json=body)
        described = operation["responses"][str(answer.status_code)]["content"]
        assert answer.headers["Content-Type"].partition(";")[0] in described
        return answer.raise_for_status().json()

    def _body(self, operation: dict[str, Any], given: dict[str, Any]) -> dict[str, Any] | None:
        if "requestBody" not in operation:
            assert not given
            return None
        schema = self._resolved(operation["requestBody"]["content"]["application/json"]["schema"])
        assert set(schema.get("required", ())) <= set(given) <= set(schema["properties"])
        return given

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        found = self._whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found


@pytest.fixture
def program(connected):
    """Return what makes a program of an account's token."""
    opened = []

    def of(account) -> Described:
        services.register_client("citizen-app", name="市民应用", at=timezone.now())
        _, token = services.issue_token(
            "citizen-app", account=account, scopes=["read", "file"], days=1, at=timezone.now()
        )
        transport = httpx.WSGITransport(app=get_wsgi_application())
        opened.append(
            httpx.Client(transport=transport, base_url="http://localhost", headers={"Authorization": f"Bearer {token}"})
        )
        return Described(opened[-1])

    yield of
    for http in opened:
        http.close()


def test_it_files_an_application_and_has_its_licence_verified(world, program):
    call = program(parties.citizen(world.person()))

    (found,) = call("listItems", q="毕业")
    guide = call("getItem", slug=found["slug"])
    answers = {one["fact"]: one["options"][0]["value"] for one in guide["questions"]}
    judged = call("checkItem", slug=found["slug"], facts=answers)
    case = call("beginCase", item=found["slug"])
    draft = call("answerCase", case_id=case["id"], answers=answers)
    result = call("submitCase", case_id=case["id"], answers={})

    assert judged["outcome"] == "undetermined"
    assert {one["fact"] for one in judged["missing"]}.isdisjoint(answers)
    assert {one["answer"] for one in draft["questions"]} == set(answers.values())
    assert {one["state"] for one in result["conditions"]} == {"met"}
    assert result["elapsed_ms"] is not None
    (licence,) = call("listLicences")
    assert licence["verify_url"] == result["licence"]["verify_url"]
    assert call("verifyCode", code=licence["verify_url"].rstrip("/").rsplit("/", 1)[1])["is_valid"]
    assert call("getLicenceDocument", licence_id=licence["id"])["signature"]


def test_it_learns_from_the_description_how_to_act_for_a_company(world, program):
    company = parties.organisation()
    call = program(parties.representative(company))

    assert call("listCases", **{"X-Acting-For": company.credit_code}) == []


def test_a_fact_comes_for_programs_and_for_people(world, program):
    call = program(parties.citizen(world.person()))
    case = call("beginCase", item="reception")

    facts = {one["fact"]: one for one in call("prepareCase", case_id=case["id"])["facts"]}

    graduated = facts["person.graduated_on"]
    assert (graduated["value"], graduated["text"]) == ("2026-06-30", "2026年6月30日")
    assert (graduated["state"], graduated["source"]) == ("KNOWN", "department")
    assert graduated["agency"]
    assert facts["application.date"]["source"] == "system"
