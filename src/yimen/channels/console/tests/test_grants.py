"""An agency asks on a page, the owner answers field by field, the bureau decides, and the item reads under the grant."""

import pytest
from django.test import Client
from django.utils import timezone

from yimen.cases import services as cases
from yimen.cases.models import Case
from yimen.cases.tests.factories import World
from yimen.datasets.logic import FieldDefinition
from yimen.datasets.models import DatasetField, Grant, GrantRequest
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
HOME = "/console/grants/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path):
    """The small world, where nobody has a grant yet and the police know a thing that no rule reads."""
    for name in ("SIGNING", "LEDGER", "EXCHANGE"):
        setattr(settings, f"YIMEN_{name}_KEY", str(tmp_path / f"{name}.pem"))
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    made = World(settings)
    Grant.objects.filter(dataset_id="population").delete()
    blood = FieldDefinition("blood_type", "血型", "string", "blood_type")
    DatasetField.objects.create(
        dataset_id="population", name=blood.name, title=blood.title, type=blood.type, source_name=blood.source_name
    )
    parties.agency(parties.DATA_BUREAU, "市政务和数据局")
    return made


def seat(role=Post.Role.DATA_OFFICER, code=parties.HR):
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


def form(*fields, **changes):
    today = timezone.localdate()
    return {
        "dataset": "population",
        "kind": "ITEM",
        "item": "reception",
        "fields": fields or ("household", "convicted", "blood_type"),
        "purpose": "核验毕业生是否符合落户条件",
        "basis_kind": "STATUTORY",
        "valid_from": today.isoformat(),
        "valid_until": today.replace(year=today.year + 1, day=1).isoformat(),
        "submission": "s1",
        **changes,
    }


def asked(client, *fields, **changes):
    answer = client.post(f"{HOME}new/", form(*fields, **changes))
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_the_rules_read_is_chosen_beforehand_and_the_rest_is_marked(world):
    page = shown(seat(), f"{HOME}new/?dataset=population&item=ITEM:reception")

    assert 'value="household" checked' in page
    assert 'value="blood_type" checked' not in page
    assert "规则不使用" in page
    assert "规则读取：户籍所在地" in page


def test_three_are_asked_two_are_granted_and_the_item_decides_with_them(world):
    clerk, police = seat(), seat(code=parties.POLICE)
    address = asked(clerk)
    assert "还有 10 个工作日" in shown(police, HOME)
    page = shown(police, address)
    assert "规则不使用" in page
    assert "answer.household" in page
    assert "answer.blood_type" not in page

    answered = police.post(f"{address}answer", {"answer.household": "yes", "answer.convicted": "yes"})

    assert answered.status_code == 303
    assert Grant.objects.get(dataset_id="population").fields == ["household", "convicted"]
    assert "授权生效" in shown(clerk, address)
    person = world.person()
    case = cases.start("reception", by=parties.acting(person), at=timezone.now())
    answers = {"person.fit": "true", "application.settle": "collective"}
    cases.submit(case.pk, answers, by=parties.acting(person), at=timezone.now())
    assert Case.objects.get().concluded_at
    used = shown(police, f"{HOME}active/")
    assert "2 次" in used


def test_asking_for_what_no_rule_reads_is_refused_with_a_proposal_one_click_away(world):
    clerk = seat()

    answer = clerk.post(f"{HOME}new/", form("blood_type"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已经替您改选" in page
    assert 'value="household" checked' in page
    assert 'value="blood_type" checked' not in page
    assert not GrantRequest.objects.exists()


def test_a_refusal_without_its_law_is_told_at_the_field_and_nothing_typed_is_lost(world):
    address, police = asked(seat()), seat(code=parties.POLICE)

    answer = police.post(
        f"{address}answer", {"answer.household": "no", "answer.convicted": "no", "ground.convicted": "《监狱法》第七条"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明法律、行政法规的依据" in page
    assert "《监狱法》第七条" in page
    assert GrantRequest.objects.get().state == "WAITING"


def test_a_refusal_is_disputed_and_the_bureau_decides(world):
    clerk, police = seat(), seat(code=parties.POLICE)
    steward = seat(Post.Role.DATA_STEWARD, parties.DATA_BUREAU)
    address = asked(clerk)
    law = "《居民身份证法》第十九条"
    police.post(f"{address}answer", {"answer.household": "yes", "answer.convicted": "no", "ground.convicted": law})
    assert law in shown(clerk, address)
    assert clerk.post(f"{address}dispute", {"words": "第三条要看犯罪记录"}).status_code == 303
    assert "待裁定" in shown(steward, HOME)

    assert steward.post(f"{address}arbitrate", {"answer.convicted": "yes", "words": "法定职责需要"}).status_code == 303

    assert Grant.objects.get(dataset_id="population").fields == ["household", "convicted"]
    assert "经裁定" in shown(clerk, address)


def test_a_grant_is_revoked_with_a_reason_and_shows_when_and_why(world):
    grant = Grant.objects.get(dataset_id="education")
    police, address = seat(code=parties.POLICE), f"{HOME}{Grant.objects.get().pk}/"
    assert police.post(f"{address}revoke", {"reason": ""}).status_code == 422

    assert police.post(f"{address}revoke", {"reason": "事项已经取消"}).status_code == 303

    grant.refresh_from_db()
    assert grant.status == "REVOKED"
    assert "事项已经取消" in shown(police, address)
    assert police.post(f"{address}resume", {"reason": "再开"}).status_code == 422


def test_an_auditor_sees_all_and_changes_nothing(world):
    address, auditor = asked(seat()), seat(Post.Role.AUDITOR, parties.DATA_BUREAU)
    grant = f"{HOME}{Grant.objects.get().pk}/"

    assert "提交答复" not in shown(auditor, address)
    assert "撤销授权" not in shown(auditor, grant)
    assert "新的申请" not in shown(auditor, HOME)
    for verb in ("answer", "arbitrate", "extend", "dispute", "withdraw"):
        assert auditor.post(f"{address}{verb}", {"words": "x"}).status_code == 422
    assert auditor.post(f"{grant}revoke", {"reason": "x"}).status_code == 422
    assert auditor.post(f"{HOME}new/", form()).status_code == 403
    assert GrantRequest.objects.get().state == "WAITING"


def test_another_agency_finds_neither_request_nor_grant(world):
    address = asked(seat())
    other = seat(code=parties.DATA_BUREAU)

    for one in (address, f"{HOME}{Grant.objects.get().pk}/", f"{HOME}{10**30}/"):
        assert other.get(one).status_code == 404
    assert "population" not in shown(other, f"{HOME}?which=all")


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "昨天"},
        {"valid_until": ""},
        {"limit_per_day": "-1"},
        {"limit_per_minute": "9" * 40},
        {"fields": ["\x00"]},
        {"fields": ["x"] * 50},
        {"dataset": "nowhere"},
        {"kind": "??"},
        {"purpose": "\x00"},
        {"submission": ""},
        {"item": "a" * 5000},
    ],
)
def test_whatever_is_sent_the_answer_is_a_sentence(world, changes):
    answer = seat().post(f"{HOME}new/", form(**changes))

    assert answer.status_code == 422
    assert not GrantRequest.objects.exists()


def test_the_same_form_sent_twice_makes_one_request(world):
    clerk = seat()

    assert asked(clerk) == asked(clerk)
    assert GrantRequest.objects.count() == 1
