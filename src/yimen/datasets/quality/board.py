"""Reads of quality: a dataset's rules, its runs and findings, scores by agency. Who sees what is part of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from statistics import mean
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from yimen.core.errors import Forbidden, NotFound
from yimen.datasets.believing import AS_OF, INVALID, key_column
from yimen.datasets.models import Dataset, DatasetField, Grant, QualityFinding, QualityRule, QualityRun
from yimen.datasets.quality.derive import derived
from yimen.datasets.quality.expressions import BadExpression, checked
from yimen.datasets.quality.rules import Column, Dimension, Kind, Rule
from yimen.parties.queries import Desk
from yimen.standards import queries as standards
from yimen.standards.logic import read_format

ITEM = "data-quality"
"""What a grant for quality runs is for: it stands where the item of a grant stands."""
KEYS = {"person": ("公民身份号码", "resident_id"), "org": ("统一社会信用代码", "credit_code")}
TREND = 20
"""How many runs a trend shows."""


class DatasetNotFound(NotFound):
    """No such dataset, or not yours to see."""

    code = "quality.dataset-not-found"
    title = "没有找到这个数据资源。"


class RunNotFound(NotFound):
    """No such run, or not yours to see."""

    code = "quality.run-not-found"
    title = "没有找到这次质量检查。"


class RulesNotYours(Forbidden):
    """The post sees the rules but does not write them."""

    code = "quality.rules-not-yours"
    title = "质量规则由提供部门的数据专员或数据管理员编写。"


@dataclass(frozen=True, slots=True)
class Table:
    """What a run looks at: a dataset's fields, the columns of its snapshot, and the rules that are switched on."""

    code: str
    title: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    fields: tuple[str, ...]


def table(code: str) -> Table:
    """Return what a run of this dataset looks at.

    Raises:
        DatasetNotFound: there is none.
    """
    dataset = Dataset.objects.prefetch_related("fields", "quality_rules").filter(pk=code).first()
    if dataset is None:
        raise DatasetNotFound("请检查资源代码，或从资源目录进入。", dataset=code)
    columns = columns_of(dataset)
    off = {one.code for one in dataset.quality_rules.all() if not one.is_active}
    rules = tuple(rule for rule in _rules(dataset, columns) if rule.code not in off)
    return Table(code, dataset.title, columns, rules, tuple(one.name for one in dataset.fields.all()))


def raw_table(code: str) -> tuple[list[Column], list[Rule]]:
    """Return the columns of a dataset as its department gives them, and the rules that are switched on.

    Raises:
        DatasetNotFound: there is none.
    """
    off = {one.code for one in QualityRule.objects.filter(dataset_id=code, is_active=False)}
    dataset = Dataset.objects.prefetch_related("fields", "quality_rules").filter(pk=code).first()
    if dataset is None:
        raise DatasetNotFound("请检查资源代码，或从资源目录进入。", dataset=code)
    columns = [column_of(one, is_raw=True) for one in dataset.fields.all()]
    names = {column.name for column in columns}
    rules = [rule for rule in _rules(dataset, columns) if rule.code not in off and names.issuperset(rule.fields)]
    return columns, rules


def owner(code: str) -> str:
    """Return the code of the agency whose dataset it is.

    Raises:
        DatasetNotFound: there is none.
    """
    found = Dataset.objects.filter(pk=code).values_list("agency_id", flat=True).first()
    if found is None:
        raise DatasetNotFound("请检查资源代码，或从资源目录进入。", dataset=code)
    return found


def granted(*, on: date) -> dict[str, str]:
    """Return by dataset which agency holds a grant to look into its quality on that day."""
    in_force = Q(valid_until=None) | Q(valid_until__gt=on)
    rows = Grant.objects.filter(in_force, item=ITEM, valid_from__lte=on).order_by("dataset_id", "grantee_id")
    return {row.dataset_id: row.grantee_id for row in rows}


def every_rule(code: str) -> list[Rule]:
    """Return every rule of the dataset, those switched off too; empty where there is no such dataset."""
    dataset = Dataset.objects.prefetch_related("fields", "quality_rules").filter(pk=code).first()
    return [] if dataset is None else _rules(dataset, columns_of(dataset))


def columns_of(dataset: Dataset) -> tuple[Column, ...]:
    """Return the columns of a dataset's snapshot: its fields, whose record a row is, when it was brought up to date.

    Where no field is a key, those by which the dataset is asked are.
    """
    fields = [column_of(one, is_raw=False) for one in dataset.fields.all()]
    is_key = not any(one.is_key for one in fields)
    keys = [_key(name, is_key=is_key) for name in dataset.keyed_by]
    stamp = [Column(AS_OF, "更新时间", "instant")] if dataset.settings.get(AS_OF) else []
    return (*fields, *keys, *stamp)


