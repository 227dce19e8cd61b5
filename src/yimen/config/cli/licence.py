"""`yimen licence`: check a licence file, with the published keys alone or with the database."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from yimen.config.cli import django, output
from yimen.core.errors import Invalid
from yimen.licences import documents

app = typer.Typer(help="电子证照。", no_args_is_help=True)


PUBLISHED = ("id", "algorithm", "public_key")


class BadKeys(Invalid):
    """The keys file cannot be read."""

    code = "licences.bad-keys"
    title = "公钥文件有误。"


@app.callback()
def licence() -> None:
    """电子证照。"""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="证照文件（.json）", exists=True, dir_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="公布的公钥（/verify/keys.json）；不给则用数据库")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """核验证照文件：签名是否有效，内容是否改动过。"""
    with output.refusing(json_wanted=json):
        published = _keys(keys) if keys else _stored()
        seen = documents.check_offline(file.read_bytes(), published)
    if json:
        checks = [{"name": one.name, "ok": one.is_ok, "sentence": one.sentence} for one in seen.checks]
        output.as_json({"genuine": seen.is_genuine, "checks": checks})
    else:
        for one in seen.checks:
            typer.echo(f"{'✓' if one.is_ok else '✗'} {one.sentence}")
    raise typer.Exit(0 if seen.is_genuine else 1)


def _keys(path: Path) -> list[dict[str, str]]:
    try:
        published = jsonlib.loads(path.read_bytes())["keys"]
        return [
            {**{name: str(key[name]) for name in PUBLISHED}, "retired_at": str(key.get("retired_at") or "")}
            for key in published
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadKeys("请使用从 /verify/keys.json 下载的文件。") from error


def _stored() -> list[dict[str, str]]:
    django.set_up()
    from yimen.licences import queries  # noqa: PLC0415 - Django is set up only now

    return queries.public_keys()
