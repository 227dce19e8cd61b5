"""Reads of the standards: the national lists of the package, and over them whatever was loaded or imported here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from yimen.core.errors import NotFound
from yimen.core.memo import remembered
from yimen.standards import national
from yimen.standards.logic import CodeEntry, CodeListDefinition, ElementDefinition
from yimen.standards.models import Code, CodeList, DataElement


class ListNotFound(NotFound):
    """There is no code list of this identifier."""

    code = "standards.list-not-found"
    title = "没有这个代码集。"


class ElementNotFound(NotFound):
    """There is no data element of this identifier."""

    code = "standards.element-not-found"
    title = "没有这个数据元。"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A code list on a list (代码集): how many codes are in use, and whether it is the package's own."""

    identifier: str
    name: str
    standard: str
    count: int
    is_national: bool


@dataclass(frozen=True, slots=True)
class ElementVersion:
    """One version of a data element; version 1 of a national one is the package's, with no dates."""

    version: int
    definition: ElementDefinition
    valid_from: date | None
    valid_until: date | None


def code_list(identifier: str) -> CodeListDefinition:
    """Return a list with all its codes, those ended too, in its own order.

    Raises:
        ListNotFound: there is none.
    """
    found = _lists().get(identifier)
    if found is None:
        raise ListNotFound(f"没有代码集“{identifier}”。现有 {'、'.join(sorted(_lists()))}。")
    return found


def code_lists(words: str = "") -> list[ListRow]:
    """Return the lists whose identifier, name or standard has these words in it, all where there are none."""
    own = set(CodeList.objects.values_list("identifier", flat=True))
    return [
        ListRow(
            one.identifier,
            one.name,
            one.standard,
            sum(entry.valid_until is None for entry in one.entries),
            one.identifier not in own,
        )
        for one in sorted(_lists().values(), key=lambda one: one.identifier)
        if all(word.lower() in f"{one.identifier} {one.name} {one.standard}".lower() for word in words.split())
    ]


def codes_of(identifier: str, *, on: date | None = None) -> Mapping[str, str]:
    """Return the names by code that were in use on that day, today's where none is given; empty without such a list."""
    found = _lists().get(identifier)
    return {one.code: one.name for one in found.entries if _is_in_use(one, on)} if found else {}


def name_at(identifier: str, code: str, *, on: date) -> str | None:
    """Return what a code meant on that day; None where it meant nothing."""
    return codes_of(identifier, on=on).get(code)


def successors(identifier: str, code: str) -> tuple[str, ...]:
    """Return the codes in use today that came after this one, itself while it is in use; empty where unknown."""
    by_code: dict[str, list[CodeEntry]] = {}
    for one in code_list(identifier).entries:
        by_code.setdefault(one.code, []).append(one)
    found: list[str] = []
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        now = waiting.pop(0)
        if now in seen:
            continue
        seen.add(now)
        entries = by_code.get(now, [])
        if any(one.valid_until is None for one in entries):
            found.append(now)
        else:
            waiting += [after for one in entries for after in one.replaced_by]
    return tuple(found)


def element(identifier: str) -> ElementDefinition:
    """Return the version of a data element that is in force.

    Raises:
        ElementNotFound: there is none.
    """
    found = elements_by_identifier().get(identifier)
    if found is None:
        raise ElementNotFound(f"没有数据元“{identifier}”。请检查标识，或先登记数据元。")
    return found


def elements(words: str = "") -> list[ElementDefinition]:
    """Return the data elements that have these words in identifier, names or definition, by identifier."""
    return [
        one
        for _, one in sorted(elements_by_identifier().items())
        if all(
            word.lower()
            in " ".join((one.identifier, one.name, one.english_name, one.definition, *one.synonyms)).lower()
            for word in words.split()
        )
    ]


def versions(identifier: str) -> list[ElementVersion]:
    """Return every version of a data element, the newest first.

    Raises:
        ElementNotFound: there is none.
    """
    rows = [
        ElementVersion(row.version, _definition(row), row.valid_from, row.valid_until)
        for row in DataElement.objects.filter(identifier=identifier)
    ]
    if package := national.elements().get(identifier):
        rows.append(ElementVersion(1, package, None, rows[-1].valid_from if rows else None))
    if not rows:
        raise ElementNotFound(f"没有数据元“{identifier}”。请检查标识，或先登记数据元。")
    return rows


@remembered
def elements_by_identifier() -> Mapping[str, ElementDefinition]:
    """Return the data elements in force by identifier."""
    own = {row.identifier: _definition(row) for row in DataElement.objects.filter(valid_until=None)}
    retired = set(DataElement.objects.exclude(identifier__in=own).values_list("identifier", flat=True))
    package = {name: one for name, one in national.elements().items() if name not in retired}
    return package | own


@remembered
def _lists() -> Mapping[str, CodeListDefinition]:
    return dict(national.lists()) | {row.identifier: _list(row) for row in CodeList.objects.prefetch_related("codes")}


def _is_in_use(one: CodeEntry, on: date | None) -> bool:
    if on is None:
        return one.valid_until is None
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_until is None or on < one.valid_until)


def _list(row: CodeList) -> CodeListDefinition:
    return CodeListDefinition(row.identifier, row.name, row.standard, tuple(map(_entry, _in_order(row.codes.all()))))


def _in_order(codes: Iterable[Code]) -> list[Code]:
    return sorted(codes, key=lambda one: (one.place, one.valid_from or date.min))


def _entry(row: Code) -> CodeEntry:
    return CodeEntry(row.code, row.name, row.parent, row.valid_from, row.valid_until, tuple(row.replaced_by))


def _definition(row: DataElement) -> ElementDefinition:
    return ElementDefinition(
        identifier=row.identifier,
        name=row.name,
        definition=row.definition,
        object_class=row.object_class,
        property_term=row.property_term,
        representation=row.representation,
        data_type=row.data_type,
        format=row.format,
        code_list=row.code_list,
        unit=row.unit,
        english_name=row.english_name,
        owner=row.owner,
        synonyms=tuple(row.synonyms),
        source=row.source,
    )
