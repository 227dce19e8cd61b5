"""What is asked at once, on Django's own connection, whatever became of it since the last click."""

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connection

from yimen.core import pipeline

pytestmark = pytest.mark.django_db(transaction=True)


def lose_connection():
    """End the connection behind our back, as a database does that is started anew."""
    (backend,) = pipeline.ask_now("SELECT pg_backend_pid()")
    with psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_the_first_question_of_a_click_is_answered_though_the_database_was_started_anew():
    lose_connection()
    close_old_connections()  # as at the beginning of every request

    assert pipeline.ask_now("SELECT 1 + 1") == (2,)


def test_a_connection_lost_in_the_middle_of_a_click_is_an_error():
    """Locks were lost with it: going on as if nothing had happened could do a thing twice."""
    lose_connection()

    with pytest.raises(OperationalError):
        pipeline.ask_now("SELECT 1 + 1")
    connection.close()
