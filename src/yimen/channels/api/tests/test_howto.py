"""The examples of docs/how-to/file-through-the-api.md run as they stand."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from yimen.parties import services
from yimen.parties.tests import factories as parties

PAGE = Path(__file__).resolve().parents[5] / "docs" / "how-to" / "file-through-the-api.md"
dumped = json.dumps


class Api:
    """What the page calls `api`, over Django's own client."""

    def __init__(self, token: str) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str):
        return self._client.get(path)

    def post(self, path: str, *, json: object):
        return self._client.post(path, data=dumped(json), content_type="application/json")


@pytest.mark.django_db
def test_every_example_of_the_page_runs(world):
    services.register_client("citizen-app", name="市民应用", at=timezone.now())
    account = parties.citizen(world.person())
    _, token = services.issue_token("citizen-app", account=account, scopes=["read", "file"], days=30, at=timezone.now())
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    seen = {"api": Api(token), "print": lambda *_: None}

    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), seen)

    assert len(blocks) == 2