def _key(name: str, *, is_key: bool) -> Column:
    title, element = KEYS.get(name, (name, ""))
    return Column(key_column(name), title, is_key=is_key, is_required=True, element=element)


def column_of(field: DatasetField, *, is_raw: bool) -> Column:
    """Return a field as rules see it; raw as the department gives it, else as we keep it.

    A list is given as one text; what may stand in it is seen where it is believed, member by member.
    """
    is_list = field.type == "list"
    codes = {} if is_list else field.codes or {}
    laid_down = _laid_down(field) if field.type == "string" and not codes else LaidDown()
    return Column(
        name=field.name,
        title=field.title,
        type="string" if is_raw and (codes or is_list) else field.type,
        source=field.source_name if is_raw else "",
        codes=tuple(codes) if is_raw or field.type == "string" else (),
        length=None if is_list else field.length or laid_down.length,
        is_key=field.is_key,
        is_required=field.is_required,
        element=field.element,
        blank_is_value=field.blank_is_value,
        flag="" if is_raw else field.name + INVALID,
        form=laid_down.form,
        listed=laid_down.listed,
    )


@dataclass(frozen=True, slots=True)
class LaidDown:
    """What a field's data element lays down for its text: the most characters, a pattern, the codes."""

    length: int | None = None
    form: str = ""
    listed: tuple[str, ...] = ()


def _laid_down(field: DatasetField) -> LaidDown:
    """Return what the data element in force says; nothing where the field names none, or one that is gone."""
    element = standards.elements_by_identifier().get(field.element)
    if element is None:
        return LaidDown()
    listed = tuple(standards.codes_of(element.code_list)) if element.code_list else ()
    try:
        written = read_format(element.format)
    except ValueError:
        written = None
    if written is None:
        return LaidDown(listed=listed)
    is_digits = written.kind == "n" and not written.decimals
    most = "" if written.most is None else written.most
    form = f"[0-9]{{{written.least},{most}}}" if is_digits and not listed else ""
    return LaidDown(None if form or listed else written.most, form, listed)


def _rules(dataset: Dataset, columns: Sequence[Column]) -> list[Rule]:
    """Return what follows from the fields, set otherwise where a row says so, and what was written."""
    own: dict[str, QualityRule] = {one.code: one for one in dataset.quality_rules.all()}
    rules = []
    for rule in derived(columns, cycle=dataset.update_cycle, as_of=AS_OF if dataset.settings.get(AS_OF) else ""):
        said = own.get(rule.code)
        rules.append(rule if said is None else replace(rule, threshold=said.threshold, weight=said.weight))
    names = [column.name for column in columns]
    rules += [_written(one, names) for one in own.values() if one.expression and _still_fits(one, names)]
    return rules


def _still_fits(row: QualityRule, names: Sequence[str]) -> bool:
    """Tell whether a written rule can still be run: its fields may have gone since."""
    try:
        checked(row.expression, names)
    except BadExpression:
        return False
    return True


def _written(row: QualityRule, names: Sequence[str]) -> Rule:
    _, read = checked(row.expression, names)
    return Rule(
        code=row.code,
        title=row.title,
        kind=Kind.WRITTEN,
        dimension=Dimension(row.dimension),
        fields=read,
        threshold=row.threshold,
        weight=row.weight,
        expression=row.expression,
    )


def visible(desk: Desk) -> QuerySet[Dataset]:
    """Return the datasets whose quality this desk sees: an agency's officer its own, steward and auditor all."""
    return Dataset.objects.filter(agency_id=desk.agency) if desk.is_data_officer else Dataset.objects.all()


def may_write(desk: Desk, code: str) -> None:
    """Pass where this desk may write rules of the dataset.

    Raises:
        DatasetNotFound: there is none, or it is another agency's. RulesNotYours: it may only look.
    """
    if not visible(desk).filter(pk=code).exists():
        raise DatasetNotFound("请检查资源代码，或从资源目录进入。")
    if desk.is_auditor:
        raise RulesNotYours("您的岗位可以查看，不能编写。")


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One dataset on the board: the newest whole run's score and counts; None and "" where it was never run."""

    code: str
    title: str
    agency: str
    score: float | None
    rows: int | None
    below: int
    run: UUID | None
    at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class Board:
    """Scores by agency, best known first, and by dataset (质量总览).

    An agency's score is the plain mean of its datasets' newest scores; `trend` the city's by day, each day's mean.
    """

    agencies: tuple[tuple[str, float], ...]
    rows: tuple[ScoreRow, ...]
    trend: tuple[tuple[str, float], ...]


