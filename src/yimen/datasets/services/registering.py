"""Register, change and retire a dataset: an agency proposes, the data bureau reviews and publishes (编目、审核、发布).

Whoever had a hand in a proposal cannot review it, whatever posts they hold.
"""

from datetime import date, datetime
from typing import NoReturn

from django.db import transaction

from yimen.core.errors import Conflict, Forbidden, Invalid, NotFound
from yimen.datasets import definitions
from yimen.datasets.classifying import code_problems
from yimen.datasets.logic import DatasetDefinition, missing_metadata, validate
from yimen.datasets.models import CatalogueClass, Dataset, Grant, Proposal
from yimen.datasets.services.catalogue import BadDefinition, keep, put_dataset
from yimen.datasets.services.narrowing import end_grants
from yimen.parties.queries import Desk

LONGEST_WORDS = 1000


class ProposalNotFound(NotFound):
    """No such proposal, or not yours to see."""

    code = "datasets.proposal-not-found"
    title = "没有找到这个登记申请。"


class NotTheOwner(Forbidden):
    """Only the owner's data officer registers and changes a dataset."""

    code = "datasets.not-the-owner"
    title = "只有提供部门的数据专员可以登记和变更本部门的数据资源。"


class NotTheReviewer(Forbidden):
    """Only a steward of the data bureau reviews, and never their own proposal."""

    code = "datasets.not-the-reviewer"
    title = "登记申请由数据管理部门的其他人员审核。"


class InReview(Conflict):
    """The proposal waits for its review; or it does not, and something needs it to."""

    code = "datasets.wrong-state"
    title = "登记申请当前的状态下不能这样操作。"


class StillGranted(Conflict):
    """Grants reach beyond the day the dataset is to be retired on."""

    code = "datasets.still-granted"
    title = "这个数据资源还有有效的共享授权。"


class WordsMissing(Invalid):
    """What is sent back says why."""

    code = "datasets.words-missing"
    title = "请写明退回的意见。"


@transaction.atomic
def propose(definition: DatasetDefinition, *, by: Desk, at: datetime, reason: str = "") -> Proposal:
    """Keep the definition as the agency's draft (登记、变更); what is published stays as it is.

    A dataset that was never published stands in the agency's list as a draft from now on.

    Raises:
        NotTheOwner: the desk is no data officer's of the owner. BadDefinition: it makes no sense.
        InReview: it waits for review, or the dataset is retired.
    """
    _owner(by, definition.agency)
    if problems := [*validate(definition), *definitions.length_problems(definition)]:
        raise BadDefinition(" ".join(problems), dataset=definition.code)
    dataset = Dataset.objects.select_for_update().filter(pk=definition.code).first()
    if dataset is not None and dataset.agency_id != by.agency:
        raise NotTheOwner("这个资源代码属于其他部门，请换一个代码。", dataset=definition.code)
    if dataset is not None and dataset.status == Dataset.Status.RETIRED:
        raise InReview("已停用的数据资源不能变更，请用新的代码登记。", dataset=definition.code)
    proposal = _write(definition.code, by, at, reason, content=definitions.to_json(definition), retires_on=None)
    if dataset is None or dataset.status == Dataset.Status.DRAFT:
        keep(definition)
        Dataset.objects.filter(pk=definition.code).update(status=Dataset.Status.DRAFT)
    return proposal


@transaction.atomic
def propose_retirement(
    code: str, *, retires_on: date, reason: str, ends_grants: bool, by: Desk, at: datetime, on: date
) -> Proposal:
    """Ask that a published dataset be retired from that day (停用); `on` is today.

    Raises:
        NotTheOwner, InReview: as for `propose`. BadDefinition: no reason, or a day that has passed.
        StillGranted: grants reach beyond the day, and `ends_grants` does not say that they shall end with it.
    """
    dataset = Dataset.objects.select_for_update().filter(pk=code).first()
    if dataset is None:
        _absent()
    _owner(by, dataset.agency_id)
    if dataset.status != Dataset.Status.PUBLISHED:
        raise InReview("只有已发布的数据资源可以申请停用。", dataset=code)
    if not reason.strip() or len(reason) > LONGEST_WORDS:
        raise BadDefinition(f"请写明停用的理由，不超过 {LONGEST_WORDS} 字。", dataset=code)
    if retires_on < on:
        raise BadDefinition("停用日期已经过去，请改为今天或以后。", dataset=code)
    lasting = Grant.objects.filter(dataset=dataset).exclude(status=Grant.Status.REVOKED)
    reaching = lasting.exclude(valid_until__lte=retires_on).count()
    if reaching and not ends_grants:
        raise StillGranted(
            f"有 {reaching} 个授权在停用日期以后仍然有效。请先联系使用部门，再确认一并终止。", grants=reaching
        )
    return _write(code, by, at, reason, content={}, retires_on=retires_on)


