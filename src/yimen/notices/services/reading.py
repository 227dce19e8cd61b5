"""Open a notice: that is what "read" means."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.notices import events, queries
from yimen.notices.models import Notice
from yimen.notices.queries import NoticeView
from yimen.parties.queries import Standing


@transaction.atomic
def open_notice(notice_id: UUID, *, by: Standing, at: datetime) -> NoticeView:
    """Return the notice, marked as read the first time (已读), and tell whoever wrote it.

    Raises:
        NoticeNotFound: there is none, or it is somebody else's.
    """
    notice = queries.one(by, notice_id, lock=True)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
        _tell(notice, at)
    return queries.view(notice)


def _tell(notice: Notice, at: datetime) -> None:
    events.notice_read.send(
        Notice,
        notice_id=notice.pk,
        key=notice.key,
        topic=notice.topic,
        about=notice.about,
        recipient=notice.recipient_id,
        at=at,
    )
