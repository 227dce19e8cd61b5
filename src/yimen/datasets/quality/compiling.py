"""Rules as SQL over one table: for each rule the condition under which a row breaks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yimen.datasets.quality import checks, expressions
from yimen.datasets.quality.checks import quoted
from yimen.datasets.quality.rules import Column, Kind, Rule

OLDEST = "DATE '1900-01-01'"
RAW = "·raw"
"""What the text of a column is called that is also read as a date, number or truth value."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule asks of each row: `fails` an SQL condition true where the row breaks it, `applies` what it counts.

    `applies` is an SQL value that is null where the rule has nothing to look at; empty means every row. `parts` are
    columns both stand on, by name.
    """

    rule: Rule
    fails: str
    applies: str
    parts: Mapping[str, str] = field(default_factory=dict)


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def is_text(kind: str) -> bool:
    """Tell whether a column of the database's own type holds text."""
    return kind == "VARCHAR"


def selected(columns: Sequence[Column], types: Mapping[str, str], *, is_clean: bool) -> list[str]:
    """Return the columns as SQL, each by our name and of our type; what cannot be read as its type is null.

    `types` are the table's own by its own names. Beside a column that is read stands its text, under its name and RAW.
    `is_clean` says that texts are already trimmed and blanks already null, as in a snapshot of ours.
    """
    parts = []
    for column in columns:
        own = types[column.source or column.name]
        given = quoted(column.source or column.name)
        if not is_text(own):
            parts.append(f"{given} AS {quoted(column.name)}")
            continue
        text = given if is_clean or column.blank_is_value else f"nullif(trim({given}), '')"
        if column.type == "string":
            parts.append(f"{text} AS {quoted(column.name)}")
        else:
            parts += [f"{text} AS {quoted(column.name + RAW)}", f"{_read(text, column.type)} AS {quoted(column.name)}"]
    return parts + [quoted(column.flag) for column in columns if column.flag]


def _read(text: str, kind: str) -> str:
    match kind:
        case "date":
            compact = f"TRY_CAST(try_strptime({text}, '%Y%m%d') AS DATE)"
            return f"coalesce(TRY_CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE), {compact})"
        case "instant":
            return f"TRY_CAST({text} AS TIMESTAMP)"
        case "number":
            return f"TRY_CAST(replace({text}, '_', '?') AS DOUBLE)"
        case _:
            return f"(CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END)"


def look(rule: Rule, columns: Mapping[str, Column], types: Mapping[str, str], *, today: str) -> Look:
    """Return what a rule of rows asks of each row; UNIQUE and CYCLE ask the table as a whole and are not for here.

    Raises:
        BadExpression: a written rule says what cannot be said.
    """
    name = rule.fields[0]
    value = quoted(name)
    column = columns.get(name)
    was_text = column is not None and column.type != "string" and is_text(types[column.source or column.name])
    raw = quoted(name + RAW) if was_text else value
    flag = quoted(column.flag) if column is not None and column.flag else ""
    match rule.kind:
        case Kind.TYPE | Kind.CODE | Kind.BELIEVED if flag:
            return Look(rule, flag, f"CASE WHEN {flag} OR {value} IS NOT NULL THEN true END")
        case Kind.REQUIRED:
            return Look(rule, f"({raw} IS NULL AND NOT {flag})" if flag else f"{raw} IS NULL", "")
        case Kind.TYPE:
            return Look(rule, f"({value} IS NULL AND {raw} IS NOT NULL)" if was_text else "false", raw)
        case Kind.LENGTH:
            return Look(rule, f"length(CAST({raw} AS VARCHAR)) > {rule.limit}", raw)
        case Kind.FORM:
            assert column is not None
            return Look(rule, f"NOT regexp_full_match(CAST({raw} AS VARCHAR), {literal(column.form)})", raw)
        case Kind.CODE | Kind.LISTED:
            assert column is not None
            codes = column.codes if rule.kind is Kind.CODE else column.listed
            allowed = ", ".join(literal(code) for code in codes)
            return Look(rule, f"CAST({raw} AS VARCHAR) NOT IN ({allowed})", raw)
        case Kind.RESIDENT_ID:
            return Look(rule, f"NOT {checks.resident_id_holds(name)}", value, checks.resident_id_parts(name))
        case Kind.CREDIT_CODE:
            return Look(rule, f"NOT {checks.credit_code_holds(name)}", value, checks.credit_code_parts(name))
        case Kind.DATE_RANGE:
            late = f" OR {value} > DATE {literal(today)}" if rule.limit else ""
            return Look(rule, f"({value} < {OLDEST}{late})", value)
        case Kind.BIRTH_DATE:
            born, parts = checks.birth_of(rule.fields[1]), checks.resident_id_parts(rule.fields[1])
            return Look(rule, f"{value} <> {born}", f"CASE WHEN {value} IS NOT NULL THEN {born} END", parts)
        case Kind.BELIEVED:
            return Look(rule, "false", raw)
        case _:
            holds, _ = expressions.checked(rule.expression, columns)
            return Look(rule, f"NOT {holds}", holds)