@transaction.atomic
def submit(code: str, *, by: Desk, at: datetime) -> Proposal:
    """Hand the draft to the data bureau (提交审核).

    Raises:
        ProposalNotFound, NotTheOwner: not the agency's. InReview: it was submitted before.
        BadDefinition: something the catalogue requires is missing.
    """
    proposal = _proposal(code)
    _owner(by, proposal.agency_id)
    if proposal.status != Proposal.Status.DRAFT:
        raise InReview("已经提交过了，请等待审核。", dataset=code)
    if proposal.retires_on is None:
        _complete(definitions.from_json(proposal.content))
    _touch(proposal, by, status=Proposal.Status.SUBMITTED, submitted_at=at, changed_at=at, answer="")
    Dataset.objects.filter(pk=code, status=Dataset.Status.DRAFT).update(status=Dataset.Status.SUBMITTED)
    return proposal


@transaction.atomic
def take_back(code: str, *, by: Desk, at: datetime) -> Proposal:
    """Take the proposal back to go on working on it (撤回).

    Raises:
        ProposalNotFound, NotTheOwner: not the agency's. InReview: it was not submitted.
    """
    proposal = _proposal(code)
    _owner(by, proposal.agency_id)
    return _to_draft(proposal, by, at, answer="")


@transaction.atomic
def drop(code: str, *, by: Desk) -> None:
    """Throw the draft away (删除草稿); a dataset that was never published goes with it.

    Raises:
        ProposalNotFound, NotTheOwner: not the agency's. InReview: it waits for review.
    """
    proposal = _proposal(code)
    _owner(by, proposal.agency_id)
    if proposal.status != Proposal.Status.DRAFT:
        raise InReview("请先撤回，再删除。", dataset=code)
    proposal.delete()
    Dataset.objects.filter(pk=code, status=Dataset.Status.DRAFT).delete()


@transaction.atomic
def send_back(code: str, *, words: str, by: Desk, at: datetime) -> Proposal:
    """Send the proposal back with words on what to mend (退回).

    Raises:
        ProposalNotFound, NotTheReviewer: not for this desk to review. WordsMissing: no words, or too many.
        InReview: it was not submitted.
    """
    proposal = _reviewed(code, by)
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise WordsMissing(f"写给提供部门的数据专员，不超过 {LONGEST_WORDS} 字。")
    return _to_draft(proposal, by, at, answer=words.strip())


@transaction.atomic
def publish(code: str, *, by: Desk, at: datetime, on: date) -> Dataset:
    """Publish what was proposed: a new dataset, a new version of one, or its retirement with its grants' end (发布).

    Raises:
        ProposalNotFound, NotTheReviewer: not for this desk to review. InReview: it was not submitted.
        BadDefinition: another dataset has taken its resource code meanwhile.
    """
    proposal = _reviewed(code, by)
    if proposal.retires_on is None:
        definition = definitions.from_json(proposal.content)
        _complete(definition)
        dataset = put_dataset(definition, by=by.actor, at=at, proposed_by=proposal.made_by, reason=proposal.reason)
        Dataset.objects.filter(pk=code).update(status=Dataset.Status.PUBLISHED)
        Dataset.objects.filter(pk=code, published_on=None).update(published_on=on)
    else:
        dataset = Dataset.objects.select_for_update().get(pk=code)
        _retire(dataset, proposal, by=by, at=at, on=max(proposal.retires_on, on))
    proposal.delete()
    dataset.refresh_from_db()
    return dataset


