"""What a citizen meets on the way from search to licence."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from yimen.cases.models import Case, Decision
from yimen.ledger import services as ledger
from yimen.ledger import verification
from yimen.ledger.models import Entry
from yimen.licences.models import Licence
from yimen.parties import services as parties_services
from yimen.parties.tests import factories as parties
from yimen.rules.tests.factories import reception

ANSWERS = {"person.fit": "true", "application.settle": "collective"}
pytestmark = pytest.mark.django_db


def apply(client, answers=ANSWERS):
    """Start, look at the draft, submit; return the case's address and the last answer."""
    address = client.post("/items/reception/start")["Location"]
    client.get(address)
    return address, client.post(f"{address}submit", answers)


def test_the_front_door_needs_no_sign_in(world):
    page = Client().get("/")

    assert page.status_code == 200
    assert "毕业生接收" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"), [("毕业", True), ("recep", True), ("登月", False), ("\x00", True), ("毕" * 500, False)]
)
def test_search_finds_by_name_in_either_language(world, query, found):
    text = Client().get("/items/", {"q": query}).content.decode()

    assert ('href="/items/reception/"' in text) is found


def test_suggestions_are_the_list_alone(world):
    page = Client().get("/items/", {"q": "毕业"}, headers={"HX-Request": "true"}).content.decode()

    assert "毕业生接收" in page
    assert "<html" not in page


def test_the_guide_counts_what_must_be_handed_in(world):
    assert "0 份" in Client().get("/items/reception/").content.decode()


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(world):
    answer = Client().post("/items/reception/start")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_approved_on_one_page_with_licence_and_qr(world, visit):
    client = visit(world.person())

    address, answer = apply(client)
    page = client.get(address).content.decode()

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert 'data-outcome="approve"' in page
    assert 'class="qr"' in page
    assert "/verify/" in page


def test_refused_with_the_condition_and_its_clause(world, visit):
    client = visit(world.person(household="440305"))

    address, _ = apply(client, {})
    page = client.get(address).content.decode()

    assert 'data-outcome="reject"' in page
    assert "户籍不在本市" in page
    assert "《落户办法》第三条" in page
    assert "行政复议" in page


def test_a_refusal_shows_the_value_the_limit_and_the_clause(world, visit):
    client = visit(world.person(graduated_on="20240630"))

    address, _ = apply(client, ANSWERS)
    page = client.get(address).content.decode()

    assert "申请日期：" in page
    assert re.search(r"要求不晚于2026年6月30日（毕业日期 \+ 2 年）", page)
    assert "《落户办法》第四条" in page


def test_conditions_not_looked_at_are_shown_as_open_without_values(world, visit):
    client = visit(world.person(household="440305"))

    address, _ = apply(client, {})
    page = client.get(address).content.decode()

    assert page.count("待核实") == 3
    assert "有犯罪记录" not in page, "it was never fetched, and is not fetched to explain"
    assert [fact for _, fact in world.asked if fact == "convicted"] == []


def test_what_was_missing_is_said_where_the_rules_have_no_words_for_it(world, visit):
    world.put_rules(reception(c2='application.date >= person.graduated_on + duration("P10Y")'))
    client = visit(world.person(graduated_on="20200630"))

    address, _ = apply(client, ANSWERS)
    page = client.get(address).content.decode()

    assert re.search(r'class="near">2030年6月30日起申请（还差 [^）]+），这一项就符合了（其余条件还没有全部核验）', page)


def test_a_sensitive_value_in_a_condition_is_folded_away_too(world, visit):
    client = visit(world.person(convicted="1"))

    address, _ = apply(client, ANSWERS)
    page = client.get(address).content.decode()

    assert "<summary>敏感信息，点开查看</summary><strong>是</strong></details>" in page
    assert "有犯罪记录：<strong>" not in page


