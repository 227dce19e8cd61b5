"""The catalogue on the console: found, read, registered, changed with its impact before one's eyes, reviewed, retired."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from yimen.channels.console.dataset_form import filled
from yimen.datasets import definitions
from yimen.datasets.models import Dataset, Grant, Proposal
from yimen.items.tests.factories import loaded
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

POLICE, CIVIL = "11440300MB2X00055P", "11440300MB2X010070"
BACKEND = "yimen.config.backends.AccountBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def city(_loaded, db):
    """Shenzhen's pack, loaded."""


def browser(role=Post.Role.DATA_OFFICER, agency=POLICE):
    client = Client()
    client.force_login(parties.desk(role, agency), backend=BACKEND)
    return client


@pytest.fixture
def officer(city):
    return browser()


@pytest.fixture
def steward(city):
    return browser(Post.Role.DATA_STEWARD, parties.DATA_BUREAU)


def form_of(code, **changes):
    """What a browser would send for this dataset, with these changes; a field is changed as `field-0-name`."""
    form = filled(definitions.of(Dataset.objects.get(pk=code)))
    sent = dict(form.values)
    for number, row in enumerate(form.with_empty_rows):
        sent |= {f"field-{number}-{name}": row.get(name, "") for name in ("name", *row)}
    return sent | changes


NEW = {
    "code": "vehicles",
    "title": "机动车登记",
    "resource_code": "308002/000009",
    "abstract": "机动车的登记信息。",
    "keywords": "机动车、车辆",
    "category": "department",
    "subject": "公安",
    "sharing": "conditional",
    "sharing_condition": "一事一查",
    "openness": "closed",
    "update_cycle": "daily",
    "contact": "车管数据专员",
    "contact_phone": "0755-12345",
    "source_kind": "sql",
    "connection": "police",
    "settings": "relation=v_jdc\nkey=gmsfhm",
    "timeout_s": "2",
    "keyed_by": "person",
    "field-0-name": "plate",
    "field-0-title": "号牌号码",
    "field-0-type": "string",
    "field-0-source_name": "hphm",
    "field-0-level": "2",
    "field-1-name": "",
    "field-1-title": "",
}


def test_the_catalogue_is_searched_and_narrowed(officer):
    everything = officer.get("/console/datasets/").content.decode()
    found = officer.get("/console/datasets/", {"q": "户口簿"}).content.decode()
    none = officer.get("/console/datasets/", {"q": "人口", "sharing": "WITHHELD", "page": "9" * 30}).content.decode()

    assert "数据目录 32 项" in everything
    assert "户籍信息" in found
    assert "数据目录 1 项" in found
    assert "没有找到" in none


def test_a_dataset_says_what_it_is_where_it_comes_from_and_who_uses_it(officer):
    page = officer.get("/console/datasets/population/").content.decode()

    for words in ("人口基本信息", "有条件共享", "出生日期", "csrq", "高龄津贴", "市民政局", "首次登记", "人口数据专员"):
        assert words in page
    assert "<svg" in page
    assert "kind=fact&amp;key=person.birth_date" in page


def test_an_agency_registers_and_the_bureau_publishes(officer, steward):
    made = officer.post("/console/datasets/new/", NEW)
    assert (made.status_code, made["Location"]) == (303, "/console/datasets/vehicles/")
    assert "草稿" in officer.get("/console/datasets/vehicles/").content.decode()
    assert browser(agency=CIVIL).get("/console/datasets/vehicles/").status_code == 404

    assert officer.post("/console/datasets/vehicles/submit").status_code == 303
    assert "机动车登记" in steward.get("/console/reviews/").content.decode()
    assert "审核通过并发布" in steward.get("/console/reviews/vehicles/").content.decode()
    assert steward.post("/console/reviews/vehicles/publish").status_code == 303

    assert Dataset.objects.get(pk="vehicles").status == "PUBLISHED"
    assert "机动车登记" in browser(agency=CIVIL).get("/console/datasets/", {"q": "车辆"}).content.decode()


