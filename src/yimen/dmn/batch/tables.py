"""Decision tables as row masks: one word a column of what it leaves possible, joined by AND (feel/code/tables.py).

A row is refuted, open or hit, row by row of the batch: open where nothing refutes it and some cell of it is unknown. A
table over 63 rows takes several words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from yimen.dmn.batch.comparing import same
from yimen.dmn.batch.logic import unified
from yimen.dmn.batch.pieces import (
    Bits,
    Column,
    Constant,
    Hits,
    Piece,
    Record,
    all_of,
    any_of,
    as_word,
    boolean,
    is_known,
    is_unknown,
    merged,
    negative,
    null,
    number,
    truth,
    where,
)
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable
from yimen.dmn.batch.rows import Cells, State, state_of
from yimen.dmn.batch.words import (
    Lookup,
    Words,
    before,
    both,
    either,
    has_any,
    has_several,
    inverse,
    is_set,
    lowest,
    mask,
)
from yimen.dmn.cells import ascending, segment
from yimen.dmn.feel import ast
from yimen.dmn.feel.operators import equal, is_same, less


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What the rows put out, in the order of their bits, and what stands where none is hit."""

    rows: list[tuple[Piece, ...]]
    otherwise: tuple[Piece, ...]
    has_default: bool
    names: tuple[str, ...]

    @property
    def may_stand_for_default(self) -> bool:
        """Tell whether a row can put out what no row does: a context, be it full of nulls, is not null."""
        return self.has_default or len(self.names) == 1

    @property
    def are_constant(self) -> bool:
        """Tell whether no output differs from one row of the batch to another."""
        return all(isinstance(piece, Constant) for row in [*self.rows, self.otherwise] for piece in row)

    def values(self) -> list[tuple[object, ...]]:
        """Return the outputs of a table of constant ones."""
        return [tuple(piece.value for piece in row if isinstance(piece, Constant)) for row in self.rows]

    def default(self) -> tuple[object, ...]:
        """Return what stands where no row is hit, in a table of constant outputs."""
        return tuple(piece.value for piece in self.otherwise if isinstance(piece, Constant))


def compile_table(table: ast.Table, cells: Cells) -> Piece:
    """Return what a table compiles to.

    Raises:
        NotCompilable: its hit policy or outputs are none that a batch expresses.
    """
    if not table.rules:
        raise NotCompilable("表格没有行。", "请补上规则。")
    outputs = _outputs(table, cells)
    order = _order(table, outputs, cells)
    ordered = _Outputs([outputs.rows[place] for place in order], outputs.otherwise, outputs.has_default, outputs.names)
    state = state_of(table, order, cells)
    match table.hit_policy:
        case "UNIQUE":
            return _unique(state, ordered)
        case "FIRST":
            return _first(state, ordered)
        case "ANY":
            return _any(state, ordered)
        case "PRIORITY":
            return _priority(state, ordered, _ranks(table, ordered, cells))
        case "COLLECT COUNT" | "COLLECT SUM":
            return _total(state, ordered, is_count=table.hit_policy == "COLLECT COUNT")
        case "COLLECT MIN" | "COLLECT MAX":
            return _extreme(state, ordered)
        case _:
            if cells.engine == "polars":
                raise NotCompilable("Polars 不能经 Ibis 拼接列表。", "请改用 DuckDB，或改用 COLLECT 的汇总。")
            return _listed(state, ordered)


# --- rows


def _outputs(table: ast.Table, cells: Cells) -> _Outputs:
    rows = [tuple(cells.expression(one) for one in rule.outputs) for rule in table.rules]
    defaults = [column.default for column in table.outputs]
    otherwise = tuple(Constant(None) if one is None else cells.expression(one) for one in defaults)
    return _Outputs(rows, otherwise, any(defaults), tuple(column.name for column in table.outputs))


