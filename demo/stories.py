"""The stories the demo tells over HTTP: each step is really done, timed, and checked before it is told."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from demo.organisations import READY
from demo.site import Site
from demo.visitor import Page, StoryError, Visitor
from yimen.licences import documents

ITEM = "graduate-reception"
ANSWERS = {"application.settle_address_type": "collective", "person.health_declared_fit": "true"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as told: what happened, and how long it took in milliseconds."""

    text: str
    elapsed_ms: float


@dataclass(slots=True)
class Story:
    """A story as it was played. `milliseconds` is from the click on submit to the page with its result.

    `outcome` is approve, reject or undetermined as the rules said on submission; `decided_by` who concluded it.
    """

    name: str
    title: str
    outcome: str = ""
    decided_by: str = "rules"
    milliseconds: float = 0.0
    steps: list[Step] = field(default_factory=list)


Tell = Callable[[Step], None]
COMPANY = "深圳市澄海微电子有限公司"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stories play: the site, and the day on which they do."""

    site: Site
    today: date

    @property
    def base_url(self) -> str:
        """Return the site's address."""
        return self.site.base_url


class Telling:
    """Plays a story's steps one by one: does each, times it, tells it, keeps it."""

    def __init__(self, story: Story, tell: Tell) -> None:
        """Start telling this story."""
        self.story, self._tell = story, tell

    def step(self, text: str, do: Callable[[], Page]) -> Page:
        """Do a step that opens a page; its time is the click's."""
        page = do()
        self._keep(Step(text, page.elapsed_ms))
        return page

    def check(self, text: str, do: Callable[[], bool]) -> None:
        """Do a step that checks something.

        Raises:
            StoryError: it does not hold.
        """
        started = time.perf_counter()
        if not do():
            raise StoryError(f"“{self.story.title}”：没有做到“{text}”。")
        self._keep(Step(text, (time.perf_counter() - started) * 1000))

    def tell(self, text: str, started: float) -> None:
        """Tell of something that was done from that reading of the clock until now."""
        self._keep(Step(text, (time.perf_counter() - started) * 1000))

    def _keep(self, step: Step) -> None:
        self.story.steps.append(step)
        self._tell(step)


def sign_in(visitor: Visitor, username: str) -> Page:
    """Sign in through the demo chooser as this account."""
    chooser = visitor.get("/accounts/demo/")
    return visitor.submit(chooser, "/accounts/demo/", {"username": username})


def apply(telling: Telling, visitor: Visitor, username: str, item: str = ITEM) -> tuple[Page, Page]:
    """Sign in, start the application and submit it; return the draft's page and the result's."""
    telling.step("从演示入口登录", lambda: sign_in(visitor, username))
    draft = begin(telling, visitor, item)
    asked = {name: value for name, value in ANSWERS.items() if name in form_fields(draft)}
    return draft, hand_in(telling, visitor, draft, asked)


def begin(telling: Telling, visitor: Visitor, item: str) -> Page:
    """Open the item's guide and start; return the draft's page."""
    guide = telling.step("打开办事指南", lambda: visitor.get(f"/items/{item}/"))
    return telling.step(
        "开始办理：已有的数据自动带出，并注明来源", lambda: visitor.submit(guide, f"/items/{item}/start")
    )


def hand_in(telling: Telling, visitor: Visitor, draft: Page, answers: Mapping[str, str]) -> Page:
    """Submit the draft with these answers; return the result's page."""
    words = f"回答 {len(answers)} 项，点击提交" if answers else "不用填写，点击提交"
    result = telling.step(words, lambda: visitor.submit(draft, "/submit", answers))
    telling.story.milliseconds = result.elapsed_ms
    telling.story.outcome = outcome_of(result)
    return result


def form_fields(page: Page) -> set[str]:
    """Return the names of the fields a page asks for."""
    return {str(name) for name in page.tree.xpath("//main//*[self::input or self::select or self::textarea]/@name")}


def outcome_of(page: Page) -> str:
    """Return the outcome a result page shows, as its banner states it for machines."""
    shown = page.tree.xpath("//main//*[@data-outcome]/@data-outcome")
    if not shown:
        raise StoryError(f"{page.url} 没有显示办理结果。")
    return str(shown[0])


