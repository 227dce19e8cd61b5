"""Verbs of the facts room: keep the dictionary, and resolve facts."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from yimen.core import memo
from yimen.core.errors import Conflict, Forbidden, Invalid
from yimen.datasets import queries as datasets
from yimen.facts import queries
from yimen.facts.logic import APPLICANT, SYSTEM, FactDefinition, FactSource, FactType, validate
from yimen.facts.models import AddedSource, Fact
from yimen.facts.resolver import Resolver, Shared, Subjects
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.queries import Desk


class BadDefinition(Invalid):
    """A line of the dictionary makes no sense."""

    code = "facts.bad-definition"
    title = "数据项定义有误。"


def put_fact(definition: FactDefinition) -> Fact:
    """Keep this line of the dictionary; the same line twice changes nothing.

    Raises:
        BadDefinition: the line makes no sense; the sentence says how to mend it.
    """
    if problems := validate(definition):
        raise BadDefinition(" ".join(problems), fact=definition.name)
    memo.forget()
    fact, _ = Fact.objects.update_or_create(
        name=definition.name,
        defaults={
            "title": definition.title,
            "type": definition.type.value,
            "authority": definition.authority,
            "sensitivity": definition.sensitivity.value,
            "values": [list(pair) for pair in definition.values.items()],
            "unit": definition.unit,
            "sources": [asdict(source) for source in definition.sources],
            "agree": definition.agree,
            "element": definition.element,
        },
    )
    return fact


class NotTheBureau(Forbidden):
    """Only the data bureau says where a fact comes from (数源标准化)."""

    code = "facts.not-the-bureau"
    title = "数据项的来源由数据管理部门确定。"


class SourceAdded(Conflict):
    """The field feeds the fact already."""

    code = "facts.source-added"
    title = "这个字段已经是这个数据项的来源。"


FITTING: Mapping[FactType, frozenset[str]] = {
    FactType.STRING: frozenset({"string"}),
    FactType.CODE: frozenset({"string"}),
    FactType.BOOLEAN: frozenset({"boolean"}),
    FactType.DATE: frozenset({"date"}),
    FactType.NUMBER: frozenset({"number"}),
    FactType.LIST: frozenset({"list", "string"}),
    FactType.RECORDS: frozenset({"string"}),
}
"""Which types of a dataset's field can be which type of fact; a list comes as such or as text (docs: content packs)."""


@transaction.atomic
def add_source(name: str, *, dataset: str, field: str, by: Desk, at: datetime) -> AddedSource:
    """Say that this field of a published dataset is a source of the fact too, tried after those there are (补充来源).

    Raises:
        NotTheBureau: the desk is not a steward's. FactNotFound: there is no such fact. BadDefinition: there is no such
            field, or it is of a type the fact cannot have. SourceAdded: it is a source already.
    """
    page = _of_bureau(name, by)
    definition = page.definition
    if definition.authority in {APPLICANT, SYSTEM}:
        raise BadDefinition(f"“{definition.title}”以申请人或系统为准，不接受部门来源。", fact=name)
    types = datasets.field_types(dataset)
    if field not in types:
        raise BadDefinition(f"已发布的数据资源“{dataset}”中没有字段“{field}”。请从目录中选择。", fact=name)
    if types[field] not in FITTING[definition.type]:
        raise BadDefinition(
            f"字段“{field}”的类型是 {types[field]}，“{definition.title}”需要 {definition.type.value}。请换一个字段。",
            fact=name,
        )
    if FactSource(dataset, field) in definition.sources:
        raise SourceAdded("不需要再添加。", fact=name)
    memo.forget()
    return AddedSource.objects.create(fact_id=name, dataset=dataset, field=field, added_by=by.actor.label, added_at=at)


@transaction.atomic
def drop_source(name: str, *, dataset: str, field: str, by: Desk) -> None:
    """Take an added source back; the sources of a content pack are changed in the pack.

    Raises:
        NotTheBureau: the desk is not a steward's. FactNotFound: there is no such fact, or nobody added this source.
    """
    _of_bureau(name, by)
    gone, _ = AddedSource.objects.filter(fact_id=name, dataset=dataset, field=field).delete()
    if not gone:
        raise queries.FactNotFound("没有添加过这个来源；内容包里的来源请在内容包中修改。")
    memo.forget()


def _of_bureau(name: str, by: Desk) -> queries.FactPage:
    if not by.is_steward:
        raise NotTheBureau("请联系市数据管理部门。")
    return queries.fact(name)


def resolve(
    subjects: Subjects,
    purpose: Purpose,
    *,
    names: Iterable[str],
    answers: Mapping[str, object],
    actor: Actor,
    grantee: str,
    at: datetime,
    consent: str = "",
    shared: Shared | None = None,
) -> Resolver:
    """Return the lazy facts of these subjects for this purpose; nothing is fetched until it is asked for.

    `names` are the facts that may be asked (those the rules can reach); `grantee` the agency on whose grants
    departments answer; `consent` a fact without whose truth none is asked, empty where the law needs no consent;
    `shared` what departments just answered for others of the same subjects, None where there are none.

    Raises:
        UnknownFact: a name is not in the dictionary.
    """
    definitions = dict(queries.dictionary(names))
    sources = {source.dataset for one in definitions.values() for source in one.sources}
    keyed_by = datasets.keyed_by(sources)
    # What a dataset is keyed by is a fact too, and has to be resolved before.
    wanted = {name for keys in keyed_by.values() for name in keys if "." in name} - definitions.keys()
    if wanted:
        definitions |= queries.dictionary(wanted)
        sources |= {source.dataset for name in wanted for source in definitions[name].sources}
        keyed_by |= datasets.keyed_by(sources)
    return Resolver(
        subjects=subjects,
        purpose=purpose,
        definitions=definitions,
        keyed_by=keyed_by,
        reached_through=datasets.reached_through(sources),
        answers=answers,
        actor=actor,
        grantee=grantee,
        at=at,
        consent=consent,
        shared=shared if shared is not None else Shared(),
    )
