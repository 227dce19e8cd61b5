"""Whoever is newly matched is told, once, with what they get and why."""

from datetime import timedelta
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimen.lake import store
from yimen.notices.models import Notice
from yimen.parties.tests import factories as parties
from yimen.policies.delivering import from_matches, pushing
from yimen.policies.matching import facts_table
from yimen.policies.models import MatchRun, Push
from yimen.policies.services import matching
from yimen.policies.tests.factories import AT, published

pytestmark = pytest.mark.django_db
SECONDS = count()


@pytest.fixture(autouse=True)
def _lake(settings, tmp_path):
    settings.YIMEN_LAKE = str(tmp_path / "lake")
    published()


def table(*rows):
    """Publish a table of facts: an organisation and whether it is on the list of abnormal operations."""
    with store.draft(facts_table.TABLE, at=AT + timedelta(seconds=next(SECONDS))) as draft:
        columns = {
            "subject": [str(one.pk) for one, _ in rows],
            "credit_code": [one.number for one, _ in rows],
            "org.status": ["active" for _ in rows],
            "org.abnormal_list": [abnormal for _, abnormal in rows],
            "org.registered_division": ["440305" for _ in rows],
        }
        pq.write_table(pa.table(columns), draft.path)
        draft.close({})
        draft.publish({})


def test_a_new_match_is_told_with_its_amount_and_why_and_never_again():
    firm = parties.organisation()
    table((firm, False))
    matching.run(at=AT)

    assert (from_matches.tell(at=AT), from_matches.tell(at=AT)) == (1, 0)

    push, notice = Push.objects.get(), Notice.objects.get()
    assert (push.party_id, push.amount_yuan, push.district) == (firm.pk, 200_000, "440305")
    assert "登记状态正常" in push.reason
    assert notice.recipient_id == firm.pk
    assert MatchRun.objects.get().told_at == AT


def test_whose_match_was_told_is_not_told_of_it_by_the_next_run():
    firm = parties.organisation()
    table((firm, False))
    matching.run(at=AT)
    from_matches.tell(at=AT)
    matching.run(at=AT + timedelta(hours=1), whole=True)

    assert from_matches.tell(at=AT + timedelta(hours=1)) == 0
    assert Notice.objects.count() == 1


def test_who_is_no_match_is_told_nothing():
    table((parties.organisation(), True))
    matching.run(at=AT)

    assert (from_matches.tell(at=AT), Push.objects.count()) == (0, 0)


def test_a_process_killed_in_between_tells_the_rest_the_next_time(monkeypatch):
    monkeypatch.setattr(pushing, "CHUNK", 1)
    firms = [parties.organisation() for _ in range(3)]
    table(*((firm, False) for firm in firms))
    matching.run(at=AT)
    chunk = pushing._push_chunk
    calls = count()

    def dies(*arguments, **more):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return chunk(*arguments, **more)

    monkeypatch.setattr(pushing, "_push_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        from_matches.tell(at=AT)
    monkeypatch.setattr(pushing, "_push_chunk", chunk)
    from_matches.tell(at=AT)

    assert Push.objects.count() == Notice.objects.count() == 3
