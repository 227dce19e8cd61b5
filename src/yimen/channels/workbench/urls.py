"""Addresses of the workbench."""

from django.urls import path

from yimen.channels.workbench import benefits, cases, objections, opinions

app_name = "workbench"
urlpatterns = [
    path("", cases.queue, name="queue"),
    path("cases/<uuid:case_id>/", cases.show, name="case"),
    path("cases/<uuid:case_id>/decide", cases.decide, name="decide"),
    path("opinions/", opinions.queue, name="opinions"),
    path("opinions/<int:opinion_id>/", opinions.show, name="opinion"),
    path("benefits/", benefits.listing, name="benefit-lists"),
    path("benefits/new", benefits.draw_up, name="draw-up-list"),
    path("benefits/<uuid:list_id>/", benefits.show, name="benefit-list"),
    path("benefits/<uuid:list_id>/notice", benefits.notice, name="start-notice"),
    path("benefits/<uuid:list_id>/rows/<int:row_id>/strike", benefits.strike, name="strike"),
    path("benefits/<uuid:list_id>/objections/<int:number>/answer", benefits.answer, name="answer-notice-objection"),
    path("cases/<uuid:case_id>/objections/<str:fact>/", objections.of_case, name="object-to-fact"),
]
