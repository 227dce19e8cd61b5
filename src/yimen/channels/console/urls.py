"""Addresses of the console."""

from django.urls import path

from yimen.channels.console import connect, datasets, exports, facts, home, islands, ledger, lineage, reviews, sources

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("datasets/", datasets.index, name="datasets"),
    path("datasets/new/", datasets.new, name="new-dataset"),
    path("datasets/catalogue.<slug:form>", exports.catalogue, name="catalogue-export"),
    path("datasets/<slug:code>/", datasets.show, name="dataset"),
    path("datasets/<slug:code>/edit/", datasets.edit, name="edit-dataset"),
    path("datasets/<slug:code>/retire/", datasets.retire, name="retire-dataset"),
    path("datasets/<slug:code>/submit", datasets.act, {"verb": "submit"}, name="submit-dataset"),
    path("datasets/<slug:code>/take-back", datasets.act, {"verb": "take-back"}, name="take-back-dataset"),
    path("datasets/<slug:code>/drop", datasets.act, {"verb": "drop"}, name="drop-dataset"),
    path("datasets/<slug:code>/versions/<int:number>/", datasets.version, name="dataset-version"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<slug:code>/", reviews.show, name="review"),
    path("reviews/<slug:code>/publish", reviews.decide, {"verb": "publish"}, name="publish"),
    path("reviews/<slug:code>/send-back", reviews.decide, {"verb": "send-back"}, name="send-back"),
    path("lineage/", lineage.show, name="lineage"),
    path("islands/", islands.show, name="islands"),
    path("islands/islands.csv", islands.download, name="islands-table"),
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
