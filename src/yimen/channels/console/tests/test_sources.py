"""A data officer registers a real database and connects a table of it, on pages without scripts."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from yimen.datasets.models import Dataset, SourceSystem
from yimen.datasets.sources import mysql
from yimen.datasets.tests.mariadb import mariadb  # noqa: F401 - a fixture
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

BACKEND = "yimen.config.backends.AccountBackend"
NUMBER = "440399194611220028"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.YIMEN_SECRETS_KEY = str(tmp_path / "secrets-key")
    settings.YIMEN_DROPS = str(tmp_path / "drops")
    settings.YIMEN_SOURCES_LOOPBACK = True
    settings.YIMEN_SOURCES = {}


def at_desk(role=Post.Role.DATA_OFFICER, code=parties.POLICE):
    parties.agency()
    parties.agency(parties.POLICE, "公安局")
    client = Client()
    client.force_login(parties.desk(role, code), backend=BACKEND)
    return client


@pytest.fixture
def police(mariadb):  # noqa: F811
    mariadb.run(
        "DROP DATABASE IF EXISTS police",
        "CREATE DATABASE police",
        f"GRANT SELECT ON police.* TO '{mariadb.reader}'@'127.0.0.1'",
    )
    mariadb.run(
        "CREATE TABLE t_hjxx (gmsfhm CHAR(18) PRIMARY KEY, xm VARCHAR(50) COMMENT '姓名', xb CHAR(1), csrq DATE,"
        " hjdz VARCHAR(200), qrrq DATE, qtxx VARCHAR(99) COMMENT '其他信息', gxsj DATETIME)",
        f"INSERT INTO t_hjxx VALUES ('{NUMBER}','林晓','2','1946-11-22','某路','2020-01-01','x','2026-11-20 10:00')",
        database="police",
    )
    yield mariadb
    mysql.hang_up()


def form(server, **changes):
    return {
        "kind": "sql",
        "title": "人口信息管理系统",
        "name": "police-people",
        "product": "mysql",
        "host": "127.0.0.1",
        "port": str(server.port),
        "database": "police",
        "auth": "PASSWORD",
        "login": server.reader,
        "secret": server.reader_password,
        "timeout_s": "2",
        **changes,
    }


def registered(client, server, **changes):
    answer = client.post("/console/sources/new", form(server, **changes))
    assert answer.status_code == 303, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


def test_a_system_is_registered_tried_and_shown_without_its_secret(police):
    client = at_desk()

    page = registered(client, police)

    assert "连上了，登录成功。" in page
    assert "看到 1 张表或视图。" in page
    for address in ("/console/sources/", "/console/sources/police-people/", "/console/sources/police-people/change"):
        shown = client.get(address).content.decode()
        assert "人口信息管理系统" in shown
        assert police.reader_password not in shown
    kept = SourceSystem.objects.get()
    assert police.reader_password.encode() not in bytes(kept.secret)


def hidden(page):
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        if name != "csrfmiddlewaretoken"
    }


def chosen(page):
    """What the selects of the page are set to."""
    found = {}
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        value = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        found[name] = "" if value is None else value[1] if value[1] is not None else value[2]
    return found


WORDS = {
    "title": "户籍信息",
    "abstract": "本市户籍人口的基本信息。",
    "sharing": "conditional",
    "sharing_condition": "用于办理政务服务事项",
    "update_cycle": "daily",
    "code": "police-register",
}


def test_a_table_becomes_a_dataset_in_three_pages_whose_choices_are_made_already(police):
    client = at_desk()
    registered(client, police)

    first = client.get("/console/sources/police-people/connect/").content.decode()
    assert "connect/columns?relation=t_hjxx" in first
    second = client.get("/console/sources/police-people/connect/columns?relation=t_hjxx").content.decode()
    picked = chosen(second)
    assert picked["key"] == "gmsfhm"
    assert picked["as_of"] == "gxsj"
    assert [picked[f"c{place}"] for place in range(7)] == [
        "id_number", "name", "sex", "born_on", "household_place", "moved_in_on", "",
    ]  # fmt: skip
    third = client.post(
        "/console/sources/police-people/connect/columns", {**hidden(second), **picked, "who": "person"}
    ).content.decode()
    said = {**hidden(third), **WORDS, "t:xm": "姓名（户籍）", "m:xb": "1=male\n2=female，9=unknown"}
    done = client.post("/console/sources/police-people/connect/publish", said)

    assert done.status_code == 303
    assert "“户籍信息”已经接入，存为草稿。" in client.get(done["Location"]).content.decode()
    dataset = Dataset.objects.get(pk="police-register")
    assert (dataset.agency_id, dataset.connection, dataset.keyed_by) == (parties.POLICE, "police-people", ["person"])
    assert dataset.settings == {"relation": "t_hjxx", "key": "gmsfhm", "as_of": "gxsj"}
    assert {one.name: one.type for one in dataset.fields.all()} == {
        "id_number": "string",
        "name": "string",
        "sex": "string",
        "born_on": "date",
        "household_place": "string",
        "moved_in_on": "date",
    }
    assert dataset.fields.get(name="sex").codes == {"1": "male", "2": "female", "9": "unknown"}
    assert dataset.fields.get(name="name").title == "姓名（户籍）"
    assert {one.name: one.element for one in dataset.fields.all() if one.element}["id_number"] == "person.id-number"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "请写明资源名称"),
        ({"sharing": "withheld"}, "法律、行政法规或党中央文件"),
        ({"sharing": "secret"}, "请选择共享类型"),
        ({"sharing_condition": " "}, "请写明条件"),
        ({"update_cycle": "sometimes"}, "请选择更新周期"),
        ({"code": "../x"}, "资源代码应为"),
        ({"abstract": "a\x00b"}, "不能有特殊字符"),
        ({"title": "长" * 101}, "最多 100 个字"),
        ({"m:xb": "1"}, "应写成 对方代码=本平台代码"),
        ({"m:xb": "1=male,1=female"}, "写了两次"),
        ({"m:xb": "1=" + "x" * 5000}, "最多 5000 个字"),
        ({"t:xb": "性\x00别"}, "不能有特殊字符"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_half_written(police, change, sentence):
    client = at_desk()
    registered(client, police)
    second = client.get("/console/sources/police-people/connect/columns?relation=t_hjxx").content.decode()
    third = client.post(
        "/console/sources/police-people/connect/columns", {**hidden(second), **chosen(second), "who": "person"}
    ).content.decode()

    answer = client.post("/console/sources/police-people/connect/publish", {**hidden(third), **WORDS, **change})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Dataset.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"shape": "[1]"},
        {"shape": "[" * 90_000},
        {"shape": json.dumps([["xm\x00", "string", "", "", None, True]])},
        {"meanings": '{"gone": "name"}'},
        {"meanings": '{"xm": "drop table"}'},
        {"meanings": "null"},
        {"relation": ""},
    ],
)
def test_a_page_that_was_tampered_with_leads_back_to_the_start(police, change):
    client = at_desk()
    registered(client, police)
    whole = {"shape": json.dumps([["xm", "string", "", "", None, True]]), "meanings": '{"xm": "name"}', "relation": "t"}

    answer = client.post(
        "/console/sources/police-people/connect/publish", {**whole, "who": "person", "key": "xm", **WORDS, **change}
    )

    assert answer.status_code == 303
    assert Dataset.objects.count() == 0


def test_nobody_takes_the_code_of_another_dataset(police):
    client = at_desk()
    registered(client, police)
    whole = {"shape": json.dumps([["xm", "string", "", "", None, True]]), "meanings": '{"xm": "name"}', "relation": "t"}
    send = {**whole, "who": "person", "key": "xm", **WORDS}
    assert client.post("/console/sources/police-people/connect/publish", send).status_code == 303

    answer = client.post("/console/sources/police-people/connect/publish", {**send, "title": "另一个"})

    assert answer.status_code == 422
    assert Dataset.objects.get().title == "户籍信息"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"host": "169.254.169.254"}, "不是部门的系统"),
        ({"host": "0.0.0.0"}, "不是部门的系统"),
        ({"host": "localhost,evil"}, "请写明一台主机"),
        ({"host": ""}, "请写明一台主机"),
        ({"host": "a b"}, "空格或控制字符"),
        ({"host": "someone:pw@127.0.0.1"}, "检查方括号和端口"),
        ({"host": "[::1"}, "检查方括号和端口"),
        ({"port": "99999"}, "检查方括号和端口"),
        ({"port": "abc"}, "检查方括号和端口"),
        ({"database": ""}, "请在地址末尾写明数据库名"),
        ({"product": "file"}, "请选择数据库的种类"),
        ({"auth": "OAUTH2"}, "不支持这种认证方式"),
        ({"secret": ""}, "请填写密码"),
        ({"login": ""}, "请填写用户名"),
        ({"name": "Police"}, "连接名应为"),
        ({"title": "x\x00"}, "不能有特殊字符"),
        ({"timeout_s": "nan"}, "时限应大于 0"),
    ],
)
def test_a_registration_that_makes_no_sense_is_refused_with_the_remedy(police, change, sentence):
    client = at_desk()

    answer = client.post("/console/sources/new", form(police, **change))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert police.reader_password not in answer.content.decode()
    assert SourceSystem.objects.count() == 0


def test_this_machine_itself_is_no_departments_system(police, settings):
    settings.YIMEN_SOURCES_LOOPBACK = False

    answer = at_desk().post("/console/sources/new", form(police))

    assert "不是部门的系统" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "change", "connect/", "connect/columns?relation=t_hjxx"])
def test_another_agencys_officer_finds_nothing(police, page):
    registered(at_desk(), police)

    assert at_desk(code=parties.HR).get(f"/console/sources/police-people/{page}").status_code == 404


@pytest.mark.parametrize("role", [Post.Role.DATA_STEWARD, Post.Role.AUDITOR])
def test_steward_and_auditor_see_every_source_and_change_none(police, role):
    registered(at_desk(), police)
    parties.agency(parties.DATA_BUREAU, "政务服务和数据管理局")
    client = at_desk(role, parties.DATA_BUREAU)

    assert "人口信息管理系统" in client.get("/console/sources/").content.decode()
    assert client.get("/console/sources/police-people/change").status_code == 404
    assert client.post("/console/sources/police-people/change", form(police)).status_code == 404
    assert client.get("/console/sources/police-people/connect/").status_code == 404
    assert client.get("/console/sources/new").status_code == 403
    assert client.post("/console/sources/police-people/test").status_code == (
        303 if role == Post.Role.DATA_STEWARD else 403
    )


def test_a_wrong_password_is_said_in_a_sentence(police):
    page = registered(at_desk(), police, secret="wrong")

    assert "用户名、密码或密钥不被接受" in page
    assert "Traceback" not in page


def test_a_secret_stays_until_the_address_changes(police):
    client = at_desk()
    registered(client, police)
    same = form(police, secret="", title="人口库", is_active="on")

    assert client.post("/console/sources/police-people/change", same).status_code == 303
    assert "连上了，登录成功。" in client.get("/console/sources/police-people/").content.decode()
    moved = client.post("/console/sources/police-people/change", {**same, "host": "127.0.0.2"})
    assert moved.status_code == 422
    assert "地址变了" in moved.content.decode()


def test_a_table_that_is_not_there_leads_back_with_a_sentence(police):
    client = at_desk()
    registered(client, police)

    answer = client.get("/console/sources/police-people/connect/columns?relation=gone%00%27", follow=True)

    assert answer.status_code == 200
    assert "关系" in answer.content.decode() or "无法识别" in answer.content.decode()


def test_a_service_without_a_description_is_connected_by_a_pasted_answer():
    client = at_desk()
    SourceSystem.objects.create(
        name="school", title="学籍", agency_id=parties.POLICE, kind="rest", url="http://127.0.0.1:9",
        changed_at="2026-11-25T00:00:00Z",
    )  # fmt: skip
    sample = {"relation": "/people/{key}", "sample": '{"xm": "林晓", "xl": "21", "gxsj": "20261121220000"}'}

    page = client.post("/console/sources/school/connect/columns", sample).content.decode()

    assert "林晓" not in page
    assert chosen(page) == {"c0": "name", "c1": "education", "c2": "", "as_of": "gxsj"}
    shape = json.dumps([["xm", "string", "", "", None, True]])
    kept = {"shape": shape, "meanings": '{"xm": "name"}', "who": "person", **WORDS}
    for path in ("/people", "@evil.example/{key}", "/{a}/{b}", "/x@evil/{key}", "/a?b={key}"):
        client.post("/console/sources/school/connect/publish", {**kept, "relation": path})
    assert Dataset.objects.count() == 0
    client.post("/console/sources/school/connect/publish", {**kept, "relation": "/people/{id}"})
    assert Dataset.objects.get().settings == {"path": "/people/{key}"}
    for wrong in ("[]", "{", "林", '{"a": 1', "[" * 20_000):
        assert client.post("/console/sources/school/connect/columns", {**sample, "sample": wrong}).status_code == 303
