"""What every test may ask for."""

import os
from pathlib import Path

import pytest

from yimen.core import memo

ROOT = Path(__file__).resolve().parent


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test begins with nothing remembered: rows of the test before are gone, their numbers given anew."""
    memo.forget()


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
