"""Finding a dataset by Chinese words: its texts are cut into words once, and kept as a text search vector."""

import operator
from collections.abc import Iterable
from functools import reduce

import rjieba
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Cast

from yimen.datasets.models import Dataset

CONFIG = "simple"
"""PostgreSQL has no dictionary of Chinese: words come ready cut, and are taken as they are."""
MOST_WORDS = 12
LONGEST = 100


def words(text: str) -> list[str]:
    """Return the words of a text, each once, in order; what holds neither letter nor digit is no word."""
    cut = rjieba.cut_for_search(text.lower())
    return list(dict.fromkeys(one for one in cut if any(character.isalnum() for character in one)))


def index(dataset: Dataset) -> None:
    """Bring the search words of a dataset up to date: title first, then keywords, then everything else."""
    fields = dataset.fields.values_list("name", "title", "source_name")
    agency = dataset.agency
    parts = (
        ("A", [dataset.title, dataset.code]),
        ("B", [*dataset.keywords, dataset.subject, agency.name, agency.short_name]),
        ("C", [text for row in fields for text in row]),
        ("D", [dataset.abstract, dataset.resource_code, dataset.local_code]),
    )
    vectors = [SearchVector(Value(_cut(texts)), config=CONFIG, weight=weight) for weight, texts in parts]
    Dataset.objects.filter(pk=dataset.pk).update(search=reduce(operator.add, vectors))


def find(datasets: QuerySet[Dataset], text: str) -> QuerySet[Dataset]:
    """Return those that hold every word of the text, the nearest first; all, by code, for no text.

    A text that stands in a title, code or keyword as it is counts too, whatever words it is cut into.
    """
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    wanted = words(text)[:MOST_WORDS]
    if not text:
        return datasets.order_by("code")
    literal = Q(title__icontains=text) | Q(code__icontains=text) | Q(resource_code__icontains=text)
    if not wanted:
        return datasets.filter(literal).order_by("code")
    query = SearchQuery(wanted[0], config=CONFIG)
    for word in wanted[1:]:
        query &= SearchQuery(word, config=CONFIG)
    found = datasets.filter(literal | Q(search=query))
    return found.annotate(near=Cast(SearchRank(F("search"), query), FloatField())).order_by(
        F("near").desc(nulls_last=True), "code"
    )


def _cut(texts: Iterable[str]) -> str:
    return " ".join(word for text in texts for word in words(text))
