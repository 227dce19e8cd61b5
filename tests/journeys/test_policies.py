"""The whole way of a policy: published from its text, applied for once, paid without applying, and every yuan followed
back to its clause."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from demo.enterprises.parts import ACCOUNT, AWARDED_ACCOUNT
from demo.site import Site
from tests.journeys.conftest import DESK, PHONE, new_context
from tests.journeys.test_data import run, seen
from tests.journeys.test_stories import sign_in

YEAR = date.today().year
SLUG, MEASURE = "steady-sme", "支持中小企业稳健经营奖励"
NUMBER = f"深中小企服〔{YEAR - 1}〕18号"
TEXT = f"""深圳市中小企业服务局关于支持中小企业稳健经营的通知

{NUMBER}

各有关单位：

为支持中小企业稳健经营，现就有关事项通知如下。

一、奖励对象
在本市依法注册、登记状态正常的企业。

二、奖励标准
稳健经营奖励。对资产负债率不高于60%且上年度营业收入1000万元以上的企业，一次性奖励5万元。

三、不予奖励的情形
被列入严重失信主体名单的，不予奖励。

四、申报时间
{YEAR}年1月1日至{YEAR + 2}年6月30日。

五、经办机构
深圳市中小企业服务局，咨询电话0755-00000000。

本通知自{YEAR}年1月1日起施行，有效期三年。

