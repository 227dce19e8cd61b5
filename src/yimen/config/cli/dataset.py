"""`yimen dataset`: what is shared, and one real exchange with its purpose, its ledger row and its signature."""

import json as jsons
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yimen.config.cli import django, output
from yimen.core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from yimen.datasets.answers import Signature
    from yimen.datasets.logic import Record
    from yimen.parties.models import Party

app = typer.Typer(help="数据资源：目录、取数、核对回执。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Code = Annotated[str, typer.Argument(help="数据资源代码")]


class NoSuchDataset(NotFound):
    """No dataset has this code."""

    code = "cli.no-such-dataset"
    title = "没有这个数据资源。"


class NoSuchSubject(NotFound):
    """Nobody is known by this number."""

    code = "cli.no-such-subject"
    title = "没有登记这个主体。"


class BadReceipt(Invalid):
    """The file holds no receipt."""

    code = "cli.bad-receipt"
    title = "回执文件有误。"


@app.command("list")
def list_(json: Json = False) -> None:
    """列出数据资源。"""
    django.set_up()
    from yimen.datasets.models import Dataset  # noqa: PLC0415 - Django is set up only now

    rows = Dataset.objects.select_related("agency").order_by("agency__short_name", "code")
    if json:
        output.as_json({"datasets": [_dataset(one) for one in rows]})
        return
    for one in rows:
        typer.echo(
            f"{one.pk}  {one.title}  {one.agency.short_name}  {one.get_sharing_display()}  {one.get_status_display()}"
        )


@app.command()
def show(code: Code, json: Json = False) -> None:
    """看一个数据资源的字段。"""
    django.set_up()
    from yimen.datasets.models import Dataset  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        found = Dataset.objects.select_related("agency").filter(pk=code.replace("\x00", "")).first()
        if found is None:
            raise NoSuchDataset(f"目录中没有“{code[:60]}”。用 yimen dataset list 查看。")
        fields = [
            {"name": one.name, "title": one.title, "type": one.type, "level": one.level} for one in found.fields.all()
        ]
    if json:
        output.as_json({**_dataset(found), "keyed_by": list(found.keyed_by), "fields": fields})
        return
    typer.echo(f"{found.title}  {found.agency.short_name}  {found.get_sharing_display()}\n{found.abstract}".rstrip())
    for row in fields:
        typer.echo(f"  {row['name']}  {row['title']}  {row['type']}  敏感级别 {row['level']}")


@app.command()
def query(
    code: Code,
    *,
    subject: Annotated[str, typer.Option(help="谁的数据：公民身份号码或统一社会信用代码")],
    fields: Annotated[str, typer.Option(help="字段，用逗号分开")],
    item: Annotated[str, typer.Option(help="为哪个事项（标识）")],
    grantee: Annotated[str, typer.Option(help="以哪个部门的授权（统一社会信用代码）")],
    by: Annotated[str, typer.Option("--as", help="以哪个账号的岗位取数，须是该部门的；不写则留痕为命令行")] = "",
    purpose: Annotated[str, typer.Option(help="事项名称，写进留痕；不写则为标识")] = "",
    number: Annotated[str, typer.Option(help="请求号；同一请求号只答复一次")] = "",
    consent: Annotated[str, typer.Option(help="本人同意的凭据，授权要求同意时须写")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="显示原值；不写则脱敏")] = False,
    receipt: Annotated[Path | None, typer.Option(help="把签名回执写到这个文件", dir_okay=False)] = None,
    json: Json = False,
) -> None:
    """真的取一次数：核对授权和用途，先留痕，再给出数据和签名。"""
    django.set_up()
    from django.utils import timezone  # noqa: PLC0415

    from yimen.datasets import services  # noqa: PLC0415
    from yimen.ledger.logic import Purpose  # noqa: PLC0415
    from yimen.parties import queries as parties  # noqa: PLC0415
    from yimen.parties.logic import Actor  # noqa: PLC0415

    with output.refusing(json_wanted=json):
        now = timezone.now()
        actor = (
            parties.desk(parties.account(by), on=timezone.localdate(now)).actor
            if by
            else Actor("system", "cli.dataset", "命令行取数", grantee)
        )
        party = _subject(subject)
        record = services.exchange(
            code,
            subject=party,
            keys={"person" if party.is_person else "org": party.number},
            fields=[one.strip() for one in fields.split(",") if one.strip()],
            purpose=Purpose(item, (purpose or item)[:200].replace("\x00", "")),
            actor=actor,
            grantee=grantee,
            at=now,
            consent=consent,
            number=number,
        )
    values = {name: str(value) if clear else _masked(str(value)) for name, value in record.values.items()}
    if receipt is not None:
        receipt.write_text(jsons.dumps(_receipt(record), ensure_ascii=False, indent=2), encoding="utf-8")
    if json:
        output.as_json({"values": values, "invalid": dict(record.invalid), "receipt": _receipt(record)})
        return
    for name in record.fields:
        typer.echo(f"{name}  {values.get(name) or record.invalid.get(name) or '（没有值）'}")
    typer.echo(f"{record.agency} · {record.title}，留痕 {record.entry}，授权 {record.grant}")
    typer.echo(f"摘要 {record.digest}\n签名 {record.signature}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="query --receipt 写出的回执", exists=True, dir_okay=False)],
    json: Json = False,
) -> None:
    """核对回执：签名是本平台的，留痕中的摘要与它一致。"""
    django.set_up()
    from django.conf import settings  # noqa: PLC0415

    from yimen.core import signing  # noqa: PLC0415
    from yimen.datasets import answers  # noqa: PLC0415
    from yimen.ledger.models import Entry  # noqa: PLC0415

    problems = []
    with output.refusing(json_wanted=json):
        said, signature, kept = _read(file)
        key = signing.signer_at(Path(settings.YIMEN_EXCHANGE_KEY)).public_key
        if not answers.is_genuine(said, signature, public_key=key):
            problems.append("签名不成立：内容改动过，或不是本平台签发的。")
        row = Entry.objects.filter(pk=kept[0]).first()
        if row is None or row.details.get("digest") != kept[1]:
            problems.append("留痕中没有这次取数，或摘要不一致。")
    if json:
        output.as_json({"genuine": not problems, "problems": problems})
    else:
        typer.echo("\n".join(problems) or "回执成立：签名是本平台的，留痕中的摘要与它一致。")
    raise typer.Exit(1 if problems else 0)


