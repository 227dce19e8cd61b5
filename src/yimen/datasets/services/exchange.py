"""The exchange of data (数据共享交换): grants are the access rule, and every read leaves its row, committed first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yimen.core.errors import Forbidden, Unavailable
from yimen.datasets import queries, sources
from yimen.datasets.logic import Record, Unbelievable, believe, instant
from yimen.datasets.models import DatasetField
from yimen.datasets.services import reaching
from yimen.ledger import services as ledger
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party


class GrantMissing(Forbidden):
    """No grant covers this read."""

    code = "datasets.grant-missing"
    title = "没有读取这项数据的共享授权。"


class GrantExpired(GrantMissing):
    """There is a grant, but not for this day."""

    code = "datasets.grant-expired"
    title = "读取这项数据的共享授权不在有效期内。"


class SourceSilent(Unavailable):
    """The department's system did not answer."""

    code = "datasets.source-silent"
    title = "数据提供部门的系统暂未响应，请稍后再试。"


class SourceNonsense(Unavailable):
    """The department's system answered something that cannot be understood."""

    code = "datasets.source-nonsense"
    title = "数据提供部门的系统返回了无法识别的内容。"


def exchange(
    code: str,
    *,
    subject: Party,
    keys: Mapping[str, str],
    fields: Sequence[str],
    purpose: Purpose,
    actor: Actor,
    grantee: str,
    at: datetime,
) -> Record:
    """Return these fields from the department, under the grantee's grant for the item.

    `keys` say whose record is asked for, by what the dataset is keyed by; `subject` is whose data the ledger tells it
    to be. What the department has no record of gives a record without values. A field whose value cannot be believed is
    in `invalid`; the others stand. The ledger row is committed before the values are handed on or an error raised.

    Raises:
        GrantMissing, GrantExpired: no grant covers the item and every field today; nothing was read.
        SourceSilent: the department did not answer. SourceNonsense: not in the form agreed.
    """
    call = _Call(code, subject.pk, tuple(fields), purpose, actor, at)
    on = timezone.localdate(at)
    if not queries.is_granted(code, grantee=grantee, item=purpose.item, fields=fields, on=on):
        call.record("REFUSED")
        late = queries.has_other_grant(code, grantee=grantee, item=purpose.item, on=on)
        raise (GrantExpired if late else GrantMissing)(
            "请联系数据提供部门办理共享授权。", dataset=code, fields=list(fields)
        )
    dataset, described = queries.described(code)
    columns = {name: described[name] for name in fields if name in described}
    as_of = dataset.settings.get("as_of", "")
    agency = dataset.agency.short_name
    try:
        raw = reaching.read(dataset, keys, [columns[name].source_name for name in fields])
    except sources.Silent as error:
        call.record("SILENT")
        raise SourceSilent("可以稍后再试，或先提交，由工作人员核实。", dataset=code, agency=agency) from error
    except sources.Nonsense as error:
        call.record("INVALID")
        raise SourceNonsense("已记录，由工作人员核实。", dataset=code, agency=agency) from error
    values, invalid = _said_by_silence(columns) if raw is None else _believed(raw, columns)
    entry = call.record("INVALID" if invalid else "OK" if values else "ABSENT")
    return Record(
        dataset=code,
        title=dataset.title,
        agency=agency,
        values=values,
        invalid=invalid,
        as_of=instant((raw or {}).get(as_of)) if as_of else None,
        entry=entry,
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """One exchange, as the ledger will tell it."""

    dataset: str
    subject: UUID
    fields: tuple[str, ...]
    purpose: Purpose
    actor: Actor
    at: datetime

    def record(self, result: str) -> int:
        return ledger.record_read(
            actor=self.actor,
            subject=self.subject,
            dataset=self.dataset,
            fields=self.fields,
            purpose=self.purpose,
            result=result,
            at=self.at,
        )


def _believed(
    raw: Mapping[str, object], columns: Mapping[str, DatasetField]
) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    invalid: dict[str, str] = {}
    for name, column in columns.items():
        try:
            given = raw.get(column.source_name)
            value = believe(given, column.type, column.codes, blank_is_value=column.blank_is_value)
        except Unbelievable as error:
            invalid[name] = str(error)
        else:
            if value is not None:
                values[name] = value
    return values, invalid


def _said_by_silence(columns: Mapping[str, DatasetField]) -> tuple[dict[str, object], dict[str, str]]:
    """Return what it means that the department has no record: for a roster, that one is not on it."""
    meant = {name: believe(column.when_absent, column.type, {}) for name, column in columns.items()}
    return {name: value for name, value in meant.items() if value is not None}, {}
