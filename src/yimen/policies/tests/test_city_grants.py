"""What the city granted for its policies: for each measure the fields it reads and no others, in bulk nothing sensitive."""

from pathlib import Path

import pytest

from yimen.datasets.logic import POLICY_MATCHING
from yimen.facts.logic import Sensitivity
from yimen.items.packs.model import PackItem
from yimen.policies.packs.model import PolicyPack
from yimen.policies.packs.read import read
from yimen.rules.logic import facts_used

PACK = Path(__file__).resolve().parents[4] / "content/shenzhen"
MATCHED_BY = {"org.registered_division", "org.industry_code", "org.size_class", "org.registered_on", "org.status"}
"""Facts that policies are pushed by, whatever their rules read: where a firm is, what it does, how large and old."""


@pytest.fixture(scope="module")
def city() -> PolicyPack:
    return read(PACK)


def measures(city: PolicyPack) -> list[PackItem]:
    return [item for policy in city.policies for item in policy.measures.values()]


def used_by(item: PackItem) -> set[str]:
    """The facts that the rules of a measure read, and those its form has filled in beforehand."""
    assert item.rule is not None
    assert item.rule.model is not None
    return set(facts_used(item.rule.model)) | {question.fact for question in item.definition.questions}


def sources(city: PolicyPack, names: set[str], subjects: tuple[str, ...]) -> set[tuple[str, str]]:
    """The fields these facts come from, where the measure has somebody to ask about."""
    keyed = {one.code: one.keyed_by for _, one in city.pack.datasets}
    dictionary = city.pack.dictionary()
    return {
        (source.dataset, source.field)
        for name in names & dictionary.keys()
        for source in dictionary[name].sources
        if all(key in subjects for key in keyed[source.dataset] if key in {"person", "org"})
    }


def granted(city: PolicyPack, item: str) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for _, grant in city.pack.grants:
        if grant.item == item:
            found.setdefault(grant.grantee, set()).update((grant.dataset, name) for name in grant.fields)
    return found


def test_whoever_handles_a_measure_may_read_what_its_rules_read_and_nothing_else(city):
    assert len(measures(city)) == 26
    for item in measures(city):
        definition = item.definition
        needed = sources(city, used_by(item), definition.subjects)
        assert granted(city, definition.slug) == ({definition.agency: needed} if needed else {}), definition.slug


def test_only_what_some_measure_reads_is_taken_in_bulk_and_nothing_sensitive(city):
    dictionary = city.pack.dictionary()
    read_by_rules = MATCHED_BY.union(*(used_by(item) for item in measures(city)))
    plain = {
        name
        for name in read_by_rules & dictionary.keys()
        if name.startswith("org.") and dictionary[name].sensitivity is not Sensitivity.SENSITIVE
    }
    ((bureau, fields),) = granted(city, POLICY_MATCHING).items()

    assert bureau == "11440300MB2X015258"
    assert fields == sources(city, plain, ("org",))


def test_who_was_hired_and_what_was_lent_is_taken_in_bulk_by_nobody(city):
    in_bulk = {grant.dataset for _, grant in city.pack.grants if "/" not in grant.item}

    assert not {"org-hires", "org-loans"} & in_bulk
