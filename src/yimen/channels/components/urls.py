"""Addresses of the living page and of the preferences."""

from django.urls import path

from yimen.channels.components import design

app_name = "components"
urlpatterns = [
    path("design/", design.page, name="design"),
    path("preferences/", design.preferences, name="preferences"),
]
