"""The exchange of data (数据共享交换): grants are the access rule, and every read leaves its row, committed first."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from yimen.core.errors import Unavailable
from yimen.datasets import answers, queries, sources
from yimen.datasets.logic import Record, Unbelievable, believe, instant
from yimen.datasets.models import Dataset, DatasetField
from yimen.datasets.services import reaching
from yimen.datasets.services.permitting import Call, FieldGone, count, once, permitted
from yimen.ledger.logic import Purpose
from yimen.parties.logic import Actor
from yimen.parties.models import Party


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
    consent: str = "",
    number: str = "",
    earlier: Record | None = None,
) -> Record:
    """Return these fields from the department, under the grantee's grant for the item, with the platform's signature.

    `keys` say whose record is asked for, by what the dataset is keyed by; `subject` is whose data the ledger tells it
    to be. `consent` says by what the subject agreed, empty where nobody asked; `number` is the one its caller gave a
    call from outside, which is answered once. `earlier` is what the department just answered the same grantee for
    another purpose: it is not asked again, but this purpose's own grant is looked at and counted, and a row of its own
    tells of which read it is the same (docs/decisions/0014). What the department has no record of gives a record
    without values. A field whose value cannot be believed is in `invalid`; the others stand. The ledger row is
    committed before the values are handed on or an error raised; it keeps the grant, its basis and the digest of the
    values.

    The grant is looked at when the exchange begins: once a revocation is committed no exchange begins any more.

    Raises:
        GrantMissing and its kinds: no grant in force covers the item and every field today; nothing was read.
        RateExceeded: not again in this minute, or today. Replayed: the number was used.
        SourceSilent: the department did not answer. SourceNonsense: not in the form agreed.
    """
    call = Call(code, subject.pk, tuple(fields), purpose, actor, at)
    rule = permitted(call, grantee, consent)
    basis = {"grant": rule.grant, "basis": rule.basis_kind}
    call.details = basis | ({"consent": consent[:200]} if consent else {})
    dataset, described = queries.described(code)
    agency = dataset.agency.short_name
    columns = {name: described[name] for name in fields if name in described}
    if gone := sorted(set(fields) - columns.keys()):
        raise call.refused(FieldGone(f"请提供部门重新编目，或改授权：{'、'.join(gone)}。", dataset=code, fields=gone))
    count(call, rule, agency)
    once(call, grantee, number)
    if earlier is None:
        values, invalid, stamped = _asked(call, dataset, columns, keys, agency)
    else:
        call.details = call.details | {"same_as": earlier.entry}
        values, invalid, stamped = dict(earlier.values), dict(earlier.invalid), earlier.as_of
    salt = answers.salt()
    digest = answers.digest(values, list(invalid), salt)
    entry = call.record("INVALID" if invalid else "OK" if values else "ABSENT", digest=digest)
    signature = answers.sign(
        answers.statement(
            dataset=code, fields=fields, digest=digest, as_of=stamped, grant=rule.grant, entry=entry, at=at
        )
    )
    return Record(
        dataset=code,
        fields=tuple(fields),
        title=dataset.title,
        agency=agency,
        values=values,
        invalid=invalid,
        as_of=stamped,
        entry=entry,
        grant=rule.grant,
        at=at,
        salt=salt,
        digest=digest,
        signature=signature.value,
        public_key=signature.public_key,
    )


def _asked(
    call: Call, dataset: Dataset, columns: Mapping[str, DatasetField], keys: Mapping[str, str], agency: str
) -> tuple[dict[str, object], dict[str, str], datetime | None]:
    """Ask the department, and return what can be believed, what cannot, and as of when.

    Raises:
        SourceSilent, SourceNonsense: as in `exchange`; the row is written.
    """
    as_of = dataset.settings.get("as_of", "")
    try:
        raw = reaching.read(dataset, keys, [columns[name].source_name for name in call.fields])
    except sources.Silent as error:
        call.record("SILENT")
        raise SourceSilent("可以稍后再试，或先提交，由工作人员核实。", dataset=call.dataset, agency=agency) from error
    except sources.Nonsense as error:
        call.record("INVALID")
        raise SourceNonsense("已记录，由工作人员核实。", dataset=call.dataset, agency=agency) from error
    values, invalid = _said_by_silence(columns) if raw is None else _believed(raw, columns)
    return values, invalid, instant((raw or {}).get(as_of)) if as_of else None


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
