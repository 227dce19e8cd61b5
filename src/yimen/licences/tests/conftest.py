from pathlib import Path

import pytest


@pytest.fixture
def key_file(settings, tmp_path) -> Path:
    """Where this test's signing key is made, on first need."""
    settings.YIMEN_SIGNING_KEY = str(tmp_path / "keys" / "licences.pem")
    return tmp_path / "keys" / "licences.pem"