def test_what_is_wrong_in_the_form_is_said_and_nothing_typed_is_lost(officer):
    wrong = NEW | {"timeout_s": "soon", "settings": "relation", "field-0-title": "", "abstract": "写了很久的摘要"}

    page = officer.post("/console/datasets/new/", wrong)

    assert page.status_code == 422
    shown = page.content.decode()
    for words in ("时限", "名称=值", "中文名称", "写了很久的摘要", "hphm"):
        assert words in shown
    assert not Dataset.objects.filter(pk="vehicles").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "population"},
        {"code": "../etc"},
        {"code": "x" * 300},
        {"title": "名" * 300},
        {"title": ""},
        {"sharing": "everybody"},
        {"keyed_by": "1=1; --"},
        {"field-0-level": "9"},
        {"field-0-length": "9" * 40},
        {"field-0-name": "Plate No"},
        {"field-0-name": "plate\x00", "field-1-name": "plate", "field-1-title": "再来", "field-1-source_name": "x"},
        {"field-0-codes": "1"},
        {"field-0-sharing": "unconditional"},
        {"keywords": "长" * 50},
        {"timeout_s": "nan"},
        {"category": "x"},
    ],
)
def test_no_input_breaks_the_form(officer, changes):
    page = officer.post("/console/datasets/new/", NEW | changes)

    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert Dataset.objects.count() == 32


def test_submitting_what_lacks_something_says_what(officer):
    officer.post("/console/datasets/new/", NEW | {"abstract": ""})

    page = officer.post("/console/datasets/vehicles/submit")

    assert page.status_code == 422
    assert "缺少摘要" in page.content.decode()


def test_taking_a_field_away_shows_first_which_items_stop(officer, steward):
    sent = form_of("population", **{"field-1-name": "", "field-1-title": "", "field-1-source_name": ""})

    warned = officer.post("/console/datasets/population/edit/", sent)
    page = warned.content.decode()
    assert warned.status_code == 422
    assert "不能自动批准" in page
    assert "高龄老人津贴" in page
    assert not Proposal.objects.exists()

    assert officer.post("/console/datasets/population/edit/", sent | {"confirmed": "1"}).status_code == 303
    officer.post("/console/datasets/population/submit")
    review = steward.get("/console/reviews/population/").content.decode()
    assert "删除字段“出生日期”" in review
    assert "不能自动批准" in review
    assert Dataset.objects.get(pk="population").fields.count() == 4


def test_a_change_on_which_nothing_hangs_is_kept_at_once(officer):
    assert (
        officer.post("/console/datasets/population/edit/", form_of("population", title="人口信息")).status_code == 303
    )

    assert Proposal.objects.get().content["title"] == "人口信息"
    assert Dataset.objects.get(pk="population").title == "人口基本信息"
    assert 'value="人口信息"' in officer.get("/console/datasets/population/edit/").content.decode()


def test_an_unchanged_form_changes_nothing(officer):
    officer.post("/console/datasets/residence/edit/", form_of("residence"))

    kept = definitions.from_json(Proposal.objects.get().content)
    assert kept == definitions.of(Dataset.objects.get(pk="residence"))


def test_a_change_is_sent_back_with_words_and_taken_back(officer, steward):
    officer.post("/console/datasets/population/edit/", form_of("population", title="人口信息"))
    officer.post("/console/datasets/population/submit")
    assert steward.post("/console/reviews/population/send-back", {"words": ""}).status_code == 422

    assert steward.post("/console/reviews/population/send-back", {"words": "名称请不要改"}).status_code == 303

    assert "名称请不要改" in officer.get("/console/datasets/population/").content.decode()
    assert "被退回的登记申请" in officer.get("/console/").content.decode()
    assert officer.post("/console/datasets/population/drop").status_code == 303
    assert Dataset.objects.filter(pk="population").exists()


def test_retiring_shows_what_stops_and_ends_the_grants(officer, steward):
    page = officer.get("/console/datasets/population/retire/").content.decode()
    assert "不能自动批准" in page
    assert f"{Grant.objects.filter(dataset='population').count()} 个有效授权" in page
    sent = {"retires_on": timezone.localdate().isoformat(), "reason": "系统下线"}
    assert officer.post("/console/datasets/population/retire/", sent).status_code == 422

    assert officer.post("/console/datasets/population/retire/", sent | {"ends_grants": "1"}).status_code == 303
    steward.post("/console/reviews/population/publish")

    assert Dataset.objects.get(pk="population").status == "RETIRED"
    today = timezone.localdate()
    assert all(one.valid_until == today for one in Grant.objects.filter(dataset="population"))


