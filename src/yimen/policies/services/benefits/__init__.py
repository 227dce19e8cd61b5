"""Paid without applying (免申即享): listed, reviewed, checked, made public, confirmed in one tap, granted."""

from yimen.policies.services.benefits.candidates import candidates
from yimen.policies.services.benefits.confirming import (
    AlreadyAnswered,
    NotTimeToConfirm,
    close_late,
    confirm,
    decline,
)
from yimen.policies.services.benefits.noticing import (
    NoticeOver,
    ObjectedAlready,
    ObjectionAnswered,
    answer_objection,
    end_notices,
    object_to,
)
from yimen.policies.services.benefits.proposing import NotClaimFree, NotTheHandler, must_handle, propose
from yimen.policies.services.benefits.reviewing import EmptyList, NotUnderReview, start_notice, strike

__all__ = [
    "AlreadyAnswered",
    "EmptyList",
    "NotClaimFree",
    "NotTheHandler",
    "NotTimeToConfirm",
    "NotUnderReview",
    "NoticeOver",
    "ObjectedAlready",
    "ObjectionAnswered",
    "answer_objection",
    "candidates",
    "close_late",
    "confirm",
    "decline",
    "end_notices",
    "must_handle",
    "object_to",
    "propose",
    "start_notice",
    "strike",
]
