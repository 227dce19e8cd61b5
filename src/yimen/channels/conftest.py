"""A small world behind the pages, and browsers of those who come."""

import pytest
from django.test import Client

from yimen.cases.tests.factories import World
from yimen.parties.tests import factories as parties


@pytest.fixture
def world(settings, tmp_path, db) -> World:
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "key.pem")
    settings.YIMEN_LEDGER_KEY = str(tmp_path / "ledger.pem")
    settings.YIMEN_LEDGER_HEADS = str(tmp_path / "heads.jsonl")
    return World(settings)


@pytest.fixture
def visit(world):
    """Return a signed-in browser of a person."""

    def signed_in(person) -> Client:
        client = Client()
        client.force_login(parties.citizen(person), backend="yimen.config.backends.AccountBackend")
        return client

    return signed_in
