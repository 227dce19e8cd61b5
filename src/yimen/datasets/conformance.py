"""How well each dataset keeps to the data elements (标准符合度)."""

from collections.abc import Mapping
from dataclasses import dataclass

from yimen.datasets.catalogue import DatasetNotFound
from yimen.datasets.logic import DatasetDefinition
from yimen.datasets.models import Dataset, DatasetField
from yimen.standards import queries as standards
from yimen.standards.conformance import Conformance, FieldSchema, conformance
from yimen.standards.logic import CodeListDefinition, ElementDefinition


@dataclass(frozen=True, slots=True)
class DatasetConformance:
    """A dataset with how well it keeps to the standards."""

    code: str
    title: str
    agency: str
    conformance: Conformance


def of_catalogue(code: str = "") -> list[DatasetConformance]:
    """Return it for every dataset that is not retired, or for one, the worst first.

    Raises:
        DatasetNotFound: there is none of this code.
    """
    rows = Dataset.objects.exclude(status=Dataset.Status.RETIRED).select_related("agency").prefetch_related("fields")
    if code:
        rows = rows.filter(pk=code)
        if not rows:
            raise DatasetNotFound(f"没有数据资源“{code}”。请用 yimen dataset list 查看。")
    elements = standards.elements_by_identifier()
    lists = {one.code_list: standards.codes_of(one.code_list) for one in elements.values() if one.code_list}
    found = [
        DatasetConformance(
            row.code,
            row.title,
            row.agency.short_name,
            conformance(
                [
                    FieldSchema(
                        one.name, one.title, one.type, one.element, one.length, tuple(dict.fromkeys(one.codes.values()))
                    )
                    for one in row.fields.all()
                ],
                elements,
                lists,
            ),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.conformance.figure, one.code))


def of_definition(
    definition: DatasetDefinition,
    elements: Mapping[str, ElementDefinition],
    code_lists: Mapping[str, CodeListDefinition],
) -> DatasetConformance:
    """Return it for a dataset as a content pack states it; no database is asked."""
    fields = [
        FieldSchema(one.name, one.title, one.type, one.element, one.length, tuple(dict.fromkeys(one.codes.values())))
        for one in definition.fields
    ]
    lists = {
        name: {one.code: one.name for one in found.entries if one.valid_until is None}
        for name, found in code_lists.items()
    }
    return DatasetConformance(
        definition.code, definition.title, definition.agency, conformance(fields, elements, lists)
    )


def fields_of(element: str) -> list[tuple[str, str, str]]:
    """Return the fields that name this data element: (dataset's code, dataset's title, field's title), by dataset."""
    rows = DatasetField.objects.filter(element=element).order_by("dataset_id", "pk")
    return list(rows.values_list("dataset_id", "dataset__title", "title"))
