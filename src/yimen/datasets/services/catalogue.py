"""Keep the catalogue: datasets with their fields (数据资源目录)."""

from django.db import transaction

from yimen.core import memo
from yimen.core.errors import Invalid
from yimen.datasets.logic import FORMATS, SHARING, DatasetDefinition, validate
from yimen.datasets.models import Dataset, DatasetField


class BadDefinition(Invalid):
    """A dataset or grant makes no sense."""

    code = "datasets.bad-definition"
    title = "数据资源定义有误。"


@transaction.atomic
def put_dataset(definition: DatasetDefinition) -> Dataset:
    """Create the dataset with its fields or bring it up to date; the same definition twice changes nothing.

    Raises:
        BadDefinition: it makes no sense; the sentence says how to mend it.
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
