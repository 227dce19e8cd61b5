"""Suspend, resume, revoke a grant: in force from the next exchange on (暂停、恢复、撤销)."""

from datetime import datetime

from django.db import transaction

from yimen.core.errors import Conflict, NotFound
from yimen.datasets.models import Grant
from yimen.datasets.services.conclusion import add_step
from yimen.datasets.services.requesting import NotYourDesk, clean
from yimen.parties.queries import Desk

Status = Grant.Status
LONGEST_REASON = 500


class NoSuchGrant(NotFound):
    """No such grant, or not yours to see."""

    code = "datasets.grant-not-found"
    title = "没有找到这项共享授权。"


class WrongGrantState(Conflict):
    """The grant is not in a state for this."""

    code = "datasets.wrong-grant-state"
    title = "这项共享授权现在不能这样办理。"


@transaction.atomic
def suspend(grant_id: int, *, reason: str, by: Desk, at: datetime) -> Grant:
    """Stop reads under the grant until it is resumed (暂停), as its owner or the bureau.

    Raises:
        NoSuchGrant: not the desk's to see. NotYourDesk: neither owner nor bureau. WrongGrantState: it is not active.
        BadRequest: no reason was given.
    """
    said = clean(reason, "reason", "请写明暂停的原因。")[:LONGEST_REASON]
    grant = _locked(grant_id, by)
    _halt(grant, Status.SUSPENDED, {Status.ACTIVE.value}, said, by=by, at=at)
    add_step(grant, "suspended", by=by.actor, at=at, words=said)
    return grant


@transaction.atomic
def resume(grant_id: int, *, reason: str, by: Desk, at: datetime) -> Grant:
    """Let a suspended grant be used again (恢复). What the bureau suspended only the bureau resumes.

    Raises:
        NoSuchGrant: not the desk's to see. NotYourDesk: it was suspended by another. WrongGrantState: it is not
            suspended. BadRequest: no reason was given.
    """
    said = clean(reason, "reason", "请写明恢复的原因。")[:LONGEST_REASON]
    grant = _locked(grant_id, by)
    _may_halt(grant, by)
    if grant.status != Status.SUSPENDED.value:
        raise WrongGrantState(f"授权{grant.get_status_display()}，不能恢复。")
    if not by.is_steward and grant.halted_by != by.agency:
        raise NotYourDesk("由暂停它的部门或数据管理部门恢复。")
    grant.status, grant.halted_at, grant.halted_by, grant.halt_reason = Status.ACTIVE, None, "", ""
    grant.save(update_fields=["status", "halted_at", "halted_by", "halt_reason"])
    add_step(grant, "resumed", by=by.actor, at=at, words=said)
    return grant


@transaction.atomic
def revoke(grant_id: int, *, reason: str, by: Desk, at: datetime) -> Grant:
    """End the grant for good (撤销), as its owner, the bureau, or the grantee who needs it no more.

    Raises:
        NoSuchGrant: not the desk's to see. NotYourDesk: an auditor's. WrongGrantState: it is revoked already.
        BadRequest: no reason was given.
    """
    said = clean(reason, "reason", "请写明撤销的原因。")[:LONGEST_REASON]
    grant = _locked(grant_id, by)
    _halt(grant, Status.REVOKED, {Status.ACTIVE.value, Status.SUSPENDED.value}, said, by=by, at=at)
    add_step(grant, "revoked", by=by.actor, at=at, words=said)
    return grant


def _halt(grant: Grant, status: Status, before: set[str], reason: str, *, by: Desk, at: datetime) -> None:
    _may_halt(grant, by, is_end=status is Status.REVOKED)
    if grant.status not in before:
        raise WrongGrantState(
            f"授权{grant.get_status_display()}，不能再{'撤销' if status is Status.REVOKED else '暂停'}。"
        )
    grant.status, grant.halted_at, grant.halted_by, grant.halt_reason = status, at, by.agency, reason
    grant.save(update_fields=["status", "halted_at", "halted_by", "halt_reason"])


def _may_halt(grant: Grant, by: Desk, *, is_end: bool = False) -> None:
    is_owner = by.is_data_officer and by.agency == grant.dataset.agency_id
    is_grantee = by.is_data_officer and by.agency == grant.grantee_id
    if not (by.is_steward or is_owner or (is_end and is_grantee)):
        raise NotYourDesk("请由数据提供部门或数据管理部门办理。")


def _locked(grant_id: int, by: Desk) -> Grant:
    rows = Grant.objects.select_for_update(of=("self",)).select_related("dataset", "request")
    grant = rows.filter(pk=grant_id).first()
    sees = grant is not None and (
        by.is_steward or by.is_auditor or by.agency in {grant.grantee_id, grant.dataset.agency_id}
    )
    if grant is None or not sees:
        raise NoSuchGrant("请检查地址，或回到共享授权列表。")
    return grant
