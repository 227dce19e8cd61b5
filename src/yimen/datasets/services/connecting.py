"""Connect a table of a registered system as a dataset (接入数据资源): a data officer chooses, nobody writes code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from yimen.core import pipeline
from yimen.core.errors import Conflict, Invalid
from yimen.datasets import mapping, source_queries
from yimen.datasets.logic import CYCLES, SHARING, DatasetDefinition, FieldDefinition, Registration
from yimen.datasets.mapping import Suggestion
from yimen.datasets.models import Dataset
from yimen.datasets.services import registering
from yimen.datasets.services.freshness import remember_columns
from yimen.datasets.sources.schema import SourceColumn
from yimen.parties.queries import Desk
from yimen.standards import queries as standards

CODE = re.compile(r"[a-z][a-z0-9-]{2,79}")
WHO = ("person", "org")
MOST_FIELDS = 80
LONGEST = {
    "title": 100,
    "abstract": 500,
    "sharing_condition": 500,
    "legal_ground": 500,
    "contact": 60,
    "contact_phone": 40,
}
LONGEST_CODES = 5000
DROPPED_AT = "dropped at"
"""The name a file's own time of arrival goes by where it has no column with a time stamp; no column is called so."""


class BadConnection(Invalid):
    """What was chosen does not make a dataset; `fields["errors"]` says what is wrong, by field."""

    code = "datasets.bad-connection"
    title = "接入内容还不完整。"


class DatasetCodeTaken(Conflict):
    """Another dataset has this code."""

    code = "datasets.dataset-code-taken"
    title = "这个资源代码已经有了。"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a data officer chose of a relation; `kind` is the source's.

    `meanings` has for each column that is to be connected the name of a meaning, or AS_IS; `key` is the column records
    are looked up by (empty for a service, whose path says it), `who` whose they are; `as_of` the column with the time
    stamp, empty where there is none.
    """

    source: str
    kind: str
    relation: str
    columns: tuple[SourceColumn, ...]
    meanings: Mapping[str, str]
    who: str
    key: str = ""
    as_of: str = ""


AS_IS = "as-is"


@dataclass(frozen=True, slots=True)
class Words:
    """What the catalogue needs to be told in words.

    `titles` and `codes` are those of fields, by column, where changed; codes as `mapping.codes_of` reads them.
    """

    code: str
    title: str
    abstract: str
    sharing: str
    update_cycle: str
    sharing_condition: str = ""
    legal_ground: str = ""
    contact: str = ""
    contact_phone: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


def elements() -> list[tuple[str, Sequence[str]]]:
    """Return the data elements in force as (identifier, every name of it)."""
    return [
        (one.identifier, (one.name, one.english_name, *one.synonyms))
        for _, one in sorted(standards.elements_by_identifier().items())
    ]


def propose(columns: Sequence[SourceColumn]) -> tuple[list[Suggestion], str, str, str]:
    """Return a suggestion for each column, and the likeliest key column, whose records, and time stamp column.

    The last three are empty where nothing is likely.
    """
    found = mapping.suggest(columns, elements())
    known = [(one, mapping.BY_NAME[one.meaning]) for one in found if one.meaning]
    keys = [(one, meaning.keys) for one, meaning in known if meaning.keys]
    stamps = [one.column.name for one, meaning in known if meaning.is_stamp]
    # Where a table has both, it is about whoever its own key says, else about the person.
    keys.sort(key=lambda pair: (not pair[0].column.is_key, pair[1] != "person"))
    key, who = (keys[0][0].column.name, keys[0][1]) if keys else ("", "")
    return found, key, who, stamps[0] if stamps else ""


def fields_of(choice: Choice, titles: Mapping[str, str] | None = None) -> list[FieldDefinition]:
    """Return the fields that a choice makes, in the order of the columns.

    Raises:
        BadConnection: it makes none, names a column that is not there, or lacks its key.
    """
    if problems := _choice_problems(choice):
        raise BadConnection(" ".join(problems.values()), errors=problems)
    made, taken, named = [], set(), mapping.by_words(elements())
    for column in choice.columns:
        if column.name not in choice.meanings or column.name == choice.as_of:
            continue
        meant = mapping.meant(column, choice.meanings[column.name], named)
        name, count = meant.name, 2
        while name in taken:
            name, count = f"{meant.name}_{count}", count + 1
        taken.add(name)
        made.append(
            FieldDefinition(
                name=name,
                title=((titles or {}).get(column.name) or meant.title).strip()[:100],
                type=meant.type,
                source_name=column.name,
                codes=_codes(meant),
                element=meant.element,
                length=meant.length,
                is_key=column.name == choice.key,
                is_required=not column.is_nullable,
                level=meant.level,
            )
        )
    if not made:
        raise BadConnection("请至少选择一列接入。", errors={"columns": "请至少选择一列接入。"})
    return made


def _codes(meant: Suggestion) -> Mapping[str, str]:
    """Return the codes to map; a truth value that the department's own type already is needs none."""
    return {} if meant.type == "boolean" and meant.column.type == "boolean" else meant.codes


