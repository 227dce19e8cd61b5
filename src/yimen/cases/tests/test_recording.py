"""The one pipeline that records a filing, held against the ORM that would write the same rows."""

import time
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg._pipeline_base import BasePipeline

from yimen.cases import queries, services
from yimen.cases.models import Case, CaseFact, Decision
from yimen.cases.services import reading, recording
from yimen.cases.tests.factories import NOW, World
from yimen.core.models import Outbox
from yimen.ledger.models import Entry
from yimen.licences.models import Licence
from yimen.parties.tests import factories as parties
from yimen.rules.logic import judge
from yimen.rules.tests.factories import reception

APPROVED = {"person.fit": "true", "application.settle": "collective"}
BY_OFFICER = {"person.fit": "true", "application.settle": "own_house"}
GIVEN_BY_CHANCE = {"id", "identifier", "verification_code", "query_code", "number", "signature", "document", "digest",
    "case_id", "case", "elapsed_ms", "details", "subject", "holder", "applicant", "handler", "read_at", "written_at",
    "entry"}  # fmt: skip
WRITTEN = (Case, CaseFact, Decision, Licence, Outbox, Entry)


@pytest.fixture
def world(settings, tmp_path, db) -> World:
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    return World(settings)


def judged(world, answers, **person) -> recording.Judged:
    by = parties.acting(world.person(**person))
    case = services.start("reception", by=by, at=NOW)
    on = reading.ground(case, at=NOW)
    case.answers = answers
    inputs = reading.resolver(case, on, at=NOW, answers=answers, known={})
    return recording.Judged(case, on, judge(on.model, inputs), inputs, by, NOW, time.perf_counter())


def rows(case) -> dict[str, list[dict[str, object]]]:
    """Everything written about the case, without what chance or a sequence gives."""
    about = {
        Case: Case.objects.filter(pk=case.pk),
        CaseFact: CaseFact.objects.filter(case=case).order_by("fact"),
        Decision: Decision.objects.filter(case=case),
        Licence: Licence.objects.filter(case_id=case.pk),
        Outbox: Outbox.objects.all(),
        Entry: Entry.objects.filter(case_id=case.pk, kind="ACT").order_by("action"),
    }
    found = {
        model.__name__: [
            {name: value for name, value in row.items() if name.removesuffix("_id") not in GIVEN_BY_CHANCE}
            for row in about[model].values()
        ]
        for model in WRITTEN
    }
    Outbox.objects.all().delete()
    return found


@pytest.mark.parametrize(
    ("answers", "person", "status"),
    [
        (APPROVED, {}, "APPROVED"),
        (BY_OFFICER, {}, "REVIEW"),
        ({}, {"household": "440305"}, "REFUSED"),
        (APPROVED, {"convicted": None}, "REVIEW"),
    ],
)
def test_the_pipeline_writes_what_the_orm_would(world, answers, person, status):
    by_pipeline, by_orm = judged(world, answers, **person), judged(world, answers, **person)

    assert recording.by_pipeline(by_pipeline)
    swift = rows(by_pipeline.case)
    assert recording.by_orm(by_orm)
    plain = rows(by_orm.case)

    assert swift == plain
    assert swift["Case"][0]["status"] == status
    assert queries.ledger_gaps() == []


@pytest.mark.django_db(transaction=True)
def test_a_filing_is_recorded_in_at_most_three_round_trips(settings, tmp_path):
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    world = World(settings)
    for _ in range(2):  # the first makes the key, the second remembers it
        recording.by_pipeline(judged(world, APPROVED))
    filing = judged(world, APPROVED)
    waits = []
    fetch = BasePipeline._fetch_gen

    def noted(pipeline, *, flush):
        if pipeline.result_queue:  # something was sent and is not answered: here we wait for the server
            waits.append(len(pipeline.result_queue))
        return fetch(pipeline, flush=flush)

    with patch.object(BasePipeline, "_fetch_gen", noted), CaptureQueriesContext(connection) as others:
        assert recording.by_pipeline(filing)

    assert not others.captured_queries  # nothing goes by another way
    assert 0 < len(waits) <= 3, waits


def test_a_draft_submitted_meanwhile_is_left_as_it_is(world):
    first = judged(world, APPROVED)
    second = recording.Judged(
        queries.mine(first.by, first.case.pk), first.on, first.judgement, first.inputs, first.by, NOW, first.clock
    )

    assert recording.by_pipeline(first)
    assert not recording.by_pipeline(second)

    assert Decision.objects.filter(case=first.case).count() == 1
    assert queries.ledger_gaps() == []


def test_rules_released_meanwhile_are_noticed_and_nothing_is_written(world):
    filing = judged(world, APPROVED)
    world.put_rules(reception() + b"<!-- new -->")

    assert not recording.by_pipeline(filing)

    filing.case.refresh_from_db()
    assert filing.case.status == Case.Status.DRAFT
    assert Decision.objects.count() == Licence.objects.count() == 0
