"""Whatever the logic and the data: an explanation is given, and what it claims is so."""

import pytest
from hypothesis import given, settings

from yimen import dmn
from yimen.dmn.explanation import LANGUAGES
from yimen.dmn.tests.factories import expression
from yimen.dmn.tests.test_law import EXPRESSIONS, FULL, KNOWN, TYPES

pytestmark = pytest.mark.fuzz


@settings(max_examples=80)
@given(text=EXPRESSIONS, full=FULL, known=KNOWN)
def test_everything_is_explained_and_nothing_claimed_that_is_not_so(text, full, known):
    model = expression(text, **TYPES)
    facts = {name: full[name] for name in known}
    outcome = dmn.evaluate(model, "d", facts)

    for language in LANGUAGES:
        explanation = dmn.explain(model, "d", facts, language=language)
        explanation.to_json()
        assert explanation.sentences
        assert explanation.determined is outcome.determined
    for near in explanation.near:
        new = dmn.evaluate(model, "d", {**facts, **{one.fact: one.new for one in near.changes}})
        assert outcome.value is False
        assert new.value is True if not near.missing else not new.determined


@settings(max_examples=40)
@given(one=EXPRESSIONS, two=EXPRESSIONS, full=FULL)
def test_a_refusal_names_only_operands_that_are_false(one, two, full):
    model = expression(f"b and ({one}) = ({two}) and n >= 0", **TYPES)

    explanation = dmn.explain(model, "d", full)

    if explanation.reason.value is False:
        assert explanation.reason.checks
        assert {check.is_met for check in explanation.reason.checks} == {False}