def test_a_wrong_form_keeps_what_was_typed_and_names_each_error(world, visit):
    client = visit(world.person())

    _, answer = apply(client, {"person.fit": "true", "application.settle": "moon"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "请从给出的选项中选择" in page
    assert 'name="person.fit" value="true" checked' in page
    assert Case.objects.get().status == Case.Status.DRAFT


def test_a_missing_answer_is_asked_for_and_nothing_is_filed(world, visit):
    client = visit(world.person())

    _, answer = apply(client, {"person.fit": "true"})

    assert answer.status_code == 422
    assert "户口落在哪里" in answer.content.decode()


def test_a_date_typed_in_three_fields_is_put_together(world, visit):
    world.silence("education")
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]
    date = {"person.graduated_on.year": "2026", "person.graduated_on.month": "6", "person.graduated_on.day": "30"}

    client.post(f"{address}answers", {**date, "person.fit": "true"})

    assert Case.objects.get().answers == {"person.graduated_on": "2026-06-30", "person.fit": "true"}


def test_an_impossible_date_is_said_so_and_kept_as_typed(world, visit):
    world.silence("education")
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]
    date = {"person.graduated_on.year": "2025", "person.graduated_on.month": "2", "person.graduated_on.day": "30"}

    page = client.post(f"{address}submit", {**ANSWERS, **date})

    assert page.status_code == 422
    assert "真实存在的日期" in page.content.decode()
    assert 'value="2025"' in page.content.decode()


def test_a_silent_department_is_named_kindly_and_the_case_goes_on(world, visit):
    world.silence("education")
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]

    draft = client.get(address).content.decode()
    client.post(f"{address}submit", ANSWERS)
    result = client.get(address).content.decode()

    assert "公安局 · 部门系统暂未响应" in draft
    assert 'data-outcome="undetermined"' in result
    assert "毕业日期" in result


def test_what_is_sensitive_is_folded_away_until_asked_for(world, visit):
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]

    page = client.get(address).content.decode()

    assert "<details><summary>敏感信息，点开查看</summary>否</details>" in page
    assert page.count("敏感信息，点开查看") == 2, "as a fact, and in the condition it decides"


def test_clicking_twice_and_refreshing_give_one_case(world, visit):
    client = visit(world.person())
    address, _ = apply(client)

    again = client.post(f"{address}submit", ANSWERS)
    client.get(address)

    assert (again.status_code, again["Location"]) == (303, address)
    assert Decision.objects.count() == 1


def test_a_draft_waits_on_the_front_page(world, visit):
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]

    assert address in client.get("/").content.decode()


def test_what_is_granted_is_shown_instead_of_started_again(world, visit):
    client = visit(world.person())
    address, _ = apply(client)

    assert address in client.get("/items/reception/").content.decode()
    assert client.post("/items/reception/start").status_code == 409


def test_the_licence_is_downloaded_and_verified_by_upload(world, visit):
    client = visit(world.person())
    apply(client)
    (licence,) = re.findall(r"/licences/([0-9a-f-]{36})/", client.get("/licences/").content.decode())
    data = client.get(f"/licences/{licence}.json").content

    good = Client().post("/verify/", {"file": SimpleUploadedFile("l.json", data)})
    forged = Client().post("/verify/", {"file": SimpleUploadedFile("l.json", data.replace(b"2026", b"2016"))})

    assert (good.status_code, forged.status_code) == (200, 422)
    assert "证照真实有效" in good.content.decode()
    assert "不能采信" in forged.content.decode()
    assert json.loads(Client().get("/verify/keys.json").content)["keys"]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({}, 422, "请填写核验码"),
        ({"code": "nothing-like-this"}, 404, "查不到这份证照"),
        ({"code": "中文"}, 422, "请填写核验码"),
        ({"file": SimpleUploadedFile("x.json", b"{}")}, 422, "不是一份可以核验"),
    ],
)
def test_what_cannot_be_verified_has_its_own_answer(world, form, status, words):
    page = Client().post("/verify/", form, follow=True)

    assert page.status_code == status
    assert words in page.content.decode()


def test_reads_are_gathered_and_told_in_chinese(world, visit):
    client = visit(world.person())
    apply(client)

    page = client.get("/me/reads/").content.decode()

    assert "市人力资源保障局（系统自动核验）" in page
    assert "户籍所在地" in page
    assert "办理“毕业生接收”" in page


def test_demo_sign_in_exists_in_a_demo_only(world, settings):
    account = parties_services.open_account("demo-someone", person=parties.person())
    settings.YIMEN_DEMO = False
    assert Client().get("/accounts/demo/").status_code == 404
    assert Client().post("/accounts/demo/", {"username": account.username}).status_code == 404

    settings.YIMEN_DEMO = True
    assert Client().post("/accounts/demo/", {"username": account.username})["Location"] == "/"
    assert Client().post("/accounts/demo/", {"username": "admin"}).status_code == 404
    away = Client().post("/accounts/demo/", {"username": account.username, "next": "//evil.example/"})
    assert away["Location"] == "/"


