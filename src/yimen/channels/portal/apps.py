"""Wiring."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal as a Django app."""

    name = "yimen.channels.portal"
    label = "portal"
