"""The catalogue of data from the shell."""

import csv
import io
import json

import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, RDF
from typer.testing import CliRunner

from yimen.config.cli import app
from yimen.items.tests.factories import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _city(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


def run(*arguments):
    return CliRunner().invoke(app, ["catalogue", *map(str, arguments)])


def test_datasets_are_found_by_words_for_programs_and_for_people():
    found = json.loads(run("search", "户口簿", "--json").output)

    assert [one["code"] for one in found["datasets"]] == ["household"]
    assert "household  户籍信息（市公安局，有条件共享" in run("search", "户籍").output


def test_the_catalogue_is_exported_to_a_file(tmp_path):
    path = tmp_path / "catalogue.ttl"

    answer = run("export", "--out", path, "--base", "https://data.example.org")

    assert answer.exit_code == 0, answer.output
    assert "导出 32 项" in answer.output
    listed = set(Graph().parse(path, format="turtle").subjects(RDF.type, DCAT.Dataset))
    assert "https://data.example.org/datasets/population" in {str(one) for one in listed}


def test_the_open_catalogue_has_only_what_may_be_open():
    text = run("export", "--format", "jsonld", "--public").output

    assert "datasets/addresses" in text
    assert "datasets/population" not in text


def test_a_form_there_is_none_of_is_a_sentence():
    answer = run("export", "--format", "pdf")

    assert answer.exit_code == 1
    assert "ttl、jsonld" in answer.output


def test_the_report_on_islands_is_a_table_a_document_and_sentences():
    rows = list(csv.reader(io.StringIO(run("islands", "--csv").output.removeprefix("\ufeff"))))
    document = json.loads(run("islands", "--json", "--days", 90).output)

    assert len(rows) == 1 + len(document["datasets"]) == 33
    assert "市公安局：发布 5，共享 5" in run("islands").output
