"""Every evaluation that a test of the engine makes also runs as a batch of one row, and has to come out the same.

What cannot is a gap, and a gap has a reason: the sentence of `NotCompilable`, or one that lies in the facts. The
summary of a run counts them (conftest.py at the root); a reason that batch/tests/gaps.py does not list fails the test.
"""

from collections import Counter
from collections.abc import Mapping

import pytest

from yimen import dmn
from yimen.dmn.batch.tests import gaps
from yimen.dmn.batch.tests.one_row import compare

MOST = 12
"""How many evaluations of one test run as batches: the first ones. The rest of a long test would only cost time."""


@pytest.fixture(autouse=True)
def both(request, monkeypatch):
    """Note what is evaluated; afterwards compile it, run it, and hold it against what came out."""
    made = []
    evaluate = dmn.evaluate

    def noting(model, name, inputs):
        outcome = evaluate(model, name, inputs)
        if isinstance(inputs, Mapping) and len(made) < MOST:
            made.append((model, name, dict(inputs), outcome))
        return outcome

    is_generated = getattr(request.function, "is_hypothesis_test", False)  # generated cases have a batch of their own
    if not is_generated and "/batch/tests/" not in str(request.path):
        monkeypatch.setattr(dmn, "evaluate", noting)
    yield
    found = Counter(compare(*one) for one in made)
    request.node.user_properties += [("batch", reason) for reason in found.elements()]
    unlisted = [reason for reason in found if reason and not gaps.is_listed(reason)]
    assert not unlisted, f"not compiled for a reason that batch/tests/gaps.py does not list: {unlisted}"
