"""How I want to have my notices: how often, when not, of what, and where to (消息设置)."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yimen.channels.portal.visitor import standing_of
from yimen.core.errors import Conflict, DomainError, Invalid, TooMany
from yimen.core.problems import status_of
from yimen.notices import addresses, queries, services, topics
from yimen.notices.models import Cadence, Channel
from yimen.notices.services import Choice

REFUSALS = (Invalid, Conflict, TooMany)
"""What is told on the page itself, so that nothing typed is lost."""
HINTS = {
    "wecom": "群机器人的 Webhook 地址，以 https://qyapi.weixin.qq.com/ 开头。",
    "dingtalk": "群机器人的 Webhook 地址；安全设置选“自定义关键词”，填“一门”。",
    "feishu": "群机器人的 Webhook 地址，以 https://open.feishu.cn/ 开头。",
    "mail": "您的邮箱，如 name@example.cn。",
    "webhook": "您自己系统的 https 网址，我们以 JSON 推送。",
    "bark": "Bark 里显示的地址，如 https://api.day.app/设备密钥。",
}


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show how the party has its notices, and keep what was chosen."""
    if request.method != "POST":
        return _page(request)
    off = set(topics.switchable()) - set(request.POST.getlist("topics"))
    text = {name: _text(request, name, 20) for name in ("cadence", "quiet_from", "quiet_until")}
    choice = Choice(**text, topics_off=off)
    try:
        services.prefer(choice, by=standing_of(request), at=timezone.now())
    except REFUSALS as error:
        return _page(request, error=error, chosen=choice)
    return _saved()


@login_required
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a channel; a code goes there."""
    kind, address = _text(request, "kind", 20), _text(request, "address", addresses.LONGEST + 1)
    try:
        services.add_channel(kind, address, by=standing_of(request), at=timezone.now())
    except REFUSALS as error:
        return _page(request, error=error, typed={"kind": kind, "address": address})
    return HttpResponseRedirect("/inbox/settings/#channels", status=303)


@login_required
@require_POST
def confirm(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Bring the code back that was sent there."""
    try:
        services.confirm_channel(channel_id, _text(request, "code", 20), by=standing_of(request), at=timezone.now())
    except REFUSALS as error:
        return _page(request, error=error, at_channel=channel_id)
    return _saved("#channels")


@login_required
@require_POST
def renew(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Have a code sent again."""
    try:
        services.renew_code(channel_id, by=standing_of(request), at=timezone.now())
    except REFUSALS as error:
        return _page(request, error=error, at_channel=channel_id)
    return HttpResponseRedirect("/inbox/settings/#channels", status=303)


@login_required
@require_POST
def remove(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Send nothing there any more."""
    services.remove_channel(channel_id, by=standing_of(request), at=timezone.now())
    return _saved("#channels")


def _saved(anchor: str = "") -> HttpResponse:
    return HttpResponseRedirect(f"/inbox/settings/?saved=1{anchor}", status=303)


def _text(request: HttpRequest, name: str, longest: int) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:longest].strip()


def _page(
    request: HttpRequest,
    *,
    error: DomainError | None = None,
    chosen: Choice | None = None,
    typed: dict[str, str] | None = None,
    at_channel: UUID | None = None,
) -> HttpResponse:
    view = queries.preferences(standing_of(request))
    quiet = [f"{one:%H:%M}" if one else "" for one in (view.quiet_from, view.quiet_until)]
    kept = chosen or Choice(view.cadence, quiet[0], quiet[1], topics_off=view.topics_off)
    labels = dict(Channel.Kind.choices)
    offered = [one for one in settings.YIMEN_NOTICE_CHANNELS if one in labels]
    context = {
        "nav": "me",
        "chosen": kept,
        "cadences": Cadence.choices,
        "topics": [(key, title, key not in kept.topics_off) for key, title in topics.switchable().items()],
        "channels": view.channels,
        "kinds": [(one, labels[one], HINTS[one]) for one in offered if one != "mail" or settings.YIMEN_NOTICE_MAIL],
        "error": error,
        "field": error.fields.get("field", "") if error else "",
        "typed": typed or {},
        "at_channel": at_channel,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/inbox/settings.html", context, status=status_of(error).value if error else 200)
