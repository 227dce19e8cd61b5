"""The description and the API agree: whatever a program sends, the answer is one that was described, and never a fault."""

import json
import os
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
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
def token(world, connected) -> str:
    services.register_client("fuzz", name="试探", at=timezone.now())
    account = parties.citizen(world.person())
    return services.issue_token("fuzz", account=account, scopes=["read", "file"], days=1, at=timezone.now())[1]


@pytest.mark.django_db
@schema.parametrize()
@settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_drift_and_no_fault(case, token):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)


def test_the_description_is_valid_openapi_3_1():
    assert schema.raw_schema["openapi"].startswith("3.1")

    schema.validate()


def test_the_description_kept_with_the_documents_is_the_one_served():
    described = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("REFRESH") == "1":
        SNAPSHOT.write_text(described, encoding="utf-8")

    assert SNAPSHOT.read_text(encoding="utf-8") == described, (
        f"docs/reference/{SNAPSHOT.name} is old. Look whether programs still get what they were promised, then write it"
        " anew: REFRESH=1 pytest src/yimen/channels/api/tests/test_schema.py -k kept"
    )
