"""Small things templates say again and again: an icon, a time as people say it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ICONS = Path(__file__).parent.parent / "templates" / "components" / "icons"
WEEK = 7
YESTERDAY = timedelta(days=1)


@cache
def _drawing(name: str) -> str:
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    start, end = text.index(">") + 1, text.rindex("</svg>")
    return text[start:end].strip()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of our icons, hidden from screen readers: a word always stands beside it."""
    # The drawing is a file of ours, not of a user.
    return mark_safe(f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{_drawing(name)}</svg>')  # noqa: S308


@register.filter
def said(moment: datetime | date | None) -> str:
    """Return a time as people say it: 今天 14:05, 昨天 09:30, 11月3日 08:00; a day alone without its time."""
    if moment is None:
        return ""
    today = timezone.localdate()
    if not isinstance(moment, datetime):
        return _day(moment, today)
    local = timezone.localtime(moment)
    return f"{_day(local.date(), today)} {local:%H:%M}"


def _day(day: date, today: date) -> str:
    if day == today:
        return "今天"
    if day == today - YESTERDAY:
        return "昨天"
    return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"


@register.filter
def money(amount: object) -> str:
    """Return an amount with thousands separators, without cents where there are none: 12,000."""
    return f"{float(str(amount)):,.2f}".removesuffix(".00")


@register.filter
def get(mapping: Mapping[str, str], key: str) -> str:
    """Return the value under a key, the key itself where there is none."""
    return mapping.get(key, key)


@register.filter
def said_of(mapping: Mapping[str, str], key: str) -> str:
    """Return the value under a key, empty where there is none."""
    return mapping.get(key, "")


@register.filter
def seconds(milliseconds: object) -> str:
    """Return milliseconds as seconds with two digits: 0.12."""
    return f"{float(str(milliseconds)) / 1000:.2f}"


@register.filter
def codes(answer: object) -> frozenset[str]:
    """Return the codes chosen of a list, from its answer as a form holds it; the empty one where it is none of them."""
    return frozenset(str(answer).split(",")) if answer else frozenset()
