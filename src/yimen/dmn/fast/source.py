"""One Python function for a decision and all it requires, on facts at hand that are known and of the types declared.

It reads every fact the decision can reach, so it does only for a plain dict, where reading moves no data; what was
really looked at is told, on demand, by an evaluation over the very same values. Whatever is unusual makes it give up.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, getcontext, setcontext
from operator import itemgetter

from yimen.dmn.columns import Line
from yimen.dmn.fast.expressions import EXACT, NoWay, Term, Writer
from yimen.dmn.fast.known import KnownTable, fact_kind, known_table, logic_of
from yimen.dmn.fast.lookups import FURTHEST, STRANGE, Names, Whole, line_of, number, number_mask
from yimen.dmn.fast.tables import Strange, bits, masked
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Required, Scope
from yimen.dmn.feel.types import ANY, Basic, Type
from yimen.dmn.model import Decision, Model, Plan
from yimen.dmn.outcome import Outcome, Teller

GIVES_UP = (KeyError, TypeError, ArithmeticError, Strange)
INLINE = 8
"""Up to how many stretches a computed number is compared one by one, rather than searched for."""

DENSE = 8
"""Up to how many rows every combination of hits has its output kept."""


def written(model: Model, decision: Decision, tell: Callable[[tuple[str, ...]], Teller], otherwise: Plan) -> Plan:
    """Return the function of a decision; `otherwise` is asked where it gives up.

    Raises:
        NoWay: something in it has no source.
    """
    return _Goal(model, tell, otherwise).function(decision)


@dataclass(slots=True)
class _Goal:
    """The function being written."""

    model: Model
    tell: Callable[[tuple[str, ...]], Teller]
    otherwise: Plan
    names: dict[str, object] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Term] = field(default_factory=dict)
    decided: dict[str, Term] = field(default_factory=dict)
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.names |= {"bisect": bisect_right, "getcontext": getcontext, "setcontext": setcontext, "exact": EXACT}
        self.names |= {"Outcome": Outcome, "Decimal": Decimal, "number": number, "date": date, "GIVES_UP": GIVES_UP}
        self.names |= {"STRANGE": STRANGE, "otherwise": self.otherwise, "furthest": FURTHEST, "least": -FURTHEST}
        self.writer = Writer(self.names, self._fact, self._decision)

    def function(self, decision: Decision) -> Plan:
        goal = self._value(decision, is_goal=True)
        paths = tuple(self.facts)
        self.names["tell"] = self.tell(paths)
        body = [*self.lines, f"return Outcome(({goal.source}, True, (), tell, facts))"]
        if self.writer.is_exact:
            body = ["saved = getcontext()", "setcontext(exact)", *_tried(body), "finally:", "    setcontext(saved)"]
        reads = ["facts = read(given)", *([f"{', '.join(self.facts.values())}, = facts"] if self.facts else [])]
        self.names["read"] = _reading(paths)
        whole = [*_tried([*reads, *body]), "except GIVES_UP:", "    return otherwise(given)"]
        text = "\n".join(["def decide(given):", *(f"    {line}" for line in whole)])
        exec(compile(text, "<decision>", "exec"), self.names)  # noqa: S102 - our own words; every value is a name
        decide = self.names["decide"]
        assert callable(decide)
        return decide

    # --- facts and decisions

    def _raw(self, path: str) -> str:
        return self.facts.setdefault(path, f"f{len(self.facts)}")

    def _fact(self, symbol: Input) -> Term:
        """Return a fact to reckon with: its class is checked, and a number made one that can be reckoned with."""
        path, kind = symbol.path, fact_kind(self.model, symbol)
        if path not in self.values:
            raw = self._raw(path)
            if kind == "number":
                name = self.writer.variable("n")
                is_usual = f"type({raw}) is int and least < {raw} < furthest"
                self._line(f"{name} = Decimal({raw}) if {is_usual} else number({raw})")
                self.values[path] = Term(name, kind)
            else:
                class_ = {"string": "str", "boolean": "bool", "date": "date"}[kind]
                self._line(f"if type({raw}) is not {class_}: return otherwise(given)")
                self.values[path] = Term(raw, kind)
        return self.values[path]

    def _decision(self, symbol: Required) -> Term:
        if symbol.key not in self.decided:
            found = self._value(self.model.by_key[symbol.key], is_goal=False)
            name = found.source
            if not name.isidentifier():
                name = self.writer.variable("d")
                self._line(f"{name} = {found.source}")
            self.decided[symbol.key] = Term(name, found.kind, found.longest)
        return self.decided[symbol.key]

    def _value(self, decision: Decision, *, is_goal: bool) -> Term:
        tree, types = logic_of(decision)
        if isinstance(tree, ast.Table):
            return self._table(tree, decision.scope, types, is_goal=is_goal)
        found = self.writer.term(tree, decision.scope)
        if any(type_ not in (ANY, Basic(found.kind)) for type_ in types):
            raise NoWay
        return found

    # --- tables

    def _table(self, node: ast.Table, scope: Scope, types: list[Type], *, is_goal: bool) -> Term:
        table = known_table(masked(self.model, node, scope), node, scope, types, is_goal=is_goal)
        if not is_goal and table.kind is None:
            raise NoWay
        name, value = self.writer.variable("m"), self.writer.variable("v")
        for place, step in enumerate(table.steps):
            looked_up = self._mask(table, step.place, scope)
            if place == 0:
                self._line(f"{name} = {looked_up}")
            elif step.is_asked:
                self._line(
                    f"if {name} & {self.writer.constant(table.columns[step.place].cares)}: {name} &= {looked_up}"
                )
            else:
                self._line(f"{name} &= {looked_up}")
        if not table.steps:
            self._line(f"{name} = {(1 << len(node.rules)) - 1}")
        self.lines.extend(_output(table, name, value, self.writer.constant, rows=len(node.rules)))
        return Term(value, table.kind or "Any", table.longest)

    def _mask(self, table: KnownTable, place: int, scope: Scope) -> str:
        """Return the source of the mask that a column's value has."""
        column = table.columns[place]
        symbol = table.symbols[place]
        if isinstance(symbol, Input) and symbol.path not in self.values:
            return self._raw_mask(table, place, self._raw(symbol.path), fact_kind(self.model, symbol))
        term = self.writer.term(column.tree, scope)
        line = None if term.kind == "boolean" else line_of(column, term.kind)
        match term.kind:
            case "boolean":
                false, true = (self.writer.constant(mask) for mask in column.truths)
                return f"({true} if {term.source} else {false})"
            case "number":
                assert line is not None
                return self._number_mask(term, line)
            case _:
                assert line is not None
                return self._line_mask(line, term.source)

    def _raw_mask(self, table: KnownTable, place: int, raw: str, kind: str) -> str:
        """Return the same for a fact that nothing else reckons with, straight from the value given."""
        column, constant = table.columns[place], self.writer.constant
        if kind == "boolean":
            false, true = (constant(mask) for mask in column.truths)
            return f"({true} if {raw} is True else {false} if {raw} is False else STRANGE)"
        line = line_of(column, kind)
        if kind == "number":
            whole = Whole(line)
            found = f"{constant(whole.masks)}[bisect({constant(whole.cuts)}, {raw})]"
            return f"({found} if type({raw}) is int else {constant(number_mask(line))}({raw}))"
        if kind == "string":
            names = line.named
            if names is not None:
                return f"{constant(Names(dict(names), line.masks[0]))}[{raw}]"
            return f"({self._line_mask(line, raw)} if type({raw}) is str else STRANGE)"
        return f"({self._line_mask(line, raw)} if type({raw}) is date else STRANGE)"

    def _line_mask(self, line: Line, source: str) -> str:
        names = line.named
        if names is not None:
            return f"{self.writer.constant(dict(names))}.get({source}, {self.writer.constant(line.masks[0])})"
        return f"{self.writer.constant(line.masks)}[bisect({self.writer.constant(line.cuts)}, {source})]"

    def _number_mask(self, term: Term, line: Line) -> str:
        constant = self.writer.constant
        if len(line.masks) > INLINE:
            return self._line_mask(line, term.source)
        source, parts = term.source, []
        if not source.isidentifier():  # reckoned even where no cell compares it: it may turn out to be null
            source = self.writer.variable("n")
            self._line(f"{source} = {term.source}")
        for cut, mask in zip(line.cuts, line.masks, strict=False):
            parts.append(f"{constant(mask)} if {source} < {constant(cut)} else ")
        return f"({''.join(parts)}{constant(line.masks[-1])})"

    def _line(self, text: str) -> None:
        self.lines.append(text)


