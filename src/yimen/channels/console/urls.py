"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import connect, facts, home, ledger, sources

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("sources/", sources.board, name="sources"),
    path("sources/new", sources.register, name="source-register"),
    path("sources/<slug:name>/", sources.show, name="source"),
    path("sources/<slug:name>/change", sources.change, name="source-change"),
    path("sources/<slug:name>/test", sources.try_out, name="source-test"),
    path("sources/<slug:name>/connect/", connect.relations, name="connect"),
    path("sources/<slug:name>/connect/columns", connect.columns, name="connect-columns"),
    path("sources/<slug:name>/connect/publish", connect.publish, name="connect-publish"),
    path("ledger/", ledger.show, name="ledger"),
    path("facts/", facts.index, name="facts"),
    path("facts/<str:name>/", facts.show, name="fact"),
    path("facts/<str:name>/add", facts.add, name="add-source"),
    path("facts/<str:name>/drop", facts.drop, name="drop-source"),
]
