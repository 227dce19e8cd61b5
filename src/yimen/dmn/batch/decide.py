"""Compile a decision of a model to Ibis expressions over a table of facts."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch.facts import Facts
from yimen.dmn.batch.logic import unified
from yimen.dmn.batch.pieces import (
    WORD,
    Bits,
    Column,
    Constant,
    Hits,
    Many,
    Piece,
    Quotient,
    Record,
    all_of,
    as_column,
    as_word,
    boolean,
    is_known,
    is_unknown,
    merged,
    truth,
    where,
)
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.batch.stages import staged
from yimen.dmn.batch.walk import Walker
from yimen.dmn.errors import UnknownDecision
from yimen.dmn.model import Model


@dataclass(frozen=True, slots=True)
class Batch:
    """A decision over a table, as expressions over `rows`: the table with the predicates shared among them as columns.

    `value` is NULL where the decision is not `determined`, and where it is FEEL null. A context is a struct; its
    entries are also in `parts`. `failing` counts the required boolean decisions (`conditions`) that are false, and
    `single_failing` names the one where it is exactly one; both are None where the decision requires none.

    `missing` are flags, 63 to an int64 word, of the facts that still matter: bit i of the first word is `facts[i]`, bit
    i of the second `facts[63 + i]`. Flags are a few machine words where lists of names would be text for every row;
    `missing_names` reads them. `absent` are facts that the table has no column of: unknown in every row.
    """

    rows: ir.Table
    value: ir.Value
    parts: Mapping[str, ir.Value]
    determined: ir.BooleanValue
    missing: tuple[ir.IntegerValue, ...]
    facts: tuple[str, ...]
    conditions: tuple[str, ...]
    failing: ir.IntegerValue | None
    single_failing: ir.StringValue | None
    absent: tuple[str, ...]

    def table(self, *keep: str) -> ir.Table:
        """Return everything as one table: the columns kept, then value, determined, missing and so on by their names.

        A second word of `missing` is `missing_2`, and so on.
        """
        columns: dict[str, ir.Value] = {name: self.rows[name] for name in keep}
        columns |= {"value": self.value, "determined": self.determined}
        columns |= {f"missing_{place}" if place > 1 else "missing": word for place, word in enumerate(self.missing, 1)}
        if self.failing is not None and self.single_failing is not None:
            columns |= {"failing": self.failing, "single_failing": self.single_failing}
        return self.rows.select(**columns)

    def missing_names(self, *words: int) -> tuple[str, ...]:
        """Return the facts flagged in a row's words, in the order of `facts`."""
        return tuple(name for place, name in enumerate(self.facts) if words[place // WORD] >> place % WORD & 1)

    def is_missing(self, fact: str) -> ir.BooleanValue:
        """Return where a fact still matters."""
        place = self.facts.index(fact)
        return boolean(self.missing[place // WORD] & ibis.literal(1 << place % WORD, "int64") != 0)


def compile(model: Model, name: str, table: ir.Table) -> Batch:  # noqa: A001 - what it does, under its package's name
    """Compile a decision over a table whose columns are facts by their full dotted names; NULL is unknown.

    A fact without a column is unknown in every row; columns that are no facts are left alone.

    Raises:
        UnknownDecision: the model has no decision of this name.
        UnknownColumn: a column is of another type than its fact is declared with.
        NotCompilable: the decision uses what no batch expresses; the message says what, where, and what to do.
    """
    if name not in model.decisions:
        raise UnknownDecision(f"模型“{model.name}”中没有决策“{name}”。可用的有：{'、'.join(model.decisions)}。")
    decision = model.decisions[name]
    facts = Facts(tuple(sorted(decision.facts)), model.types, table)
    walker = Walker(model, facts)
    piece = walker.decision(name)
    required = [(key, walker.decision(key)) for key in decision.requires if key in model.by_key]
    conditions = {key: one for key, one in required if _is_boolean(one)}
    try:
        columns = _columns(piece)
    except NotCompilable as error:
        raise error.at(name) from error
    return _batch(facts, piece, columns, conditions)


def _is_boolean(piece: Piece) -> bool:
    return isinstance(piece, Column | Constant) and piece.kind == "boolean"


def _columns(piece: Piece) -> dict[str, Column]:
    """Return what is put out: one column without a name, or those of a context's entries."""
    match piece:
        case Record(entries):
            flat: dict[str, Column] = {}
            for name, entry in entries.items():
                if isinstance(entry, Record):
                    raise NotCompilable("结果是嵌套的上下文。", "请拆成几个决策，或逐行求值。")
                (flat[name],) = _columns(entry).values()
            return flat
        case Hits(column):
            return {"": column}
        case Constant([_, *_] as values):
            items = unified([Constant(value) for value in values])
            return {"": Column("list", ibis.array([item.value for item in items]), None, ())}
        case Many():
            raise NotCompilable("结果是列表。", ROW_BY_ROW)
        case Column() | Constant() | Quotient():
            return {"": as_column(piece)}
        case _:
            raise NotCompilable("结果不是一个值。", ROW_BY_ROW)


def _batch(facts: Facts, piece: Piece, columns: Mapping[str, Column], conditions: Mapping[str, Piece]) -> Batch:
    whole = piece.whole if isinstance(piece, Record) else None
    all_columns = [*columns.values(), *([whole] if whole else [])]
    determined = all_of(
        [is_known(column) for column in dict.fromkeys(all_columns) if column.waiting or column.known is not None]
    )
    outputs: dict[str, ir.Value] = {"determined": determined}
    if isinstance(piece, Record):
        outputs |= {f"part {name}": column.value for name, column in columns.items()}
        made: ir.Value = ibis.struct({name: column.value for name, column in columns.items()})
        if whole is not None:
            made = ibis.ifelse(whole.value.notnull(), made, ibis.null(made.type()))
        outputs["value"] = ibis.ifelse(determined, made, ibis.null(made.type()))
    else:
        outputs["value"] = columns[""].value
    missing = merged([where(is_unknown(column), column.waiting) for column in all_columns if column.waiting])
    width = max(1, -(-len(facts.names) // WORD))
    outputs |= {f"missing {place}": as_word(word) for place, word in enumerate(_padded(missing, width))}
    named = {name: as_column(one, "boolean") for name, one in conditions.items()}
    if named:
        outputs |= _failing(named)
    rows, over = staged(facts.table, outputs)
    return Batch(
        rows=rows,
        value=over["value"],
        parts={name: over[f"part {name}"] for name in columns if name},
        determined=boolean(over["determined"]),
        missing=tuple(_integer(over[f"missing {place}"]) for place in range(width)),
        facts=tuple(facts.names),
        conditions=tuple(named),
        failing=_integer(over["failing"]) if named else None,
        single_failing=_string(over["single failing"]) if named else None,
        absent=tuple(sorted(facts.absent)),
    )


def _padded(words: Bits, width: int) -> Bits:
    return (*words, *([0] * (width - len(words))))


def _failing(conditions: Mapping[str, Column]) -> dict[str, ir.Value]:
    """Return how many conditions are false, and the name of the only one; one that is NULL has not failed."""
    failed = [boolean(column.value == truth(value=False)) for column in conditions.values()]
    one, none = ibis.literal(1, "int16"), ibis.literal(0, "int16")
    count: ir.Value = ibis.ifelse(failed[0], one, none)
    for each in failed[1:]:
        count = count + ibis.ifelse(each, one, none)
    first = ibis.cases(*zip(failed, conditions, strict=True), else_=ibis.null("string"))
    return {"failing": count, "single failing": ibis.ifelse(count == 1, first, ibis.null("string"))}


def _integer(value: ir.Value) -> ir.IntegerValue:
    assert isinstance(value, ir.IntegerValue)
    return value


def _string(value: ir.Value) -> ir.StringValue:
    assert isinstance(value, ir.StringValue)
    return value
