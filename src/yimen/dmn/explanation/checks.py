"""The comparisons that decided: found by evaluating the logic part by part and following only what settled it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from yimen.dmn.cells import constant_value
from yimen.dmn.explanation.phrases import Phrases
from yimen.dmn.explanation.probing import Probe, facts_in
from yimen.dmn.explanation.subjects import fact_of, symbol_of
from yimen.dmn.explanation.writing import REST, written
from yimen.dmn.feel import ast
from yimen.dmn.feel.scope import Input, Required, Scope
from yimen.dmn.feel.truth import truth
from yimen.dmn.trace import plain
from yimen.dmn.values import Unknown

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
NEAREST = 5
"""How many rows that were nearly hit are told of."""
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what was looked at, its value, what was required of it, and whether that is so.

    `subject` is a fact's or decision's name, or the text of an expression. `is_met` is None where a fact is unknown or
    the comparison is null. `facts` are all it can look at.
    """

    subject: str
    title: str
    value: object
    shown: str
    required: str
    is_met: bool | None
    facts: frozenset[str]

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "subject": self.subject,
            "title": self.title,
            "value": plain(self.value),
            "required": self.required,
            "met": self.is_met,
            "facts": sorted(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table that was hit: its number from one, its id, and what is remarked on it."""

    number: int
    id: str
    remarks: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {"row": self.number, "id": self.id, "remarks": list(self.remarks)}


@dataclass(frozen=True, slots=True)
class Follows:
    """Another decision, by its key, that settled this one."""

    key: str


Found = Check | Row | Follows


@dataclass(frozen=True, slots=True)
class Where:
    """Where an expression stands: what its names mean, the values of its variables, and whether it is to be false."""

    scope: Scope
    local: Mapping[str, object]
    is_negated: bool = False

    def negated(self) -> "Where":
        """Return the same with the contrary asked for."""
        return Where(self.scope, self.local, not self.is_negated)


class Checks:
    """Follows the logic of decisions on facts at hand."""

    def __init__(self, probe: Probe, phrases: Phrases) -> None:
        """Start with a set of facts and a language."""
        self._probe, self._phrases = probe, phrases

    def of(self, tree: ast.Expr, where: Where) -> Iterator[Found]:
        """Yield what settled an expression; what is no truth value is followed to the tables and decisions in it."""
        match tree:
            case ast.Written(_, _, inner) | ast.Typed(inner):
                yield from self.of(inner, where)
            case ast.Junction(operator, operands):
                yield from self._junction(operands, where, decisive=operator == "or")
            case ast.Call(ast.Name("not"), (negand,)) if "not" not in where.scope.symbols:
                yield from self.of(negand, where.negated())
            case ast.If(condition, then, otherwise):
                value = self._value(condition, where)
                yield from self.of(condition, Where(where.scope, where.local, is_negated=value is False))
                if not isinstance(value, Unknown):
                    yield from self.of(then if value is True else otherwise, where)
            case ast.ContextOf(entries, _, result):
                yield from self._context(entries, result, where)
            case ast.Table():
                yield from self._table(tree, where)
            case ast.Compare(operator, left, right):
                yield self._comparison(tree, operator, (left, right), where)
            case ast.Between(value, low, high):
                yield self._check(tree, value, self._between(tree_range(low, high), value, where), where)
            case ast.In(value, tests):
                yield self._check(tree, value, self._tests(tests, value, where), where)
            case ast.Call(ast.Name("starts with"), (value, beginning)):
                yield self._check(tree, value, self._beginning(value, beginning, where), where)
            case ast.Call(ast.Name("list contains"), (members, one)):
                yield self._check(tree, members, self._member(members, one, where), where)
            case ast.Quantified(quantifier, _, _) if len(facts := facts_in(tree, where.scope)) == 1:
                yield self._of_some(tree, quantifier, next(iter(facts)), where)
            case ast.Literal():
                return
            case _:
                yield from self._rest(tree, where)

    def _rest(self, tree: ast.Expr, where: Where) -> Iterator[Found]:
        """Yield what settles anything else: a decision is followed, a truth is checked, other values by their parts."""
        symbol = symbol_of(tree, where.scope)
        if isinstance(symbol, Required):
            yield Follows(symbol.key)
            return
        if isinstance(truth(self._value(tree, where)), bool) or isinstance(symbol, Input):
            yield self._check(tree, tree, self._phrases.value(not where.is_negated), where)
            return
        for part in _parts(tree):
            yield from (one for one in self.of(part, where) if isinstance(one, Follows | Row))

    def _value(self, tree: ast.Expr, where: Where) -> object:
        return self._probe.value(tree, where.scope, where.local)

    def _junction(self, operands: tuple[ast.Expr, ...], where: Where, *, decisive: bool) -> Iterator[Found]:
        values = [truth(self._value(one, where)) for one in operands]
        deciding = [one for one, value in zip(operands, values, strict=True) if value is decisive]
        if not deciding and not all(value is (not decisive) for value in values):
            deciding = [one for one, value in zip(operands, values, strict=True) if not isinstance(value, bool)]
        for one in deciding or operands:
            yield from self.of(one, where)

    def _context(
        self, entries: tuple[tuple[str, ast.Expr], ...], result: ast.Expr | None, where: Where
    ) -> Iterator[Found]:
        local, scope = dict(where.local), where.scope
        for name, entry in entries:
            inside = Where(scope, dict(local), where.is_negated)
            yield from (one for one in self.of(entry, inside) if isinstance(one, Row))
            local[name] = self._value(entry, inside)
            scope = scope.with_locals(name)
        if result is not None:
            yield from self.of(result, Where(scope, local, where.is_negated))

    # --- one comparison

    def _beginning(self, value: ast.Expr, beginning: ast.Expr, where: Where) -> str:
        """Return in words that a text begins so; a beginning with a name is a whole that the text is within."""
        limit, fact = self._value(beginning, where), fact_of(value, where.scope)
        named = None if isinstance(limit, Unknown) else self._phrases.names.value(fact, limit)
        phrase = "starts with" if named is None else "within"
        shown = self._phrases.value(limit) if named is None else named
        return self._phrases.say(f"not {phrase}" if where.is_negated else phrase, limit=shown)

    def _member(self, members: ast.Expr, one: ast.Expr, where: Where) -> str:
        """Return in words that a list has a member."""
        limit = self._limit(self._value(one, where), one, members, where)
        return self._phrases.say("not contains" if where.is_negated else "contains", limit=limit)

    def _of_some(self, tree: ast.Expr, quantifier: str, fact: str, where: Where) -> Check:
        """Return the check of a condition on the entries of one list; the list is what was looked at."""
        value, verdict = self._probe.entries(fact), truth(self._value(tree, where))
        required = self._phrases.say(f"not {quantifier}" if where.is_negated else quantifier)
        shown, title = self._phrases.value(value, fact), self._phrases.names.title(fact)
        is_met = verdict is not where.is_negated if isinstance(verdict, bool) else None
        return Check(fact, title, value, shown, required, is_met, frozenset([fact]))

    def _check(self, tree: ast.Expr, subject: ast.Expr, required: str, where: Where) -> Check:
        value, verdict = self._value(subject, where), truth(self._value(tree, where))
        is_met = verdict is not where.is_negated if isinstance(verdict, bool) else None
        check = self._said(subject, value, required, where)
        return replace(check, is_met=is_met, facts=facts_in(tree, where.scope))

    def _said(self, subject: ast.Expr, value: object, required: str, where: Where) -> Check:
        """Return a check of which it is not said yet whether it is met."""
        fact, symbol = fact_of(subject, where.scope), symbol_of(subject, where.scope)
        title = written(subject, where.scope, self._phrases)
        name = fact or (symbol.key if isinstance(symbol, Required) else title)
        return Check(name, title, value, self._phrases.value(value, fact), required, None, frozenset())

    def _comparison(self, tree: ast.Expr, operator: str, sides: tuple[ast.Expr, ast.Expr], where: Where) -> Check:
        """Return the check of a comparison; what is constant is the limit, else the right-hand side."""
        subject, limit = sides
        if constant_value(subject, where.scope) is not None and constant_value(limit, where.scope) is None:
            subject, limit, operator = limit, subject, FLIPPED[operator]
        wanted = OPPOSITE[operator] if where.is_negated else operator
        return self._check(tree, subject, self._compared(wanted, subject, limit, where), where)

    def _compared(self, operator: str, subject: ast.Expr, limit: ast.Expr, where: Where) -> str:
        value = self._value(limit, where)
        if isinstance(value, bool) and operator == "!=":
            operator, value = "=", not value
        of = self._value(subject, where) if isinstance(value, Unknown) else value
        return self._phrases.comparison(operator, self._limit(value, limit, subject, where), of)

    def _limit(self, value: object, limit: ast.Expr, subject: ast.Expr, where: Where) -> str:
        """Return a limit in words; one that was reckoned also says from what."""
        shown = self._phrases.value(value, fact_of(subject, where.scope))
        if constant_value(limit, where.scope) is not None:
            return shown
        text = written(limit, where.scope, self._phrases)
        if isinstance(value, Unknown):
            return text
        return shown if REST in text else self._phrases.say("derived", limit=shown, text=text)

    def _between(self, range_: ast.RangeOf, subject: ast.Expr, where: Where) -> str:
        low, high = range_.low, range_.high
        if low is None or high is None:
            end = low if high is None else high
            operator = _operator(range_)
            assert end is not None
            return self._compared(OPPOSITE[operator] if where.is_negated else operator, subject, end, where)
        phrase = "not between" if where.is_negated else "between"
        ends = {
            "low": self._limit(self._value(low, where), low, subject, where),
            "high": self._limit(self._value(high, where), high, subject, where),
        }
        if range_.low_included and range_.high_included:
            return self._phrases.say(f"{phrase} both", **ends)
        ends["from"] = self._phrases.say("included" if range_.low_included else "excluded")
        ends["to"] = self._phrases.say("included" if range_.high_included else "excluded")
        return self._phrases.say(phrase, **ends)

    def _tests(self, tests: ast.UnaryTests, subject: ast.Expr, where: Where) -> str:
        """Return in words what tests ask of a value."""
        where = where.negated() if tests.is_negated else where
        if len(tests.tests) > 1 and all(
            test.operator in {None, "="} and _is_single(test, where) for test in tests.tests
        ):
            return self._listed([test.operand for test in tests.tests], subject, where)
        parts = [self._test(test, subject, where) for test in tests.tests]
        return self._phrases.say("list" if where.is_negated else "or").join(parts)

    def _test(self, test: ast.Test, subject: ast.Expr, where: Where) -> str:
        operand = test.operand
        if isinstance(operand, ast.RangeOf) and test.operator is None:
            return self._between(operand, subject, where)
        if isinstance(operand, ast.ListOf) and test.operator is None:
            return self._listed(operand.items, subject, where)
        operator = test.operator or "="
        if "?" in _names(operand):
            phrase = "not fits" if where.is_negated else "fits"
            return self._phrases.say(phrase, text=written(operand, where.scope, self._phrases))
        return self._compared(OPPOSITE[operator] if where.is_negated else operator, subject, operand, where)

    def _listed(self, items: tuple[ast.Expr, ...] | list[ast.Expr], subject: ast.Expr, where: Where) -> str:
        values = [self._limit(self._value(one, where), one, subject, where) for one in items]
        return self._phrases.say("none of" if where.is_negated else "one of", values=self._phrases.listed(values))

    # --- tables

    def _table(self, table: ast.Table, where: Where) -> Iterator[Found]:
        """Yield the rows hit, with what their cells looked at; where none is, the cells that kept the nearest off.

        A row that puts out what was not wanted is told by the contrary of its cells: that is what was required.
        """
        values = [self._value(one, where) for one in table.inputs]
        verdicts = [
            [self._cell(test, value, where) for test, value in zip(rule.tests, values, strict=True)]
            for rule in table.rules
        ]
        hit = [place for place, row in enumerate(verdicts) if all(one is True for one in row)]
        if table.hit_policy == "FIRST":
            hit = hit[:1]
        for place in hit:
            rule = table.rules[place]
            yield Row(place + 1, rule.id, rule.annotations)
            output = self._value(rule.outputs[0], where) if len(rule.outputs) == 1 else None
            against = isinstance(output, bool) and output is where.is_negated
            yield from self._cells(table, place, values, where, is_against=against, every=True)
            for one in rule.outputs:
                yield from self.of(one, where)
        if hit:
            return
        failing = [sum(one is not True for one in row) for row in verdicts]
        nearest = [place for place, count in enumerate(failing) if count == min(failing)]
        missed = [
            one
            for place in nearest[:NEAREST]
            for one in self._cells(table, place, values, where, is_against=False, every=False)
        ]
        yield from self._together(missed) if min(failing, default=0) == 1 else missed

    def _together(self, missed: list[Check]) -> Iterator[Check]:
        """Yield checks of rows any one of which would have done: those of the same value as one with alternatives."""
        by_subject: dict[str, list[Check]] = {}
        for one in missed:
            by_subject.setdefault(one.subject, []).append(one)
        for alike in by_subject.values():
            required = self._phrases.say("or").join(dict.fromkeys(one.required for one in alike))
            yield replace(alike[0], required=required)

    def _cell(self, test: ast.Written | None, value: object, where: Where) -> object:
        if test is None or not isinstance(test.tree, ast.UnaryTests):
            return test is None
        return truth(self._probe.verdict(value, test.tree, where.scope, where.local))

    def _cells(
        self, table: ast.Table, place: int, values: list[object], where: Where, *, is_against: bool, every: bool
    ) -> Iterator[Check]:
        """Yield the checks of a row's cells: all of them, or those that kept it from being hit."""
        for asked, test, value in zip(table.inputs, table.rules[place].tests, values, strict=True):
            if test is None or not isinstance(test.tree, ast.UnaryTests):
                continue
            verdict = self._cell(test, value, where)
            if verdict is True and not every:
                continue
            here = Where(where.scope, where.local, is_against)
            is_met = verdict is not is_against if isinstance(verdict, bool) else None
            check = self._said(asked, value, self._tests(test.tree, asked, here), here)
            yield replace(check, is_met=is_met, facts=facts_in(asked, where.scope))


def tree_range(low: ast.Expr, high: ast.Expr) -> ast.RangeOf:
    """Return the range that `between` means."""
    return ast.RangeOf(low, high, low_included=True, high_included=True, at=1)


def _operator(range_: ast.RangeOf) -> str:
    """Return the comparison that a range open to one side is."""
    if range_.low is None:
        return "<=" if range_.high_included else "<"
    return ">=" if range_.low_included else ">"


def _is_single(test: ast.Test, where: Where) -> bool:
    if isinstance(test.operand, ast.RangeOf | ast.ListOf) or "?" in _names(test.operand):
        return False
    return constant_value(test.operand, where.scope) is not None


def _names(tree: object) -> set[str]:
    if isinstance(tree, ast.Name):
        return {tree.name}
    parts = (
        tree if isinstance(tree, tuple) else [getattr(tree, name) for name in getattr(tree, "__dataclass_fields__", ())]
    )
    return set().union(*map(_names, parts))


def _parts(tree: ast.Expr) -> Iterator[ast.Expr]:
    """Yield the expressions an operation is made of."""
    match tree:
        case ast.Arithmetic(_, left, right):
            yield from (left, right)
        case ast.Negate(operand):
            yield operand
        case ast.Call(_, arguments):
            yield from arguments
        case ast.ListOf(items):
            yield from items
        case ast.Path(base):
            yield base
