"""Verbs of collecting: register a feed, visit it, import by hand, enter a text (政策汇聚)."""

from yimen.policies.services.feeds import (
    BadFeed,
    BadText,
    FeedDraft,
    NoSuchFeed,
    NoSuchTrouble,
    NotACollector,
    TroubleSettled,
    ask_for_visit,
    enter_text,
    put_feed,
)
from yimen.policies.services.taking import Brought, Outcome, Taken, take
from yimen.policies.services.visiting import (
    FeedBusy,
    NothingToImport,
    due_feeds,
    import_address,
    import_path,
    visit_feed,
)

__all__ = [
    "BadFeed",
    "BadText",
    "Brought",
    "FeedBusy",
    "FeedDraft",
    "NoSuchFeed",
    "NoSuchTrouble",
    "NotACollector",
    "NothingToImport",
    "Outcome",
    "Taken",
    "TroubleSettled",
    "ask_for_visit",
    "due_feeds",
    "enter_text",
    "import_address",
    "import_path",
    "put_feed",
    "take",
    "visit_feed",
]
