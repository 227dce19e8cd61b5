"""The stories the demo tells over HTTP: each step is really done, timed, and checked before it is told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

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
Silence = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stories play: the site's address, and a way to silence the education department for a while."""

    base_url: str
    silence: Silence


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

    def _keep(self, step: Step) -> None:
        self.story.steps.append(step)
        self._tell(step)


def sign_in(visitor: Visitor, username: str) -> Page:
    """Sign in through the demo chooser as this account."""
    chooser = visitor.get("/accounts/demo/")
    return visitor.submit(chooser, "/accounts/demo/", {"username": username})


def apply(telling: Telling, visitor: Visitor, username: str) -> tuple[Page, Page]:
    """Sign in, start the application and submit it; return the draft's page and the result's."""
    telling.step("从演示入口登录", lambda: sign_in(visitor, username))
    guide = telling.step("打开办事指南", lambda: visitor.get(f"/items/{ITEM}/"))
    draft = telling.step(
        "开始办理：已有的数据自动带出，并注明来源", lambda: visitor.submit(guide, f"/items/{ITEM}/start")
    )
    asked = {name: value for name, value in ANSWERS.items() if name in form_fields(draft)}
    result = telling.step(f"选择 {len(asked)} 项，点击提交", lambda: visitor.submit(draft, "/submit", asked))
    telling.story.milliseconds = result.elapsed_ms
    return draft, result


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
        story.outcome = outcome_of(result)
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


def refused_with_reason(stage: Stage, tell: Tell) -> Story:
    """One who lives here already is refused at once, and told which condition fails."""
    story = Story("refused", "户口已在深圳：说明不符合哪一条")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as he:
        _, result = apply(telling, he, "demo-resident")
        story.outcome = outcome_of(result)
        telling.check(
            "结果为不予批准，并指出“申请时户籍不在本市”",
            lambda: story.outcome == "reject" and "户籍不在本市" in result.text,
        )
    return story


def decided_by_officer(stage: Stage, tell: Tell) -> Story:
    """The education department is silent; nothing is lost, and an officer decides."""
    story = Story("silent-source", "教育部门系统没有响应：转人工，不丢件", decided_by="officer")
    telling = Telling(story, tell)
    with Visitor(stage.base_url) as she, Visitor(stage.base_url) as officer:
        with stage.silence():
            draft, result = apply(telling, she, "demo-silent")
        telling.check("申请页说明哪个部门没有响应", lambda: "暂未响应" in draft.text)
        story.outcome = outcome_of(result)
        telling.check("已收件，转工作人员", lambda: story.outcome == "undetermined")
        case = urlsplit(result.url).path.rstrip("/").split("/")[-1]
        telling.step("审批人员登录工作台", lambda: sign_in(officer, "demo-officer"))
        queue = telling.step("待办列表里有这一件", lambda: officer.get("/workbench/"))
        opened = telling.step("打开办件：数据、条件、依据", lambda: officer.get(urlsplit(queue.link(case)).path))
        decision = {"approve": "true", "reason": "已致电毕业院校核实学历、学位与毕业日期，符合接收条件，准予。"}
        telling.step("写明理由，批准", lambda: officer.submit(opened, "/decide", decision))
        after = telling.step("申请人看到结果、理由和证照", lambda: she.get(result.url))
        telling.check("准予，理由可见", lambda: outcome_of(after) == "approve" and "毕业院校" in after.text)
    return story


def tell_all(base_url: str, silence: Silence, tell: Callable[[str], Tell]) -> Iterator[Story]:
    """Play every story in order; `tell` is given each story's title and returns what its steps are told to."""
    stage = Stage(base_url, silence)
    for play, title in (
        (graduate_approved, "一、应届毕业生：秒批"),
        (refused_with_reason, "二、户口已在深圳：说明不符合哪一条"),
        (decided_by_officer, "三、教育部门系统没有响应：转人工，不丢件"),
    ):
        yield play(stage, tell(title))
