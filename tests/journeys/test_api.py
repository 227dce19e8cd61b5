"""A program that knows nothing but the address of the description files an application against the running demo."""

import json
import subprocess
import sys
from typing import Any

import httpx

from demo.site import Site

ITEM = "social-insurance-certificate"


class Described:
    """A client made from the API's own description: every call is found there by its operationId."""

    def __init__(self, address: str, http: httpx.Client) -> None:
        self._http = http
        self._base = httpx.URL(address)
        described = self._http.get(address).raise_for_status().json()
        assert described["openapi"].startswith("3.1")
        self._schemas = described["components"]["schemas"]
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, operations in described["paths"].items()
            for method, operation in operations.items()
        }

    def call(self, name: str, body: dict[str, object] | None = None, **parts: str) -> Any:
        method, path, operation = self._operations[name]
        for part in operation.get("parameters", ()):
            if part["in"] == "path":
                path = path.replace(f"{{{part['name']}}}", parts[part["name"]])
        if "requestBody" in operation:
            assert body is not None
            self._fits(body, operation["requestBody"]["content"]["application/json"]["schema"])
        answer = self._http.request(method.upper(), self._base.join(path), json=body)
        assert str(answer.status_code) in operation["responses"], answer.text
        return answer.raise_for_status().json()

    def _fits(self, body: dict[str, object], schema: dict[str, str]) -> None:
        said = self._schemas[schema["$ref"].rsplit("/", 1)[1]]
        assert set(said.get("required", ())) <= set(body) <= set(said["properties"])


def test_a_client_driven_by_the_description_alone_files_an_application(city: Site) -> None:
    token = _cli("client", "register", "certificate-app", "参保证明小程序", "--json") and _cli(
        *("client", "token", "certificate-app", "--account", "demo-founder", "--scope", "read", "--scope", "file"),
        "--json",
    )
    with httpx.Client(headers={"Authorization": f"Bearer {token['token']}"}, timeout=30) as http:
        _files(Described(f"{city.base_url}/api/v1/openapi.json", http))


def _files(program: Described) -> None:
    (found,) = [one for one in program.call("listItems") if one["slug"] == ITEM]
    guide = program.call("getItem", slug=found["slug"])
    answers = {one["fact"]: one["options"][0]["value"] for one in guide["questions"]}
    case = program.call("beginCase", {"item": ITEM})
    result = program.call("submitCase", {"answers": answers}, case_id=case["id"])

    assert result["outcome"] in {"approve", "reject"}  # as the founder happens to be insured
    assert (result["licence"] is not None) == (result["outcome"] == "approve")
    assert [one["id"] for one in program.call("listCases")] == [case["id"]]


def _cli(*command: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "yimen.config.cli", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
