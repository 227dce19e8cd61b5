"""Whole stories in a browser, and every page looked at by axe."""

import json
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from demo.organisations import READY
from demo.stories import Story

GUIDE = "/items/graduate-reception/"


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/demo/")
    page.locator(f'button[name="username"][value="{username}"]').click()


def look(page: Page) -> None:
    """Look at the page as axe does: no violation of WCAG 2.2 AA or of good practice."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def overflow(page: Page) -> bool:
    """Whether the page is wider than its window, so that a thumb would have to drag it."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def begin(page: Page) -> None:
    """Start the application, or go on with the one an earlier journey left."""
    page.goto(GUIDE)
    start = page.get_by_role("button", name="开始办理")
    go_on = page.get_by_role("link", name=re.compile("继续填写|查看进度|查看结果"))
    start.or_(go_on).first.click()


def test_the_demo_tells_its_six_stories(told: list[Story]) -> None:
    assert [(story.name, story.outcome) for story in told] == [
        ("graduate-approved", "approve"),
        ("allowance-offered", "approve"),
        ("project-filed", "approve"),
        ("near-miss", "reject"),
        ("officer-and-review", "undetermined"),
        ("business-registered", "approve"),
    ]
    assert all(story.milliseconds > 0 for story in told)
    verified = subprocess.run(
        [sys.executable, "-m", "yimen.config.cli", "ledger", "verify", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(verified.stdout)["problems"] == []
    assert json.loads(verified.stdout)["rows"] > 20


def test_a_master_is_approved_without_scripts(without_scripts: Page) -> None:
    page = without_scripts
    sign_in(page, "demo-master")
    begin(page)

    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("alert")).to_contain_text("还有 2 处需要处理")
    page.get_by_label("单位集体户或人才专户").check()
    page.get_by_label("我承诺身体健康").check()
    page.get_by_role("button", name="提交申请").click()

    expect(page.get_by_role("heading", name="已批准")).to_be_visible()
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_role("link", name="扫码或点此核验真伪").click()
    expect(page.get_by_role("heading", name="证照真实有效")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("许书瑶")


def test_a_draft_keeps_what_was_answered(without_scripts: Page) -> None:
    page = without_scripts
    sign_in(page, "demo-unverified")
    page.goto(GUIDE)
    begin(page)
    expect(page.get_by_role("heading", name="目前看，有条件不符合")).to_be_visible()
    expect(page.locator("main")).to_contain_text("学历学位经主管部门核验通过")


def test_search_suggests_while_typing(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").press_sequentially("登月")
    expect(page.locator("#found")).to_contain_text("没有找到与“登月”有关的事项")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press_sequentially("落户")
    expect(page.locator("#found")).to_contain_text("应届毕业生接收（落户）")


def test_the_phone_looks_right_on_every_page(page: Page) -> None:
    for address in (
        "/",
        "/items/",
        "/items/?q=没有这样的事",
        GUIDE,
        "/accounts/login/",
        "/accounts/demo/",
        "/verify/",
        "/design/",
        "/catalogue/",
        "/items/investment-project-filing/",
    ):
        page.goto(address)
        look(page)
        assert not overflow(page), address
    for address, words in (("/nowhere/", "没有这个页面"), (f"/verify/{uuid4()}/", "查不到这份证照")):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(words)
        look(page)


@pytest.mark.parametrize("username", ["demo-late", "demo-garbled", "demo-overseas"])
def test_drafts_and_results_pass_axe_whatever_the_outcome(page: Page, username: str) -> None:
    sign_in(page, username)
    begin(page)
    if page.get_by_role("button", name="提交申请").count():
        look(page)
        assert not overflow(page)
        if page.get_by_label("我承诺身体健康").count():
            page.get_by_role("button", name="提交申请").click()
            expect(page.get_by_role("alert")).to_contain_text("需要处理")
            look(page)
        for label in ("单位集体户或人才专户", "我承诺身体健康"):
            if page.get_by_label(label).count():
                page.get_by_label(label).check()
        page.get_by_role("button", name="提交申请").click()
    expect(page.locator("[data-outcome]")).to_be_visible()
    look(page)
    assert not overflow(page)


def test_ones_own_corner_passes_axe(page: Page) -> None:
    sign_in(page, "demo-graduate")
    own = ("/", "/me/", "/cases/", "/licences/", "/me/reads/", "/me/reads/?own=1", "/me/standing/", "/me/mandates/")
    for address in own:
        page.goto(address)
        look(page)
        assert not overflow(page), address
    page.goto("/licences/")
    if page.get_by_role("link", name="出示证照").count():
        page.get_by_role("link", name="出示证照").first.click()
        look(page)
        assert not overflow(page)


def test_the_workbench_passes_axe(page: Page) -> None:
    sign_in(page, "demo-convicted")
    page.goto("/workbench/")
    expect(page.locator("main")).to_contain_text("没有审批岗位")
    sign_in(page, "demo-silent" if page.viewport_size == {"width": 390, "height": 844} else "demo-garbled")
    sign_in(page, "demo-officer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("待办")
    look(page)
    assert not overflow(page)
    links = page.locator('main a[href^="/workbench/cases/"]')
    if links.count():
        links.first.click()
        look(page)
        assert not overflow(page)
        page.get_by_role("button", name="提交决定").click()
        expect(page.get_by_role("alert")).to_contain_text("请选择批准或不予批准")
        look(page)


@pytest.mark.parametrize("look_of", ["dark", "contrast", "elder"])
def test_every_way_of_looking_passes_axe(page: Page, look_of: str) -> None:
    page.goto("/design/")
    names = {"dark": "深色", "contrast": "高对比", "elder": "大字版"}
    page.get_by_role("button", name=names[look_of]).first.click()
    expect(page.locator("html")).to_have_attribute(
        *(("data-elder", "") if look_of == "elder" else ("data-theme", look_of))
    )
    look(page)
    assert not overflow(page)
    page.goto(GUIDE)
    look(page)
    assert not overflow(page)


def test_a_near_miss_passes_axe(page: Page) -> None:
    sign_in(page, "demo-starter")
    page.goto("/items/startup-grant/")
    look(page)
    page.get_by_role("button", name="开始办理").or_(page.get_by_role("link", name="继续填写")).first.click()
    look(page)
    assert not overflow(page)
    if page.get_by_role("button", name="提交申请").count():
        page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("还差")
    page.locator("#review > summary").or_(page.get_by_text("您要求了人工复核")).first.click()
    look(page)
    assert not overflow(page)


def test_a_founder_files_for_the_company(page: Page) -> None:
    sign_in(page, "demo-founder")
    page.goto("/me/standing/")
    look(page)
    page.get_by_role("button", name="深圳市澄海微电子有限公司").click()
    expect(page.locator("header")).to_contain_text("正在为 深圳市澄海微电子有限公司 办事")
    look(page)
    page.goto("/me/mandates/")
    page.get_by_role("button", name="授权", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)
    assert not overflow(page)
    page.goto("/items/investment-project-filing/")
    page.get_by_role("button", name="开始办理").or_(page.get_by_role("link", name="继续填写")).first.click()
    look(page)
    page.get_by_label("项目代码是多少").fill(READY)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator('input[name="project.name"]')).to_have_value("高可靠封装测试生产线")
    look(page)
    assert not overflow(page)
