"""Tables of the policies room, a module a noun."""

from yimen.policies.models.applying import Application, ApplicationLine
from yimen.policies.models.awards import Award, PayeeAccount
from yimen.policies.models.benefits import Beneficiary, BeneficiaryList, NoticeObjection
from yimen.policies.models.catalogue import Policy, PolicyReview, PolicyVersion
from yimen.policies.models.collecting import (
    CollectedDocument,
    CollectedVersion,
    CollectionTrouble,
    DocumentRelation,
    Feed,
    Origin,
    Original,
    Visit,
)
from yimen.policies.models.delivering import Push, Subscription
from yimen.policies.models.matching import MatchRun, Profile
from yimen.policies.models.opinions import Opinion
from yimen.policies.models.paying import Payout, PayoutCap, PayoutShare
from yimen.policies.models.proposals import DecomposedText, MeasureProposal
from yimen.policies.models.supervising import Duty

__all__ = [
    "Application",
    "ApplicationLine",
    "Award",
    "Beneficiary",
    "BeneficiaryList",
    "CollectedDocument",
    "CollectedVersion",
    "CollectionTrouble",
    "DecomposedText",
    "DocumentRelation",
    "Duty",
    "Feed",
    "MatchRun",
    "MeasureProposal",
    "NoticeObjection",
    "Opinion",
    "Origin",
    "Original",
    "PayeeAccount",
    "Payout",
    "PayoutCap",
    "PayoutShare",
    "Policy",
    "PolicyReview",
    "PolicyVersion",
    "Profile",
    "Push",
    "Subscription",
    "Visit",
]