深圳市中小企业服务局
{YEAR - 1}年12月20日
"""
TITLE = TEXT.partition("\n")[0]
COMPANY, AWARDED_COMPANY = "深圳市澄海微电子有限公司", "深圳市启微传感技术有限公司"
RENT, JOBS, VOUCHER = "创业租金补贴", "创业带动就业补贴", "模型券"
PATIENCE_S = 120
"""How long the worker may take for what it does beside the page: the bound of every wait here."""
Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, city: Site) -> Iterator[Enter]:
    """Return how somebody sits down: officers at a desk, enterprises with a phone, acting for `company`."""
    contexts = []

    def sit(username: str, company: str = "") -> Page:
        context = new_context(browser, city, PHONE if company else DESK)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, username)
        if company:
            page.goto("/me/standing/")
            page.get_by_role("button", name=company).click()
        return page

    yield sit
    for one in contexts:
        one.close()


def awaited(page: Page, address: str, wanted: Callable[[], Locator]) -> None:
    """Look at the address again and again until what the worker brings about is there."""
    until = time.monotonic() + PATIENCE_S
    page.goto(address)
    while not wanted().count() and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.goto(address)
    expect(wanted().first).to_be_visible()


def test_an_official_publishes_a_policy_from_its_text_and_it_finds_its_enterprises(
    enter: Enter, tmp_path: Path
) -> None:
    officer, first, second = (enter(one) for one in ("demo-policy", "demo-policy-first", "demo-policy-second"))
    founder = enter("demo-founder", COMPANY)
    file = tmp_path / "notice.txt"
    file.write_text(TEXT, encoding="utf-8")

    collect(officer, file)
    take_apart(officer)
    agree(officer, first, second)

    founder.goto(f"/policies/{SLUG}/")
    expect(founder.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(founder.locator("main")).to_contain_text("您符合全部条件，可得 50,000 元")
    seen(founder)
    founder.goto(f"/policies/{SLUG}/m1/")
    expect(founder.get_by_text("资产负债率不高于60%", exact=True).first).to_be_visible()
    seen(founder)
    founder.goto("/policies/mine/")
    found = founder.locator("section").filter(has=founder.get_by_role("heading", name=MEASURE, exact=True))
    expect(found).to_contain_text("50,000 元")
    awaited(officer, "/console/evaluation/", lambda: officer.get_by_role("link", name=MEASURE))
    seen(officer)


def collect(page: Page, file: Path) -> None:
    """The text comes in as a file; its number, agency and dates are found, each with where."""
    run("policy", "import", str(file), "--publisher", "深圳市中小企业服务局")
    page.goto("/console/collected/")
    seen(page)
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("main")).to_contain_text(NUMBER)
    seen(page)
    page.get_by_role("link", name="拆解成奖补项").click()
    expect(page.get_by_label("政策全文")).to_have_value(re.compile("资产负债率不高于60%"))


def take_apart(page: Page) -> None:
    """What is proposed stands beside the sentences it was read from; a person confirms, and makes a draft."""
    page.get_by_role("button", name="拆解").click()
    expect(page.locator("mark").filter(has_text="资产负债率不高于60%").first).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("org.debt_ratio <= 60")
    seen(page)
    page.get_by_role("button", name="确认 m1").click()
    page.get_by_label("政策标识").fill(SLUG)
    page.get_by_label("主题分类").fill("企业培育奖补")
    page.get_by_label("适用对象").fill("注册在深圳的中小企业")
    page.get_by_role("button", name="起草").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    seen(page)


def agree(officer: Page, first: Page, second: Page) -> None:
    """Two others look at it; until both have agreed nobody sees it."""
    officer.get_by_role("link", name="发布后会怎样").click()
    seen(officer)
    officer.goto(f"/console/policies/{SLUG}/")
    officer.get_by_role("button", name="提交审核").click()
    expect(officer.locator("main")).to_contain_text("等待另外两位政策专员的意见")
    for reviewer in (first, second):
        reviewer.goto(f"/policies/{SLUG}/")
        expect(reviewer.locator("main")).to_contain_text("没有找到")
        reviewer.goto(f"/console/policies/{SLUG}/")
        seen(reviewer)
        reviewer.get_by_role("button", name="同意发布").click()
    expect(second.locator("main")).to_contain_text("已发布")
    second.get_by_role("link", name="看公开的页面").click()
    seen(second)


def test_an_enterprise_applies_once_for_three_measures_is_paid_and_the_money_is_followed_back(enter: Enter) -> None:
    founder = enter("demo-founder", COMPANY)
    payers = [enter(one) for one in ("demo-payer-hr-first", "demo-payer-hr-second")]
    auditor = enter("demo-auditor")

    look_and_answer(founder)
    result = apply_once(founder)
    confirm_accounts(founder)
    payment = pay(*payers, payee=COMPANY, count=2)
    founder.goto(result)
    expect(founder.locator("main")).to_contain_text("收款账户")
    follow(auditor, payment, clause="广东省创业扶持补贴", source="办件")


def look_and_answer(page: Page) -> None:
    """Everything that could be theirs: yes, one short, facts missing; two answers decide one more."""
    page.goto("/policies/mine/")
    main = page.locator("main")
    for words in ("可以享受", "还差信息", "只差一项", "还差 1 项Ⅰ类知识产权"):
        expect(main).to_contain_text(words)
    missing = page.locator("section").filter(has=page.get_by_role("heading", name=VOUCHER, exact=True))
    expect(missing).to_contain_text("还差：")
    seen(page)
    questions = page.locator("#questions")
    questions.evaluate("one => one.open = true")
    questions.get_by_label("是", exact=True).check()
    questions.get_by_label("买已备案的模型服务，一共花了多少钱？").fill("1200000")
    questions.get_by_role("button", name="保存并重新判断").click()
    expect(missing).to_contain_text("360,000 元")
    expect(page.locator("#questions")).to_have_count(0)
    seen(page)


def apply_once(page: Page) -> str:
    """One form for three measures; each has its own outcome. Return where it stands."""
    for box in page.get_by_label("一起申请").all():
        box.uncheck()
    for title in (RENT, JOBS, VOUCHER):
        card = page.locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))
        card.get_by_label("一起申请").check()
    page.get_by_role("button", name="一次申请选中的").click()
    seen(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("main")).to_contain_text("补贴申报一次办 · 3 项")
    expect(page.get_by_label("买已备案的模型服务，一共花了多少钱？")).to_have_value("1200000")  # not asked again
    seen(page)
    page.get_by_role("button", name="一次提交").click()
    for title, amount in ((RENT, "6,000 元"), (JOBS, "2,000 元"), (VOUCHER, "360,000 元")):
        one = page.get_by_role("region", name=f"{title} 已批准")
        expect(one).to_contain_text(amount)
        expect(one).to_contain_text("还差一步：确认收款账户")
    expect(page.get_by_role("heading", name="3 项中已批准 3 项，合计 368,000.00 元")).to_be_visible()
    seen(page)
    return page.url


def confirm_accounts(page: Page) -> None:
    """The account is typed once; the other measures take it by one tap."""
    first = page.get_by_role("region", name=RENT)
    first.get_by_label("开户银行").fill("招商银行深圳分行")
    first.get_by_label("账号").fill(ACCOUNT)
    first.get_by_role("button", name="确认账户").click()
    expect(page.locator("main")).not_to_contain_text(ACCOUNT)
    seen(page)
    for title in (JOBS, VOUCHER):
        page.get_by_role("region", name=title).get_by_role("button", name="一键确认，拨到这个账户").click()
    expect(page.get_by_text("收款账户：")).to_have_count(3)
    seen(page)


def pay(first: Page, second: Page, *, payee: str, count: int) -> str:
    """One gathers and freezes, the other agrees and lets go; the treasury settles. Return the address of a payment."""
    awaited(first, "/console/payments/", lambda: first.get_by_role("heading", name=f"等待编入批次 {count} 笔"))
    seen(first)
    first.get_by_role("button", name="编制批次").click()
    seen(first)
    batch = first.url
    first.get_by_role("button", name="冻结并签名").click()
    expect(first.get_by_role("button", name="复核同意")).to_have_count(0)  # whoever froze it does not agree to it
    seen(first)
    second.goto(batch)
    second.get_by_role("button", name="复核同意").click()
    second.get_by_role("button", name="开始拨付").click()
    row = second.get_by_role("row").filter(has_text=payee).first
    awaited(second, batch, lambda: second.get_by_role("heading", name=re.compile("已办结|部分退回")))
    expect(row).to_contain_text("到账")
    seen(second)
    address = row.get_by_role("link").first.get_attribute("href")
    assert address is not None
    return address


def follow(page: Page, payment: str, *, clause: str, source: str) -> None:
    """The auditor follows one payment to the clause it stands on; every step has its row in a ledger that is whole."""
    page.goto("/console/payments/")
    seen(page)
    page.goto(payment)
    steps = page.locator("ol.timeline > li")
    expect(steps.first).to_contain_text("政策条款")
    expect(steps.first).to_contain_text(clause)
    for words in ("奖补项与条件", "判定规则", "兑付决定", source, "留痕"):
        expect(page.locator("ol.timeline")).to_contain_text(words)
    expect(page.locator("ol.timeline .badge-y.bad")).to_have_count(0)
    expect(page.get_by_role("button", name="换户重拨")).to_have_count(0)  # an auditor looks and changes nothing
    seen(page)
    assert json.loads(run("ledger", "verify", "--json"))["problems"] == []


def test_a_list_is_drawn_up_objected_to_confirmed_by_one_tap_and_paid(enter: Enter) -> None:
    officer, neighbour = enter("demo-officer-sme"), enter("demo-founder", COMPANY)
    awarded = enter("demo-awarded", AWARDED_COMPANY)
    payers = [enter(one) for one in ("demo-payer-first", "demo-payer-second")]
    auditor = enter("demo-auditor")

    roll = draw_up(officer)
    object_to(neighbour)
    end_notice(moved=0)  # nobody is paid over an objection that is not answered
    answer(officer, roll)
    neighbour.goto("/policies/notices/")
    neighbour.get_by_role("link", name=re.compile("专精特新中小企业奖励")).first.click()
    expect(neighbour.locator("main")).to_contain_text("答复：称号以认定公告为准，查核属实。")
    seen(neighbour)
    end_notice(moved=1)
    confirm(awarded)
    payment = pay(*payers, payee=AWARDED_COMPANY, count=1)
    awarded.goto("/policies/benefits/")
    expect(awarded.locator("main")).to_contain_text("专精特新中小企业奖励")
    follow(auditor, payment, clause="深圳市专精特新企业奖励", source="公示")


def draw_up(page: Page) -> str:
    """The worker judges everybody the matching found; the officer looks through the list and makes it public."""
    page.goto("/workbench/benefits/")
    page.get_by_label("专精特新中小企业奖励").check()
    page.get_by_role("button", name="开始编制").click()
    expect(page.get_by_role("status")).to_contain_text("正在逐家核对")
    seen(page)
    rows = page.locator("tbody tr").filter(has_text="部门审核")
    awaited(page, "/workbench/benefits/", lambda: rows)
    rows.first.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(AWARDED_COMPANY)
    seen(page)
    page.get_by_role("button", name="核查信用并公示").click()
    expect(page.locator("main")).to_contain_text("公示")
    seen(page)
    return page.url


def object_to(page: Page) -> None:
    """A neighbour doubts the title of one firm on the public list."""
    page.goto("/policies/notices/")
    seen(page)
    page.get_by_role("link", name=re.compile("专精特新中小企业奖励")).first.click()
    page.get_by_text("提出异议", exact=True).click()
    page.get_by_label(AWARDED_COMPANY).check()
    page.get_by_label("理由").fill("这家企业的称号好像是上个月才认定的，请核实。")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("status")).to_contain_text("异议已收到")
    seen(page)


def answer(page: Page, roll: str) -> None:
    """The agency answers with its reason; without one it is asked for it."""
    page.goto(roll)
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择异议成立或不成立")
    page.get_by_label("异议不成立").check()
    page.get_by_label("答复（异议人会看到）").fill("称号以认定公告为准，查核属实。")
    page.get_by_role("button", name="答复").click()
    expect(page.locator("main")).to_contain_text("答复：称号以认定公告为准，查核属实。")
    seen(page)


def end_notice(*, moved: int) -> None:
    """A fortnight goes by, which is more than five working days."""
    day = (date.today() + timedelta(days=14)).isoformat()
    assert json.loads(run("policy", "lists", "move", "--on", day, "--json"))["notices_ended"] == moved


def confirm(page: Page) -> None:
    """The firm did not apply; it says where to pay, and that is all."""
    page.goto("/policies/benefits/")
    expect(page.get_by_role("heading", level=1)).to_have_text("有 1 项等您确认")
    seen(page)
    page.get_by_label("开户银行").fill("招商银行深圳分行")
    page.get_by_label("账号").fill(AWARDED_ACCOUNT)
    page.get_by_role("button", name="确认账户").click()
    expect(page.locator("main")).to_contain_text("尾号")
    seen(page)
