"""Taking a policy apart on the console: marked text, proposals beside it, a draft in the end."""

import pytest
from django.test import Client

from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.policies.models import DecomposedText, MeasureProposal
from yimen.policies.tests.test_proposals import ALL, TEXT, known

pytestmark = pytest.mark.django_db
BACKEND = "yimen.config.backends.AccountBackend"


@pytest.fixture
def client():
    parties.agency()
    return signed_in(Post.Role.POLICY_OFFICER)


def signed_in(role, code=parties.HR):
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


def taken(client):
    answer = client.post("/console/proposals/take", {"text": TEXT})
    assert answer.status_code == 303
    return answer.headers["Location"], list(MeasureProposal.objects.order_by("pk"))


def form(proposal, **changes):
    kept = proposal.content
    said = {name: kept[name] for name in ("name", "kind", "mode", "amount", "amount_feel")}
    for one in kept["conditions"]:
        if one["feel"]:
            said |= {f"text-{one['id']}": one["text"], f"feel-{one['id']}": one["feel"]}
    return {**said, **changes}


def test_the_sentences_are_marked_and_every_proposal_stands_beside_them(client):
    address, (first, _) = taken(client)
    page = client.get(address).content.decode()
    assert page.count("<mark") >= 5
    assert "对资产负债率不高于70%的企业" in page
    assert f'id="p{first.pk}"' in page
    assert "把握" in page
    assert "没有部门负责" in page


def test_a_proposal_is_changed_another_rejected_and_a_draft_made(client):
    known(*ALL)
    address, (first, second) = taken(client)

    changed = client.post(f"{address}{first.pk}/change", form(first))
    rejected = client.post(f"{address}{second.pk}/reject", {"words": "声誉无法核对"})
    drafted = client.post(f"{address}draft", {"slug": "steady", "topic": "企业培育", "applies_to": "企业"})

    assert [one.status_code for one in (changed, rejected, drafted)] == [303, 303, 303]
    assert drafted.headers["Location"] == "/console/policies/steady/"
    assert "提交审核" in client.get("/console/policies/steady/").content.decode()
    assert "已起草" in client.get("/console/proposals/").content.decode()


def test_what_cannot_be_is_said_where_it_was_asked(client):
    address, (first, _) = taken(client)
    for verb, fields, words in (
        ("confirm", {}, "没有部门负责"),
        ("change", form(first, kind="\x00nonsense"), "扶持方式"),
        ("change", form(first, name="长" * 5000), "最多"),
        ("reject", {"words": " "}, "原因"),
    ):
        answer = client.post(f"{address}{first.pk}/{verb}", fields)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    early = client.post(f"{address}draft", {"slug": "steady", "topic": "企业培育"})
    assert (early.status_code, "待确认" in early.content.decode()) == (422, True)
    assert set(MeasureProposal.objects.values_list("state", flat=True)) == {MeasureProposal.State.PROPOSED}


@pytest.mark.parametrize("text", ["", "\x00", "only english words here"])
def test_a_text_that_is_none_is_refused_and_shown_again(client, text):
    answer = client.post("/console/proposals/take", {"text": text})
    assert (answer.status_code, "请" in answer.content.decode()) == (422, True)
    assert not DecomposedText.objects.exists()


@pytest.mark.parametrize("document", ["x", "-1", "9" * 40, "\uff11"])
def test_a_document_s_number_that_is_none_leaves_the_form_empty(client, document):
    assert client.get("/console/proposals/", {"document": document}).status_code == 200


def test_a_text_is_only_its_agency_s_and_only_for_policy_officers(client):
    address, (first, _) = taken(client)
    parties.agency(parties.POLICE, "公安局")
    other = signed_in(Post.Role.POLICY_OFFICER, parties.POLICE)
    steward = signed_in(Post.Role.DATA_STEWARD)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}{first.pk}/confirm").status_code == 404
    assert steward.get("/console/proposals/").status_code == 403
    assert steward.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_marks_are_words_never_markup(client):
    known(*ALL)
    client.post("/console/proposals/take", {"text": TEXT.replace("享有较高声誉", "<script>alert(1)</script>声誉")})
    page = client.get(f"/console/proposals/{DecomposedText.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
