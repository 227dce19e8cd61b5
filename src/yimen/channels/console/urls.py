"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import facts, grants, home, ledger

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("ledger/", ledger.show, name="ledger"),
    path("facts/", facts.index, name="facts"),
    path("facts/<str:name>/", facts.show, name="fact"),
    path("facts/<str:name>/add", facts.add, name="add-source"),
    path("facts/<str:name>/drop", facts.drop, name="drop-source"),
    path("grants/", grants.index, name="grants"),
    path("grants/active/", grants.active, name="active-grants"),
    path("grants/new/", grants.new, name="new-request"),
    path("grants/requests/<uuid:request_id>/", grants.show, name="grant-request"),
    *(
        path(f"grants/requests/<uuid:request_id>/{verb}", grants.act, {"verb": verb}, name=f"{verb}-request")
        for verb in ("answer", "arbitrate", "extend", "dispute", "withdraw")
    ),
    path("grants/<int:grant_id>/", grants.grant, name="grant"),
    *(
        path(f"grants/<int:grant_id>/{verb}", grants.halt, {"verb": verb}, name=f"{verb}-grant")
        for verb in ("suspend", "resume", "revoke")
    ),
]