def _order(table: ast.Table, outputs: _Outputs, cells: Cells) -> list[int]:
    """Return the rows in the order of their bits: the lowest bit hit is the one that counts."""
    places = list(range(len(table.rules)))
    match table.hit_policy:
        case "PRIORITY" | "OUTPUT ORDER":
            ranks = _ranks(table, outputs, cells)
            return sorted(places, key=lambda place: ranks[place])
        case "COLLECT MIN" | "COLLECT MAX":
            values = [value for (value,) in _constant(outputs)]
            if any(less(value, values[0]) is None for value in values):
                raise NotCompilable("这些输出不能比较大小。", "请统一为数、文字或日期。")
            points = ascending(values)
            ranked = sorted(places, key=lambda place: segment(points, values[place]))
            return ranked if table.hit_policy == "COLLECT MIN" else ranked[::-1]
        case _:
            return places


def _constant(outputs: _Outputs) -> list[tuple[object, ...]]:
    if not outputs.are_constant:
        raise NotCompilable("这种命中策略只能编译输出是常量的表格。", "请改用 UNIQUE 或 FIRST，或逐行求值。")
    return outputs.values()


def _ranks(table: ast.Table, outputs: _Outputs, cells: Cells) -> list[tuple[int, ...]]:
    """Return each row's rank: output by output its place among the allowed ones."""
    allowed: list[list[object]] = []
    for column in table.outputs:
        piece = Constant([]) if column.allowed is None else cells.expression(column.allowed)
        if not isinstance(piece, Constant):
            raise NotCompilable("输出的取值列表要是常量。", ROW_BY_ROW)
        allowed.append(piece.value if isinstance(piece.value, list) else [piece.value])
    return [
        tuple(
            next((place for place, one in enumerate(values) if equal(one, value) is True), len(values))
            for value, values in zip(row, allowed, strict=True)
        )
        for row in _constant(outputs)
    ]


# --- outputs


def _put_out(columns: list[Column], whole: Column, outputs: _Outputs) -> Piece:
    """Return a single output's column, or a record of them."""
    if len(columns) == 1:
        return columns[0]
    return Record(dict(zip(outputs.names, columns, strict=True)), whole)


def _picked(low: Words, outputs: _Outputs) -> list[Column]:
    """Return the outputs of the row whose bit is set by itself, those of no row where none is."""
    found: list[Column] = []
    lookup = Lookup(low)
    for place in range(len(outputs.names)):
        unify = unified([row[place] for row in [*outputs.rows, outputs.otherwise]])
        value = lookup.of([one.value for one in unify[:-1]], unify[-1].value)
        kind = unify[0].kind
        if all(one.known is None for one in unify):
            known = None
        else:
            known = boolean(lookup.of([is_known(one) for one in unify[:-1]], is_known(unify[-1])))
        waiting = merged(
            [where(is_set(low, bit), one.waiting) for bit, one in enumerate(unify[:-1])]
            + [where(negative(has_any(low)), unify[-1].waiting)]
        )
        found.append(Column(kind, value, known, waiting))
    return found


def _settled(
    columns: list[Column],
    outputs: _Outputs,
    *,
    is_determined: ir.BooleanValue,
    is_null: ir.BooleanValue | None,
    waiting: Bits,
) -> Piece:
    """Return the outputs where the table is determined; `is_null` where that makes them null. Neither is NULL."""
    kept: list[Column] = []
    shown = is_determined if is_null is None else boolean(is_determined & negative(is_null))
    for column in columns:
        nothing = null(column.kind).cast(column.value.type())
        known = is_determined
        if column.waiting:
            settled = is_known(column) if is_null is None else boolean(is_null | is_known(column))
            known = boolean(is_determined & settled)
        value = ibis.ifelse(shown, column.value, nothing)
        both_wait = merged([where(negative(is_determined), waiting), where(is_determined, column.waiting)])
        kept.append(Column(column.kind, value, known, both_wait if column.waiting else waiting))
    return _put_out(
        kept, Column("context", ibis.ifelse(shown, truth(value=True), null("")), is_determined, waiting), outputs
    )


