"""Look into the quality of a dataset, keep what was found, and have its owner see to it (数据治理)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from yimen.core import locks
from yimen.core.errors import Conflict, DomainError, Invalid, NotFound
from yimen.datasets.models import Dataset, QualityFinding, QualityRule, QualityRun
from yimen.datasets.quality import board, expressions, relations, running
from yimen.datasets.quality.rules import CODE, Dimension, Finding, Kind, Report, Rule
from yimen.datasets.services.batch import take
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.queries import Desk
from yimen.tasks import logic as task_logic
from yimen.tasks import queries as task_queries
from yimen.tasks import services as tasks

TASK = "quality.rule"
PURPOSE = Purpose(item=board.ITEM, title="检查数据质量")


class RuleNotFound(NotFound):
    """The dataset has no such rule."""

    code = "quality.rule-not-found"
    title = "没有找到这条质量规则。"


class RuleExists(Conflict):
    """There is a rule of this code."""

    code = "quality.rule-exists"
    title = "这个资源已经有同名的规则。"


class BadRule(Invalid):
    """A rule is not written as it should be."""

    code = "quality.bad-rule"
    title = "规则写得不完整。"


def run_quality(code: str, *, by: Actor, at: datetime, only: str = "") -> QualityRun:
    """Take the dataset's table in a batch exchange, run its rules, keep what they find, open and close tasks.

    With `only` just the rule of this code. The run is kept as begun before anything is read, and with all its findings
    in one transaction at its end: a process killed in between leaves a run without findings, which `mark_died` finds.

    Raises:
        DatasetNotFound, RuleNotFound: there is none. Whatever the exchange raises; the run is kept as failed.
    """
    table = board.table(code)
    rules = _chosen(table.rules, only)
    begun = QualityRun.objects.create(
        dataset_id=code, source="批量取数", only=only, started_at=at, actor_label=by.label
    )
    with locks.exclusive("quality.run", begun.pk):
        try:
            taken = take(
                code,
                fields=table.fields,
                purpose=PURPOSE,
                actor=by,
                grantee=by.agency_code or "",
                at=at,
            )
            with relations.parquet(taken.path) as relation:
                report = running.run(relation, table.columns, rules, at=timezone.localtime(at), is_clean=True)
        except DomainError as error:
            begun.status, begun.finished_at = QualityRun.Status.FAILED, at
            begun.error = f"{error.title}{error.detail}"[:300]
            begun.save(update_fields=["status", "finished_at", "error"])
            raise
        return _keep(begun, report, entry=str(taken.entry), by=by, at=at)


def run_granted(code: str, *, at: datetime) -> QualityRun:
    """Run as the platform itself, under whatever agency's grant for quality is in force, the owner's own else.

    Raises:
        as `run_quality`.
    """
    owner = board.owner(code)
    grantee = board.granted(on=timezone.localdate(at)).get(code, owner)
    clock = Actor(kind="system", id="datasets.quality", label="系统（数据质量检查）", agency_code=grantee)
    return run_quality(code, by=clock, at=at)


def _chosen(rules: Sequence[Rule], only: str) -> list[Rule]:
    chosen = [rule for rule in rules if only in {"", rule.code}]
    if only and not chosen:
        raise RuleNotFound("请检查规则代码；规则可能已经停用。", rule=only)
    return chosen


@transaction.atomic
def _keep(run: QualityRun, report: Report, *, entry: str, by: Actor, at: datetime) -> QualityRun:
    run.status, run.finished_at, run.entry = QualityRun.Status.DONE, at, entry
    run.rows, run.score = report.rows, report.score
    run.save(update_fields=["status", "finished_at", "entry", "rows", "score"])
    QualityFinding.objects.bulk_create(_row(run, one) for one in report.findings)
    _follow_up(run.dataset, report.findings, by=by, at=at)
    return run


def _row(run: QualityRun, one: Finding) -> QualityFinding:
    return QualityFinding(
        run=run,
        rule=one.rule.code,
        title=one.rule.title[:160],
        kind=one.rule.kind.value,
        dimension=one.rule.dimension.value,
        fields=list(one.rule.fields),
        checked=one.checked,
        failed=one.failed,
        score=one.score,
        threshold=one.rule.threshold,
        weight=one.rule.weight,
        is_met=one.is_met,
        samples=[sample.as_json() for sample in one.samples],
        note=one.note,
    )


def _follow_up(dataset: Dataset, findings: Iterable[Finding], *, by: Actor, at: datetime) -> None:
    """Open a task for each rule below its threshold; close what is clean, reopen what was said mended and is not."""
    found = {f"{dataset.pk}/{one.rule.code}": one for one in findings}
    waiting = task_queries.open_of(TASK, list(found))
    for reference, one in found.items():
        said = f"{one.failed} 行不合格，得分 {one.score:.2f}" if one.score is not None else "没有可检查的行"
        if reference in waiting:
            task_id, status = waiting[reference]
            if one.failed == 0:
                tasks.close(task_id, by=by, at=at, answer=f"复查 {one.checked} 行，全部合格。")
            elif status == "FIXED":
                tasks.reopen(task_id, by=by, at=at, words=f"复查仍有 {said}。")
        elif not one.is_met:
            tasks.open_task(
                TASK,
                reference,
                title=f"{dataset.title}：{one.rule.title}",
                agency=dataset.agency_id,
                due_on=task_logic.due_on(TASK, opened_on=timezone.localdate(at)),
                by=by,
                at=at,
                details={"dataset": dataset.pk, "rule": one.rule.code, "failed": one.failed},
                words=said,
            )


def recheck(task_id: UUID, *, desk: Desk, words: str, at: datetime) -> QualityRun:
    """Say that a rule's task was seen to, and run just that rule: closed when clean, else opened anew with the count.

    Where the table cannot be taken now the task stays as said to be mended, and the next run decides.

    Raises:
        TaskNotFound, NotYourTask, TaskClosed: it is not for this desk, or closed. Whatever the exchange raises.
    """
    task = task_queries.to_act_on(desk, task_id, kind=TASK)
    tasks.fix(task_id, by=desk.actor, at=at, words=words.replace("\0", "")[:1000])
    dataset, _, rule = task.reference.partition("/")
    return run_quality(dataset, by=desk.actor, at=at, only=rule)


def mark_died(*, at: datetime) -> int:
    """Mark every run whose process was killed as such; return how many. One that still goes on holds its lock."""
    count = 0
    for run in QualityRun.objects.filter(status=QualityRun.Status.STARTED):
        with locks.attempted("quality.run", run.pk) as is_free:
            if is_free:
                count += QualityRun.objects.filter(pk=run.pk, status=QualityRun.Status.STARTED).update(
                    status=QualityRun.Status.DIED, finished_at=at, error="检查进程中断，没有留下结果。"
                )
    return count


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as somebody writes it: what must hold, and what it is called."""

    code: str
    title: str
    expression: str
    dimension: str = Dimension.CONSISTENCY.value
    threshold: float = 99.0
    weight: int = 1


