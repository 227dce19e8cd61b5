"""Django, set up when a command needs it."""

import os


def set_up(*, as_owner: bool = False) -> None:
    """Read the settings and start or join the database; as the owner of the tables only to migrate."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    if as_owner:
        os.environ["YIMEN_AS_OWNER"] = "1"
    import django  # noqa: PLC0415 - importing it is what setting up means

    django.setup()