@pytest.mark.parametrize(
    "sent", [{}, {"retires_on": "2026-02-30", "reason": "x"}, {"retires_on": "2020-01-01", "reason": "x"}]
)
def test_a_retirement_without_a_day_to_come_or_a_reason_is_refused(officer, sent):
    assert officer.post("/console/datasets/kin/retire/", sent | {"ends_grants": "1"}).status_code == 422
    assert not Proposal.objects.exists()


def test_another_agency_and_a_steward_change_nothing(city, steward):
    other = browser(agency=CIVIL)
    sent = form_of("population", title="别人的")
    for client in (other, steward, browser(Post.Role.AUDITOR, parties.DATA_BUREAU)):
        assert client.post("/console/datasets/population/edit/", sent).status_code == 422
        assert (
            client.post("/console/datasets/population/retire/", {"retires_on": "2099-01-01", "reason": "x"}).status_code
            == 422
        )
        assert client.post("/console/datasets/population/submit").status_code in {403, 404}

    assert not Proposal.objects.exists()


def test_versions_are_shown_with_what_changed(officer, steward):
    officer.post("/console/datasets/population/edit/", form_of("population", title="人口信息"))
    officer.post("/console/datasets/population/submit")
    steward.post("/console/reviews/population/publish")

    page = officer.get("/console/datasets/population/versions/2/").content.decode()

    assert "资源名称由“人口基本信息”改为“人口信息”" in page
    assert officer.get("/console/datasets/population/versions/3/").status_code == 404
    assert officer.get(f"/console/datasets/population/versions/{10**40}/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("field", "population.birth_date", "高龄老人津贴"),
        ("fact", "person.birth_date", "出生日期"),
        ("item", "elderly-allowance", "csrq"),
        ("column", "police/v_czrk_jbxx.csrq", "人口基本信息"),
    ],
)
def test_everything_has_a_picture_of_where_it_comes_from_and_goes(officer, kind, key, words):
    page = officer.get("/console/lineage/", {"kind": kind, "key": key}).content.decode()

    assert words in page
    assert page.count("<rect") > 3
    assert not re.search(r'style="|<script(?! src)', page.partition("<main")[2])


@pytest.mark.parametrize("query", [{}, {"kind": "item"}, {"kind": "x" * 999, "key": "\x00"}])
def test_what_is_in_no_lineage_is_not_found(officer, query):
    assert officer.get("/console/lineage/", query).status_code == 404


def test_the_report_on_islands_is_a_page_and_a_table(officer):
    page = officer.get("/console/islands/", {"days": "90"}).content.decode()
    table = officer.get("/console/islands/islands.csv")

    assert "近 90 天" in page
    assert "社会保险参保信息" in page
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.decode().count("\n") == 33
    assert officer.get("/console/islands/", {"days": "1e9"}).status_code == 200


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
def test_the_catalogue_is_exported_whole_inside_and_open_outside(officer, form):
    inside = officer.get(f"/console/datasets/catalogue.{form}").content.decode()
    outside = Client().get(f"/catalogue.{form}").content.decode()

    assert "datasets/population" in inside
    assert "datasets/population" not in outside
    assert "datasets/addresses" in outside
    assert Client().get("/catalogue.pdf").status_code == 404


def test_the_overview_says_what_waits_and_how_the_data_do(officer, steward):
    officer.post("/console/datasets/new/", NEW)
    assert "没有提交的草稿" in officer.get("/console/").content.decode()
    officer.post("/console/datasets/vehicles/submit")

    assert "目录登记待审核" in steward.get("/console/").content.decode()
    assert "全市的数据" in steward.get("/console/").content.decode()


def test_lists_and_pages_cost_a_fixed_number_of_queries(officer, django_assert_max_num_queries):
    for address, most in (("/console/datasets/", 12), ("/console/datasets/population/", 25), ("/console/", 12)):
        with django_assert_max_num_queries(most):
            officer.get(address)
