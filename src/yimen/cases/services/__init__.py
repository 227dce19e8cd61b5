"""Verbs on cases: start, prepare, save, submit (drafting and submission), open and decide (review)."""

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
from yimen.cases.services.opening import CaseFile, open_as_applicant, open_as_officer
from yimen.cases.services.review import NotInReview, ReasonMissing, decide
from yimen.cases.services.submission import RuleChanged, submit

__all__ = [
    "AlreadyGranted",
    "CaseFile",
    "NotADraft",
    "NotInReview",
    "OrganisationMissing",
    "Preparation",
    "ReasonMissing",
    "RuleChanged",
    "WrongStanding",
    "decide",
    "open_as_applicant",
    "open_as_officer",
    "prepare",
    "save_answers",
    "start",
    "submit",
]
