"""Addresses of the living page and of the preferences."""

from django.urls import URLPattern

app_name = "components"
urlpatterns: list[URLPattern] = []