def _unique(state: State, outputs: _Outputs) -> Piece:
    several = has_several(state.certain)
    state = state.closed_by(state.certain, is_single=True)  # where there are several, it is null whatever is open
    is_last = negative(has_any(state.certain))
    hit = either(state.certain, state.open)
    alike = (
        _unique_constant(state, outputs, hit, is_last) if outputs.are_constant else _unique_varying(state, outputs, hit)
    )
    waiting = merged([state.waiting(state.open), _unknown_outputs(hit, outputs, is_last=is_last)])
    is_determined = any_of([several, negative(has_any(state.open)), *alike])
    columns = _picked(state.certain, outputs)
    made = _settled(columns, outputs, is_determined=is_determined, is_null=several, waiting=waiting)
    return _with_absence(made, state.certain, outputs)


def _unique_constant(state: State, outputs: _Outputs, hit: Words, is_last: ir.BooleanValue) -> list[ir.BooleanValue]:
    """Return where whichever of the open rows is hit gives the same.

    With a row hit for certain it is null, for the open ones may be hit beside it; without one it is the default, if no
    two of the open ones may be hit, or if it is null.
    """
    found: list[ir.BooleanValue] = []
    values, default = outputs.values(), outputs.default()
    width = len(values)
    nothing: tuple[object, ...] = (None,)
    null_rows = [bit for bit, one in enumerate(values) if len(one) == 1 and _are_same(one, nothing)]
    if null_rows:
        outside = negative(has_any(both(hit, inverse(mask(null_rows, width)))))
        found.append(outside if default == nothing else all_of([negative(is_last), outside]))
    like = [bit for bit, one in enumerate(values) if outputs.may_stand_for_default and _are_same(one, default)]
    if like and default != nothing:
        outside = negative(has_any(both(state.open, inverse(mask(like, width)))))
        found.append(all_of([is_last, outside, *_never_together(state, like)]))
    return found


def _never_together(state: State, rows: Iterable[int]) -> list[ir.BooleanValue]:
    """Return tests that no two of the open rows may be hit together, these being all that are open."""
    tests: list[ir.BooleanValue] = []
    for bit in rows:
        together = state.together(bit)
        if any(together):
            tests.append(negative(boolean(is_set(state.open, bit) & has_any(both(state.open, together)))))
    return tests


def _unique_varying(state: State, outputs: _Outputs, hit: Words) -> list[ir.BooleanValue]:
    """Return the same for outputs that differ by row of the batch."""
    is_last = negative(has_any(state.certain))
    found: list[ir.BooleanValue] = []
    unify = [unified([row[place] for row in [*outputs.rows, outputs.otherwise]]) for place in range(len(outputs.names))]
    if len(unify) == 1:
        nulls = [boolean(is_known(one) & one.value.isnull()) for one in unify[0][:-1]]
        tests = [any_of([negative(is_set(hit, bit)), one]) for bit, one in enumerate(nulls)]
        found.append(all_of([negative(is_last), *tests]))
    if outputs.may_stand_for_default:
        tests = [
            any_of([negative(is_set(state.open, bit)), same(one, of[-1])])
            for of in unify
            for bit, one in enumerate(of[:-1])
        ]
        apart = all_of(_never_together(state, range(state.width)))
        if len(unify) == 1:
            default = unify[0][-1]
            apart = any_of([apart, boolean(is_known(default) & default.value.isnull())])
        found.append(all_of([is_last, apart, *tests]))
    return found


def _with_absence(made: Piece, hit: Words, outputs: _Outputs) -> Piece:
    """Return a record that is null, not full of nulls, where no row is hit and there is no default."""
    if not isinstance(made, Record) or made.whole is None or outputs.has_default:
        return made
    whole = made.whole
    value = ibis.ifelse(has_any(hit), whole.value, null(""))
    return Record(made.entries, Column(whole.kind, value, whole.known, whole.waiting))


