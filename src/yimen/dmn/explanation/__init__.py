"""Why a decision came out as it did, in sentences, and what little would turn a refusal (解释、只差一点)."""

from yimen.dmn.explanation.changes import Change, NearMiss
from yimen.dmn.explanation.checks import Check, Row
from yimen.dmn.explanation.explain import Explanation, Reason, explain, reasons
from yimen.dmn.explanation.names import ModelNames, Names
from yimen.dmn.explanation.near import near_misses
from yimen.dmn.explanation.phrases import LANGUAGES, Phrases, near_in_words

__all__ = [
    "LANGUAGES",
    "Change",
    "Check",
    "Explanation",
    "ModelNames",
    "Names",
    "NearMiss",
    "Phrases",
    "Reason",
    "Row",
    "explain",
    "near_in_words",
    "near_misses",
    "reasons",
]
