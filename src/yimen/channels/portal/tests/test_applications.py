"""What an enterprise meets from choosing measures to where the money goes, and what everybody sees of a public list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yimen.cases.models import Case
from yimen.parties.queries import officer as officer_of
from yimen.parties.tests import factories as parties
from yimen.policies.models import Award, Beneficiary, BeneficiaryList, NoticeObjection
from yimen.policies.services import benefits
from yimen.policies.tests.handling import BANK, CLAIM_FREE, GROWTH, NUMBER, STEADY, City, joint

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank": BANK, "number": NUMBER}
BACKEND = "yimen.config.backends.AccountBackend"


@pytest.fixture
def city(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets.key")
    return City(settings)


def representing(enterprise) -> Client:
    """Return the browser of a new representative, switched to the enterprise."""
    client = Client()
    client.force_login(parties.representative(enterprise), backend=BACKEND)
    client.post("/me/standing/", {"principal": str(enterprise.pk)})
    return client


def of_officer(code=parties.HR) -> Client:
    client = Client()
    client.force_login(parties.officer(code), backend=BACKEND)
    return client


def public(enterprise) -> Beneficiary:
    """Return the row of the enterprise on a list that went public just now."""
    by = officer_of(parties.officer(), on=timezone.localdate())
    roll = benefits.propose(CLAIM_FREE, [enterprise], by=by, at=timezone.now())
    return benefits.start_notice(roll.pk, by=by, at=timezone.now()).rows.get()


def to_confirm(enterprise) -> Beneficiary:
    row = public(enterprise)
    day = timezone.localdate()
    BeneficiaryList.objects.update(notice_from=day - timedelta(days=9), notice_until=day - timedelta(days=1))
    benefits.end_notices(at=timezone.now(), on=day)
    return row


def text_of(answer) -> str:
    return answer.content.decode()


def test_what_was_ticked_elsewhere_comes_along_and_leads_to_one_form(city):
    client = representing(city.enterprise())
    page = client.get("/policies/apply/", {"measure": [STEADY, GROWTH, "no/m1"]})
    assert text_of(page).count(" checked") == 2
    assert "现在不能申报" in text_of(page)

    begun = client.post("/policies/apply/", {"measure": [STEADY, GROWTH]})
    form = text_of(client.get(begun["Location"]))

    assert begun.status_code == 303
    assert "2 项，只需要您回答 1 个问题" in form
    assert form.count("<dt>登记状态</dt>") == 1


def test_one_submission_shows_the_result_of_each_measure(city):
    client = representing(city.enterprise(staff="3"))
    address = client.post("/policies/apply/", {"measure": [STEADY, GROWTH]})["Location"]

    answer = client.post(f"{address}submit", {"org.promises": "true"})
    page = text_of(client.get(answer["Location"]))

    assert "2 项中已批准 1 项，合计 200,000.00 元" in page
    assert "1 项不符合条件" in page
    assert "确认收款账户" in page
    assert "稳健经营奖励、扩岗奖励" in text_of(client.get("/policies/applications/"))


def test_the_account_is_said_on_the_result_page_and_shown_by_its_end(city):
    client = representing(city.enterprise())
    address = client.post("/policies/apply/", {"measure": [STEADY]})["Location"]
    client.post(f"{address}submit")
    award = Award.objects.get()

    wrong = client.post(f"{address}account/{award.pk}", {"bank": BANK, "number": "12"})
    assert wrong.status_code == 422
    assert client.post(f"{address}account/{award.pk}", ACCOUNT).status_code == 303

    page = text_of(client.get(address))
    assert f"{BANK} 尾号 3344" in page
    assert "6222" not in page


def test_a_question_left_open_comes_back_with_what_is_missing(city):
    client = representing(city.enterprise())
    address = client.post("/policies/apply/", {"measure": [STEADY, GROWTH]})["Location"]

    for part in ("submit", "answers"):
        answer = client.post(f"{address}{part}", {"org.promises": "maybe"})
        assert answer.status_code == 422
    answer = client.post(f"{address}submit", {})
    assert "请回答" in text_of(answer)
    assert client.post(f"{address}answers", {"org.promises": "true"}).status_code == 303


def test_a_pair_that_excludes_one_another_comes_back_with_the_lesser_unticked(city):
    city.publish(m1={"excludes": (GROWTH,)})
    client = representing(city.enterprise())

    answer = client.post("/policies/apply/", {"measure": [STEADY, GROWTH]})

    assert answer.status_code == 409
    assert "建议保留金额更高的“扩岗奖励”" in text_of(answer)
    assert f'value="{GROWTH}" checked' in text_of(answer)
    assert f'value="{STEADY}" checked' not in text_of(answer)


@pytest.mark.parametrize("names", [[], ["\0"], ["x" * 5000], [STEADY] * 500, ["a/b/c"], ["../m1"]])
def test_whatever_is_sent_as_a_choice_is_answered_and_never_a_fault(city, names):
    answer = representing(city.enterprise()).post("/policies/apply/", {"measure": names})

    assert answer.status_code in {303, 400, 404, 422}


def test_a_citizen_acting_for_themselves_is_told_what_to_do(city):
    client = Client()
    client.force_login(parties.citizen(), backend=BACKEND)

    assert "切换办事身份" in text_of(client.get("/policies/apply/"))
    assert client.post("/policies/apply/", {"measure": [STEADY]}).status_code == 409


def test_anybody_reads_a_public_list_and_whoever_is_signed_in_objects(city):
    row = public(city.enterprise())
    address = f"/policies/notices/{row.roll_id}/"
    assert "深圳市澄海微电子有限公司" in text_of(Client().get(address))
    assert "免申奖励" in text_of(Client().get("/policies/notices/"))
    neighbour = Client()
    neighbour.force_login(parties.citizen(), backend=BACKEND)

    for wrong in ({}, {"row": "999"}, {"row": str(row.pk)}, {"row": str(row.pk), "words": "\0\0"}):
        assert neighbour.post(f"{address}objections", wrong).status_code == 422
    sent = neighbour.post(f"{address}objections", {"row": str(row.pk), "words": "这家公司上月停业了。"})
    again = neighbour.post(f"{address}objections", {"row": str(row.pk), "words": "这家公司上月停业了。"})

    assert (sent.status_code, again.status_code) == (303, 409)
    assert "核实中" in text_of(neighbour.get(address))
    assert "停业" not in text_of(Client().get(address))
    assert Client().post(f"{address}objections", {}).status_code == 302


def test_one_tap_confirms_and_a_second_leads_to_the_same_page(city):
    enterprise = city.enterprise()
    row = to_confirm(enterprise)
    client = representing(enterprise)
    assert "有 1 项等您确认" in text_of(client.get("/policies/benefits/"))

    assert client.post(f"/policies/benefits/{row.pk}/confirm", {"known": "1"}).status_code == 422
    for _ in range(2):
        assert client.post(f"/policies/benefits/{row.pk}/confirm", ACCOUNT).status_code == 303

    assert Award.objects.count() == 1
    assert "已确认" in text_of(client.get("/policies/benefits/"))


def test_somebody_elses_row_is_neither_seen_nor_confirmed_nor_declined(city):
    row = to_confirm(city.enterprise())
    other = representing(city.enterprise("深圳市别家有限公司"))

    assert "免申奖励" not in text_of(other.get("/policies/benefits/"))
    for act in ("confirm", "decline"):
        assert other.post(f"/policies/benefits/{row.pk}/{act}", ACCOUNT).status_code == 404
    assert other.post(f"/policies/benefits/{10**30}/confirm", ACCOUNT).status_code == 404


def test_an_officer_reviews_a_list_makes_it_public_and_answers(city):
    good, bad = city.enterprise(), city.enterprise("深圳市迁出有限公司")
    by = officer_of(parties.officer(), on=timezone.localdate())
    roll = benefits.propose(CLAIM_FREE, [good, bad], by=by, at=timezone.now())
    client, address = of_officer(), f"/workbench/benefits/{roll.pk}/"
    struck = roll.rows.get(party=bad)

    assert client.post(f"{address}rows/{struck.pk}/strike", {"reason": ""}).status_code == 422
    assert client.post(f"{address}rows/{struck.pk}/strike", {"reason": "已经迁出深圳。"}).status_code == 303
    assert client.post(f"{address}notice").status_code == 303
    assert "公示中" in text_of(client.get("/workbench/benefits/"))
    neighbour = parties.acting(parties.person("周邻居"))
    made = benefits.object_to(roll.rows.get(party=good).pk, words="请核实登记。", by=neighbour, at=timezone.now())
    assert "周*居" in text_of(client.get(address))
    answered = f"{address}objections/{made.pk}/answer"
    assert client.post(answered, {}).status_code == 422
    assert client.post(answered, {"upheld": "false", "words": "经核实登记正常。"}).status_code == 303

    assert NoticeObjection.objects.get().verdict == "REJECTED"
    assert of_officer(parties.POLICE).get(address).status_code == 404
    assert of_officer(parties.POLICE).post("/workbench/benefits/new", {"measure": CLAIM_FREE}).status_code == 403
    assert client.post("/workbench/benefits/new", {"measure": STEADY}).status_code == 409
    assert client.post("/workbench/benefits/new", {"measure": "\0"}).status_code == 404
    assert client.post("/workbench/benefits/new", {"measure": CLAIM_FREE})["Location"].endswith("?asked=1")
    assert Client().get(address).status_code == 302


def test_a_joint_case_shows_who_has_not_spoken_and_takes_an_amount(city):
    city.publish(m1={"joint": joint(parties.POLICE)})
    client = representing(city.enterprise(abnormal=None))
    address = client.post("/policies/apply/", {"measure": [STEADY]})["Location"]
    client.post(f"{address}submit")
    case, handler, police = Case.objects.get(), of_officer(), of_officer(parties.POLICE)
    desk = f"/workbench/cases/{case.pk}/"
    decision = {"approve": "true", "reason": "已核实，符合条件。", "amount": "150,000"}
    assert "待回复" in text_of(handler.get(desk))
    assert handler.post(f"{desk}decide", decision).status_code == 409

    opinion = f"/workbench/opinions/{case.opinions.get().pk}/"
    assert "是否欠税" in text_of(police.get("/workbench/opinions/"))
    assert handler.get(opinion).status_code == 404
    assert police.post(opinion, {}).status_code == 422
    assert police.post(opinion, {"agreed": "false", "words": ""}).status_code == 422
    assert police.post(opinion, {"agreed": "true", "words": ""}).status_code == 303

    for wrong in ("abc", "-1", "999999999", "", "1.234"):
        assert handler.post(f"{desk}decide", {**decision, "amount": wrong}).status_code == 422
    assert handler.post(f"{desk}decide", decision).status_code == 303
    assert case.decisions.last().amount_yuan == 150_000