def _first(state: State, outputs: _Outputs) -> Piece:
    low = lowest(state.certain)
    state = state.closed_by(low, is_single=True)
    candidates = both(state.open, before(low))
    if outputs.are_constant and _are_distinct(outputs):
        made = _settled(
            _picked(low, outputs),
            outputs,
            is_determined=negative(has_any(candidates)),
            is_null=None,
            waiting=state.waiting(candidates),
        )
        return _with_absence(made, low, outputs)
    hit = either(candidates, low)
    first = lowest(hit)
    columns = _picked(first, outputs)
    is_alike = _agreed(hit, first, columns, outputs, is_last=negative(has_any(state.certain)))
    is_determined = boolean(negative(has_any(candidates)) | is_alike)
    waiting = merged(
        [state.waiting(candidates), _unknown_outputs(hit, outputs, is_last=negative(has_any(state.certain)))]
    )
    made = _settled(columns, outputs, is_determined=is_determined, is_null=None, waiting=waiting)
    return _with_absence(made, first, outputs)


def _are_distinct(outputs: _Outputs) -> bool:
    """Tell whether no two rows, and no row and the default, put out the same."""
    values = outputs.values()
    if outputs.may_stand_for_default:
        values.append(outputs.default())
    seen: set[str] = set()
    for value in values:
        seen.add(repr([_normal(one) for one in value]))
    return len(seen) == len(values)


def _normal(value: object) -> object:
    return value.normalize() if isinstance(value, Decimal) else value


def _agreed(
    hit: Words, first: Words, columns: list[Column], outputs: _Outputs, *, is_last: ir.BooleanValue
) -> ir.BooleanValue:
    """Return where all rows of `hit`, and the default where it may be last, put out the same; never NULL."""
    if outputs.are_constant:
        values, default = outputs.values(), outputs.default()
        width = len(values)
        classes = [mask((bit for bit, one in enumerate(values) if _are_same(one, value)), width) for value in values]
        alike = negative(has_any(both(hit, inverse(Lookup(first).words(classes)))))
        like = [bit for bit, one in enumerate(values) if outputs.may_stand_for_default and _are_same(one, default)]
        of_default = mask(like, width)
        return boolean(alike & (negative(is_last) | negative(has_any(both(hit, inverse(of_default))))))
    tests: list[ir.BooleanValue] = [] if outputs.may_stand_for_default else [negative(is_last)]
    for place, column in enumerate(columns):
        unify = unified([row[place] for row in [*outputs.rows, outputs.otherwise]])
        for bit, one in enumerate(unify[:-1]):
            tests.append(boolean(negative(is_set(hit, bit)) | same(one, column)))
        tests.append(boolean(negative(is_last) | same(unify[-1], column)))
    return all_of(tests)


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(is_same(a, b) for a, b in zip(one, other, strict=True))


def _unknown_outputs(hit: Words, outputs: _Outputs, *, is_last: ir.BooleanValue) -> Bits:
    """Return what the outputs of these rows wait for themselves."""
    placed = [(is_set(hit, bit), row) for bit, row in enumerate(outputs.rows)] + [(is_last, outputs.otherwise)]
    return merged(
        [
            where(boolean(is_possible & is_unknown(piece)), piece.waiting)
            for is_possible, row in placed
            for piece in row
            if isinstance(piece, Column)
        ]
    )


def _any(state: State, outputs: _Outputs) -> Piece:
    values = _constant(outputs)
    state = state.closed_by(state.certain, is_single=False)
    is_last = negative(has_any(state.certain))
    hit = either(state.certain, state.open)
    first = lowest(hit)
    columns = _picked(first, outputs)
    classes = [mask((bit for bit, one in enumerate(values) if _are_same(one, value)), state.width) for value in values]
    of_first = Lookup(lowest(state.certain)).words(classes)
    differ = has_any(both(state.certain, inverse(of_first)))
    agreed = boolean(negative(has_any(hit)) | _agreed(hit, first, columns, outputs, is_last=is_last))
    made = _settled(
        columns, outputs, is_determined=boolean(differ | agreed), is_null=differ, waiting=state.waiting(state.open)
    )
    return _with_absence(made, hit, outputs)


