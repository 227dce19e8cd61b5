"""Wiring of the licences room."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """Electronic licences (电子证照) as a Django app."""

    name = "yimen.licences"
    label = "licences"
    verbose_name = "电子证照"
