"""Verbs that change the catalogue."""

from datetime import datetime

from django.db import transaction

from yimen.core import memo
from yimen.items.logic import BaseItemDefinition, ItemDefinition, digest
from yimen.items.models import BaseItem, Item, ItemVersion


def put_base_item(definition: BaseItemDefinition) -> BaseItem:
    """Keep this line of the base catalogue; the same line twice changes nothing."""
    kept, _ = BaseItem.objects.update_or_create(
        code=definition.code,
        defaults={
            "name": definition.name,
            "item_type": definition.item_type,
            "lead": definition.lead,
            "levels": "、".join(definition.levels),
            "legal_basis": list(definition.legal_basis),
        },
    )
    return kept


@transaction.atomic
def put_item(definition: ItemDefinition, *, at: datetime) -> tuple[ItemVersion, bool]:
    """Keep this implementation list as the item's newest version; return it, and whether it is new.

    The same list as the newest version changes nothing. Older versions stay, for the cases decided under them.
    """
    memo.forget()
    item, _ = Item.objects.update_or_create(
        slug=definition.slug,
        defaults={
            "name": definition.name,
            "english_name": definition.english_name,
            "agency_id": definition.agency,
            "keywords": " ".join(definition.keywords),
            "is_listed": definition.listed,
        },
    )
    newest = ItemVersion.objects.select_for_update().filter(item=item).order_by("-number").first()
    fingerprint = digest(definition)
    if newest is not None and newest.digest == fingerprint:
        return newest, False
    version = ItemVersion.objects.create(
        item=item,
        number=1 if newest is None else newest.number + 1,
        content=definition.to_json(),
        digest=fingerprint,
        effective_from=definition.effective_from,
        effective_until=definition.effective_until,
        loaded_at=at,
    )
    return version, True
