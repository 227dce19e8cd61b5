"""Verbs that change which rules are kept."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from yimen import dmn
from yimen.core import memo
from yimen.rules import events
from yimen.rules.models import RuleVersion


@transaction.atomic
def put_version(
    name: str, xml: bytes, *, effective_from: date, effective_until: date | None, at: datetime
) -> tuple[RuleVersion, bool]:
    """Keep this text as the newest version of the rules; return it, and whether it is new.

    The same text with the same dates as the newest version changes nothing. A model that cannot be read is refused.

    Raises:
        yimen.dmn.ModelError: the model is broken; the error lists every problem with its line.
    """
    memo.forget()
    dmn.load(xml)
    digest = hashlib.sha256(xml).hexdigest()
    newest = RuleVersion.objects.select_for_update().filter(name=name).order_by("-number").first()
    same = newest is not None and (newest.digest, newest.effective_from, newest.effective_until) == (
        digest,
        effective_from,
        effective_until,
    )
    if newest is not None and same:
        return newest, False
    last = RuleVersion.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0
    version = RuleVersion.objects.create(
        name=name,
        number=last + 1,
        xml=xml.decode(),
        digest=digest,
        effective_from=effective_from,
        effective_until=effective_until,
        loaded_at=at,
    )
    events.version_released.send(RuleVersion, name=name, number=version.number, effective_from=version.effective_from)
    return version, True
