"""A data officer connects a real MariaDB in an afternoon: without code, without scripts, on a phone and at a desk."""

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.site import Site
from tests.journeys.conftest import DESK, PHONE, new_context
from tests.journeys.test_stories import look, overflow, sign_in
from yimen.datasets.tests.mariadb import MariaDb, mariadb  # noqa: F401 - a fixture

NUMBER = "440399194611220028"


@pytest.fixture
def traffic(mariadb: MariaDb) -> MariaDb:  # noqa: F811
    """The table of drivers' licences in the police's own MariaDB."""
    mariadb.run(
        "DROP DATABASE IF EXISTS traffic",
        "CREATE DATABASE traffic CHARACTER SET gbk",
        f"GRANT SELECT ON traffic.* TO '{mariadb.reader}'@'127.0.0.1'",
    )
    mariadb.run(
        "CREATE TABLE jsz (sfzmhm CHAR(18) PRIMARY KEY COMMENT '身份证号', xm VARCHAR(50),"
        " zjcx VARCHAR(10) COMMENT '准驾车型', yxqz DATE, zt CHAR(1), bz TEXT, gxsj DATETIME) COMMENT '驾驶证'",
        f"INSERT INTO jsz VALUES ('{NUMBER}', '林晓', 'C1', '2030-01-01', 'A', NULL, NOW())",
        database="traffic",
    )
    return mariadb


@pytest.mark.parametrize("scripts", ["scripted", "plain"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_table_becomes_a_dataset_without_code(
    browser: Browser, city: Site, traffic: MariaDb, size: dict[str, int], scripts: str
) -> None:
    name = f"traffic-{size['width']}-{scripts}"
    context = (
        new_context(browser, city, size)
        if scripts == "scripted"
        else browser.new_context(base_url=city.base_url, viewport=size, locale="zh-CN", java_script_enabled=False)
    )
    page = context.new_page()
    sign_in(page, "demo-data-police")
    page.goto("/console/sources/")
    page.get_by_role("link", name="登记数据源").click()
    page.get_by_role("link", name="数据库").click()
    page.get_by_role("button", name="保存并测试连接").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明系统名称")
    seen(page, scripts)
    page.get_by_label("系统名称").fill("机动车驾驶证系统")
    page.get_by_label("连接名").fill(name)
    page.get_by_label("MariaDB 或 MySQL").check()
    page.get_by_label("主机").fill("127.0.0.1")
    page.get_by_label("端口").fill(str(traffic.port))
    page.get_by_label("数据库名").fill("traffic")
    page.get_by_label("用户名和密码").check()
    page.get_by_label("用户名", exact=True).fill(traffic.reader)
    page.get_by_label("密码", exact=True).fill(traffic.reader_password)
    page.get_by_role("button", name="保存并测试连接").click()
    expect(page.get_by_role("status")).to_contain_text("连上了，登录成功。")
    seen(page, scripts)

    page.get_by_role("link", name="接入一张表").click()
    seen(page, scripts)
    page.get_by_role("link", name="jsz").click()
    expect(page.get_by_label("sfzmhm 的含义")).to_have_value("id_number")
    expect(page.get_by_label("zjcx 的含义")).to_have_value("")
    page.get_by_label("zjcx 的含义").select_option(label="按原样接入（准驾车型）")
    page.get_by_label("bz 的含义").select_option(label="不接入")
    expect(page.get_by_label("查询依据的列")).to_have_value("sfzmhm")
    seen(page, scripts)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("资源名称").fill("机动车驾驶证信息")
    page.get_by_label("摘要").fill("本市核发的机动车驾驶证。")
    page.get_by_role("textbox", name="条件").fill("用于办理政务服务事项")
    page.get_by_label("更新周期").select_option(label="每日")
    page.get_by_text("可以改名称和代码对照").click()
    page.get_by_label("zt 的代码对照").fill("A=valid，B=revoked")
    seen(page, scripts)
    page.get_by_role("button", name="接入并存为草稿").click()
    expect(page.get_by_role("status")).to_contain_text("“机动车驾驶证信息”已经接入，存为草稿。")
    page.goto("/console/sources/")
    expect(page.get_by_role("row").filter(has_text="机动车驾驶证信息").first).to_be_visible()
    assert traffic.reader_password not in page.content()
    seen(page, scripts)
    context.close()


def seen(page: Page, scripts: str) -> None:
    """Look at the page as axe does, which needs scripts, and see that it is no wider than its window."""
    if scripts == "scripted":
        look(page)
        assert not overflow(page), page.url