def scores(desk: Desk) -> Board:
    """Return the board as this desk sees it."""
    datasets = list(visible(desk).select_related("agency").order_by("agency__short_name", "title"))
    runs = QualityRun.objects.filter(dataset__in=datasets, only="")
    done = runs.filter(status=QualityRun.Status.DONE)
    counted = done.prefetch_related("findings")
    newest = {run.dataset_id: run for run in counted.order_by("dataset_id", "-started_at").distinct("dataset_id")}
    latest = {run.dataset_id: run for run in runs.order_by("dataset_id", "-started_at").distinct("dataset_id")}
    rows = tuple(_score_row(one, newest.get(one.pk), latest.get(one.pk)) for one in datasets)
    return Board(_by_agency(rows), rows, _trend(done))


def _score_row(dataset: Dataset, run: QualityRun | None, latest: QualityRun | None) -> ScoreRow:
    below = sum(not one.is_met for one in run.findings.all()) if run else 0
    return ScoreRow(
        code=dataset.pk,
        title=dataset.title,
        agency=dataset.agency.short_name,
        score=run.score if run else None,
        rows=run.rows if run else None,
        below=below,
        run=run.pk if run else None,
        at=run.started_at if run else None,
        status=latest.get_status_display() if latest and latest != run else "",
    )


def _by_agency(rows: Sequence[ScoreRow]) -> tuple[tuple[str, float], ...]:
    by: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.score is not None:
            by[row.agency].append(row.score)
    return tuple(sorted(((agency, mean(known)) for agency, known in by.items()), key=lambda one: -one[1]))


def _trend(done: QuerySet[QualityRun]) -> tuple[tuple[str, float], ...]:
    by: dict[str, list[float]] = defaultdict(list)
    for run in done.order_by("started_at"):
        if run.score is not None:
            by[f"{timezone.localtime(run.started_at):%m-%d}"].append(run.score)
    return tuple((day, mean(known)) for day, known in by.items())[-TREND:]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of a dataset and how the newest run found it; None where it was not run."""

    rule: Rule
    is_active: bool
    is_written: bool
    failed: int | None
    score: float | None


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset's quality: its rules, its runs newest first, and its scores in order."""

    dataset: Dataset
    rules: tuple[RuleRow, ...]
    runs: tuple[QualityRun, ...]
    trend: tuple[tuple[str, float], ...]
    fields: tuple[Column, ...]
    may_write: bool


def of_dataset(desk: Desk, code: str) -> DatasetView:
    """Return a dataset's quality as this desk sees it.

    Raises:
        DatasetNotFound: there is none, or it is another agency's.
    """
    dataset = visible(desk).select_related("agency").filter(pk=code).first()
    if dataset is None:
        raise DatasetNotFound("请检查地址，或回到质量总览。")
    known = {one.rule: one for one in _newest_findings(dataset)}
    off = set(dataset.quality_rules.filter(is_active=False).values_list("code", flat=True))
    rules = []
    for rule in every_rule(code):
        found = known.get(rule.code)
        count, score = (found.failed, found.score) if found else (None, None)
        rules.append(RuleRow(rule, rule.code not in off, rule.kind is Kind.WRITTEN, count, score))
    runs = tuple(dataset.quality_runs.all()[:TREND])
    whole = [one for one in reversed(runs) if one.score is not None and not one.only]
    trend = tuple(
        (f"{timezone.localtime(one.started_at):%m-%d %H:%M}", one.score) for one in whole if one.score is not None
    )
    return DatasetView(dataset, tuple(rules), runs, trend, table(code).columns, not desk.is_auditor)


def _newest_findings(dataset: Dataset) -> list[QualityFinding]:
    run = dataset.quality_runs.filter(status=QualityRun.Status.DONE, only="").first()
    return list(run.findings.all()) if run else []


def run_of(desk: Desk, run_id: UUID) -> QualityRun:
    """Return a run with its findings.

    Raises:
        RunNotFound: there is none, or it is another agency's.
    """
    found = QualityRun.objects.filter(pk=run_id, dataset__in=visible(desk))
    run = found.select_related("dataset__agency").prefetch_related("findings").first()
    if run is None:
        raise RunNotFound("请检查地址，或回到质量总览。")
    return run


def findings_of(code: str, rule: str, *, most: int = 5) -> list[QualityFinding]:
    """Return what the newest runs found of one rule of a dataset, newest first."""
    found = QualityFinding.objects.filter(run__dataset_id=code, rule=rule, run__status=QualityRun.Status.DONE)
    return list(found.order_by("-run__started_at")[:most])


def newest(code: str) -> QualityRun | None:
    """Return the newest whole run of the dataset, None where there is none."""
    done = QualityRun.objects.filter(dataset_id=code, status=QualityRun.Status.DONE, only="")
    return done.prefetch_related("findings").first()


def dimensions(run: QualityRun) -> Mapping[str, float]:
    """Return the mean score of each dimension's rules in a run, by its Chinese name."""
    by: dict[str, list[float]] = defaultdict(list)
    for one in run.findings.all():
        if one.score is not None:
            by[one.get_dimension_display()].append(one.score)
    return {name: mean(known) for name, known in by.items()}
