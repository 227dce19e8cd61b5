"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import base, facts, home, ledger

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("base/", base.show, name="base"),
    path("base/<slug:code>/open", base.open_record, name="open-record"),
    path("ledger/", ledger.show, name="ledger"),
    path("facts/", facts.index, name="facts"),
    path("facts/<str:name>/", facts.show, name="fact"),
    path("facts/<str:name>/add", facts.add, name="add-source"),
    path("facts/<str:name>/drop", facts.drop, name="drop-source"),
]
