"""Whoever waits for the disk takes others along: each row is committed before its writer goes on, and none harms another."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction

from yimen.core import pipeline
from yimen.core.models import Outbox
from yimen.core.together import MOST, PENS, Group


@pytest.fixture
def crowd():
    """Let so many threads write at once, each its row; return what each met."""

    def all_at_once(group, rows):
        met = [None] * len(rows)
        begin = threading.Barrier(len(rows))

        def one(place):
            try:
                begin.wait()
                group.write_now(rows[place])
                # Another connection sees it by now.
                met[place] = Outbox.objects.filter(pk=rows[place].pk).exists()
            except DatabaseError as error:
                met[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=[place]) for place in range(len(rows))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert not any(thread.is_alive() for thread in threads)
        return met

    return all_at_once


def row(name="a.job"):
    return Outbox(job=name, arguments={})


@pytest.mark.django_db(transaction=True)
def test_each_row_is_committed_when_its_writer_goes_on(crowd):
    rows = [row(f"job.{number}") for number in range(40)]

    assert crowd(Group(), rows) == [True] * 40
    kept = dict(Outbox.objects.values_list("pk", "job"))
    assert {one.pk: one.job for one in rows} == kept


@pytest.mark.django_db(transaction=True)
def test_those_who_come_while_others_write_share_a_commit(crowd, monkeypatch):
    group, sizes, write = Group(), [], pipeline.insert_now

    def watched(instances):
        sizes.append(len(instances))
        until = time.monotonic() + 20
        while len(sizes) <= PENS and len(group._waiting) < 40 - PENS and time.monotonic() < until:
            time.sleep(0.01)  # until all the others have come
        write(instances)

    monkeypatch.setattr(pipeline, "insert_now", watched)

    assert crowd(group, [row() for _ in range(40)]) == [True] * 40
    assert sum(sizes) == 40
    assert sizes[:PENS] == [1] * PENS
    assert max(sizes) == MOST
    assert len(sizes) < 10


@pytest.mark.django_db(transaction=True)
def test_a_row_the_database_refuses_harms_no_other(crowd):
    rows = [row("x" * 500 if number == 7 else "a.job") for number in range(20)]

    met = crowd(Group(), rows)

    assert isinstance(met[7], DatabaseError)
    assert met[:7] + met[8:] == [True] * 19
    assert Outbox.objects.count() == 19


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_the_next_one_writes_as_ever():
    group = Group()
    with pytest.raises(DatabaseError):
        group.write_now(row("x" * 500))

    group.write_now(row())

    assert Outbox.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_could_still_be_rolled_back_is_not_written():
    with transaction.atomic(), pytest.raises(RuntimeError):
        Group().write_now(row())
