"""The living page of components, and the switch of how pages look."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from yimen.cases.logic import Asked
from yimen.cases.queries import OfferRow
from yimen.channels.components.chips import Chip
from yimen.channels.components.conditions import ConditionRow
from yimen.channels.components.context import THEMES
from yimen.items.logic import Option
from yimen.licences import qr
from yimen.licences.queries import LicenceRow
from yimen.rules.logic import ConditionState
from yimen.rules.wording import Told

YEAR_S = 365 * 24 * 3600
NOBODY = UUID(int=0)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states."""
    now = timezone.now()
    chips = [
        Chip("a", "出生日期", "2003年5月14日", "市公安局", "已核验", now, "", is_locked=True, objection_path="#"),
        Chip("g", "学历", "专科", "市教育局", "已核验", now, "", is_locked=True, objection="核实中"),
        Chip("b", "最高学历", "", "市教育局", "部门系统暂未响应", None, "is-silent", is_locked=True),
        Chip("c", "毕业日期", "2026年6月30日", "市教育局", "本人填写，待核实", None, "is-declared", is_locked=True),
        Chip("e", "有犯罪记录", "否", "市公安局", "已核验", now, "", is_locked=True, is_hidden=True),
        Chip(
            "f",
            "是否在世",
            "",
            "市公安局、市民政局",
            "各部门的数据不一致，待核实",
            None,
            "is-silent",
            is_locked=True,
            says=(("市公安局", "是"), ("市民政局", "否")),
        ),
        Chip("d", "身体健康", "", "本人填写", "", None, "is-open", is_locked=False),
    ]
    late = Told(
        "申请日期", "2026年11月22日", "在2024年11月11日到2026年11月11日之间（含两端）", False, is_sensitive=False
    )
    clean = Told("有犯罪记录", "否", "为否", True, is_sensitive=True)
    conditions = [
        ConditionRow("a", "属普通高等教育全日制毕业生", ("《实施办法》接收对象",), ConditionState.OPEN),
        ConditionRow("b", "自毕业之日起两年内申请", ("《实施办法》办理期限",), ConditionState.FAILED, (late,)),
        ConditionRow("c", "无犯罪记录", ("《若干规定》基本条件",), ConditionState.MET, (clean,)),
    ]
    options = (Option("a", "单位集体户", "符合条件当场批准"), Option("b", "自有产权住房", "由工作人员办理"))
    choice = Asked("demo.choice", "户口落在哪里？", "", "code", options, is_declared=False, answer="a")
    day = Asked("demo.date", "您哪天毕业？", "例如 2026 年 6 月 30 日", "date", (), is_declared=True, answer=None)
    titles = (Option("innovative_sme", "创新型中小企业"), Option("srdi", "专精特新中小企业"))
    several = Asked("demo.titles", "企业有哪些称号？", "可以多选", "list", titles, is_declared=True, answer="srdi")
    row = LicenceRow(
        NOBODY,
        "接收毕业生（入户）批复",
        "市人力资源保障局",
        date(2026, 11, 22),
        date(2027, 5, 21),
        "有效",
        True,
        "brand",
        "x",
        NOBODY,
    )
    context = {
        "chips": chips,
        "conditions": conditions,
        "hides_sensitive": True,
        "choice": choice,
        "day": day,
        "several": several,
        "row": row,
        "gone": LicenceRow(
            NOBODY, row.name, row.issuer, row.issued_on, row.valid_until, "已过期", False, "brand", "x", NOBODY
        ),
        "face": (("学历", "大学本科"), ("毕业日期", "2026年6月30日")),
        "qr": qr.svg("https://example.org/verify/demo/", title="核验二维码（示例）"),
        "moments": [(now, "您本人", "提交申请"), (now, "系统自动核验", "作出决定")],
        "offer": OfferRow(0, "高龄老人津贴发放", "elderly-allowance", Decimal(200), now),
        "errors": {"demo.choice": "请回答：户口落在哪里？"},
    }
    return render(request, "components/design.html", context)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep how pages look on this device, and go back."""
    following = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(following, allowed_hosts=None) and following.startswith("/")
    answer = HttpResponseRedirect(following if safe else "/")
    theme, elder = request.POST.get("theme"), request.POST.get("elder")
    if theme is not None:
        answer.set_cookie("theme", theme if theme in THEMES else "", max_age=YEAR_S, samesite="Lax", httponly=True)
    if elder is not None:
        answer.set_cookie("elder", "1" if elder == "1" else "0", max_age=YEAR_S, samesite="Lax", httponly=True)
    return answer
