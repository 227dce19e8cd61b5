"""Enterprises near the limits, labelled by hand: who is found is who should be, and everybody else stands as labelled.

The labels (truth/matching/enterprises.yaml) were written from the published conditions, not by running the rules.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from ruamel.yaml import YAML

from yimen.facts import queries as fact_queries
from yimen.facts.resolver import ORGANISATION
from yimen.lake import store
from yimen.policies import queries
from yimen.policies.matching import facts_table
from yimen.policies.matching.found import State, look
from yimen.policies.services import matching
from yimen.policies.tests.factories import loaded
from yimen.rules import queries as rules
from yimen.rules.logic import facts_used

pytestmark = pytest.mark.django_db
EXPIRED = "expired"


class Labelled(NamedTuple):
    """An enterprise, everything known of it, and by measure how that stands to it."""

    name: str
    facts: Mapping[str, object]
    labels: Mapping[str, str]


def read():
    """Return the day and the enterprises."""
    whole = YAML(typ="safe").load((Path(__file__).parent / "truth/matching/enterprises.yaml").read_text("utf-8"))
    found = []
    for profile, name, changes, labels in whole["enterprises"]:
        facts = {**whole["profiles"][profile], **changes}
        known = {full(fact): exact(value) for fact, value in facts.items() if value is not None}
        found.append(Labelled(name, known, {whole["names"][short]: label for short, label in labels.items()}))
    return whole["on"], found


def full(fact):
    return fact if "." in fact or fact in {"hire", "intern"} else f"org.{fact}"


def exact(value):
    """Return a value as facts have it: numbers exact, in records too."""
    match value:
        case dict():
            return {name: exact(one) for name, one in value.items()}
        case list():
            return [exact(one) for one in value]
        case float() | int() if not isinstance(value, bool):
            return Decimal(str(value))
        case _:
            return value


def column(values):
    """Return the values as a column, all NULL where nobody's is known."""
    sample = next((one for one in values if one is not None and one != []), None)
    if isinstance(sample, Decimal):
        return pa.array(values, pa.decimal128(18, 4))
    if isinstance(sample, date):
        return pa.array(values, pa.date32())
    return pa.array(values)


ON, ENTERPRISES = read()
AT = timezone.make_aware(datetime(ON.year, ON.month, ON.day, 10))


@pytest.fixture(scope="module")
def _city(django_db_setup, django_db_blocker):
    yield from loaded(django_db_blocker)


@pytest.fixture
def measures(_city):
    """The measures for organisations in force that day, by name."""
    return {one.name: one for one in queries.measures(on=ON) if ORGANISATION in one.definition.subjects}


@pytest.fixture
def run(_city, settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    with store.draft(facts_table.TABLE, at=AT) as draft:
        names = sorted({fact for one in ENTERPRISES for fact in one.facts})
        columns = {name: column([one.facts.get(name) for one in ENTERPRISES]) for name in names}
        subjects = pa.array([str(place) for place in range(len(ENTERPRISES))])
        pq.write_table(pa.table({facts_table.SUBJECT: subjects, **columns}), draft.path)
        draft.close({})
        draft.publish({})
    return matching.run(at=AT, whole=True)


def pairs(run):
    """Return what was found, as place of the enterprise and measure."""
    found = store.find(matching.TABLE, run.found)
    assert found is not None
    return {(int(row["subject"]), row["measure"]) for row in pq.read_table(found.path).to_pylist()}


def labelled(*labels):
    return {
        (place, name) for place, one in enumerate(ENTERPRISES) for name, label in one.labels.items() if label in labels
    }


def said(some):
    return [f"{ENTERPRISES[place].name}: {name}" for place, name in sorted(some)]


def test_two_hundred_enterprises_are_labelled_for_every_measure_of_organisations(measures):
    every = {name for one in ENTERPRISES for name in one.labels}
    per_state = {state: {name for _, name in labelled(state)} for state in (State.YES, State.NEAR, State.OPEN)}

    assert len(ENTERPRISES) >= 200
    assert len({(one.name, tuple(one.labels)) for one in ENTERPRISES}) == len(ENTERPRISES)
    assert every - measures.keys() == {name for _, name in labelled(EXPIRED)}
    assert measures.keys() <= every
    assert all(names == measures.keys() for names in per_state.values()), per_state


def test_every_fact_a_measure_reads_is_unknown_once(measures):
    read_by_labels = {
        fact
        for one in ENTERPRISES
        for name in one.labels.keys() & measures.keys()
        for fact in matching_facts(name) - one.facts.keys()
    }
    read = frozenset[str]().union(*(matching_facts(name) for name in measures))

    assert read <= read_by_labels, sorted(read - read_by_labels)


def matching_facts(name):
    return facts_used(rules.model_of(rules.in_effect(name, on=ON))) - {"application.date"}


def test_who_is_pushed_is_who_should_be_and_nobody_else(run, capsys):
    looked_at = labelled(*State, EXPIRED)
    right = labelled(State.YES)

    found = pairs(run) & looked_at
    hit = found & right
    precision, recall = len(hit) / len(found), len(hit) / len(right)
    with capsys.disabled():
        counted = dict(Counter(label for one in ENTERPRISES for label in one.labels.values()))
        sys.stdout.write(
            f"\n{len(ENTERPRISES)} enterprises, {len(looked_at)} labelled pairs {counted}: "
            f"precision {precision:.4f}, recall {recall:.4f} ({len(found)} found, {len(right)} right)\n"
        )

    assert (said(found - right), said(right - found)) == ([], [])
    assert (precision, recall) == (1.0, 1.0)


def test_near_open_and_no_are_told_apart_as_labelled(measures):
    models = {name: rules.model_of(rules.in_effect(name, on=ON)) for name in measures}
    definitions = fact_queries.dictionary(frozenset().union(*(facts_used(model) for model in models.values())))

    wrong = [
        f"{one.name}: {name} is {state}, labelled {label}"
        for one in ENTERPRISES
        for name, label in one.labels.items()
        if label != EXPIRED
        and (state := look(measures[name], models[name], one.facts, definitions, on=ON).state) != label
    ]

    assert wrong == []