def test_passwords_open_accounts_and_wrong_ones_do_not(world):
    parties_services.open_account("lin", person=parties.person(), password="correct horse battery")

    wrong = Client().post("/accounts/login/", {"login": "lin", "password": "guess"})
    right = Client().post("/accounts/login/", {"login": "lin", "password": "correct horse battery"})

    assert "用户名或密码不对" in wrong.content.decode()
    assert right.status_code == 302


def test_preferences_are_kept_and_lead_back_home_only(world):
    answer = Client().post("/preferences/", {"theme": "dark", "elder": "1", "next": "/items/"})
    away = Client().post("/preferences/", {"theme": "x", "next": "https://evil.example/"})

    assert answer["Location"] == "/items/"
    assert (answer.cookies["theme"].value, answer.cookies["elder"].value) == ("dark", "1")
    assert (away["Location"], away.cookies["theme"].value) == ("/", "")


def test_an_oversized_form_is_refused_with_a_reason(world, visit):
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]

    answer = client.post(f"{address}submit", {"person.fit": "x" * 300_000})

    assert answer.status_code == 400
    assert "超过了大小限制" in answer.content.decode()


def test_a_stale_form_is_explained(world):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/preferences/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "页面停留太久" in answer.content.decode()


def test_a_program_gets_a_problem_document(world, visit):
    answer = visit(world.person()).get("/items/nothing/", headers={"Accept": "application/json"})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/items.no-such-item"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"not a form", "multipart/form-data; boundary=x"),
        (b"not a form", "multipart/form-data"),
        (b"\xff\xfe=\x00", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"&".join(b"a%d=1" % number for number in range(300)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_malformed_body_is_never_a_fault_and_loses_nothing(world, visit, body, content_type):
    client = visit(world.person())
    address = client.post("/items/reception/start")["Location"]
    client.post(f"{address}answers", {"person.fit": "true"})

    for target in (f"{address}submit", f"{address}answers", "/verify/", "/preferences/", "/accounts/login/"):
        assert client.post(target, body, content_type=content_type).status_code in {200, 302, 303, 400, 422}

    assert Case.objects.get().answers == {"person.fit": "true"}
    assert Case.objects.get().status == Case.Status.DRAFT


def test_what_a_person_sees_is_kept_by_no_cache(world, visit):
    assert visit(world.person()).get("/cases/")["Cache-Control"] == "private, no-store"


def test_asking_for_the_head_of_a_page_is_allowed(world):
    assert Client().head("/items/").status_code == 200


def test_a_read_is_proven_to_whom_it_concerns_once_it_is_sealed(world, visit):
    person = world.person()
    client = visit(person)
    apply(client)
    number = Entry.objects.filter(kind=Entry.Kind.READ, subject=person.pk).latest("pk").pk
    early = client.get(f"/me/reads/{number}.json")
    ledger.seal(at=timezone.now())

    proof = client.get(f"/me/reads/{number}.json")
    other = visit(parties.person("欧阳不相干"))

    assert early.status_code == 404
    assert "请稍后再试" in early.content.decode()
    assert verification.is_proven(proof.json()) == []
    assert proof.headers["Content-Disposition"] == f'attachment; filename="ledger-{number}.json"'
    assert other.get(f"/me/reads/{number}.json").status_code == 404


@pytest.mark.parametrize(("items", "seen"), [(["reception"], True), ([], True), (["another-thing"], False)])
def test_an_agent_sees_the_licences_and_reads_of_the_items_entrusted_and_no_others(world, visit, items, seen):
    mother, daughter = world.person(), parties.person("黄丽娟")
    apply(visit(mother))
    ledger.seal(at=timezone.now())
    licence = Licence.objects.get()
    read = Entry.objects.filter(kind=Entry.Kind.READ, item="reception").latest("pk").pk
    today = timezone.localdate()
    parties_services.give_mandate(
        parties.acting(mother),
        id_number=daughter.id_number,
        name=daughter.name,
        items=items,
        ends_on=today + timedelta(days=30),
        at=timezone.now(),
        on=today,
    )
    her = visit(daughter)
    her.post("/me/standing/", {"principal": str(mother.pk)})

    addresses = ("/licences/", f"/licences/{licence.pk}/", f"/licences/{licence.pk}.json", "/me/reads/")
    listed, shown, given, reads = (her.get(address) for address in addresses)

    assert (str(licence.pk) in listed.content.decode()) is seen
    assert ("毕业日期" in reads.content.decode()) is seen
    proof = her.get(f"/me/reads/{read}.json")
    assert [one.status_code for one in (shown, given, proof)] == [200 if seen else 404] * 3
