"""What was collected, as desks see it: documents with evidence, versions beside each other, a scan that is read by hand."""

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from yimen.parties.models import Post
from yimen.parties.tests import factories as parties
from yimen.policies.models import CollectedDocument, CollectionTrouble, Original
from yimen.policies.services import collecting
from yimen.policies.services.collecting import FeedDraft
from yimen.policies.tests import files
from yimen.policies.tests.factories import AT
from yimen.policies.tests.site import policy_page
from yimen.policies.tests.test_collecting_services import BY

pytestmark = pytest.mark.django_db
BACKEND = "yimen.config.backends.AccountBackend"


@pytest.fixture(autouse=True)
def _agency():
    parties.agency(parties.HR)


def desk(role=Post.Role.POLICY_OFFICER):
    client = Client()
    client.force_login(parties.desk(role), backend=BACKEND)
    return client


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def taken(tmp_path):
    (tmp_path / "a.html").write_text(
        policy_page(written="2026年5月20日").replace("<td>2026年5月20日", "<td>2026年5月12日"), encoding="utf-8"
    )
    (tmp_path / "scan.pdf").write_bytes(files.scanned_pdf())
    collecting.import_path(tmp_path, by=BY, at=AT)
    (tmp_path / "a.html").write_text(policy_page().replace("20万元", "30万元"), encoding="utf-8")
    collecting.import_path(tmp_path / "a.html", by=BY, at=AT)
    return CollectedDocument.objects.get()


def test_the_list_shows_documents_troubles_and_feeds(taken):
    collecting.put_feed("sz", FeedDraft("市中小企业服务局", "RSS", "https://example.org/rss.xml"), by=BY, at=AT)

    page = shown(desk(), "/console/collected/")

    for words in (
        taken.title,
        "深中小企规〔2026〕3号",
        "现行有效",
        "没有收下的 1 件",
        "扫描件",
        "还没有采集过",
        "2 版",
    ):
        assert words in page
    assert taken.title in shown(desk(), "/console/collected/?q=专精特新")
    assert "没有找到" in shown(desk(), "/console/collected/?q=%00没有的")


def test_a_document_shows_each_value_with_the_words_it_was_found_in(taken):
    page = shown(desk(), f"/console/collected/{taken.pk}/")

    for words in (
        "页面标注",
        "2026-05-20",
        "三、本通知自2026年6月1日起施行，有效期3年。",
        "优质中小企业梯度培育管理办法",
        "尚未收到",
        "98%",
    ):
        assert words in page


def test_two_versions_stand_beside_each_other(taken):
    page = shown(desk(), f"/console/collected/{taken.pk}/compare?old=1&new=2")

    assert "<del>二、奖励标准。对专精特新中小企业给予一次性奖励20万元" in page
    assert "<ins>二、奖励标准。对专精特新中小企业给予一次性奖励30万元" in page
    for wrong in ("", "?old=1&new=3", "?old=x&new=-1", "?old=²&new=99999999"):
        assert desk().get(f"/console/collected/{taken.pk}/compare{wrong}").status_code == 404


def test_an_original_is_handed_on_as_it_came_and_never_shown(taken):
    original = Original.objects.get(media_type="application/pdf")

    answer = desk().get(f"/console/collected/originals/{original.pk}")

    assert answer.content == files.scanned_pdf()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert desk().get(f"/console/collected/originals/{'0' * 64}").status_code == 404


def test_a_policy_officer_enters_the_text_of_a_scan_and_nothing_written_is_lost(taken):
    trouble = CollectionTrouble.objects.get()
    address = f"/console/collected/troubles/{trouble.pk}/"
    officer = desk()

    assert "收下这份文件" in shown(officer, address)
    refused = officer.post(address, {"text": "太短的正文\x00"})
    assert (refused.status_code, "太短的正文" in refused.content.decode()) == (422, True)
    accepted = officer.post(address, {"text": "\n".join(files.MEASURES)})

    assert accepted.status_code == 303
    assert "深福府办规〔2026〕9号" in shown(officer, accepted["Location"])
    assert officer.post(address, {"text": "\n".join(files.MEASURES)}).status_code == 409
    assert "收下这份文件" not in shown(officer, address)


def test_other_desks_look_and_change_nothing(taken):
    trouble = CollectionTrouble.objects.get()
    auditor = desk(Post.Role.AUDITOR)

    assert "收下这份文件" not in shown(auditor, f"/console/collected/troubles/{trouble.pk}/")
    assert auditor.post(f"/console/collected/troubles/{trouble.pk}/", {"text": "正文" * 30}).status_code == 403
    assert auditor.post("/console/collected/feeds/sz/visit").status_code == 403
    assert Client().get("/console/collected/").status_code == 302
    assert CollectedDocument.objects.count() == 1


def test_a_feed_is_visited_at_once_when_asked():
    collecting.put_feed("sz", FeedDraft("市中小企业服务局", "RSS", "https://example.org/rss.xml"), by=BY, at=AT)
    officer = desk()

    assert "现在采集" in shown(officer, "/console/collected/")
    assert officer.post("/console/collected/feeds/sz/visit").status_code == 303
    assert officer.post("/console/collected/feeds/nothing/visit").status_code == 404

    assert [job.args for job in ProcrastinateJob.objects.filter(task_name="policies.visit_feed")] == [{"feed": "sz"}]


@pytest.mark.parametrize(
    "address",
    [
        "/console/collected/999999999/",
        f"/console/collected/{10**30}/",
        f"/console/collected/troubles/{10**30}/",
        "/console/collected/originals/x",
    ],
)
def test_what_is_not_there_is_not_found(address):
    assert desk().get(address).status_code == 404


def test_an_empty_list_says_what_would_be_there():
    assert "还没有收到文件" in shown(desk(), "/console/collected/")
