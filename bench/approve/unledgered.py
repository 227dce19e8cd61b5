"""The same site with a ledger that forgets everything: only to measure what the ledger costs."""

from collections.abc import Sequence

from django.db.models import Model

from yimen.config.wsgi import application
from yimen.core import pipeline, together
from yimen.ledger.models import Entry

_insert = pipeline.Line.insert


def _nothing(_: together.Group, entry: Model) -> None:
    entry.pk = 1


def _but_entries(line: pipeline.Line, instances: Sequence[Model]) -> None:
    _insert(line, [one for one in instances if not isinstance(one, Entry)])


together.Group.write_now = _nothing  # type: ignore[method-assign,assignment]  # for this process alone
pipeline.Line.insert = _but_entries  # type: ignore[method-assign,assignment]  # for this process alone

__all__ = ["application"]
