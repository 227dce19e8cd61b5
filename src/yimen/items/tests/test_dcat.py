"""The whole catalogue of the demo city as DCAT-AP 3: the official shapes agree, and nothing shared passes for public."""

import pyshacl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from yimen.datasets import catalogue, dcat
from yimen.datasets.models import CatalogueClass, Dataset
from yimen.items.tests.factories import loaded

HARVEST = dcat.Harvest(
    "https://data.example.org/", "深圳市政务数据目录", "各部门的政务数据资源。", "11440300MB2X015258", "数据管理局"
)
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def city(_loaded, db):
    """Shenzhen's pack, loaded."""


def export(*, is_public=False):
    return dcat.graph(HARVEST, catalogue.exported(is_public=is_public), CatalogueClass.objects.all())


@pytest.mark.filterwarnings("ignore:.*is deprecated, use:DeprecationWarning")  # rdflib's own, in its parsers
@pytest.mark.parametrize("shapes", ["shapes.ttl", "range.ttl"])
@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_the_export_conforms_to_the_official_shapes(city, shared, shapes, form):
    text = export().serialize(format=form)

    conforms, _, report = pyshacl.validate(
        Graph().parse(data=text, format=form), shacl_graph=str(shared / "reference" / "dcat-ap" / shapes)
    )

    assert conforms, report


def test_every_published_dataset_is_in_it_with_its_publisher_and_its_class(city):
    graph = export()

    listed = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(listed) == Dataset.objects.count()
    people = URIRef("https://data.example.org/datasets/population")
    assert graph.value(people, DCTERMS.identifier).toPython() == "101001/000001"
    assert str(graph.value(people, DCTERMS.publisher)).endswith("11440300MB2X00055P")
    assert str(graph.value(people, DCAT.theme)).endswith("classes/101001#concept")
    assert len(list(graph.objects(people, DCTERMS.relation))) == 2


def test_sharing_without_conditions_is_not_public(city):
    Dataset.objects.filter(pk="population").update(sharing="UNCONDITIONAL")
    Dataset.objects.filter(pk="household").update(sharing="WITHHELD", openness="CLOSED")
    Dataset.objects.filter(pk="addresses").update(openness="UNCONDITIONAL")
    graph = export()

    said = {
        code: str(graph.value(URIRef(f"https://data.example.org/datasets/{code}"), DCTERMS.accessRights))
        for code in ("population", "household", "addresses")
    }

    assert said == {
        "population": f"{ACCESS}RESTRICTED",
        "household": f"{ACCESS}NON_PUBLIC",
        "addresses": f"{ACCESS}PUBLIC",
    }


def test_a_service_is_a_data_service_and_a_table_is_not(city):
    services = {str(one).rpartition("/")[2] for one in export().subjects(RDF.type, DCAT.DataService)}

    assert "enterprises" in services
    assert "population" not in services


def test_the_public_is_told_only_of_what_may_be_open(city):
    listed = {str(one).rpartition("/")[2] for one in export(is_public=True).subjects(RDF.type, DCAT.Dataset)}

    assert listed == {"addresses"}


def test_drafts_and_retired_datasets_are_not_exported(city):
    Dataset.objects.filter(pk="population").update(status="DRAFT")
    Dataset.objects.filter(pk="household").update(status="RETIRED")

    text = export().serialize(format="turtle")

    assert "datasets/population>" not in text
    assert "datasets/household>" not in text


def test_the_export_costs_a_handful_of_queries(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        export()
