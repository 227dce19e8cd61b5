"""Keep code lists and data elements: a new edition ends what is gone and keeps it (标准的维护)."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from yimen.core import memo
from yimen.core.errors import Invalid
from yimen.standards import national, queries
from yimen.standards.logic import (
    CodeEntry,
    CodeListDefinition,
    Difference,
    ElementDefinition,
    difference,
    element_problems,
    list_problems,
)
from yimen.standards.models import Code, CodeList, DataElement


class BadStandard(Invalid):
    """A code list or data element makes no sense."""

    code = "standards.bad-standard"
    title = "代码集或数据元有误。"


@transaction.atomic
def put_code_list(definition: CodeListDefinition, *, on: date) -> Difference:
    """Keep this edition of a list, in force from that day; return what it changed. The same one twice changes nothing.

    A code that is gone, or means something else, ends on that day and stays readable. Where the definition itself gives
    dates, they count.

    Raises:
        BadStandard: it makes no sense; the sentences say how to mend it.
    """
    if problems := list(list_problems(definition)):
        raise BadStandard(" ".join(problems[:20]), code_list=definition.identifier)
    kept = CodeList.objects.select_for_update().filter(pk=definition.identifier).first()
    if kept is not None and kept.digest == definition.digest:
        return Difference((), (), ())
    old = _known(definition.identifier)
    changes = difference(old, definition.entries)
    entries = _merged(old, definition.entries, changes, on=on) if old else definition.entries
    row, _ = CodeList.objects.update_or_create(
        identifier=definition.identifier,
        defaults={
            "name": definition.name,
            "standard": definition.standard,
            "digest": definition.digest,
            "updated_on": on,
        },
    )
    row.codes.all().delete()
    Code.objects.bulk_create(
        [
            Code(
                code_list=row,
                code=one.code,
                name=one.name,
                parent=one.parent,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
                replaced_by=list(one.replaced_by),
                place=place,
            )
            for place, one in enumerate(entries)
        ],
        batch_size=2000,
    )
    memo.forget()
    return changes


def _known(identifier: str) -> tuple[CodeEntry, ...]:
    try:
        return queries.code_list(identifier).entries
    except queries.ListNotFound:
        return ()


def _merged(
    old: tuple[CodeEntry, ...], new: tuple[CodeEntry, ...], changes: Difference, *, on: date
) -> tuple[CodeEntry, ...]:
    """Return the new entries with their beginnings, and the old ones that are gone with their ends."""
    began = {one.code: one.valid_from for one in old if one.valid_until is None}
    renamed = {now.code for _, now in changes.changed}
    added = {one.code for one in changes.added}
    successors = {one.code: one.replaced_by for one in new if one.valid_until is not None}

    def begins(one: CodeEntry) -> CodeEntry:
        if one.valid_from is not None or one.valid_until is not None:
            return one
        return replace(one, valid_from=on if one.code in renamed | added else began.get(one.code))

    over = [one for one in old if one.valid_until is not None]
    gone = [
        replace(one, valid_until=on, replaced_by=successors.get(one.code, one.replaced_by))
        for one in (*changes.ended, *(was for was, _ in changes.changed))
        if one.valid_from is None or one.valid_from < on
    ]
    current = [begins(one) for one in new]
    known = {(one.code, one.valid_from) for one in current}
    return (*current, *(one for one in (*over, *gone) if (one.code, one.valid_from) not in known))


@transaction.atomic
def put_element(definition: ElementDefinition, *, on: date) -> int:
    """Keep this data element, as a new version from that day where it says something new; return its version.

    Raises:
        BadStandard: it makes no sense, or its code list is not there.
    """
    problems = list(element_problems(definition))
    if definition.code_list and not _known(definition.code_list):
        problems.append(f"数据元 {definition.identifier} 的代码集“{definition.code_list}”不存在，请先登记代码集。")
    if problems:
        raise BadStandard(" ".join(problems), element=definition.identifier)
    rows = list(DataElement.objects.select_for_update().filter(identifier=definition.identifier))
    in_force = next((row for row in rows if row.valid_until is None), None)
    package = national.elements().get(definition.identifier)
    known = queries.elements_by_identifier().get(definition.identifier)
    if known == definition:
        return in_force.version if in_force else 1
    if in_force is not None:
        in_force.valid_until = on
        in_force.status = DataElement.Status.RETIRED
        in_force.save(update_fields=["valid_until", "status"])
    version = max([row.version for row in rows], default=1 if package else 0) + 1
    values = {name: getattr(definition, name) for name in definition.__dataclass_fields__}
    DataElement.objects.create(**{**values, "synonyms": list(definition.synonyms)}, version=version, valid_from=on)
    memo.forget()
    return version
