"""What a department's service says of itself (OpenAPI 3), or what one of its answers tells when somebody pastes it."""

import json
import time
from collections.abc import Mapping
from http import HTTPStatus

from yimen.datasets.sources.base import Connection, Nonsense
from yimen.datasets.sources.described import MOST_COLUMNS, SourceColumn, SourceRelation
from yimen.datasets.sources.rest import RestSource, answered


def document(connection: Connection, timeout_s: float) -> Mapping[str, object]:
    """Return what the service says of itself under `/openapi.json`.

    Raises:
        Nonsense: nothing, or nothing that can be understood. Silent: it does not answer.
    """
    asked = RestSource(connection, {"path": ""})
    status, body = asked.get("/openapi.json", {}, until=time.monotonic() + timeout_s)
    if status == HTTPStatus.NOT_FOUND:
        raise Nonsense("对方没有提供接口说明")  # and is well: many services have none
    try:
        said = json.loads(answered(status, body))
    except (ValueError, RecursionError) as error:
        raise Nonsense("openapi.json 不是 JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("paths"), dict):
        raise Nonsense("openapi.json 没有列出接口")
    return said


def operations(said: Mapping[str, object]) -> list[tuple[SourceRelation, list[SourceColumn]]]:
    """Return the paths that give one record by a key, with the properties of their answer."""
    found = []
    paths = said["paths"]
    assert isinstance(paths, dict)
    for path, methods in paths.items():
        if not isinstance(path, str) or "{" not in path or not isinstance(methods, dict):
            continue
        get = methods.get("get")
        shape = _resolved(said, _dig(get, "responses", "200", "content", "application/json", "schema"))
        properties = shape.get("properties")
        if not isinstance(get, dict) or not isinstance(properties, dict):
            continue
        required = shape.get("required")
        needed = required if isinstance(required, list) else []
        columns = [_property(said, str(name), one, str(name) in needed) for name, one in properties.items()]
        found.append((SourceRelation(path, "接口", str(get.get("summary", ""))[:100]), columns))
    return found


def _property(said: Mapping[str, object], name: str, given: object, is_needed: bool) -> SourceColumn:  # noqa: FBT001 - a claim
    one = _resolved(said, given)
    kind, form = str(one.get("type", "string")), str(one.get("format", ""))
    types = {"integer": "number", "number": "number", "boolean": "boolean"}
    type_ = "date" if form in {"date", "date-time"} else types.get(kind, "string")
    length = one.get("maxLength")
    words = str(one.get("title") or one.get("description") or "")[:100]
    return SourceColumn(
        name, type_, form or kind, length if isinstance(length, int) else None, not is_needed, comment=words
    )


def _resolved(said: Mapping[str, object], shape: object) -> Mapping[str, object]:
    """Return a schema, one step behind its reference; empty where it is none."""
    if isinstance(shape, dict) and isinstance(shape.get("$ref"), str):
        shape = _dig(said, *shape["$ref"].removeprefix("#/").split("/"))
    return shape if isinstance(shape, dict) else {}


def _dig(place: object, *names: str) -> object:
    for name in names:
        place = place.get(name) if isinstance(place, dict) else None
    return place


def of_record(text: str) -> list[SourceColumn]:
    """Return the columns of one JSON record that somebody pasted: the names and types; the values are dropped.

    Raises:
        Nonsense: it is no JSON object with plain values.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Nonsense("粘贴的内容不是 JSON") from error
    if not isinstance(record, dict) or not record:
        raise Nonsense("粘贴的内容不是 JSON 对象，应以 { 开头")
    return [SourceColumn(name[:100], _json_type(value), "JSON") for name, value in record.items()][:MOST_COLUMNS]


def _json_type(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "string"
