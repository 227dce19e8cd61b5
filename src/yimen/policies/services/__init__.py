"""Verbs on policies: draft, send to review, say what one thinks of it, publish."""

from yimen.policies.services.publishing import (
    BadPolicy,
    NotADraft,
    NotInReview,
    NotYourPolicy,
    ReasonMissing,
    ReviewedAlready,
    draft,
    put_policy,
    review,
    submit,
)

__all__ = [
    "BadPolicy",
    "NotADraft",
    "NotInReview",
    "NotYourPolicy",
    "ReasonMissing",
    "ReviewedAlready",
    "draft",
    "put_policy",
    "review",
    "submit",
]
