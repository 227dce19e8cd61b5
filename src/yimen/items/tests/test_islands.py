"""The island report: who shares, who uses, and what people are asked for although a department has it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from yimen.datasets import islands as figures
from yimen.datasets.models import Dataset, DatasetField, Grant
from yimen.facts.models import Fact
from yimen.items import islands, queries, services
from yimen.items.logic import Material
from yimen.items.tests.factories import loaded
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.tests import factories as parties

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TODAY = NOW.date()
POLICE, INSURANCE = "11440300MB2X00055P", "11440300MB2X01074X"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def city(_loaded, db):
    """Shenzhen's pack, loaded."""


def report():
    return islands.report(since=NOW - timedelta(days=90), until=NOW + timedelta(days=1), on=TODAY)


def read_once(dataset, *, result="OK", at=NOW):
    ledger.record_read(
        actor=Actor("system", "x", "市民政局（系统）", "11440300MB2X010070"),
        subject=parties.person().pk,
        dataset=dataset,
        fields=["birth_date"],
        purpose=Purpose("elderly-allowance", "高龄津贴"),
        result=result,
        at=at,
    )


def test_what_is_granted_to_another_agency_is_shared_and_what_only_the_owner_uses_is_an_island(city):
    rows = {one.code: one for one in report().datasets}

    assert rows["population"].is_shared
    assert rows["population"].is_reused
    assert not rows["social-insurance"].was_shared
    assert not rows["projects"].is_shared


def test_a_grant_that_is_over_was_once_sharing(city):
    Grant.objects.filter(dataset="household").update(valid_until=TODAY)

    row = next(one for one in report().datasets if one.code == "household")

    assert (row.is_shared, row.was_shared) == (False, True)


def test_only_reads_of_the_period_that_were_answered_count_as_use(city):
    for dataset, result, days in (("population", "OK", 1), ("household", "REFUSED", 1), ("kin", "OK", 200)):
        read_once(dataset, result=result, at=NOW - timedelta(days=days))

    rows = {one.code: one for one in report().datasets}

    assert [rows[code].is_used for code in ("population", "household", "kin")] == [True, False, False]


def test_each_agency_has_its_figures(city):
    read_once("population")

    police = next(one for one in report().agencies if one.code == POLICE)

    assert police.registered == Dataset.objects.filter(agency=POLICE).count()
    assert (police.used, police.reads) == (1, 1)
    assert police.shared + police.never_shared <= police.registered
    assert sum(one.registered for one in report().agencies) == len(report().datasets)


def test_a_material_that_a_dataset_proves_is_found_by_its_keywords(city):
    found = queries.offered("elderly-allowance", on=TODAY).definition
    asked = (Material("居民户口簿", "上传", "必需"), Material("授权书原件", "上传", "必需"))
    services.put_item(replace(found, materials=asked), at=NOW)

    rows = [one for one in report().asked if one.item == "elderly-allowance"]

    assert [(one.what, one.dataset, one.by) for one in rows] == [("居民户口簿", "household", "关键词“户口簿”")]


def test_a_question_whose_data_element_a_dataset_has_is_an_island(city):
    Fact.objects.filter(pk="application.settle_address_type").update(element="DE09001")
    DatasetField.objects.filter(dataset="household", name="division").update(element="DE09001")

    rows = [one for one in report().asked if one.kind == "填报"]

    assert [(one.item, one.dataset) for one in rows] == [("graduate-reception", "household")]


def test_the_csv_opens_in_a_spreadsheet_and_holds_no_formula(city):
    Dataset.objects.filter(pk="kin").update(title="=HYPERLINK(1)")

    text = islands.as_csv(report())
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff部门")
    assert len(rows) == 1 + len(report().datasets)
    assert "'=HYPERLINK(1)" in {row[2] for row in rows}


def test_the_report_costs_a_fixed_number_of_queries(city, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        report()


def test_no_dataset_is_no_agency():
    assert figures.by_agency([]) == []
