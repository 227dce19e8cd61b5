"""How commands answer: JSON for programs, sentences for people, and the exit code 1 for invalid input."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from yimen.core.errors import DomainError


def as_json(content: Mapping[str, object]) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


@contextmanager
def refusing(*, json_wanted: bool) -> Iterator[None]:
    """Turn an expected failure of the block into its words and exit code 1."""
    try:
        yield
    except DomainError as error:
        if json_wanted:
            as_json({"type": f"/problems/{error.code}", "title": error.title, "detail": error.detail, **error.fields})
        else:
            typer.echo(f"{error.title}\n{error.detail}".rstrip(), err=True)
        raise typer.Exit(1) from error