def _dataset(one: object) -> dict[str, object]:
    from yimen.datasets.models import Dataset  # noqa: PLC0415

    assert isinstance(one, Dataset)
    return {
        "code": one.pk,
        "title": one.title,
        "agency": one.agency.short_name,
        "sharing": one.sharing,
        "status": one.status,
    }


def _subject(number: str) -> "Party":
    from yimen.parties.models import Party  # noqa: PLC0415

    found = Party.objects.filter(number=number).first() if number.isalnum() else None
    if found is None:
        raise NoSuchSubject("请检查公民身份号码或统一社会信用代码。")
    return found


def _masked(value: str) -> str:
    """Return a value with all but its ends hidden; of one to four characters nothing is shown."""
    shown = 1 if len(value) > 4 else 0  # noqa: PLR2004 - shorter ones would be guessed
    return value[:shown] + "*" * (len(value) - 2 * shown) + (value[-shown:] if shown else "")


def _receipt(record: "Record") -> dict[str, object]:
    return {
        "dataset": record.dataset,
        "fields": list(record.fields),
        "digest": record.digest,
        "salt": record.salt,
        "as_of": record.as_of.isoformat() if record.as_of else None,
        "grant": record.grant,
        "entry": record.entry,
        "at": record.at.isoformat(),
        "signature": record.signature,
        "public_key": record.public_key,
    }


def _read(file: Path) -> "tuple[bytes, Signature, tuple[int, str]]":
    """Return what a receipt says, its signature, and the row and digest it names."""
    from yimen.datasets import answers  # noqa: PLC0415

    try:
        told = jsons.loads(file.read_bytes())
        assert isinstance(told, Mapping)
        as_of = datetime.fromisoformat(told["as_of"]) if told["as_of"] else None
        said = answers.statement(
            dataset=str(told["dataset"]),
            fields=[str(one) for one in told["fields"]],
            digest=str(told["digest"]),
            as_of=as_of,
            grant=int(told["grant"]),
            entry=int(told["entry"]),
            at=datetime.fromisoformat(told["at"]),
        )
        signature = answers.Signature(str(told["signature"]), str(told["public_key"]))
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise BadReceipt("请使用 yimen dataset query --receipt 写出的文件。") from error
    return said, signature, (int(told["entry"]), str(told["digest"]))
