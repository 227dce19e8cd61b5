"""Facts as columns of the table: by their full dotted names, of the types they are declared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from yimen.dmn.batch.pieces import WORD, Bits, Column, blank
from yimen.dmn.batch.refusal import ROW_BY_ROW, NotCompilable, UnknownColumn
from yimen.dmn.feel.types import ANY, Basic, Restricted, Type, shown


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts a decision can reach, in the order of their flags, and the table they are columns of.

    A fact the table has no column of is unknown in every row. `absent` are those really met so far.
    """

    names: Sequence[str]
    types: Mapping[str, Type]
    table: ir.Table
    absent: set[str] = field(default_factory=set)

    @property
    def engine(self) -> str:
        """Return the name of the engine behind the table; empty for a table that is none's yet."""
        try:
            return str(self.table.get_backend().name)
        except IbisError:
            return ""

    def column(self, name: str) -> Column:
        """Return a fact's column: NULL is unknown, a fact is never FEEL null.

        Raises:
            UnknownColumn: the table's column is of another type than the fact.
            NotCompilable: no column can hold what the fact is.
        """
        type_ = self.types.get(name, ANY)
        base = type_.base if isinstance(type_, Restricted) else type_
        if not isinstance(base, Basic):
            raise NotCompilable(f"事实“{name}”是 {shown(base)}，不能作为一列。", ROW_BY_ROW)
        if name not in self.table.columns:
            self.absent.add(name)
            return Column(base.name if base != ANY else "Null", blank(base.name), None, self._flag(name))
        kind, value = _received(name, base.name, self.table[name])
        return Column(kind, value, None, self._flag(name))

    def _flag(self, name: str) -> Bits:
        """Return the flag of one fact."""
        place = self.names.index(name)
        return tuple(1 << place % WORD if word == place // WORD else 0 for word in range(-(-len(self.names) // WORD)))


def _received(name: str, wanted: str, value: ir.Value) -> tuple[str, ir.Value]:
    """Return a column's kind and its values as its fact is declared, as `inputs.received` does with single values."""
    type_ = value.type()
    match wanted, type_:
        case (("number" | "Any"), dt.Floating()):
            assert isinstance(value, ir.FloatingValue)
            # What is no number is what a data frame writes for an absent one.
            return "number", ibis.ifelse(value.isnan() | value.isinf(), ibis.null(type_), value)
        case (("number" | "Any"), dt.Integer() | dt.Decimal()):
            return "number", value
        case (("string" | "Any"), dt.String()):
            return "string", value
        case (("boolean" | "Any"), dt.Boolean()):
            return "boolean", value
        case (("date" | "Any"), dt.Date()):
            return "date", value
        case "date", dt.Timestamp(timezone=None):
            assert isinstance(value, ir.TimestampValue)
            return "date", value.date()
        case "date and time", dt.Date():
            return "date and time", value.cast("timestamp")
        case (("date and time" | "Any"), dt.Timestamp(timezone=None)):
            return "date and time", value
        case _:
            raise UnknownColumn(
                f"列“{name}”在表中是 {type_}，事实却声明为 {wanted}。请先用 table.mutate 把这一列转换（cast）过来。"
            )
