"""The commonest cells of tables, read without the parser: constants, comparisons with one, ranges between two.

What is not written so is left to the parser, and so are texts in which a name in scope could be meant. The trees are
the parser's own.
"""

import re

from yimen.dmn.feel import ast
from yimen.dmn.feel.scanner import Names
from yimen.dmn.values import NUMBERS

TEXT = r'"[^"\\\n\ud800-\udfff]*"'
VALUE = rf"(?:[0-9]{{1,30}}(?:\.[0-9]{{1,30}})?|{TEXT}|true|false|null|date\({TEXT}\))"
EXPRESSION = re.compile(VALUE)
TESTS = re.compile(rf"(not\()?((?:[<>]=?|=|!=) ?)?{VALUE}(?:(?:, ?){VALUE})*(\))?")
RANGE = re.compile(rf"([\[(\]])({VALUE})\.\.({VALUE})([\])\[])")
VALUES = re.compile(VALUE)
WORDS = {"true": True, "false": False, "null": None}


def expression(text: str, names: Names) -> ast.Expr | None:
    """Return the tree of an expression that is a constant; None for any other."""
    return _value(text, 0, names) if EXPRESSION.fullmatch(text) else None


def unary_tests(text: str, names: Names) -> ast.UnaryTests | None:
    """Return the tree of a cell that is a constant or several, a comparison or a range; None for any other."""
    if found := RANGE.fullmatch(text):
        return _range(found, names)
    found = TESTS.fullmatch(text)
    if found is None or names.end_at(text, 0):
        return None
    negated, operator, closed = found.groups()
    if bool(negated) != bool(closed):
        return None
    tests: list[ast.Test] = []
    for one in VALUES.finditer(text, found.end(2) if operator else found.end(1) if negated else 0):
        value = _value(one.group(), one.start(), names)
        if value is None or names.end_at(text, one.start()):
            return None
        tests.append(ast.Test(None, value, one.start() + 1))
    if operator:
        sign = operator.strip()
        tests[0] = ast.Test(sign, tests[0].operand, found.start(2) + 1)  # type: ignore[arg-type]  # one of the signs
    return ast.UnaryTests(tuple(tests), is_negated=bool(negated), at=1)


def _range(found: re.Match[str], names: Names) -> ast.UnaryTests | None:
    opening, low, high, closing = found.groups()
    if names.end_at(found.string, 0):
        return None
    ends = [_value(one, found.start(place), names) for place, one in ((2, low), (3, high))]
    if ends[0] is None or ends[1] is None:
        return None
    tree = ast.RangeOf(ends[0], ends[1], opening == "[", closing == "]", 1)
    return ast.UnaryTests((ast.Test(None, tree, 1),), is_negated=False, at=1)


def _value(text: str, start: int, names: Names) -> ast.Expr | None:
    """Return the tree of a constant that begins at this offset of the whole text."""
    if text in WORDS:
        return ast.Literal(WORDS[text], start + 1)
    if names.end_at(text, 0):
        return None
    match text[0]:
        case '"':
            return ast.Literal(text[1:-1], start + 1)
        case "d":
            argument = ast.Literal(text[6:-2], start + 6)
            return ast.Call(ast.Name("date", start + 1), (argument,), (), start + 5)
        case _:
            return ast.Literal(NUMBERS.create_decimal(text), start + 1)


def is_constant(tests: ast.UnaryTests) -> bool:
    """Tell whether a cell is one of those read here: it names nothing but the function `date`."""
    return all(_is_constant(test.operand) for test in tests.tests)


def _is_constant(tree: ast.Expr) -> bool:
    match tree:
        case ast.Literal():
            return True
        case ast.RangeOf(ast.Literal(), ast.Literal()):
            return True
        case ast.RangeOf(ast.Call() as low, ast.Call() as high):
            return _is_constant(low) and _is_constant(high)
        case ast.Call(ast.Name("date"), (ast.Literal(),), ()):
            return True
        case _:
            return False
