"""From a column of a department's table to the licence that a citizen gets: the whole chain, as loaded."""

import pytest
from django.utils import timezone

from yimen.core import lineage
from yimen.facts.models import AddedSource
from yimen.items.tests.factories import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def city(_loaded, db):
    """Shenzhen's pack, loaded."""


def ids(nodes):
    return {node.id for node in nodes}


def test_a_column_leads_to_field_fact_rule_item_and_licence(city):
    below = lineage.graph().below("column", "police/v_czrk_jbxx.csrq")

    chain = [node.kind for node in below if node.kind != "licence_type"]
    assert chain[:2] == ["field", "fact"]
    assert {("field", "population.birth_date"), ("fact", "person.birth_date")} <= ids(below)
    assert {("rule", "elderly-allowance"), ("item", "elderly-allowance")} <= ids(below)
    assert "licence_type" in {node.kind for node in below}


def test_everything_is_named_in_chinese_once_the_rooms_are_joined(city):
    nodes = lineage.graph().nodes

    assert nodes["field", "population.birth_date"].title == "人口基本信息·出生日期"
    assert nodes["fact", "person.birth_date"].title == "出生日期"
    assert nodes["item", "elderly-allowance"].title
    assert [node.key for node in nodes.values() if not node.title] == []


def test_an_item_stands_on_columns_of_several_departments(city):
    above = lineage.graph().above("item", "individual-business-registration")

    assert {key.partition("/")[0] for kind, key in ids(above) if kind == "column"} >= {"police", "market", "housing"}


def test_what_a_dataset_is_asked_by_leads_to_what_it_answers(city):
    below = ids(lineage.graph().below("fact", "premises.standard_address_code"))

    assert ("field", "addresses.usable") in below


def test_a_source_the_bureau_added_is_in_the_lineage(city):
    AddedSource.objects.create(
        fact_id="person.birth_date", dataset="household", field="division", added_by="数据局", added_at=timezone.now()
    )

    assert ("fact", "person.birth_date") in ids(lineage.graph().below("field", "household.division"))


def test_what_stands_on_a_licence_leads_to_it_even_where_no_rule_asks(city):
    below = lineage.graph().below("fact", "person.name")

    assert {node.kind for node in below} >= {"licence_type"}


def test_the_whole_graph_costs_a_handful_of_queries(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        lineage.graph()
