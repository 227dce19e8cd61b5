"""The whole way of a value: an agency's table becomes a dataset, another asks for it, an item decides with it, and
the person it is about has it corrected at its source."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.site import Site
from tests.journeys.conftest import DESK, PHONE, new_context
from tests.journeys.test_stories import look, overflow, sign_in
from yimen.datasets.tests.mariadb import MariaDb, mariadb  # noqa: F401 - a fixture

PACK = Path(__file__).parent / "veterans"
VETERANS, HR, STEWARD, CITIZEN = "demo-data-veterans", "demo-data-hr", "demo-steward", "demo-master"
CODE = "veteran-service"
Enter = Callable[[str], Page]


@pytest.fixture
def register(city: Site, mariadb: MariaDb) -> MariaDb:  # noqa: F811
    """The veterans' affairs bureau's own MariaDB, with the wrong day of discharge for one of the cast."""
    number = next(one.id_number for one in city.departments.people if one.username == "master")
    mariadb.run(
        "DROP DATABASE IF EXISTS veterans",
        "CREATE DATABASE veterans CHARACTER SET utf8mb4",
        f"GRANT SELECT ON veterans.* TO '{mariadb.reader}'@'127.0.0.1'",
    )
    mariadb.run(
        "CREATE TABLE tyjr (sfzh CHAR(18) PRIMARY KEY COMMENT '身份证号', tyrq DATE COMMENT '退役日期',"
        " fynx INT COMMENT '服役年限', cjdj VARCHAR(10) COMMENT '残疾等级', lxdh VARCHAR(20) COMMENT '联系电话',"
        " gxsj DATETIME COMMENT '更新时间') COMMENT '退役军人服役信息'",
        f"INSERT INTO tyjr VALUES ('{number}', '2025-09-01', 2, 'none', '13800000000', NOW())",
        database="veterans",
    )
    run("pack", "load", str(PACK))
    return mariadb


@pytest.fixture
def enter(browser: Browser, city: Site) -> Iterator[Enter]:
    """Return how somebody sits down: officers at a desk, the citizen with a phone."""
    contexts = []

    def sit(username: str) -> Page:
        context = new_context(browser, city, PHONE if username == CITIZEN else DESK)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, username)
        return page

    yield sit
    for one in contexts:
        one.close()


def run(*command: str) -> str:
    """Run one of our own commands."""
    done = subprocess.run(
        [sys.executable, "-m", "yimen.config.cli", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def seen(page: Page) -> None:
    """The page is as axe wants it, and no wider than its window."""
    look(page)
    assert not overflow(page), page.url


def test_a_value_is_shared_used_read_about_disputed_and_corrected(register: MariaDb, enter: Enter) -> None:
    veterans, hr, steward, citizen = (enter(one) for one in (VETERANS, HR, STEWARD, CITIZEN))

    connect(veterans, register)
    publish(steward)
    for fact, field in (("discharged_on", "tyrq"), ("service_years", "fynx"), ("service_disability", "cjdj")):
        feed(steward, f"person.{fact}", field)
    request = ask(hr)
    answer(veterans, request)
    case = apply(citizen)
    object_to(citizen)
    correct(veterans, register)

    citizen.goto("/me/objections/")
    expect(citizen.get_by_role("article").first).to_contain_text("已更正，现为 2025年10月1日")
    seen(citizen)
    citizen.goto(case)
    expect(citizen.locator("main")).to_contain_text("2025年9月1日")  # what was decided on stays as it was read
    assert json.loads(run("ledger", "verify", "--json"))["problems"] == []


def connect(page: Page, server: MariaDb) -> None:
    """The agency registers its database, and one of its tables as a dataset."""
    page.goto("/console/sources/")
    page.get_by_role("link", name="登记数据源").click()
    page.get_by_role("link", name="数据库").click()
    page.get_by_label("系统名称").fill("退役军人管理系统")
    page.get_by_label("连接名").fill("veterans-own")
    page.get_by_label("MariaDB 或 MySQL").check()
    page.get_by_label("主机").fill("127.0.0.1")
    page.get_by_label("端口").fill(str(server.port))
    page.get_by_label("数据库名").fill("veterans")
    page.get_by_label("用户名和密码").check()
    page.get_by_label("用户名", exact=True).fill(server.reader)
    page.get_by_label("密码", exact=True).fill(server.reader_password)
    page.get_by_role("button", name="保存并测试连接").click()
    expect(page.get_by_role("status")).to_contain_text("连上了，登录成功。")
    page.get_by_role("link", name="接入一张表").click()
    page.get_by_role("link", name="tyjr").click()
    for column, comment in (("tyrq", "退役日期"), ("fynx", "服役年限"), ("cjdj", "残疾等级"), ("lxdh", "联系电话")):
        page.get_by_label(f"{column} 的含义").select_option(label=f"按原样接入（{comment}）")
    expect(page.get_by_label("查询依据的列")).to_have_value("sfzh")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("资源名称").fill("退役军人服役信息")
    page.get_by_label("摘要").fill("本市退役军人的退役日期、服役年限、残疾等级和联系电话。")
    page.get_by_role("textbox", name="条件").fill("用于办理政务服务事项")
    page.get_by_label("更新周期").select_option(label="每日")
    page.get_by_label("岗位或姓名").fill("信息科数据专员")
    page.get_by_label("电话", exact=True).fill("0755-00000000")
    page.get_by_label("资源代码").fill(CODE)
    page.get_by_role("button", name="接入并存为草稿").click()
    expect(page.get_by_role("status")).to_contain_text("已经接入，存为草稿。")
    page.get_by_label("资源属性").select_option(label="主题信息资源")
    page.get_by_label("所属库或主题").fill("社会保障")
    page.get_by_label("信息资源代码").fill("203005/000900")
    page.get_by_label("关键词").fill("退役军人、服役")
    seen(page)
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("待审核")
    seen(page)


def publish(page: Page) -> None:
    """The bureau looks at it and publishes it."""
    page.goto(f"/console/reviews/{CODE}/")
    seen(page)
    page.get_by_role("button", name="审核通过并发布").click()
    page.goto(f"/console/datasets/{CODE}/")
    expect(page.locator("main")).to_contain_text("已发布")


def feed(page: Page, fact: str, field: str) -> None:
    """The bureau says which field a fact comes from."""
    page.goto(f"/console/facts/{fact}/")
    page.get_by_label("已发布的数据资源字段").select_option(value=f"{CODE}.{field}")
    page.get_by_role("button", name="添加来源").click()
    expect(page.locator("main")).to_contain_text(f"{CODE}.{field}")


def ask(page: Page) -> str:
    """The other agency asks for four fields; the page says which one the item never reads."""
    page.goto(f"/console/grants/new/?dataset={CODE}&item=ITEM:veteran-subsidy")
    expect(page.get_by_role("checkbox", name=re.compile("退役日期"))).to_be_checked()
    telephone = page.get_by_role("checkbox", name=re.compile("联系电话"))
    expect(telephone).not_to_be_checked()
    telephone.check()
    page.get_by_label("用途，一句话").fill("核发退役军人帮扶金")
    page.get_by_label("法律依据").fill("《中华人民共和国退役军人保障法》第四十条")
    seen(page)
    page.get_by_role("button", name="提交申请").click()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="联系电话")).to_contain_text("规则不使用")
    seen(page)
    return page.url


def answer(page: Page, request: str) -> None:
    """The owner grants the three that are left."""
    page.goto(request)
    for one in page.get_by_label("同意", exact=True).all():
        one.check()
    seen(page)
    page.get_by_role("button", name="提交答复").click()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="退役日期")).to_contain_text("同意")
    expect(rows.filter(has_text="联系电话")).not_to_contain_text("已同意")


def apply(page: Page) -> str:
    """The person applies; the item decides with what was granted."""
    page.goto("/items/veteran-subsidy/")
    page.get_by_role("button", name="开始办理").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", name="已批准")).to_be_visible()
    page.get_by_text("依据的数据和来源").click()
    expect(page.locator("main")).to_contain_text("2025年9月1日")
    seen(page)
    return page.url


def object_to(page: Page) -> None:
    """The person sees who read it, and objects to the value."""
    page.goto("/me/reads/")
    uses = page.locator("main")
    expect(uses).to_contain_text("退役军人帮扶金")
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    page.get_by_role("link", name="对退役日期提出异议").first.click()
    expect(page.locator("main")).to_contain_text("2025年9月1日")
    page.get_by_label("哪里不对，为什么").fill("退役证上写的是十月一日。")
    page.get_by_label("应该是什么（可以不填）").fill("2025-10-01")
    seen(page)
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_role("status")).to_contain_text("已转给提供数据的部门核实")


def correct(page: Page, server: MariaDb) -> None:
    """The owner corrects it in its own system; until it has, the task stays open."""
    page.goto("/console/tasks/")
    page.get_by_role("link", name=re.compile("退役日期")).first.click()
    seen(page)
    page.get_by_role("button", name="已更正").click()
    expect(page.get_by_role("alert")).to_be_visible()
    server.run("UPDATE tyjr SET tyrq = '2025-10-01', gxsj = NOW()", database="veterans")
    page.get_by_role("button", name="已更正").click()
    expect(page.locator("main")).to_contain_text("已办结")
    seen(page)