def graduate_approved(stage: Stage, tell: Tell) -> Story:
    """A graduate is approved in the request, and anyone can verify her licence."""
    story = Story("graduate-approved", "应届毕业生：秒批")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as she, Visitor(stage.base_url) as anyone:
        _, result = apply(telling, she, "demo-graduate")
        telling.check(
            "结果为准予，证照和二维码就在这一页",
            lambda: story.outcome == "approve" and bool(result.tree.xpath("//main//svg[contains(@class, 'qr')]")),
        )
        verify = urlsplit(result.link("/verify/")).path
        public = telling.step("任何人扫码核验，不用登录", lambda: anyone.get(verify))
        telling.check("签名有效，姓名已隐去", lambda: "有效" in public.text and "陈晓雯" not in public.text)
        licence = she.download(urlsplit(result.link("/licences/")).path.rstrip("/") + ".json")
        keys = json.loads(anyone.download("/verify/keys.json"))["keys"]
        telling.check("下载的证照离线验签通过", lambda: documents.check_offline(licence, keys).is_genuine)
        forged = licence.replace("本科".encode(), "博士".encode())
        telling.check(
            "改一个字就验不过", lambda: forged != licence and not documents.check_offline(forged, keys).is_genuine
        )
        reads = telling.step("她看到谁读过自己的数据", lambda: she.get("/me/reads/"))
        telling.check("每一项读取都有记录", lambda: "最高学历" in reads.text)
    return story


def allowance_offered(stage: Stage, tell: Tell) -> Story:
    """Somebody turns eighty today: the allowance is offered without applying, and taken with one tap."""
    story = Story("allowance-offered", "今天满 80 岁：津贴找上门")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as she:
        started = time.perf_counter()
        offered = stage.site.offer("elderly-allowance")
        telling.tell(f"每晚的主动核对：逐人核对 80 岁以上的老人，告知 {offered} 人", started)
        telling.step("从演示入口登录", lambda: sign_in(she, "demo-elder"))
        home = telling.step("首页告诉她可以领取，条件已经替她核对", lambda: she.get("/"))
        telling.check("每月 200 元，不用申请", lambda: "200 元" in home.text and "高龄" in home.text)
        result = telling.step("点一下“确认领取”", lambda: she.submit(home, "/accept"))
        story.milliseconds, story.outcome = result.elapsed_ms, outcome_of(result)
        telling.check("核定通知和二维码就在这一页", lambda: story.outcome == "approve" and "核定通知" in result.text)
        again = telling.step("再打开首页", lambda: she.get("/"))
        telling.check("不会再告知第二次", lambda: "确认领取" not in again.text)
    return story


def filed_by_mandate(stage: Stage, tell: Tell) -> Story:
    """A company's employee files its project under a mandate; the representative takes it back afterwards."""
    story = Story("project-filed", "企业投资项目备案：经办人凭授权办理")
    telling = Telling(story, tell)
    people = {one.username: one for one in stage.site.departments.people if one.username}
    agent, until = people["agent"], stage.today + timedelta(days=30)
    with Visitor(stage.base_url) as he, Visitor(stage.base_url) as she:
        telling.step("法定代表人登录", lambda: sign_in(he, "demo-founder"))
        _act_for(telling, he, COMPANY)
        mandates = telling.step("打开授权代办", lambda: he.get("/me/mandates/"))
        form = {
            "name": agent.name,
            "id_number": agent.id_number,
            "items": "investment-project-filing",
            "year": str(until.year),
            "month": str(until.month),
            "day": str(until.day),
        }
        given = telling.step("授权员工办理投资项目备案，30 天有效", lambda: he.submit(mandates, "/me/mandates/", form))
        telling.step("经办人用自己的账号登录", lambda: sign_in(she, "demo-agent"))
        _act_for(telling, she, COMPANY)
        draft = begin(telling, she, "investment-project-filing")
        telling.check("只问项目代码和声明", lambda: "project.name" not in form_fields(draft))
        code = {"project.code": READY}
        full = telling.step("填项目代码，其余由发展改革部门带出", lambda: she.submit(draft, "/answers", code))
        filled = full.tree.xpath("//input[@name='project.name']/@value")
        telling.check(f"项目名称已带出：{''.join(filled)}", lambda: filled == ["高可靠封装测试生产线"])
        result = hand_in(telling, she, full, {"project.policy_statement_signed": "true"})
        telling.check("当场备案，备案证由公司持有", lambda: story.outcome == "approve" and "备案证" in result.text)
        telling.step("法定代表人收回授权", lambda: he.submit(given, "/end"))
        blocked = telling.step("经办人再打开公司的办件", lambda: she.get(urlsplit(result.url).path, is_refused=True))
        telling.check(
            "被拒绝，并告诉她为什么", lambda: "授权" in blocked.text and blocked.status == HTTPStatus.FORBIDDEN
        )
    return story


def _act_for(telling: Telling, visitor: Visitor, name: str) -> None:
    choice = telling.step("选择办事身份", lambda: visitor.get("/me/standing/"))
    parties = choice.tree.xpath("//button[@name='principal'][contains(., $name)]/@value", name=name)
    if not parties:
        raise StoryError(f"没有代“{name}”办理的身份。")
    telling.step(f"换成{name}", lambda: visitor.submit(choice, "/me/standing/", {"principal": str(parties[0])}))


