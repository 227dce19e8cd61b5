"""Reads of the catalogue (数据资源目录): search, a dataset's page with its versions, and what waits for review.

What is published or retired is seen by every desk; what never was, by its owner and the data bureau.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from yimen.core.errors import NotFound
from yimen.datasets import classifying, definitions, searching
from yimen.datasets.logic import DatasetDefinition
from yimen.datasets.models import CatalogueClass, Dataset, DatasetField, DatasetVersion, Grant, Proposal
from yimen.parties.models import Agency, Post
from yimen.parties.queries import Desk

PAGE = 30


class DatasetNotFound(NotFound):
    """No such dataset, or not yours to see."""

    code = "datasets.not-found"
    title = "没有找到这个数据资源。"


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What datasets to show; empty texts are no filter. `page` counts from one."""

    text: str = ""
    agency: str = ""
    category: str = ""
    sharing: str = ""
    status: str = ""
    subject: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One line of the catalogue (目录列表). `grants` are those in force."""

    code: str
    title: str
    agency: str
    subject: str
    sharing: str
    sharing_label: str
    status: str
    status_label: str
    cycle_label: str
    fields: int
    grants: int
    version: int


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A page of the catalogue, how many there are in all, and the subjects one can choose from."""

    rows: list[CatalogueRow]
    total: int
    page: int
    pages: int
    subjects: list[str]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a dataset with what changed (版本)."""

    number: int
    made_by: str
    made_at: datetime
    changes: tuple[str, ...]
    proposed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """Who may read a dataset for what (使用部门)."""

    agency: str
    item: str
    fields: tuple[str, ...]
    basis: str
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Everything the catalogue knows of a dataset. `classes` is its way down the classification, as (code, name)."""

    dataset: Dataset
    definition: DatasetDefinition
    fields: list[DatasetField]
    classes: list[tuple[str, str]]
    related: list[tuple[str, str]]
    versions: list[VersionRow]
    users: list[UserRow]
    proposal: Proposal | None
    is_owner: bool


def seen_by(desk: Desk | None) -> QuerySet[Dataset]:
    """Return the datasets a desk may know of; the public (None) knows of what is or was published."""
    listed = Q(status__in=[Dataset.Status.PUBLISHED, Dataset.Status.RETIRED])
    if desk is None:
        return Dataset.objects.filter(listed)
    if desk.is_steward or desk.is_auditor:
        return Dataset.objects.all()
    return Dataset.objects.filter(listed | Q(agency_id=desk.agency))


def search(wanted: CatalogueFilter, *, by: Desk | None, on: date) -> CataloguePage:
    """Return the datasets that fit, the nearest first, a page at a time."""
    seen = seen_by(by)
    found = seen
    for name, value in (
        ("agency_id", wanted.agency),
        ("category", wanted.category),
        ("sharing", wanted.sharing),
        ("status", wanted.status),
        ("subject", wanted.subject),
    ):
        if value:
            found = found.filter(**{name: value})
    found = searching.find(found.select_related("agency").defer("search"), wanted.text)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), pages)
    rows = list(found[(page - 1) * PAGE : page * PAGE])
    codes = [one.code for one in rows]
    counted = DatasetField.objects.filter(dataset_id__in=codes).values_list("dataset").annotate(Count("pk"))
    fields: Mapping[str, int] = dict(counted.order_by())
    grants = active_grants(codes, on=on)
    return CataloguePage(
        rows=[_row(one, fields.get(one.code, 0), grants.get(one.code, 0)) for one in rows],
        total=total,
        page=page,
        pages=pages,
        subjects=sorted(set(seen.exclude(subject="").values_list("subject", flat=True))),
    )


def _row(one: Dataset, fields: int, grants: int) -> CatalogueRow:
    return CatalogueRow(
        code=one.code,
        title=one.title,
        agency=one.agency.short_name,
        subject=one.subject,
        sharing=one.sharing,
        sharing_label=one.get_sharing_display(),
        status=one.status,
        status_label=one.get_status_display(),
        cycle_label=one.get_update_cycle_display(),
        fields=fields,
        grants=grants,
        version=one.version,
    )


def in_force(on: date) -> QuerySet[Grant]:
    """Return the grants that cover the day and are neither suspended nor revoked."""
    covering = Grant.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
    return covering.filter(status=Grant.Status.ACTIVE)


def active_grants(codes: list[str], *, on: date) -> Mapping[str, int]:
    """Return how many grants of each of these datasets cover the day; those without any are left out."""
    counted = in_force(on).filter(dataset_id__in=codes).order_by().values_list("dataset").annotate(Count("pk"))
    return dict(counted)


def page(code: str, *, by: Desk, on: date) -> DatasetPage:
    """Return what is known of a dataset.

    Raises:
        DatasetNotFound: there is none, or it is a draft of another agency.
    """
    dataset = seen_by(by).select_related("agency").defer("search").filter(pk=code).first()
    if dataset is None:
        raise DatasetNotFound("请检查资源代码，或在目录中查找。")
    is_owner = by.is_data_officer and by.agency == dataset.agency_id
    proposal = Proposal.objects.filter(pk=code).first() if is_owner or by.is_steward or by.is_auditor else None
    fields = list(dataset.fields.all())
    classes = CatalogueClass.objects.filter(pk__in=_prefixes(dataset.resource_code))
    known = dict(classes.values_list("code", "name"))
    titles = dict(seen_by(by).filter(pk__in=dataset.related).values_list("code", "title"))
    return DatasetPage(
        dataset=dataset,
        definition=definitions.of(dataset),
        fields=fields,
        classes=classifying.path_of(dataset.resource_code, known),
        related=[(one, titles[one]) for one in dataset.related if one in titles],
        versions=[_version_row(one) for one in dataset.versions.defer("content").order_by("-number")],
        users=[
            UserRow(one.grantee.short_name, one.item, tuple(one.fields), one.basis, one.valid_until)
            for one in in_force(on).filter(dataset=dataset).select_related("grantee").order_by("grantee_id", "item")
        ],
        proposal=proposal,
        is_owner=is_owner,
    )


