"""What an agency has to see to, and each task with its time line (督办)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yimen.channels.console.desk import desk_of, frame
from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid, Unavailable
from yimen.core.problems import status_of
from yimen.datasets import objections
from yimen.datasets.quality import board
from yimen.datasets.services import objecting, quality
from yimen.datasets.services.objecting import Value
from yimen.parties.queries import Desk
from yimen.tasks import logic, queries
from yimen.tasks.queries import TaskView

REFUSALS = (Invalid, Conflict, Unavailable, Forbidden)
"""What is told on the task's own page, so that nothing written is lost. What is not there stays not found."""


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what waits, or what was closed."""
    desk = desk_of(request)
    closed, kind = request.GET.get("closed") == "1", request.GET.get("kind", "")
    kind = kind if kind in logic.KINDS else ""
    rows = queries.listing(desk, on=timezone.localdate(), with_closed=closed, kind=kind)
    context = {"rows": rows, "closed": closed, "kind": kind, "kinds": logic.KINDS.items()}
    return render(request, "console/tasks/list.html", {**frame(desk, "tasks"), **context})


@login_required
@require_safe
def show(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Show a task: what it is about, what was done, what can be done."""
    return _page(request, desk_of(request), task_id)


@login_required
@require_POST
def fixed(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say that a rule's task was seen to: just that rule is run again."""
    desk, words = desk_of(request), request.POST.get("words", "").replace("\0", "")
    try:
        quality.recheck(task_id, desk=desk, words=words, at=timezone.now())
    except REFUSALS as error:
        return _page(request, desk, task_id, error=error, words=words)
    return _back(task_id)


@login_required
@require_POST
def value(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Open the disputed value: an exchange with its row in the ledger; shown once, kept nowhere."""
    desk = desk_of(request)
    try:
        opened = objecting.open_value(task_id, desk=desk, at=timezone.now())
    except REFUSALS as error:
        return _page(request, desk, task_id, error=error)
    return _page(request, desk, task_id, opened=opened)


@login_required
@require_POST
def corrected(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say that the value was corrected at its source: it is exchanged anew."""
    desk = desk_of(request)
    try:
        objecting.correct(task_id, desk=desk, at=timezone.now())
    except REFUSALS as error:
        return _page(request, desk, task_id, error=error)
    return _back(task_id)


@login_required
@require_POST
def confirmed(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Answer that the value is right, with the reason."""
    desk, reason = desk_of(request), request.POST.get("reason", "").replace("\0", "")
    try:
        objecting.confirm(task_id, reason=reason, desk=desk, at=timezone.now())
    except REFUSALS as error:
        return _page(request, desk, task_id, error=error, words=reason)
    return _back(task_id)


def _back(task_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"/console/tasks/{task_id}/", status=303)


def _page(
    request: HttpRequest,
    desk: Desk,
    task_id: UUID,
    *,
    error: DomainError | None = None,
    words: str = "",
    opened: Value | None = None,
) -> HttpResponse:
    task = queries.one(desk, task_id, on=timezone.localdate())
    context = {
        **frame(desk, "tasks"),
        "task": task,
        "moments": [(at, _who(who), f"{what}：{said}" if said else what) for at, who, what, said in task.steps],
        "objection": objections.of_desk(desk, task) if task.row.kind == objecting.TASK else None,
        "findings": _findings(task),
        "error": error,
        "words": words,
        "opened": opened,
    }
    return render(request, "console/tasks/show.html", context, status=status_of(error).value if error else 200)


def _who(label: str) -> str:
    """Return who did it as seen from the console: citizens are called by themselves in the ledger."""
    return "本人" if label == "您本人" else label


def _findings(task: TaskView) -> list[object]:
    """Return what the newest runs found of the rule a task is about, newest first."""
    if task.row.kind != quality.TASK:
        return []
    dataset, _, rule = task.reference.partition("/")
    return list(board.findings_of(dataset, rule))
