"""A dataset over the bench's table, with its grant, and the taking of it."""

from datetime import date

from django.utils import timezone

from yimen.datasets import services
from yimen.datasets.logic import BASE_LIBRARY, DatasetDefinition, FieldDefinition, GrantDefinition
from yimen.ledger.logic import Purpose
from yimen.parties import services as parties
from yimen.parties.logic import Actor, AgencyDefinition

AGENCY = "11440300MB2X015258"
FIELDS = (
    FieldDefinition("name", "姓名", "string", "xm"),
    FieldDefinition("birth_date", "出生日期", "date", "csrq"),
    FieldDefinition("category", "类别", "string", "rylb", {str(one): f"c{one}" for one in range(5)}),
    FieldDefinition("alive", "是否在世", "boolean", "swbs", {"0": "true", "1": "false"}),
)


def take() -> services.Snapshot:
    """Register the dataset, grant it, take it."""
    parties.put_agency(AgencyDefinition(AGENCY, "市数据局（测速）", "市数据局", "440300"))
    settings = {"relation": "bench_people", "key": "gmsfhm", "as_of": "gxsj"}
    services.put_dataset(
        DatasetDefinition("bench-people", "测速", AGENCY, "conditional", "sql", "bench", settings, FIELDS)
    )
    names = tuple(one.name for one in FIELDS)
    services.put_grant(GrantDefinition("bench-people", AGENCY, BASE_LIBRARY, names, "测速", date(2026, 1, 1)))
    return services.take(
        "bench-people",
        fields=names,
        purpose=Purpose(BASE_LIBRARY, "测速"),
        actor=Actor("system", "bench", "测速", AGENCY),
        grantee=AGENCY,
        at=timezone.now(),
    )