def drafted(code: str, draft: Draft) -> Rule:
    """Return the rule a draft makes of this dataset.

    Raises:
        DatasetNotFound: there is no such dataset. BadRule, BadExpression: the sentence says what to mend.
    """
    columns = board.table(code).columns
    if not CODE.fullmatch(draft.code):
        raise BadRule("规则代码应以小写字母开头，只含小写字母、数字、点、横线和下划线，最多 80 个。")
    if not draft.title.strip() or len(draft.title) > 120 or "\0" in draft.title:  # noqa: PLR2004 - the column's length
        raise BadRule("请写规则名称，最多 120 个字。")
    if draft.dimension not in {one.value for one in Dimension}:
        raise BadRule("请选择评价维度。")
    if not 0 <= draft.threshold <= 100 or not 1 <= draft.weight <= 10:  # noqa: PLR2004 - a share; ten is much
        raise BadRule("合格线应为 0 至 100，权重应为 1 至 10。")
    _, read = expressions.checked(draft.expression, [column.name for column in columns])
    rule = Rule(
        code=draft.code,
        title=draft.title.strip(),
        kind=Kind.WRITTEN,
        dimension=Dimension(draft.dimension),
        fields=read,
        threshold=draft.threshold,
        weight=draft.weight,
        expression=draft.expression,
    )
    running.must_fit(rule, columns)
    return rule


def write_rule(code: str, draft: Draft, *, desk: Desk, at: datetime) -> QualityRule:
    """Keep a rule that somebody wrote (编写质量规则).

    Raises:
        DatasetNotFound: there is none, or it is another agency's. BadRule, BadExpression: what to mend. RuleExists.
    """
    board.may_write(desk, code)
    rule = drafted(code, draft)
    if rule.code in {one.code for one in board.table(code).rules}:
        raise RuleExists("请换一个规则代码。", rule=rule.code)
    try:
        with transaction.atomic():
            return QualityRule.objects.create(
                dataset_id=code,
                code=rule.code,
                title=rule.title,
                dimension=rule.dimension.value,
                expression=rule.expression,
                threshold=rule.threshold,
                weight=rule.weight,
                made_by=desk.actor.label,
                made_at=at,
            )
    except IntegrityError as error:
        raise RuleExists("请换一个规则代码。", rule=rule.code) from error


def try_rule(code: str, draft: Draft, *, desk: Desk, at: datetime) -> Finding:
    """Return what a rule would find, keeping nothing but the ledger row of the batch exchange.

    Raises:
        DatasetNotFound: there is none, or it is another agency's. BadRule, BadExpression: what to mend. Whatever the
        exchange raises.
    """
    board.may_write(desk, code)
    rule = drafted(code, draft)
    table = board.table(code)
    purpose = Purpose(item=board.ITEM, title="试算质量规则")
    taken = take(code, fields=table.fields, purpose=purpose, actor=desk.actor, grantee=desk.agency, at=at)
    with relations.parquet(taken.path) as relation:
        report = running.run(relation, table.columns, [rule], at=timezone.localtime(at), is_clean=True, longest_s=20.0)
    return report.findings[0]


def switch_rule(code: str, rule: str, *, is_active: bool, desk: Desk, at: datetime) -> QualityRule:
    """Switch a rule of a dataset off or on again, a derived one too (停用、启用).

    Raises:
        DatasetNotFound: there is none, or it is another agency's. RuleNotFound: it has no such rule.
    """
    board.may_write(desk, code)
    known = {one.code: one for one in board.every_rule(code)}
    if rule not in known:
        raise RuleNotFound("请从规则列表进入。", rule=rule)
    given = {"is_active": is_active, "made_by": desk.actor.label, "made_at": at}
    first = {
        "title": known[rule].title[:120],
        "dimension": known[rule].dimension.value,
        "threshold": known[rule].threshold,
        "weight": known[rule].weight,
    }
    row, _ = QualityRule.objects.update_or_create(
        dataset_id=code, code=rule, defaults=given, create_defaults={**first, **given}
    )
    return row