def _version_row(one: DatasetVersion) -> VersionRow:
    return VersionRow(one.number, one.made_by, one.made_at, tuple(one.changes), one.proposed_by, one.reason)


def _prefixes(resource_code: str) -> list[str]:
    return classifying.levels(resource_code.partition("/")[0])


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal on a list (登记申请). `kind` is 登记, 变更 or 停用."""

    code: str
    title: str
    agency: str
    kind: str
    status: str
    status_label: str
    made_by: str
    changed_at: datetime
    submitted_at: datetime | None
    answer: str


def proposals(by: Desk) -> list[ProposalRow]:
    """Return what waits for this desk: to a steward what was submitted, to a data officer their agency's own."""
    found = Proposal.objects.select_related("agency")
    waiting = {"agency_id": by.agency} if by.is_data_officer else {"status": Proposal.Status.SUBMITTED}
    found = found.filter(**waiting)
    known = dict(Dataset.objects.filter(pk__in=[one.code for one in found]).values_list("code", "title"))
    published = set(
        Dataset.objects.filter(pk__in=known, status__in=[Dataset.Status.PUBLISHED, Dataset.Status.RETIRED]).values_list(
            "code", flat=True
        )
    )
    return [
        ProposalRow(
            code=one.code,
            title=str(one.content.get("title") or known.get(one.code, one.code)),
            agency=one.agency.short_name,
            kind="停用" if one.retires_on else "变更" if one.code in published else "登记",
            status=one.status,
            status_label=one.get_status_display(),
            made_by=one.made_by,
            changed_at=one.changed_at,
            submitted_at=one.submitted_at,
            answer=one.answer,
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal as it is reviewed: what is published now (None: nothing yet), what is proposed, and what differs.

    `proposed` is None for a retirement. `gone` are the fields that would no longer be there, or be read otherwise.
    """

    proposal: Proposal
    current: DatasetDefinition | None
    proposed: DatasetDefinition | None
    changes: list[str]
    gone: set[str]
    grants: int
    may_review: bool


def proposal(code: str, *, by: Desk, on: date) -> ProposalPage:
    """Return a proposal with what it would change.

    Raises:
        DatasetNotFound: there is none, or it is another agency's.
    """
    found = Proposal.objects.select_related("agency").filter(pk=code)
    if by.is_data_officer:
        found = found.filter(agency_id=by.agency)
    one = found.first()
    if one is None:
        raise DatasetNotFound("这个登记申请不存在，或者已经审核完毕。")
    dataset = Dataset.objects.filter(pk=code).first()
    is_known = dataset is not None and dataset.status in {Dataset.Status.PUBLISHED, Dataset.Status.RETIRED}
    current = definitions.of(dataset) if dataset is not None and is_known else None
    proposed = None if one.retires_on else definitions.from_json(one.content)
    changes = [f"自 {one.retires_on} 起停用。"] if proposed is None else definitions.differences(current, proposed)
    submitted = one.status == Proposal.Status.SUBMITTED
    return ProposalPage(
        proposal=one,
        current=current,
        proposed=proposed,
        changes=changes,
        gone=definitions.removed_fields(current, proposed) if current else set(),
        grants=in_force(on).filter(dataset_id=code).count(),
        may_review=by.is_steward and submitted and by.actor.id not in one.accounts,
    )


def class_rows() -> QuerySet[CatalogueClass]:
    """Return every class of the catalogue, by code."""
    return CatalogueClass.objects.all()


def publisher() -> Agency | None:
    """Return the agency that keeps the catalogue: where the stewards sit, else whoever has most in it."""
    bureau = Agency.objects.filter(posts__role=Post.Role.DATA_STEWARD).order_by("code").first()
    return bureau or Agency.objects.annotate(most=Count("datasets")).order_by("-most", "code").first()


def classes() -> list[tuple[str, str]]:
    """Return every class of the catalogue as (code, name), by code."""
    return list(CatalogueClass.objects.values_list("code", "name"))


def exported(*, is_public: bool) -> list[tuple[Dataset, list[DatasetField], datetime | None]]:
    """Return what a catalogue for others lists: published datasets with their fields and when they last changed.

    To the public only what may be open to it: that a dataset exists may itself tell something.
    """
    found = Dataset.objects.filter(status=Dataset.Status.PUBLISHED)
    if is_public:
        found = found.exclude(openness=Dataset.Openness.CLOSED)
    found = found.select_related("agency").prefetch_related("fields").defer("search")
    changed = dict(DatasetVersion.objects.order_by().values_list("dataset").annotate(Max("made_at")))
    return [(one, list(one.fields.all()), changed.get(one.code)) for one in found.order_by("code")]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version beside the one before it: its definition, and what changed."""

    row: VersionRow
    definition: DatasetDefinition
    before: DatasetDefinition | None


def version(code: str, number: int, *, by: Desk) -> VersionPage:
    """Return one version of a dataset with the one before.

    Raises:
        DatasetNotFound: there is none.
    """
    dataset = seen_by(by).filter(pk=code).first()
    kept = (
        {} if dataset is None else {one.number: one for one in dataset.versions.filter(number__in=[number, number - 1])}
    )
    if number not in kept:
        raise DatasetNotFound("没有这个版本。请从资源页的版本列表进入。")
    one = kept[number]
    return VersionPage(
        _version_row(one),
        definitions.from_json(one.content),
        definitions.from_json(kept[number - 1].content) if number - 1 in kept else None,
    )
