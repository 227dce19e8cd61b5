"""Verbs on cases: start, prepare, save, submit (drafting, submission), open, decide (review), request_review (appeal).

What is offered without applying is in `offering`.
"""

from yimen.cases.services.appeal import NotReviewable, ReviewReasonTooLong, request_review
from yimen.cases.services.drafting import (
    AlreadyGranted,
    NotADraft,
    OrganisationMissing,
    Preparation,
    WrongStanding,
    prepare,
    save_answers,
    start,
)
from yimen.cases.services.objecting import CaseValue, FactNotThere, value_as_applicant, value_as_officer
from yimen.cases.services.opening import CaseFile, Part, open_as_applicant, open_as_officer, open_part
from yimen.cases.services.review import BadAmount, NotInReview, ReasonMissing, decide
from yimen.cases.services.sharing import OrganisationServed
from yimen.cases.services.submission import RuleChanged, submit

__all__ = [
    "AlreadyGranted",
    "BadAmount",
    "CaseFile",
    "CaseValue",
    "FactNotThere",
    "NotADraft",
    "NotInReview",
    "NotReviewable",
    "OrganisationMissing",
    "OrganisationServed",
    "Part",
    "Preparation",
    "ReasonMissing",
    "ReviewReasonTooLong",
    "RuleChanged",
    "WrongStanding",
    "decide",
    "open_as_applicant",
    "open_as_officer",
    "open_part",
    "prepare",
    "request_review",
    "save_answers",
    "start",
    "submit",
    "value_as_applicant",
    "value_as_officer",
]
