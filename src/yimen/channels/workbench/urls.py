"""Addresses of the workbench."""

from django.urls import path

from yimen.channels.workbench import cases, objections

app_name = "workbench"
urlpatterns = [
    path("", cases.queue, name="queue"),
    path("cases/<uuid:case_id>/", cases.show, name="case"),
    path("cases/<uuid:case_id>/decide", cases.decide, name="decide"),
    path("cases/<uuid:case_id>/objections/<str:fact>/", objections.of_case, name="object-to-fact"),
]