def _priority(state: State, outputs: _Outputs, ranks: list[tuple[int, ...]]) -> Piece:
    state = state.closed_by(state.certain, is_single=False)
    low = lowest(state.certain)
    is_last = negative(has_any(state.certain))
    upto = [mask((bit for bit, other in enumerate(ranks) if other <= rank), state.width) for rank in ranks]
    below = tuple(
        number(ibis.ifelse(is_last, ibis.literal(-1, "int64"), as_word(word))) for word in Lookup(low).words(upto)
    )
    candidates = both(state.open, below)
    hit = either(candidates, low)
    first = lowest(hit)
    columns = _picked(first, outputs)
    agreed = _agreed(hit, first, columns, outputs, is_last=is_last)
    is_determined = boolean(negative(has_any(candidates)) | agreed)
    made = _settled(columns, outputs, is_determined=is_determined, is_null=None, waiting=state.waiting(state.open))
    return _with_absence(made, first, outputs)


def _single(outputs: _Outputs) -> list[object]:
    if len(outputs.names) > 1:
        raise NotCompilable("收集多个输出列的表格不能编译成批量。", "请拆成几个表格，各有一个输出列。")
    return [value for (value,) in _constant(outputs)]


def _extreme(state: State, outputs: _Outputs) -> Piece:
    """Return the least or greatest output: further rows may be hit, if none of them is beyond it."""
    values = _single(outputs)
    state = state.closed_by(state.certain, is_single=False)
    low = lowest(state.certain)
    beyond = [
        mask((bit for bit in range(place) if not is_same(values[bit], one)), state.width)
        for place, one in enumerate(values)
    ]
    harmless = boolean(has_any(low) & negative(has_any(both(state.open, Lookup(low).words(beyond)))))
    return _settled(
        _picked(low, outputs),
        outputs,
        is_determined=any_of([negative(has_any(state.open)), harmless]),
        is_null=None,
        waiting=state.waiting(state.open),
    )


def _total(state: State, outputs: _Outputs, *, is_count: bool) -> Piece:
    values = _single(outputs)
    state = state.closed_by(state.certain, is_single=False)
    numbers_ = [Decimal(1)] * len(values) if is_count else values
    if not all(isinstance(value, Decimal) for value in numbers_):
        raise NotCompilable("SUM 的输出要都是数。", "请检查输出。")
    default = outputs.otherwise[0]
    if is_count and not outputs.has_default:
        default = Constant(Decimal(0))
    columns = unified([*(Constant(value) for value in numbers_), Constant(sum(map(abs, numbers_))), default])  # type: ignore[arg-type]  # all are decimals
    zero = ibis.literal(0, "int64").cast(columns[0].value.type())
    total: ir.Value = zero
    for bit, column in enumerate(columns[: len(values)]):
        total = total + ibis.ifelse(is_set(state.certain, bit), column.value, zero)
    value = ibis.ifelse(has_any(state.certain), total, columns[-1].value)
    return _settled(
        [Column("number", value, None, ())],
        outputs,
        is_determined=negative(has_any(state.open)),
        is_null=None,
        waiting=state.waiting(state.open),
    )


def _listed(state: State, outputs: _Outputs) -> Piece:
    _single(outputs)
    if outputs.has_default:
        raise NotCompilable("收集列表的表格有默认输出：没有命中时结果就不是列表。", "请去掉默认输出。")
    state = state.closed_by(state.certain, is_single=False)
    columns = unified([row[0] for row in outputs.rows])
    type_ = columns[0].value.type()
    empty = ibis.literal([], f"array<{type_}>")
    parts = [
        ibis.ifelse(is_set(state.certain, bit), ibis.array([column.value]), empty) for bit, column in enumerate(columns)
    ]
    value = ibis.array(parts).flatten()
    is_determined = boolean(negative(has_any(state.open)))
    kept = ibis.ifelse(is_determined, value, ibis.null(f"array<{type_}>"))
    return Hits(Column(columns[0].kind, kept, is_determined, state.waiting(state.open)))