def _choice_problems(choice: Choice) -> dict[str, str]:
    there = {one.name for one in choice.columns}
    found: dict[str, str] = {}
    if unknown := [name for name in choice.meanings if name not in there]:
        found["columns"] = f"没有列 {'、'.join(unknown[:3])}，请重新选择表。"
    if len(choice.meanings) > MOST_FIELDS:
        found["columns"] = f"一个数据资源最多 {MOST_FIELDS} 个字段。只接入用得到的列。"
    if choice.who not in WHO:
        found["who"] = "请选择记录是谁的：自然人，或者法人和其他组织。"
    if choice.kind == "rest" and not re.fullmatch(r"/[^{}@\s?#\\]*\{[^{}]+\}[^{}@\s?#\\]*", choice.relation):
        found["columns"] = "接口路径应以“/”开头，只有一处 {…} 标明查询依据的位置，如 /people/{key}。"
    if choice.kind != "rest" and choice.key not in there:
        found["key"] = "请选择按哪一列查询。"
    if choice.as_of and choice.as_of not in there:
        found["as_of"] = "没有这一列，请重新选择。"
    if choice.as_of and choice.as_of == choice.key:
        found["as_of"] = "更新时间不能和查询依据是同一列。"
    return found


@transaction.atomic
def connect(choice: Choice, words: Words, *, by: Desk, at: datetime) -> Dataset:
    """Register what was chosen as a draft of the data officer's own agency (接入并登记); the bureau reviews it.

    Raises:
        SourceNotFound: the source is not theirs. BadConnection: something is missing, each with its remedy.
        DatasetCodeTaken: the code is in use.
    """
    source = source_queries.own_source(choice.source, by)
    fields = fields_of(choice, words.titles)
    if problems := _words_problems(words):
        raise BadConnection(" ".join(problems.values()), errors=problems)
    written = {column: mapping.codes_of(text) for column, text in words.codes.items()}
    fields = [replace(one, codes=written.get(one.source_name, one.codes)) for one in fields]
    # Until this transaction ends nobody else connects under the same code.
    pipeline.ask_now("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"datasets.connect:{words.code}"])
    if Dataset.objects.filter(pk=words.code).exists():
        raise DatasetCodeTaken("请换一个资源代码。", errors={"code": "这个资源代码已经有了，请换一个。"})
    registering.propose(
        DatasetDefinition(
            code=words.code,
            title=words.title.strip(),
            agency=by.agency,
            sharing=words.sharing,
            source_kind=source.kind,
            connection=source.pk,
            settings=_settings(source.kind, choice),
            fields=tuple(fields),
            timeout_s=source.timeout_s,
            keyed_by=(choice.who,),
            registration=Registration(
                abstract=words.abstract.strip(),
                sharing_condition=words.sharing_condition.strip() if words.sharing == "conditional" else "",
                legal_ground=words.legal_ground.strip(),
                update_cycle=words.update_cycle,
                contact=words.contact.strip(),
                contact_phone=words.contact_phone.strip(),
            ),
        ),
        by=by,
        at=at,
    )
    dataset = Dataset.objects.get(pk=words.code)
    remember_columns(dataset, {one.name: one.said for one in choice.columns})
    return dataset


def _settings(kind: str, choice: Choice) -> dict[str, str]:
    stamp = {"as_of": choice.as_of} if choice.as_of else {}
    match kind:
        case "sql":
            return {"relation": choice.relation, "key": choice.key, **stamp}
        case "file":
            return {"file": choice.relation, "key": choice.key, "as_of": choice.as_of or DROPPED_AT}
        case _:
            return {"path": re.sub(r"\{[^{}]*\}", "{key}", choice.relation, count=1), **stamp}


def _words_problems(words: Words) -> dict[str, str]:
    """Return what is wrong, by field (核心元数据; 政务数据共享条例 art. 10–13: a withheld one names its law)."""
    found: dict[str, str] = {}
    for name, most in LONGEST.items():
        value = getattr(words, name)
        if "\0" in value or len(value) > most:
            found[name] = f"最多 {most} 个字，不能有特殊字符。"
    if not CODE.fullmatch(words.code):
        found["code"] = "资源代码应为小写字母开头的 3 至 80 个小写字母、数字或“-”。"
    if not words.title.strip():
        found["title"] = "请写明资源名称，如“户籍信息”。"
    if not words.abstract.strip():
        found["abstract"] = "请用一两句话写明这项数据是什么、从哪里来。"
    if words.sharing not in SHARING:
        found["sharing"] = "请选择共享类型。"
    if words.sharing == "conditional" and not words.sharing_condition.strip():
        found["sharing_condition"] = "有条件共享的，请写明条件。"
    if words.sharing == "withheld" and not words.legal_ground.strip():
        found["legal_ground"] = "不予共享的，请写明法律、行政法规或党中央文件的依据。"
    if words.update_cycle not in CYCLES:
        found["update_cycle"] = "请选择更新周期。"
    for column, text in words.codes.items():
        if "\0" in text or len(text) > LONGEST_CODES:
            found["titles"] = f"列 {column} 的代码对照最多 {LONGEST_CODES} 个字，不能有特殊字符。"
            continue
        try:
            mapping.codes_of(text)
        except ValueError as error:
            found["titles"] = f"列 {column} 的代码对照：{error}"
    if any("\0" in one for one in words.titles.values()):
        found["titles"] = "字段名称不能有特殊字符。"
    return found
