"""`yimen dmn check|eval|explain|analyse`: a decision model from a file, on facts from a file."""

import difflib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from yimen import dmn
from yimen.config.cli import output
from yimen.core.errors import Invalid, NotFound
from yimen.dmn.inputs import given, received
from yimen.dmn.trace import plain
from yimen.items.packs.entries import Entry, Findings, entries_of, entry_of, load
from yimen.items.packs.model import Place

DATE = "application.date"
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="模型文件，如 rules.dmn", exists=True, dir_okay=False)]
Decision = Annotated[str, typer.Argument(metavar="DECISION", help="决策的名称；求值的也可以是决策服务或业务知识模型")]
Imports = Annotated[
    list[Path] | None, typer.Option("--import", help="它引用的模型文件，可写几次", exists=True, dir_okay=False)
]
FactFile = Annotated[
    Path,
    typer.Option("--facts", help="数据文件（YAML，如 person.age: 36；没有写的就是未知）", exists=True, dir_okay=False),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


class Language(StrEnum):
    """The languages explanations are written in."""

    CHINESE = "zh"
    ENGLISH = "en"


class BadModel(Invalid):
    """The model cannot be used; `fields["problems"]` lists why."""

    code = "dmn.bad-model"
    title = "模型有误。"


class BadFacts(Invalid):
    """The file of facts or cases cannot be used."""

    code = "dmn.bad-facts"
    title = "数据文件有误。"


class NoSuchDecision(NotFound):
    """The model has no decision of this name."""

    code = "dmn.no-such-decision"
    title = "模型中没有这个决策。"


def check(model: ModelFile, imports: Imports = None, json: Json = False) -> None:
    """检查模型能否使用：每个问题给出文件、行号和改法。"""
    with output.refusing(json_wanted=json):
        loaded = _load(model, imports)
    facts = dmn.fact_types(loaded)
    if json:
        output.as_json({"name": loaded.name, "decisions": list(loaded.decisions), "facts": dict(facts)})
    else:
        typer.echo(f"模型“{loaded.name}”可以使用：{len(loaded.decisions)} 个决策，{len(facts)} 个数据项。")


def evaluate(
    model: ModelFile, decision: Decision, facts: FactFile, imports: Imports = None, json: Json = False
) -> None:
    """对一个文件里的数据求一个决策的值；还缺什么，也说出来。"""
    with output.refusing(json_wanted=json):
        loaded = _load(model, imports)
        _known(decision, [*loaded.by_key, *loaded.services, *loaded.functions])
        outcome = dmn.evaluate(loaded, decision, _facts(facts, loaded))
    if json:
        output.as_json(
            {
                "decision": decision,
                "value": plain(outcome.value),
                "determined": outcome.determined,
                "missing": list(outcome.missing),
                "asked": list(outcome.asked),
                "notes": [{"kind": one.kind.value, "place": one.place, "text": str(one)} for one in outcome.notes],
                "trace": outcome.trace.to_json(),
            }
        )
        return
    typer.echo(f"{decision} = {plain(outcome.value)}" if outcome.determined else f"{decision} 还不能确定")
    if outcome.missing:
        typer.echo(f"  还缺：{'、'.join(outcome.missing)}")
    for note in outcome.notes:
        typer.echo(f"  {note}")


def explain(  # noqa: PLR0917 - the options of a command
    model: ModelFile,
    decision: Decision,
    facts: FactFile,
    imports: Imports = None,
    may: Annotated[list[str] | None, typer.Option("--may", help="可以变的数据项，可写几次；不写就是全部")] = None,
    language: Annotated[Language, typer.Option(help="用哪种语言")] = Language.CHINESE,
    json: Json = False,
) -> None:
    """说明一个决策为什么是这个结果；不成立的，再说差在哪里、差多少。"""
    with output.refusing(json_wanted=json):
        loaded = _load(model, imports)
        _known(decision, loaded.by_key)
        for name in may or ():
            _known_fact(name, loaded, f"--may {name}")
        explanation = dmn.explain(loaded, decision, _facts(facts, loaded), language=language.value, among=may or None)
    if json:
        output.as_json(explanation.to_json())
        return
    for sentence in explanation.sentences:
        typer.echo(sentence)


def analyse(
    model: ModelFile,
    imports: Imports = None,
    cases: Annotated[
        Path | None, typer.Option(help="测试用例（cases.yaml），用来找从未命中的行", exists=True, dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """发布前分析模型：表格的空缺、重叠、轮不到的行，没有用到的输入。有错误时退出码为 1。"""
    with output.refusing(json_wanted=json):
        loaded = _load(model, imports)
        report = dmn.analyse(loaded, _cases(cases, loaded) if cases else ())
    if json:
        output.as_json({"file": str(model), **report.to_json()})
    else:
        for finding in report.findings:
            typer.echo(f"{model}:{finding.line}: {finding}")
        typer.echo(f"{len(report.errors)} 个错误，共 {len(report.findings)} 条。")
    raise typer.Exit(1 if report.errors else 0)


def _load(path: Path, imports: Sequence[Path] | None) -> dmn.Model:
    try:
        return dmn.load(path, [one.read_bytes() for one in imports or ()])
    except dmn.ModelError as error:
        where = f"{path} 或它引用的模型" if imports else str(path)
        lines = [f"{where}:{one.line}: {one.place}：{one.what}{one.remedy}" for one in error.problems]
        problems = [
            {"line": one.line, "place": one.place, "path": one.path, "what": one.what, "remedy": one.remedy}
            for one in error.problems
        ]
        raise BadModel("\n".join(lines), file=str(path), problems=problems) from error


def _known(name: str, names: Sequence[str] | Mapping[str, object]) -> None:
    if name not in names:
        near = difflib.get_close_matches(name, list(names), n=1)
        raise NoSuchDecision(f"没有“{name}”。" + (f"是不是“{near[0]}”？" if near else f"有：{'、'.join(names)}。"))


def _known_fact(name: str, model: dmn.Model, where: str) -> None:
    """Refuse a name that is no fact of the model and no whole above some."""
    if name in model.inputs or any(one == name or one.startswith(f"{name}.") for one in model.types):
        return
    near = difflib.get_close_matches(name, list(model.types), n=1)
    hint = f"是不是“{near[0]}”？" if near else f"有：{'、'.join(model.types)}。"
    raise BadFacts(f"{where}：模型中没有数据项“{name}”。{hint}")


def _facts(path: Path, model: dmn.Model) -> dict[str, object]:
    findings = Findings()
    entry = entry_of(load(path, path.parent, findings), path.name, findings)
    if entry is None or findings:
        raise BadFacts("\n".join(map(str, findings)) or f"{path.name} 是空的。请写上数据，如 person.age: 36。")
    return _read(entry.everything(), model, entry)


def _cases(path: Path, model: dmn.Model) -> list[dict[str, object]]:
    """Return the facts of each case; the day a case is `on` is the application's, where the model asks for one."""
    findings = Findings()
    found: list[dict[str, object]] = []
    for entry in entries_of(load(path, path.parent, findings), path.name, findings):
        content = entry.everything()
        facts, on = content.get("facts"), content.get("on")
        if not isinstance(facts, Mapping):
            raise BadFacts(f"{entry.place}：没有 facts。请写上数据，如 facts: {{person.age: 36}}。")
        day = {DATE: on} if on is not None and DATE in model.types else {}
        found.append(_read({**day, **facts}, model, entry))
    if findings:
        raise BadFacts("\n".join(map(str, findings)))
    return found


def _read(content: Mapping[str, object], model: dmn.Model, entry: Entry) -> dict[str, object]:
    """Return facts as the engine takes them; null is unknown, so it is left out."""
    facts: dict[str, object] = {}
    for name, value in content.items():
        _known_fact(name, model, str(entry.place_of(name)))
        if value is not None:
            facts[name] = _bare(value)
    wrong: list[tuple[str, object]] = []
    for path, type_ in model.types.items():
        value = given(facts, path)
        if value is not dmn.UNKNOWN:
            received(value, type_, path, lambda *what: wrong.append(what))
    if wrong:
        path = wrong[0][0]
        place = _place(entry, path, content)
        raise BadFacts(f"{place}：{path} 的值不符合声明的类型 {_type(model, path)}。请改正后再试。")
    return facts


def _type(model: dmn.Model, path: str) -> str:
    return dmn.fact_types(model).get(path.partition("[")[0], "")


def _place(entry: Entry, path: str, content: Mapping[str, object]) -> Place:
    """Return where a fact stands: by its own name or that of the whole it is in."""
    name = next((one for one in content if path == one or path.startswith((f"{one}.", f"{one}["))), path)
    return entry.place_of(name)


def _bare(value: object) -> object:
    """Return a value of the file without what YAML remembers of it; what is null inside is unknown."""
    match value:
        case bool():
            return value
        case float():
            return Decimal(repr(float(value)))
        case int():
            return int(value)
        case Mapping():
            return {str(name): _bare(one) for name, one in value.items() if one is not None}
        case list():
            return [dmn.UNKNOWN if one is None else _bare(one) for one in value]
        case str():
            return str(value)
        case _:
            return value