def _output(table: KnownTable, mask: str, value: str, constant: Callable[[object], str], *, rows: int) -> list[str]:
    """Return the lines that give a table's output for the rows hit."""
    if table.collects:
        if rows > CHUNKED:
            outputs = constant(table.outputs)
            return [
                f"{value} = []",
                f"while {mask}:",
                f"    low = {mask} & -{mask}",
                f"    {value}.append({outputs}[low.bit_length()])",
                f"    {mask} ^= low",
            ]
        parts = []
        for start in range(0, rows, CHUNK):
            chunk = table.outputs[start + 1 : start + CHUNK + 1]
            lists = [[chunk[place] for place in bits(one)] for one in range(1 << len(chunk))]
            part = f"{mask} >> {start} & {(1 << CHUNK) - 1}" if start else f"{mask} & {(1 << CHUNK) - 1}"
            parts.append(f"*{constant(lists)}[{part}]")
        return [f"{value} = [{', '.join(parts)}]"]
    lines, is_dense = [], rows <= DENSE
    if is_dense:
        found = f"{constant([table.output_of(one) for one in range(1 << rows)])}[{mask}]"
    elif table.is_first:
        found = f"{constant(table.outputs)}[({mask} & -{mask}).bit_length()]"
    else:
        lines.append(f"if {mask} & ({mask} - 1): return otherwise(given)")
        found = f"{constant(table.outputs)}[{mask}.bit_length()]"
    lines.append(f"{value} = {found}")
    if table.may_be_strange or (is_dense and not table.is_first):
        lines.append(f"if {value} is STRANGE: return otherwise(given)")
    if table.is_copied:
        lines.append(f"if {value} is not None: {value} = {value}.copy()")
    return lines


CHUNK = 8
CHUNKED = 64
"""Up to how many rows the outputs collected are kept for every combination of eight."""


def _reading(paths: tuple[str, ...]) -> Callable[[dict[str, object]], tuple[object, ...]]:
    """Return what reads these facts at once; they are kept as they are read, for whoever asks for the story."""
    if len(paths) > 1:
        return itemgetter(*paths)
    return lambda given: tuple(given[path] for path in paths)


def _tried(lines: list[str]) -> list[str]:
    return ["try:", *(f"    {line}" for line in lines)]
