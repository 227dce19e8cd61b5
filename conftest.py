"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference material (YIMEN_SHARED); skip where a machine has none."""
    folder = Path(os.environ.get("YIMEN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        reason = f"the reference folder is not on this machine: {folder} (set YIMEN_SHARED)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
