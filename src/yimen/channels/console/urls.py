"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import home

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
]
