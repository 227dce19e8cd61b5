"""Datasets and grants as a pack states them, and what a department's value must be to be believed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

TYPES = frozenset({"string", "boolean", "date", "number", "list"})
SEPARATORS = re.compile("[,，、;；|]")
"""What departments put between the members of a list they write into one column."""
SHARING = {"unconditional": "UNCONDITIONAL", "conditional": "CONDITIONAL", "withheld": "WITHHELD"}
NEEDED: Mapping[str, tuple[str, ...]] = {"sql": ("relation", "key"), "rest": ("path",), "file": ("file", "key")}
"""The kinds of source, and the settings each must have."""
CATEGORIES = frozenset({"base", "theme", "department"})
CYCLES = frozenset({"realtime", "daily", "weekly", "monthly", "quarterly", "yearly", "on_demand"})
OPENNESS = frozenset({"unconditional", "conditional", "closed"})
LEVELS = range(1, 5)
FORMATS: Mapping[str, str] = {"sql": "3", "rest": "7", "file": "2"}
"""The catalogue's format (信息资源格式) of each kind of source."""
KEY = re.compile(r"person|org|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_TIMEOUT_S = 30.0
BASE_LIBRARY = "base-library"
POLICY_MATCHING = "policy-matching"
BATCH_PURPOSES: Mapping[str, str] = {
    BASE_LIBRARY: "建设基础库",
    "data-quality": "检查数据质量",
    POLICY_MATCHING: "惠企政策匹配推送",
}
"""What whole tables may be taken for: each stands where the item of a grant stands, with its title."""


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field: our name and type, the department's name for it, and its codes mapped to ours (empty: as they are).

    A field of type `list` is a text with separators; its codes are those of its members.
    `when_absent` is what it means that there is no record, in our codes, as for a roster; empty where it means nothing.
    `element` is the data element it conforms to, empty where none is named; `level` its sensitivity, 1 to 4; `sharing`
    a key of SHARING where it is stricter than the dataset's, else empty.
    """

    name: str
    title: str
    type: str
    source_name: str
    codes: Mapping[str, str] = field(default_factory=dict)
    blank_is_value: bool = False
    when_absent: str = ""
    element: str = ""
    length: int | None = None
    is_key: bool = False
    is_required: bool = False
    level: int = 2
    sharing: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What the catalogue says of a dataset beside its fields (核心元数据; 政务信息资源目录编制指南 2017).

    The choices are those of the model, in lower case; `related` are codes of other datasets.
    """

    resource_code: str = ""
    local_code: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    category: str = "department"
    subject: str = ""
    sharing_condition: str = ""
    legal_ground: str = ""
    openness: str = "closed"
    update_cycle: str = "on_demand"
    published_on: date | None = None
    contact: str = ""
    contact_phone: str = ""
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetDefinition:
    """A dataset as a content pack states it. `sharing` is a key of SHARING, `source_kind` one of NEEDED.

    `keyed_by` says whose record is asked for: `person` (ID number), `org` (credit code), or the value of a fact, such
    as `project.code`. With several all must fit, so that nobody reads a project that is another's.
    """

    code: str
    title: str
    agency: str
    sharing: str
    source_kind: str
    connection: str
    settings: Mapping[str, str]
    fields: tuple[FieldDefinition, ...]
    timeout_s: float = 2.0
    keyed_by: tuple[str, ...] = ("person",)
    registration: Registration = field(default_factory=Registration)


@dataclass(frozen=True, slots=True)
class GrantDefinition:
    """A grant as a content pack states it; `valid_until` is exclusive, None while no end is set."""

    dataset: str
    grantee: str
    item: str
    fields: tuple[str, ...]
    basis: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a department answered about one person (取数结果).

    `values` has the fields it gave a value for; a field without one is absent. `invalid` has those whose value cannot
    be believed, with the reason. `as_of` is the department's own time stamp, None where it gives none. `fields` are
    those asked for. `entry` is the number of the ledger row, which keeps `digest`, that of the values with `salt`.
    `signature` is the platform's on all of it (`datasets.answers`), Base64, by the key `public_key`.
    """

    dataset: str
    title: str
    agency: str
    values: Mapping[str, object]
    invalid: Mapping[str, str]
    as_of: datetime | None
    fields: tuple[str, ...]
    entry: int
    grant: int
    at: datetime
    salt: str
    digest: str
    signature: str
    public_key: str


class Unbelievable(ValueError):
    """A department's value that cannot be what its field says."""


def believe(raw: object, type_: str, codes: Mapping[str, str], *, blank_is_value: bool = False) -> object:
    """Return a department's value as ours: codes mapped, dates and truth values read; None for null or empty text.

    With `blank_is_value` an empty text is a value of its own: a business may go without a name, or without a title.

    Raises:
        Unbelievable: the value is in no code list, no date that ever was, or of another type.
    """
    if raw is None or (raw == "" and not blank_is_value):
        return None
    if type_ == "list":
        return _list(raw, codes)
    if raw == "":
        return ""
    if codes:
        if str(raw) not in codes:
            raise Unbelievable("代码不在对照表中")
        raw = codes[str(raw)]
    match type_:
        case "date":
            return _date(raw)
        case "boolean":
            return _boolean(raw)
        case "number":
            return _number(raw)
        case _:
            if not isinstance(raw, str | int) or isinstance(raw, bool):
                raise Unbelievable("不是文字")
            return _text(str(raw))


def _text(raw: str) -> str:
    """Return the text; what no database keeps and no page shows is no text: U+0000, half a surrogate pair."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in raw):
        raise Unbelievable("含有无法识别的字符")
    return raw.strip()


def _list(raw: object, codes: Mapping[str, str]) -> list[str]:
    """Return the members in order, each once and in our codes; one that is in no code list makes all unbelievable."""
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise Unbelievable("不是列表")
    members = [one.strip() for one in SEPARATORS.split(_text(str(raw)))]
    if codes and any(one not in codes for one in members if one):
        raise Unbelievable("列表中有的代码不在对照表中")
    return list(dict.fromkeys(str(codes[one]) if codes else one for one in members if one))


def _date(raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    if not re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        raise Unbelievable("不是日期")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unbelievable("日期不存在") from error


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if str(raw) in {"true", "false"}:
        return str(raw) == "true"
    raise Unbelievable("不是是否值")


def _number(raw: object) -> Decimal:
    try:
        number = Decimal(str(raw))
    except InvalidOperation as error:
        raise Unbelievable("不是数字") from error
    if isinstance(raw, bool) or not number.is_finite():
        raise Unbelievable("不是数字")
    return number


BEIJING = timezone(timedelta(hours=8))
STAMPS = range(1949, 2999)
"""The years a stamp may be of. Systems write the first or last moment they know where they mean none."""


def instant(raw: object) -> datetime | None:
    """Return a department's time stamp: ISO 8601, or YYYYMMDDhhmmss in Beijing time; None where it is neither.

    A text in ISO 8601 must say its zone; what a database or a sheet gives as a time without one is Beijing time.
    """
    if isinstance(raw, datetime):
        read = raw if raw.tzinfo else raw.replace(tzinfo=BEIJING)
        return read if read.year in STAMPS else None
    text = str(raw or "")
    if re.fullmatch(r"\d{14}", text):
        text = f"{text[:8]}T{text[8:]}+08:00"
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo and read.year in STAMPS else None


def validate(definition: DatasetDefinition) -> list[str]:
    """Return what is wrong with a dataset, each with its remedy; empty when it is right."""
    problems = []
    if definition.sharing not in SHARING:
        problems.append(f"sharing 为“{definition.sharing}”，应为 {'、'.join(SHARING)} 之一。")
    if definition.source_kind not in NEEDED:
        problems.append(f"source.kind 为“{definition.source_kind}”，应为 {'、'.join(sorted(NEEDED))} 之一。")
    if not 0 < definition.timeout_s <= LONGEST_TIMEOUT_S:
        problems.append(f"timeout_s 为 {definition.timeout_s}，应大于 0、不超过 {LONGEST_TIMEOUT_S:g} 秒。")
    problems += _registration_problems(definition)
    needed = NEEDED.get(definition.source_kind, ())
    problems += [f"source.settings 缺少 {name}，请补上。" for name in needed if not definition.settings.get(name)]
    problems += _key_problems(definition)
    for one in definition.fields:
        try:
            believe(one.when_absent, one.type, {})
        except Unbelievable as error:
            problems.append(f"字段 {one.name} 的 when_absent 为“{one.when_absent}”：{error}。")
        if not NAME.fullmatch(one.name):
            problems.append(f"字段名“{one.name}”应为小写字母、数字和下划线。")
        if one.type not in TYPES:
            problems.append(f"字段 {one.name} 的 type 为“{one.type}”，应为 {'、'.join(sorted(TYPES))} 之一。")
    return problems


def missing_metadata(definition: DatasetDefinition) -> list[str]:
    """Return what the catalogue requires and the definition does not say (核心元数据，必选项), each with its remedy."""
    said = definition.registration
    needed = (
        ("资源名称", definition.title),
        ("信息资源代码", said.resource_code),
        ("摘要", said.abstract),
        ("关键词", said.keywords),
        ("所属库或主题", said.subject),
        ("责任人", said.contact),
        ("责任人电话", said.contact_phone),
        ("字段", definition.fields),
    )
    problems = [f"缺少{name}，请补上。" for name, value in needed if not value]
    return problems + list(_ground_problems(definition))


def _ground_problems(definition: DatasetDefinition) -> Iterator[str]:
    """Yield what a sharing type lacks: nobody adds conditions or refuses without saying which and why.

    Law: 政务数据共享条例 (2025), sharing attributes.
    """
    said = definition.registration
    if definition.sharing == "conditional" and not said.sharing_condition:
        yield "有条件共享的，请在 sharing_condition 写明共享条件。"
    if definition.sharing == "withheld" and not said.legal_ground:
        yield "不予共享的，请在 legal_ground 写明法律、行政法规或党中央文件依据。"


STRICTNESS = ("unconditional", "conditional", "withheld")
"""The sharing types, the strictest last."""


def _registration_problems(definition: DatasetDefinition) -> Iterator[str]:
    said = definition.registration
    if said != Registration():
        yield from _ground_problems(definition)
    for name, value, choices in (
        ("category", said.category, CATEGORIES),
        ("update_cycle", said.update_cycle, CYCLES),
        ("openness", said.openness, OPENNESS),
    ):
        if value not in choices:
            yield f"catalogue.{name} 为“{value}”，应为 {'、'.join(sorted(choices))} 之一。"
    for one in definition.fields:
        if one.level not in LEVELS:
            yield f"字段 {one.name} 的 level 为 {one.level}，应为 1 至 4。"
        if one.sharing and one.sharing not in SHARING:
            yield f"字段 {one.name} 的 sharing 为“{one.sharing}”，应为 {'、'.join(SHARING)} 之一，或不写。"
        elif one.sharing and definition.sharing in STRICTNESS and _is_laxer(one.sharing, definition.sharing):
            yield f"字段 {one.name} 的 sharing 为“{one.sharing}”，比资源的“{definition.sharing}”更宽，只可更严。"


def _is_laxer(one: str, than: str) -> bool:
    return STRICTNESS.index(one) < STRICTNESS.index(than)


def columns_of(key: str, keyed_by: Sequence[str]) -> dict[str, str]:
    """Return the department's column for each thing a dataset is keyed by, from a setting such as `org=tyshxydm`.

    A dataset keyed by one thing may name its column alone. What is not named has no column.
    """
    if "=" not in key:
        return {keyed_by[0]: key} if len(keyed_by) == 1 else {}
    pairs = (part.partition("=") for part in key.split(","))
    return {name.strip(): column.strip() for name, _, column in pairs}


def _key_problems(definition: DatasetDefinition) -> Iterator[str]:
    if not definition.keyed_by:
        yield "keyed_by 为空，请写明按什么查询，如 [person]。"
    for name in definition.keyed_by:
        if not KEY.fullmatch(name):
            yield f"keyed_by 中的“{name}”应为 person、org 或数据项名，如 project.code。"
    if definition.source_kind == "rest":
        path = definition.settings.get("path", "")
        if len(definition.keyed_by) > 1 or "{key}" not in path:
            yield from (
                f"path 中缺少 {{{name}}}，请补上。" for name in definition.keyed_by if f"{{{name}}}" not in path
            )
    elif key := definition.settings.get("key", ""):
        columns = columns_of(key, definition.keyed_by)
        yield from (
            f"key 没有写明 {name} 对应的列，如 {name}=列名。" for name in definition.keyed_by if not columns.get(name)
        )
