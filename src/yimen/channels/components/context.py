"""What every page knows: how it should look, and whether this is a demo."""

from django.conf import settings
from django.http import HttpRequest

THEMES = {"light": "浅色", "dark": "深色", "contrast": "高对比"}


def page(request: HttpRequest) -> dict[str, object]:
    """Return theme (a key of THEMES, or empty for the device's own), is_elder, is_demo, and acting_as.

    `acting_as` is the name of the party one acts for, empty while one acts for oneself.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "is_elder": request.COOKIES.get("elder") == "1",
        "is_demo": settings.YIMEN_DEMO,
        "acting_as": request.session.get("acting_as", "") if hasattr(request, "session") else "",
    }
