"""What programs may do: with a token, for whom it is good, and nothing else."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from yimen.cases.models import Case
from yimen.channels.api.urls import api
from yimen.items import queries as items
from yimen.ledger import queries as ledger
from yimen.parties import services
from yimen.parties.models import Account, Mandate, Token
from yimen.parties.models import Client as Registered
from yimen.parties.tests import factories as parties

ANSWERS = {"person.fit": "true", "application.settle": "collective"}
pytestmark = pytest.mark.django_db


class Program:
    """A client of the API with its token."""

    def __init__(self, token: str = "", **headers: str) -> None:
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}", **headers} if token else headers
        self.client = Client()

    def __call__(self, method: str, path: str, body: object = None, **more):
        extra = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(f"/api/v1{path}", headers=self.headers, **extra, **more)


def token(account=None, *, client="citizen-app", scopes=("read", "file"), days=30) -> str:
    services.register_client(client, name="市民应用", at=timezone.now())
    return services.issue_token(client, account=account, scopes=scopes, days=days, at=timezone.now())[1]


@pytest.fixture
def she(world):
    """A graduate who meets every condition, and her program."""
    return Program(token(parties.citizen(world.person())))


def begun(program) -> str:
    return program("post", "/cases", {"item": "reception"}).json()["id"]


def problem(answer, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{code}"
    assert body["status"] == status
    assert body["detail"]
    return body


def test_a_program_files_an_application_and_gets_the_licence(she):
    case = begun(she)
    draft = she("get", f"/cases/{case}/preparation").json()
    result = she("post", f"/cases/{case}/submit", {"answers": ANSWERS}).json()

    assert [one["fact"] for one in draft["questions"]] == ["application.settle", "person.fit"]
    assert {one["state"] for one in draft["facts"] if one["agency"]} == {"KNOWN"}
    assert (result["status"], result["outcome"], result["decided_by"]) == ("APPROVED", "approve", "RULES")
    licence = she("get", "/licences").json()[0]
    assert result["licence"] == licence
    code = licence["verify_url"].rstrip("/").rsplit("/", 1)[1]
    assert she("get", f"/verifications/{code}").json()["is_genuine"] is True
    document = she("get", f"/licences/{licence['id']}/document")
    assert json.loads(document.content)["signature"]


def test_submitting_again_gives_the_same_case(she):
    case = begun(she)
    first = she("post", f"/cases/{case}/submit", {"answers": ANSWERS}).json()
    second = she("post", f"/cases/{case}/submit", {"answers": {"person.fit": "false"}}).json()

    assert first["number"] == second["number"]
    assert Case.objects.count() == 1


def test_what_a_program_sees_leaves_a_row(she):
    case = begun(she)
    she("post", f"/cases/{case}/submit", {"answers": ANSWERS})
    before = len(ledger.of_case(case))

    she("get", f"/cases/{case}")

    assert len(ledger.of_case(case)) == before + 1


def test_a_refusal_names_the_condition_and_a_person_may_be_asked(world):
    he = Program(token(parties.citizen(world.person(household="440305"))))
    case = begun(he)
    assert he("get", f"/cases/{case}/preparation").json()["outcome"] == "reject"
    refused = he("post", f"/cases/{case}/submit", {"answers": {}}).json()
    waiting = he("post", f"/cases/{case}/review-request", {"reason": "户口已迁出"}).json()

    assert (refused["status"], [one["id"] for one in refused["failing"]]) == ("REFUSED", ["c1"])
    assert refused["failing"][0]["clauses"]
    assert (waiting["status"], waiting["outcome"]) == ("REVIEW", "reject")


def test_a_check_reads_nobody_and_judges_what_is_given(world):
    anyone = Program(token(scopes=("read",)))
    facts = {"person.household": "440305"}

    seen = anyone("post", "/items/reception/check", {"facts": facts, "on": "2026-11-22"}).json()

    assert (seen["outcome"], [one["id"] for one in seen["failing"]]) == ("reject", ["c1"])
    assert world.asked == []


def test_a_check_before_the_item_existed_says_not_offered(world):
    body = {"facts": {}, "on": "1999-01-01"}

    assert Program(token())("post", "/items/reception/check", body).json()["outcome"] == "not-offered"


def test_without_a_token_there_is_nothing(world):
    answer = Program()("get", "/items")

    problem(answer, 401, "parties.token-missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("kind", ["wrong", "revoked", "expired", "client off", "account off"])
def test_a_token_that_is_not_good_is_refused(world, kind):
    text = token(parties.citizen(world.person()))
    if kind == "revoked":
        assert services.revoke_token(Token.objects.get().pk, at=timezone.now())
    if kind == "client off":
        Registered.objects.update(is_active=False)
    if kind == "account off":
        Account.objects.update(is_active=False)
    if kind == "expired":
        now = timezone.now()
        Token.objects.update(issued_at=now - timedelta(days=9), expires_at=now - timedelta(days=1))

    answer = Program("ymt_wrong" if kind == "wrong" else text)("get", "/cases")

    problem(answer, 401, "parties.token-expired" if kind == "expired" else "parties.token-invalid")


def test_a_token_is_kept_as_its_digest_only(world):
    text = token()

    assert text not in str(Token.objects.values().get())


def test_reading_is_not_filing(world):
    reader = Program(token(parties.citizen(world.person()), scopes=("read",)))

    assert reader("get", "/cases").status_code == 200
    problem(reader("post", "/cases", {"item": "reception"}), 403, "parties.scope-missing")


def test_a_token_of_nobody_has_no_cases(world):
    problem(Program(token())("get", "/cases"), 403, "api.nobodys-token")


def test_another_persons_case_and_another_clients_case_are_not_there(world, she):
    case = begun(she)
    owner = Case.objects.get().applicant
    stranger = Program(token(parties.citizen(world.person())))
    elsewhere = Program(token(parties.citizen(parties.Person.objects.get(pk=owner.pk)), client="another-app"))

    for program in (stranger, elsewhere):
        problem(program("get", f"/cases/{case}/preparation"), 404, "cases.not-found")
        problem(program("post", f"/cases/{case}/submit", {"answers": ANSWERS}), 404, "cases.not-found")
        assert program("get", "/cases").json() == []
    problem(elsewhere("post", "/cases", {"item": "reception"}), 409, "cases.elsewhere")
    assert Case.objects.get().status == Case.Status.DRAFT


def test_who_acts_for_another_shows_a_mandate(world):
    company = parties.organisation()
    account = parties.representative(company)
    text = token(account)

    as_company = Program(text, **{"X-Acting-For": company.credit_code})

    assert as_company("get", "/cases").json() == []
    problem(as_company("post", "/cases", {"item": "reception"}), 409, "cases.wrong-standing")


def test_who_acts_under_a_narrow_mandate_finds_no_licence_of_another_item(world, she):
    case = begun(she)
    licence = she("post", f"/cases/{case}/submit", {"answers": ANSWERS}).json()["licence"]["id"]
    owner, agent, today = Case.objects.get().applicant, parties.person("黄丽娟"), timezone.localdate()
    Mandate.objects.create(
        principal=owner,
        agent=agent,
        role=Mandate.Role.RELATIVE,
        items=["another-thing"],
        starts_on=today,
        ends_on=today + timedelta(days=9),
        given_by=owner,
        given_at=timezone.now(),
    )
    hers = Program(token(parties.citizen(agent)), **{"X-Acting-For": str(owner.pk)})

    assert hers("get", "/licences").json() == []
    problem(hers("get", f"/licences/{licence}/document"), 404, "licences.not-found")


@pytest.mark.parametrize("whom", ["another company", "another person", "nobody", "nonsense", "", "\x00", "12'; --"])
def test_nobody_acts_for_whom_no_mandate_names(world, she, whom):
    named = {
        "another company": lambda: parties.organisation("别家").credit_code,
        "another person": lambda: str(world.person().pk),
        "nobody": lambda: str(UUID(int=7)),
    }.get(whom, lambda: whom)()

    problem(Program(she.token, **{"X-Acting-For": named})("get", "/cases"), 403, "parties.no-mandate")


def test_a_mandate_that_is_over_is_said_so_and_its_party_is_not_acted_for(world):
    company = parties.organisation()
    account = parties.representative(company)
    Mandate.objects.update(ends_on=timezone.localdate())

    answer = Program(token(account), **{"X-Acting-For": str(company.pk)})("get", "/cases")

    problem(answer, 403, "parties.mandate-over")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", "/nothing", None, 404, "api.no-such-address"),
        ("get", "/items/nothing", None, 404, "items.no-such-item"),
        ("get", f"/cases/{UUID(int=1)}", None, 404, "cases.not-found"),
        ("post", "/cases", {"item": "reception", "extra": 1}, 422, "api.invalid-request"),
        ("post", "/cases", {}, 422, "api.invalid-request"),
        ("post", "/items/reception/check", {"facts": {"person.shoe": "42"}}, 422, "facts.unknown-fact"),
        (
            "post",
            "/items/reception/check",
            {"facts": {"person.graduated_on": "2026-02-30"}},
            422,
            "facts.invalid-value",
        ),
        ("get", "/verifications/nothing-of-ours", None, 404, "licences.not-found"),
    ],
)
def test_bad_input_is_told_what_is_wrong(she, method, path, body, status, code):
    problem(she(method, path, body), status, code)


def test_an_answer_that_cannot_be_is_named_and_the_draft_stays(she):
    case = begun(she)

    body = problem(
        she("post", f"/cases/{case}/submit", {"answers": {"application.settle": "moon"}}), 422, "cases.invalid-answers"
    )

    assert list(body["answers"]) == ["application.settle"]
    assert Case.objects.get().status == Case.Status.DRAFT


def test_broken_and_oversized_bodies_are_refused(she):
    broken = she.client.post("/api/v1/cases", data="{", content_type="application/json", headers=she.headers)
    huge = she("post", "/cases", {"item": "x" * 300_000})

    problem(broken, 400, "api.unreadable")
    problem(huge, 413, "api.too-large")


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "{'item': 1}", "NaN", '{"item": NaN}', "\ufeff{}", "[" * 9000, b"\xff"]
)
def test_what_is_no_json_object_is_refused(she, body):
    answer = she.client.post("/api/v1/cases", data=body, content_type="application/json", headers=she.headers)

    assert answer.status_code in {400, 422}
    problem(answer, answer.status_code, {400: "api.unreadable", 422: "api.invalid-request"}[answer.status_code])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_json_sent_as_something_else_is_refused(she, kind):
    answer = she.client.post("/api/v1/cases", data='{"item": "reception"}', content_type=kind, headers=she.headers)

    problem(answer, 415, "api.wrong-media")


@pytest.mark.parametrize(
    "body",
    [
        {"item": "reception\x00"},
        {"item": "\ud800"},
        {"item": "reception", "organisation": "\x00"},
    ],
)
def test_what_no_database_can_keep_is_refused(she, body):
    problem(she("post", "/cases", body), 422, "api.invalid-request")


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_an_answer_no_database_can_keep_is_refused(she, text):
    case = begun(she)

    for answers in ({"person.fit": text}, {text: "true"}):
        problem(she("patch", f"/cases/{case}/answers", {"answers": answers}), 422, "api.invalid-request")
    problem(she("post", f"/cases/{case}/review-request", {"reason": text}), 422, "api.invalid-request")
    problem(she("post", "/items/reception/check", {"facts": {text: text}}), 422, "api.invalid-request")


def test_each_mistake_is_named_with_its_place_in_chinese(she):
    body = {"organisation": 7, "extra": 1}

    errors = problem(she("post", "/cases", body), 422, "api.invalid-request")["errors"]

    assert {one["field"]: one["sentence"] for one in errors} == {
        "item": "缺少这一项。",
        "organisation": "应为文字。",
        "extra": "没有这一项，请删去。",
    }


@pytest.mark.parametrize("path", ["/items", "/cases", "/openapi.json"])
def test_a_method_the_address_does_not_know_is_refused_and_those_it_knows_are_named(she, path):
    answer = she("delete", path)

    problem(answer, 405, "api.wrong-method")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/items/", "/api/v1/cases/7", "/api/v2/items", "/api/\xff"]
)
def test_an_address_that_is_not_there_is_a_problem_too(she, path):
    problem(she.client.get(path, headers=she.headers), 404, "api.no-such-address")


def test_a_file_of_another_form_is_refused(she):
    odd = {"data": b"--x", "content_type": "multipart/form-data"}

    problem(she.client.post("/api/v1/verifications", headers=she.headers, **odd), 400, "api.unreadable")
    problem(she("post", "/verifications", {"file": "x"}), 422, "api.invalid-request")


def test_a_host_that_is_not_ours_is_a_problem_too(she):
    answer = she.client.get("/api/v1/items", headers={**she.headers, "Host": "elsewhere.example"})

    problem(answer, 400, "api.unreadable")


def test_a_fault_of_ours_tells_nothing_of_the_inside(she, monkeypatch):
    monkeypatch.setattr(items, "search", lambda *_, **__: 1 / 0)
    she.client.raise_request_exception = False

    answer = she("get", "/items")

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "ZeroDivision" not in answer.content.decode()


def test_a_signed_in_browser_is_nobody_here_and_no_cookie_is_set(she, visit, world):
    browser = visit(world.person())

    answer = browser.get("/api/v1/cases")

    problem(answer, 401, "parties.token-missing")
    assert not she("get", "/cases").cookies


def test_nobody_on_the_way_keeps_an_answer(she):
    assert she("get", "/cases").headers["Cache-Control"] == "no-store"


def test_a_draft_has_no_result_yet(she):
    problem(she("get", f"/cases/{begun(she)}"), 409, "api.not-submitted")


def test_the_description_is_openapi_3_1_and_names_every_operation():
    described = api.get_openapi_schema()

    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len(operations) == 14
    assert all(one["operationId"] and one["summary"] for one in operations)
