"""The description and the API agree: whatever a program sends, the answer is one that was described, and never a fault."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from yimen.channels.api.urls import api
from yimen.parties import services
from yimen.parties.tests import factories as parties

SNAPSHOT = Path(__file__).resolve().parents[5] / "docs" / "reference" / "openapi.json"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def connected() -> Iterator[None]:
    """Keep the test's own connection, and with it its transaction, when a request ends."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(world, connected) -> str:
    services.register_client("fuzz", name="试探", at=timezone.now())
    account = parties.citizen(world.person())
    return services.issue_token("fuzz", account=account, scopes=["read", "file"], days=1, at=timezone.now())[1]


@pytest.mark.django_db
@schema.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_drift_and_no_fault(case, token):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)


def test_the_description_kept_with_the_documents_is_the_one_served():
    described = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2) + "\n"

    assert SNAPSHOT.read_text(encoding="utf-8") == described, (
        f"{SNAPSHOT.name} is old: write {described[:40]!r}… into it"
    )
