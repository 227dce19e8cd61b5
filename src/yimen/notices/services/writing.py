"""Write notices: into the inbox at once, each key once for ever."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.notices.logic import Draft, clean, identity
from yimen.notices.models import Notice

BATCH, ASKED = 1000, 10_000


@transaction.atomic
def notify(drafts: Iterable[Draft], *, at: datetime) -> list[UUID]:
    """Write these notices (发消息) in the caller's transaction; return which were new.

    Those whose key was used before are left as they are: two processes that write the same at the same moment write it
    once, by the database's word.

    Raises:
        ValueError: a link leads out of this site, or a key is too long: a slip of ours.
    """
    rows = {one.pk: one for one in (_row(draft, at=at) for draft in drafts)}
    known = _known(list(rows))
    fresh = [row for pk, row in rows.items() if pk not in known]
    Notice.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    return [row.pk for row in fresh]


def _known(ids: list[UUID]) -> set[UUID]:
    """Return those there are already; asked in parts, for one statement takes 65,535 values at most."""
    parts = (ids[start : start + ASKED] for start in range(0, len(ids), ASKED))
    return {found for part in parts for found in Notice.objects.filter(pk__in=part).values_list("pk", flat=True)}


def _row(draft: Draft, *, at: datetime) -> Notice:
    if draft.link and (not draft.link.startswith("/") or draft.link.startswith("//")):
        raise ValueError(f"a notice leads out of this site: {draft.link}")
    if not draft.key or len(draft.key) > 300:  # noqa: PLR2004 - the column's length; a cut key would be another's
        raise ValueError("a notice needs a key of at most 300 characters")
    return Notice(
        id=identity(draft.key),
        recipient_id=draft.recipient,
        key=draft.key,
        topic=draft.topic,
        about=draft.about,
        title=clean(draft.title, 200),
        body=clean(draft.body, 4000),
        reason=clean(draft.reason, 500),
        link=draft.link,
        made_at=at,
        settled_at=at if draft.is_inside else None,
    )