def _retire(dataset: Dataset, proposal: Proposal, *, by: Desk, at: datetime, on: date) -> None:
    """Retire it from that day: no new grants from now on, those there are end with it; the last version says so."""
    end_grants(dataset.code, on=on)
    definition = definitions.of(dataset)
    dataset.status, dataset.retired_on, dataset.version = Dataset.Status.RETIRED, on, dataset.version + 1
    dataset.save(update_fields=["status", "retired_on", "version"])
    dataset.versions.create(
        number=dataset.version,
        content=definitions.to_json(definition),
        digest=definitions.digest(definition),
        changes=[f"自 {on} 起停用。"],
        made_by=by.actor.label,
        made_at=at,
        proposed_by=proposal.made_by,
        reason=proposal.reason,
    )


def _complete(definition: DatasetDefinition) -> None:
    """Raise BadDefinition where the catalogue requires what the definition does not say, or its code is another's."""
    said = definition.registration
    problems = missing_metadata(definition)
    if said.resource_code:
        known = dict(CatalogueClass.objects.values_list("code", "name"))
        problems += code_problems(said.resource_code, said.category, known)
        if Dataset.objects.filter(resource_code=said.resource_code).exclude(pk=definition.code).exists():
            problems.append(f"信息资源代码“{said.resource_code}”已被使用，请换一个顺序码。")
    if problems:
        raise BadDefinition(" ".join(problems), dataset=definition.code)


def _write(
    code: str, by: Desk, at: datetime, reason: str, *, content: definitions.Content, retires_on: date | None
) -> Proposal:
    # Two of the agency may begin at the same moment: one of them makes the row, the other goes on from it.
    Proposal.objects.get_or_create(code=code, defaults={"agency_id": by.agency, "changed_at": at})
    proposal = Proposal.objects.select_for_update().get(pk=code)
    if proposal.status == Proposal.Status.SUBMITTED:
        raise InReview("正在等待审核。要修改的，请先撤回。", dataset=code)
    proposal.content, proposal.retires_on, proposal.reason = content, retires_on, reason.strip()[:LONGEST_WORDS]
    proposal.made_by, proposal.changed_at = by.actor.label, at
    proposal.accounts = sorted({*proposal.accounts, by.actor.id})
    proposal.save()
    return proposal


def _to_draft(proposal: Proposal, by: Desk, at: datetime, *, answer: str) -> Proposal:
    if proposal.status != Proposal.Status.SUBMITTED:
        raise InReview("这个申请没有提交审核。", dataset=proposal.code)
    if by.is_data_officer:
        proposal.accounts = sorted({*proposal.accounts, by.actor.id})
    proposal.status, proposal.answer, proposal.changed_at = Proposal.Status.DRAFT, answer, at
    proposal.save(update_fields=["status", "answer", "changed_at", "accounts"])
    Dataset.objects.filter(pk=proposal.code, status=Dataset.Status.SUBMITTED).update(status=Dataset.Status.DRAFT)
    return proposal


def _touch(proposal: Proposal, by: Desk, **changes: object) -> None:
    for name, value in changes.items():
        setattr(proposal, name, value)
    proposal.accounts = sorted({*proposal.accounts, by.actor.id})
    proposal.save()


def _proposal(code: str) -> Proposal:
    return Proposal.objects.select_for_update().filter(pk=code).first() or _absent()


def _reviewed(code: str, by: Desk) -> Proposal:
    if not by.is_steward:
        raise NotTheReviewer("请由数据管理员审核。", dataset=code)
    proposal = _proposal(code)
    if proposal.status != Proposal.Status.SUBMITTED:
        raise InReview("这个申请没有提交审核。", dataset=code)
    if by.actor.id in proposal.accounts:
        raise NotTheReviewer("您经手过这个申请，请由另一位数据管理员审核。", dataset=code)
    return proposal


def _owner(by: Desk, agency: str) -> None:
    if not by.is_data_officer or by.agency != agency:
        raise NotTheOwner("请由提供部门的数据专员办理。")


def _absent() -> NoReturn:
    raise ProposalNotFound("请检查资源代码，或回到数据目录查找。")
