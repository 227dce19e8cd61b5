"""Addresses of the portal."""

from django.urls import path

from yimen.channels.portal import accounts, cases, catalogue, home, items, licences, mandates, objections, offers, reads

app_name = "portal"
urlpatterns = [
    path("", home.show, name="home"),
    path("me/", home.mine, name="me"),
    path("me/reads/", reads.listing, name="reads"),
    path("me/reads/<int:entry_id>.json", reads.proof, name="read-proof"),
    path("me/reads/<int:entry_id>/objection/", objections.of_read, name="object-to-read"),
    path("me/objections/", objections.listing, name="objections"),
    path("me/standing/", mandates.standings, name="standing"),
    path("me/mandates/", mandates.listing, name="mandates"),
    path("me/mandates/<int:mandate_id>/end", mandates.end, name="end-mandate"),
    path("offers/<int:offer_id>/accept", offers.accept, name="accept-offer"),
    path("offers/<int:offer_id>/decline", offers.decline, name="decline-offer"),
    path("items/", items.catalogue, name="items"),
    path("catalogue/", items.base_catalogue, name="base-catalogue"),
    path("catalogue.<slug:form>", catalogue.export, name="open-catalogue"),
    path("items/<slug:slug>/", items.guide, name="guide"),
    path("items/<slug:slug>/start", items.start, name="start"),
    path("cases/", cases.listing, name="cases"),
    path("cases/<uuid:case_id>/", cases.show, name="case"),
    path("cases/<uuid:case_id>/answers", cases.answers, name="answers"),
    path("cases/<uuid:case_id>/submit", cases.submit, name="submit"),
    path("cases/<uuid:case_id>/objections/<str:fact>/", objections.of_case, name="object-to-fact"),
    path("cases/<uuid:case_id>/review", cases.review, name="review"),
    path("licences/", licences.listing, name="licences"),
    path("licences/<uuid:licence_id>/", licences.show, name="licence"),
    path("licences/<uuid:licence_id>.json", licences.download, name="licence-file"),
    path("verify/", licences.verify, name="verify"),
    path("verify/keys.json", licences.keys, name="keys"),
    path("verify/<slug:code>/", licences.verify_code, name="verify-code"),
    path("accounts/demo/", accounts.demo, name="demo"),
]
