"""One at a time, across connections, and given back whatever happens."""

import threading

import pytest
from django.db import connections

from yimen.core.locks import exclusive

pytestmark = pytest.mark.django_db(transaction=True)


def in_another_connection(work):
    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_comes_second_waits_until_the_first_is_done():
    order = []

    def second():
        with exclusive("case", 1):
            order.append("second")

    with exclusive("case", 1):
        thread = in_another_connection(second)
        thread.join(0.3)
        assert thread.is_alive()
        order.append("first")
    thread.join(5)

    assert order == ["first", "second"]


def test_another_name_is_another_lock():
    done = []
    with exclusive("case", 1):
        in_another_connection(lambda: done.append(exclusive("case", 2).__enter__())).join(5)

    assert done == [None]


def test_the_lock_is_given_back_after_a_failure():
    with pytest.raises(ZeroDivisionError), exclusive("case", 1):
        raise ZeroDivisionError

    done = []
    in_another_connection(lambda: done.append(exclusive("case", 1).__enter__())).join(5)
    assert done == [None]