def refused_with_near_miss(stage: Stage, tell: Tell) -> Story:
    """A young company is refused a grant, and told which condition fails and by how many days."""
    story = Story("near-miss", "创业资助：只差几天，说得明明白白")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as he:
        _, result = apply(telling, he, "demo-starter", "startup-grant")
        telling.check(
            "结果为不予批准，指出哪一条、还差多少天",
            lambda: story.outcome == "reject" and "满6个月" in result.text and "还差" in result.text,
        )
        near = re.search(r"[^。！ ]*还差 \d+ 天", result.text)
        telling.check(f"“{near.group() if near else ''}”", lambda: near is not None)
    return story


def decided_by_officer(stage: Stage, tell: Tell) -> Story:
    """The education department is silent; an officer decides. Another, refused by rules, asks for a person."""
    story = Story("officer-and-review", "部门没有响应转人工；不服自动决定要求复核", decided_by="officer")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as she, Visitor(stage.base_url) as officer, Visitor(stage.base_url) as he:
        with stage.site.silence():
            draft, result = apply(telling, she, "demo-silent")
        telling.check("申请页说明哪个部门没有响应", lambda: "暂未响应" in draft.text)
        telling.check("已收件，转工作人员，不丢件", lambda: story.outcome == "undetermined")
        telling.step("审批人员登录工作台", lambda: sign_in(officer, "demo-officer"))
        _decide(
            telling, officer, result, approve=True, reason="已致电毕业院校核实学历、学位与毕业日期，符合条件，准予。"
        )
        after = telling.step("申请人看到结果、理由和证照", lambda: she.get(result.url))
        telling.check("准予，理由可见", lambda: outcome_of(after) == "approve" and "毕业院校" in after.text)

        waited, refusal = story.milliseconds, Story(story.name, story.title)
        second = Telling(refusal, tell)
        _, refused = apply(second, he, "demo-resident")
        second.check("另一位：户籍已在深圳，系统不予批准", lambda: refusal.outcome == "reject")
        asked = {"reason": "我的户口上个月已迁出，请人工核对。"}
        waiting = second.step("要求人工复核", lambda: he.submit(refused, "/review", asked))
        second.check("转给了工作人员", lambda: outcome_of(waiting) == "undetermined" and "复核" in waiting.text)
        _decide(
            second, officer, refused, approve=False, reason="经查公安户籍登记，申请时户籍仍在南山区，维持不予批准。"
        )
        final = second.step("申请人看到人工复核的结果", lambda: he.get(refused.url))
        second.check("两个决定都保留", lambda: "维持不予批准" in final.text and "系统自动核验" in final.text)
        story.steps += refusal.steps
        story.milliseconds = waited
    return story


def _decide(telling: Telling, officer: Visitor, result: Page, *, approve: bool, reason: str) -> None:
    case = urlsplit(result.url).path.rstrip("/").split("/")[-1]
    queue = telling.step("待办列表里有这一件", lambda: officer.get("/workbench/"))
    opened = telling.step("打开办件：数据、条件、依据", lambda: officer.get(urlsplit(queue.link(case)).path))
    decision = {"approve": str(approve).lower(), "reason": reason}
    telling.step("写明理由，作出决定", lambda: officer.submit(opened, "/decide", decision))


def business_registered(stage: Stage, tell: Tell) -> Story:
    """A noodle shop is registered at once; its owner can act for it from then on."""
    story = Story("business-registered", "开一家面馆：营业执照当场发")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as he, Visitor(stage.base_url) as anyone:
        telling.step("从演示入口登录", lambda: sign_in(he, "demo-stallholder"))
        draft = begin(telling, he, "individual-business-registration")
        result = hand_in(telling, he, draft, {"org.business_scope": "餐饮服务；食品销售（仅限预包装）"})
        telling.check("营业执照就在这一页", lambda: story.outcome == "approve" and "营业执照" in result.text)
        public = telling.step("任何人扫码核验", lambda: anyone.get(urlsplit(result.link("/verify/")).path))
        telling.check("持证主体是新设立的小店", lambda: "小满面馆" in public.text and "有效" in public.text)
        _act_for(telling, he, "深圳市福田区小满面馆")
        licences = telling.step("换成小店的身份，看它的证照", lambda: he.get("/licences/"))
        telling.check("小店已经有了自己的营业执照", lambda: "营业执照" in licences.text)
    return story


STORIES: tuple[tuple[Callable[[Stage, Tell], Story], str], ...] = (
    (graduate_approved, "一、应届毕业生：秒批"),
    (allowance_offered, "二、今天满 80 岁：津贴找上门"),
    (filed_by_mandate, "三、企业投资项目备案：经办人凭授权办理"),
    (refused_with_near_miss, "四、创业资助：只差几天，说得明明白白"),
    (decided_by_officer, "五、部门没有响应转人工；不服自动决定要求复核"),
    (business_registered, "六、开一家面馆：营业执照当场发"),
)


def tell_all(site: Site, tell: Callable[[str], Tell], *, today: date) -> Iterator[Story]:
    """Play every story in order; `tell` is given each story's title and returns what its steps are told to."""
    stage = Stage(site, today)
    for play, title in STORIES:
        yield play(stage, tell(title))
