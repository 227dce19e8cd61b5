"""Reads of the catalogue: search, and the implementation list in effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.items.logic import ItemDefinition, from_json
from yimen.items.models import BaseItem, Item, ItemVersion


class NoSuchItem(NotFound):
    """No item of this name is offered on that day."""

    code = "items.no-such-item"
    title = "没有找到这个事项，或者它现在不受理。"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the catalogue (事项列表)."""

    slug: str
    name: str
    agency: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An item as offered on a day: the version in effect and what it says."""

    version_id: int
    number: int
    agency_name: str
    definition: ItemDefinition


def search(text: str, *, on: date, limit: int = 20) -> list[ItemRow]:
    """Return the items offered on that day whose name or keywords hold every word of the text; all for no text."""
    found = Item.objects.filter(_in_effect(on, prefix="versions__"), is_listed=True).select_related("agency").distinct()
    for word in text.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(keywords__icontains=word)
            | Q(english_name__icontains=word)
            | Q(agency__name__icontains=word)
        )
    return [ItemRow(item.slug, item.name, item.agency.short_name) for item in found[:limit]]


def names(slugs: Iterable[str]) -> dict[str, str]:
    """Return the names of these items by slug."""
    return dict(Item.objects.filter(slug__in=set(slugs)).values_list("slug", "name"))


def names_of_all() -> dict[str, str]:
    """Return the name of every item by slug, by name."""
    return dict(Item.objects.order_by("name").values_list("slug", "name"))


def proactive(*, on: date) -> list[str]:
    """Return the slugs of the items that are offered without applying on that day."""
    versions = ItemVersion.objects.filter(_in_effect(on)).exclude(content__offer_min_age=None)
    return sorted({slug for slug in versions.values_list("item_id", flat=True) if _offers(slug, on)})


def _offers(slug: str, on: date) -> bool:
    return offered(slug, on=on).definition.offer_min_age is not None


@dataclass(frozen=True, slots=True)
class BaseRow:
    """One line of the base catalogue (基本目录), with the slug of the item that carries it out here, if any."""

    code: str
    name: str
    item_type: str
    lead: str
    levels: str
    slug: str | None


def base_catalogue() -> list[BaseRow]:
    """Return the base catalogue by code."""
    versions = ItemVersion.objects.values_list("item_id", "content__implementation_code")
    carried_out = {str(code)[18:]: slug for slug, code in versions}
    return [
        BaseRow(one.code, one.name, one.item_type, one.lead, one.levels, carried_out.get(one.code))
        for one in BaseItem.objects.all()
    ]


def slugs() -> set[str]:
    """Return the slugs of all items, whether offered now or not."""
    return set(Item.objects.values_list("slug", flat=True))


@remembered
def offered(slug: str, *, on: date) -> Offered:
    """Return the item as offered on that day: of the versions whose period covers it, the newest.

    Raises:
        NoSuchItem: no version covers the day.
    """
    version = (
        ItemVersion.objects.filter(_in_effect(on), item_id=slug)
        .select_related("item__agency")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NoSuchItem("请从首页搜索，或查看全部事项。", item=slug)
    return _offered(version)


def all_offered(*, on: date) -> list[ItemDefinition]:
    """Return every item as offered on that day, by slug."""
    versions = ItemVersion.objects.filter(_in_effect(on)).order_by("item_id", "-number").distinct("item_id")
    return [from_json(row.content) for row in versions]


@remembered
def version(version_id: int) -> Offered:
    """Return the item as that version says, whatever the day."""
    return _offered(ItemVersion.objects.select_related("item__agency").get(pk=version_id))


def _offered(row: ItemVersion) -> Offered:
    return Offered(row.pk, row.number, row.item.agency.short_name, from_json(row.content))


def _in_effect(on: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}effective_from__lte": on}) & (
        Q(**{f"{prefix}effective_until": None}) | Q(**{f"{prefix}effective_until__gt": on})
    )
