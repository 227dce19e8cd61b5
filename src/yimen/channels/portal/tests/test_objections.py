"""不对？ — from the fact to the source and back with an answer, through the pages."""

import pytest
from django.test import Client

from yimen.cases import services
from yimen.cases.tests.factories import NOW, World
from yimen.datasets.models import Objection
from yimen.ledger.models import Entry
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.tasks.models import Task

BACKEND = "yimen.config.backends.AccountBackend"
FACT = "person.graduated_on"
WORDS = {"words": "我是 2025 年毕业的", "expected": "2025 年 6 月"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings):
    settings.YIMEN_DEMO = True
    return World(settings)


def signed_in(account):
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def text(answer):
    return answer.content.decode()


@pytest.fixture
def owner(world):
    return world.person()


@pytest.fixture
def citizen(owner):
    return signed_in(parties.citizen(owner))


@pytest.fixture
def case(owner, citizen):
    begun = services.start("reception", by=parties.acting(owner), at=NOW)
    citizen.get(f"/cases/{begun.pk}/")
    return begun


@pytest.fixture
def source():
    return signed_in(parties.desk(Post.Role.DATA_OFFICER, parties.POLICE))


def test_a_wrong_value_is_disputed_corrected_at_its_source_and_answered(world, owner, citizen, case, source):
    draft = citizen.get(f"/cases/{case.pk}/")
    address = f"/cases/{case.pk}/objections/{FACT}/"
    assert address in text(draft)
    form = citizen.get(address)
    assert "2026年6月30日" in text(form)

    raised = citizen.post(address, WORDS, follow=True)
    assert raised.redirect_chain == [("/me/objections/?raised=1", 303)]
    waiting = text(citizen.get(f"/cases/{case.pk}/"))
    assert "异议：核实中" in waiting
    assert address not in waiting

    task = f"/console/tasks/{Task.objects.get().pk}/"
    seen = text(source.get(task))
    assert "我是 2025 年毕业的" in seen
    assert owner.name not in seen
    assert owner.id_number not in seen
    assert "2026-06-30" not in seen
    assert "2026-06-30" in text(source.post(f"{task}value"))

    too_early = source.post(f"{task}corrected")
    assert too_early.status_code == 409
    assert "值没有变化" in text(too_early)
    world.change(owner, graduated_on="20250630")
    assert source.post(f"{task}corrected", follow=True).status_code == 200

    answered = text(citizen.get("/me/objections/"))
    assert "已更正，现为 <strong>2025年6月30日</strong>" in answered
    assert "已更正，现为 2025年6月30日" in text(citizen.get(f"/cases/{case.pk}/"))
    reads = text(citizen.get("/me/reads/"))
    assert "核实数据异议" in reads


def test_the_source_says_it_is_right_and_why(owner, citizen, case, source):
    citizen.post(f"/cases/{case.pk}/objections/{FACT}/", WORDS)
    task = f"/console/tasks/{Task.objects.get().pk}/"

    short = source.post(f"{task}confirmed", {"reason": "对"})
    assert (short.status_code, Objection.objects.get().status) == (422, "OPEN")
    source.post(f"{task}confirmed", {"reason": "与学校报送的名册一致"})

    assert "核实无误：与学校报送的名册一致" in text(citizen.get("/me/objections/"))


@pytest.mark.parametrize(
    "form",
    [{}, {"words": ""}, {"words": "\x00" * 9}, {"words": "x" * 5000}, {"words": "写错了的", "expected": "x" * 900}],
)
def test_what_cannot_be_taken_is_told_and_stays_typed(citizen, case, form):
    answer = citizen.post(f"/cases/{case.pk}/objections/{FACT}/", form)

    assert answer.status_code == 422
    assert Objection.objects.count() == 0
    assert form.get("words", "").replace("\x00", "") in text(answer)


def test_a_second_objection_to_the_same_value_is_refused(citizen, case):
    address = f"/cases/{case.pk}/objections/{FACT}/"
    citizen.post(address, WORDS)

    again = citizen.post(address, WORDS)

    assert (again.status_code, Objection.objects.count()) == (409, 1)


def test_nobody_objects_to_another_ones_value(case):
    other = signed_in(parties.citizen())

    assert other.get(f"/cases/{case.pk}/objections/{FACT}/").status_code == 404
    assert other.post(f"/cases/{case.pk}/objections/{FACT}/", WORDS).status_code == 404
    for fact in ("person.fit", "nothing", "x" * 3000, "%00"):
        assert other.get(f"/cases/{case.pk}/objections/{fact}/").status_code == 404


def test_from_who_read_my_data_one_chooses_the_field_and_objects(owner, citizen, case):
    entry = Entry.objects.filter(subject=owner.pk, dataset="education").latest("pk")
    address = f"/me/reads/{entry.pk}/objection/"
    assert address in text(citizen.get("/me/reads/"))

    form = citizen.get(address)
    assert "2026年6月30日" in text(form)
    citizen.post(address, {**WORDS, "field": "graduated_on"})

    assert Objection.objects.get().field == "graduated_on"
    assert signed_in(parties.citizen()).get(address).status_code == 404
    citizen.get(f"/cases/{case.pk}/objections/{FACT}/")
    own = Entry.objects.filter(subject=owner.pk, dataset="cases").latest("pk")
    assert citizen.get(f"/me/reads/{own.pk}/objection/").status_code == 404
    assert citizen.get(f"/me/reads/{10**30}/objection/").status_code == 404


def test_an_officer_objects_from_the_case_on_their_desk(owner, citizen, case):
    citizen.post(f"/cases/{case.pk}/submit", {"person.fit": "true", "application.settle": "collective"})
    officer = signed_in(parties.officer())
    address = f"/workbench/cases/{case.pk}/objections/{FACT}/"

    assert address in text(officer.get(f"/workbench/cases/{case.pk}/"))
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"words": ""}).status_code == 422
    officer.post(address, {"words": "与毕业证原件不一致"})

    assert Objection.objects.get().is_by_officer is True
    assert signed_in(parties.officer(parties.POLICE)).get(address).status_code == 404
    assert "市人力资源保障局 审批人员" in text(citizen.get("/me/objections/"))
