"""The data bureau says where a fact comes from; the resolver then asks there."""

from datetime import UTC, date, datetime

import pytest

from yimen.datasets import services as datasets
from yimen.datasets.logic import DatasetDefinition, FieldDefinition
from yimen.facts import queries, services
from yimen.facts.logic import APPLICANT, FactDefinition, FactSource, FactType
from yimen.parties import queries as desks
from yimen.parties.models import Post
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    """A dataset of the police, a fact without a source, and a steward's desk."""
    parties.agency(parties.POLICE, "市公安局")
    parties.agency()
    for code in ("population", "cards"):
        datasets.put_dataset(
            DatasetDefinition(
                code,
                "人口",
                parties.POLICE,
                "conditional",
                "sql",
                "police",
                {"relation": "people", "key": "sfz"},
                (FieldDefinition("born", "出生日期", "date", "csrq"), FieldDefinition("name", "姓名", "string", "xm")),
            )
        )
    services.put_fact(
        FactDefinition(
            "person.birth_date", "出生日期", FactType.DATE, parties.POLICE, sources=(FactSource("cards", "born"),)
        )
    )
    services.put_fact(FactDefinition("application.wish", "愿望", FactType.STRING, APPLICANT))
    return desk(Post.Role.DATA_STEWARD)


def desk(role):
    return desks.desk(parties.desk(role), on=date(2026, 11, 25))


def add(by, name="person.birth_date", dataset="population", field="born"):
    return services.add_source(name, dataset=dataset, field=field, by=by, at=NOW)


def test_an_added_source_is_tried_after_those_of_the_pack(bureau):
    add(bureau)

    definition = queries.dictionary(["person.birth_date"])["person.birth_date"]

    assert definition.sources == (FactSource("cards", "born"), FactSource("population", "born"))


def test_loading_the_pack_again_leaves_an_added_source(bureau):
    add(bureau)
    services.put_fact(FactDefinition("person.birth_date", "出生日期", FactType.DATE, parties.POLICE))

    assert queries.fact("person.birth_date").definition.sources == (FactSource("population", "born"),)


def test_an_added_source_can_be_taken_back_but_not_one_of_the_pack(bureau):
    add(bureau)
    services.drop_source("person.birth_date", dataset="population", field="born", by=bureau)

    assert queries.fact("person.birth_date").added == ()
    with pytest.raises(queries.FactNotFound, match="内容包"):
        services.drop_source("person.birth_date", dataset="cards", field="born", by=bureau)


@pytest.mark.parametrize("role", [Post.Role.DATA_OFFICER, Post.Role.AUDITOR])
def test_only_the_bureau_says_where_a_fact_comes_from(bureau, role):
    with pytest.raises(services.NotTheBureau):
        add(desk(role))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"field": "name"}, "类型是 string"),
        ({"field": "nothing"}, "没有字段"),
        ({"dataset": "nothing"}, "没有字段"),
        ({"name": "application.wish", "field": "name"}, "申请人"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(bureau, change, words):
    with pytest.raises(services.BadDefinition, match=words):
        add(bureau, **change)


@pytest.mark.parametrize("dataset", ["cards", "population"])
def test_a_field_feeds_a_fact_once(bureau, dataset):
    add(bureau)

    with pytest.raises(services.SourceAdded):
        add(bureau, dataset=dataset)


def test_the_dictionary_is_searched_by_name_title_and_element(bureau):
    assert [row.name for row in queries.search("出生")] == ["person.birth_date"]
    assert [row.authority for row in queries.search("wish")] == ["申请人"]
    assert len(queries.search("")) == 2
