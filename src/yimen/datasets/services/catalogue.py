"""Keep the catalogue: datasets with their fields (数据资源目录)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yimen.core import memo
from yimen.core.errors import Invalid
from yimen.datasets import definitions, searching
from yimen.datasets.classifying import ClassDefinition
from yimen.datasets.logic import FORMATS, SHARING, DatasetDefinition, validate
from yimen.datasets.models import CatalogueClass, Dataset, DatasetField, DatasetVersion
from yimen.datasets.services.narrowing import narrow_grants
from yimen.parties.logic import Actor

PACK = Actor("system", "packs.load", "内容包")
"""Who publishes what a content pack states."""


class BadDefinition(Invalid):
    """A dataset or grant makes no sense."""

    code = "datasets.bad-definition"
    title = "数据资源定义有误。"


@transaction.atomic
def put_dataset(
    definition: DatasetDefinition,
    *,
    by: Actor = PACK,
    at: datetime | None = None,
    proposed_by: str = "",
    reason: str = "",
) -> Dataset:
    """Publish the dataset with its fields or bring it up to date; the same definition twice changes nothing.

    What changes anything is a new version; None for `at` is now. Grants lose the fields that are gone or withheld now.

    Raises:
        BadDefinition: it makes no sense; the sentence says how to mend it.
    """
    dataset = keep(definition)
    definition = definitions.of(dataset)
    newest = dataset.versions.order_by("-number").first()
    fingerprint = definitions.digest(definition)
    if newest is None or newest.digest != fingerprint:
        before = definitions.from_json(newest.content) if newest else None
        dataset.version = newest.number + 1 if newest else 1
        dataset.save(update_fields=["version"])
        DatasetVersion.objects.create(
            dataset=dataset,
            number=dataset.version,
            content=definitions.to_json(definition),
            digest=fingerprint,
            changes=definitions.differences(before, definition),
            made_by=by.label,
            made_at=at or timezone.now(),
            proposed_by=proposed_by,
            reason=reason,
        )
        given = {one.name for one in definition.fields if one.sharing != "withheld"}
        narrow_grants(dataset.code, to=given, on=timezone.localdate(at))
    return dataset


def put_class(definition: ClassDefinition) -> CatalogueClass:
    """Keep this class of the catalogue; the same class twice changes nothing."""
    kept, _ = CatalogueClass.objects.update_or_create(code=definition.code, defaults={"name": definition.name})
    return kept


def keep(definition: DatasetDefinition) -> Dataset:
    """Write the definition to the dataset and its fields, without a version: what is published calls `put_dataset`.

    Raises:
        BadDefinition: it makes no sense.
    """
    if problems := validate(definition):
        raise BadDefinition(" ".join(problems), dataset=definition.code)
    dataset, _ = Dataset.objects.update_or_create(
        code=definition.code,
        defaults={
            "title": definition.title,
            "agency_id": definition.agency,
            "sharing": SHARING[definition.sharing],
            "source_kind": definition.source_kind,
            "connection": definition.connection,
            "settings": dict(definition.settings),
            "timeout_s": definition.timeout_s,
            "keyed_by": list(definition.keyed_by),
            **_registered(definition),
        },
    )
    memo.forget()
    dataset.fields.exclude(name__in=[one.name for one in definition.fields]).delete()
    for one in definition.fields:
        DatasetField.objects.update_or_create(
            dataset=dataset,
            name=one.name,
            defaults={
                "title": one.title,
                "type": one.type,
                "source_name": one.source_name,
                "codes": dict(one.codes),
                "blank_is_value": one.blank_is_value,
                "when_absent": one.when_absent,
                "element": one.element,
                "length": one.length,
                "is_key": one.is_key,
                "is_required": one.is_required,
                "level": one.level,
                "sharing": SHARING.get(one.sharing, ""),
            },
        )
    searching.index(dataset)
    return dataset


def _registered(definition: DatasetDefinition) -> dict[str, object]:
    said = definition.registration
    return {
        "resource_code": said.resource_code,
        "local_code": said.local_code,
        "abstract": said.abstract,
        "keywords": list(said.keywords),
        "category": said.category.upper(),
        "subject": said.subject,
        "format": FORMATS.get(definition.source_kind, FORMATS["sql"]),
        "sharing_condition": said.sharing_condition,
        "legal_ground": said.legal_ground,
        "openness": said.openness.upper(),
        "update_cycle": said.update_cycle.upper(),
        "published_on": said.published_on,
        "contact": said.contact,
        "contact_phone": said.contact_phone,
        "related": list(said.related),
    }
