"""From the text of an expression to its tree, by recursive descent (grammar: DMN 1.5, 10.3.1.2).

From loosest to tightest: or · and · comparison · + - · * / · ** · unary - · instance of · path, filter, call.
"""

from collections.abc import Callable

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast, literals, short
from yimen.dmn.feel.scanner import Token
from yimen.dmn.feel.tokens import Tokens, Vocabulary
from yimen.dmn.feel.type_parser import parse_type
from yimen.dmn.values import NUMBERS

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
GOES_ON = (".", "[", "(", "+", "-", "*", "/", "**", "instance")
"""What after a closing bracket shows that an expression in brackets was meant, no list of tests."""

DEPTH = 40
"""How deep brackets may nest; deeper ones are an attack, not a rule."""


def parse(text: str, vocabulary: Vocabulary = Vocabulary()) -> ast.Expr:  # noqa: B008 - immutable
    """Return the tree of an expression; the vocabulary is needed to tell `a-b` the name from a minus b.

    Raises:
        FeelSyntaxError: the text does not follow the grammar.
    """
    if (constant := short.expression(text, vocabulary.scope)) is not None:
        return constant
    parser = Parser(text, vocabulary)
    tree = parser.expression()
    parser.expect_end()
    return tree


def parse_unary_tests(text: str, vocabulary: Vocabulary = Vocabulary()) -> ast.UnaryTests:  # noqa: B008 - immutable
    """Return the tree of a decision table's input entry.

    Raises:
        FeelSyntaxError: the text does not follow the grammar.
    """
    if (constants := short.unary_tests(text, vocabulary.scope)) is not None:
        return constants
    parser = Parser(text, vocabulary)
    tree = parser.unary_tests()
    parser.expect_end()
    return tree


class Parser(Tokens):
    """Reads one text."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Start at the beginning, with these names in scope."""
        super().__init__(text, vocabulary)
        self._depth = 0
        self._ends_range = False

    # --- expressions, loosest first

    def expression(self) -> ast.Expr:
        """Return one expression."""
        self._depth += 1
        if self._depth > DEPTH:
            raise self.error(f"表达式嵌套超过 {DEPTH} 层，请拆成几个决策。")
        try:
            return self._or()
        finally:
            self._depth -= 1

    def _or(self) -> ast.Expr:
        return self._chain("or", self._and)

    def _and(self) -> ast.Expr:
        return self._chain("and", self._comparison)

    def _chain(self, operator: str, operand: Callable[[], ast.Expr]) -> ast.Expr:
        at = self.next.start + 1
        operands = [operand()]
        while self.take(operator):
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return ast.Junction("and" if operator == "and" else "or", tuple(operands), at)

    def _comparison(self) -> ast.Expr:
        left = self._additive()
        while True:
            at = self.next.start + 1
            if operator := self.operator(*COMPARISONS):
                left = ast.Compare(operator.text, left, self._additive(), at)  # type: ignore[arg-type]  # one of COMPARISONS
            elif self.operator("between"):
                low = self._additive()
                self.expect("and")
                left = ast.Between(left, low, self._additive(), at)
            elif self.operator("in"):
                left = ast.In(left, self._in_tests(), at)
            else:
                return left

    def _in_tests(self) -> ast.UnaryTests:
        at = self.next.start + 1
        if self.peeks("("):
            saved = self.place()
            self.advance()
            tests = [] if self.peeks("..") else [self._test()]
            while self.take(","):
                tests.append(self._test())
            if tests and self.take(")") and not (len(tests) == 1 and self.peeks(*GOES_ON)):
                return ast.UnaryTests(tuple(tests), is_negated=False, at=at)
            self.back_to(saved)  # it was an open range such as (1..3], or an expression such as (a).b
        # Without parentheses the test ends where `and` or `or` goes on: "x in [1..3] and y" is a conjunction.
        return ast.UnaryTests((self._test(self._additive),), is_negated=False, at=at)

    def _additive(self) -> ast.Expr:
        left = self._multiplicative()
        while operator := self.operator("+", "-"):
            left = ast.Arithmetic(operator.text, left, self._multiplicative(), operator.start + 1)  # type: ignore[arg-type]
        return left

    def _multiplicative(self) -> ast.Expr:
        left = self._power()
        while operator := self.operator("*", "/"):
            left = ast.Arithmetic(operator.text, left, self._power(), operator.start + 1)  # type: ignore[arg-type]
        return left

    def _power(self) -> ast.Expr:
        left = self._unary()
        while operator := self.operator("**"):
            left = ast.Arithmetic("**", left, self._unary(), operator.start + 1)
        return left

    def _unary(self) -> ast.Expr:
        if minus := self.operator("-"):
            return ast.Negate(self._unary(), minus.start + 1)
        value = self._postfix()
        while token := self.take("instance"):
            self.expect("of")
            value = ast.InstanceOf(value, parse_type(self), token.start + 1)
        return value

    def _postfix(self) -> ast.Expr:
        value = self._primary()
        while True:
            at = self.next.start + 1
            if self.peeks("."):
                value = ast.Path(value, self._member(), at)
            elif self.peeks("["):
                condition = self._filter()
                if condition is None:
                    return value
                value = ast.Filter(value, condition, at)
            elif self.peeks("(") and not isinstance(value, ast.RangeOf):
                value = self._call(value)
            else:
                return value

    def _member(self) -> str:
        """Return the name after a dot: a component's, which may have spaces, or the words up to a sign or keyword."""
        with self.only(self.vocabulary.members):
            self.operator(".")
            if self.next.kind not in {"name", "keyword"}:
                raise self.error(f"点号后面应为名称，却是{self.shown()}。")
            words = [self.advance().text]
            while self.next.kind == "name":
                words.append(self.advance().text)
            return " ".join(words)

    def _filter(self) -> ast.Expr | None:
        """Return a filter's condition; None where the bracket closes a range, as in `[1..10[`."""
        saved = self.place()
        ends_range, self._ends_range = self._ends_range, False
        try:
            self.operator("[")
            with self.filtering():
                condition = self.expression()
            self.expect("]")
        except FeelSyntaxError:
            if not ends_range:
                raise
            self.back_to(saved)
            return None
        finally:
            self._ends_range = ends_range
        return condition

    def _call(self, function: ast.Expr) -> ast.Call:
        at = self.expect("(").start + 1
        arguments: list[ast.Expr] = []
        names: list[str] = []
        while not self.peeks(")"):
            if named := self._argument_name():
                names.append(named)
            arguments.append(self.expression())
            if not self.take(","):
                break
        self.expect(")")
        if names and len(names) != len(arguments):
            raise self.error("调用函数时，参数要么全部写名称，要么都不写。")
        return ast.Call(function, tuple(arguments), tuple(names), at)

    def _argument_name(self) -> str | None:
        """Return the name before a colon, None (and nothing read) where the argument has none."""
        if self.next.kind != "name":
            return None
        saved = self.place()
        try:
            name = self.name_before(":")
            self.expect(":")
        except FeelSyntaxError:
            self.back_to(saved)
            return None
        return name

    def _primary(self) -> ast.Expr:
        token = self.next
        at = token.start + 1
        match token.kind, token.text:
            case "number", text:
                number = NUMBERS.create_decimal(text)
                if not number.is_finite():
                    raise self.error("这个数太大。")
                self.advance()
                return ast.Literal(number, at)
            case "string", text:
                self.advance()
                return ast.Literal(text, at)
            case "keyword", "true" | "false" | "null" as word:
                self.advance()
                return ast.Literal({"true": True, "false": False, "null": None}[word], at)
            case "sign", "@":
                self.advance()
                if self.next.kind != "string":
                    raise self.error('@ 后面应为带引号的日期、时间或时长，如 @"2026-06-30"。')
                return ast.Literal(literals.at_literal(self.advance().text), at)
            case "keyword", "if":
                return self._if()
            case "keyword", "for":
                return self._for()
            case "keyword", "some" | "every":
                return self._quantified()
            case "keyword", "function":
                return self._function()
            case "keyword", "not":
                self.advance()
                return ast.Name("not", at)
            case "sign", "{":
                return self._context()
            case "sign", "[" | "]" | "(":
                return self._bracketed()
            case "sign", "<" | "<=" | ">" | ">=" | "=" | "!=":
                return ast.UnaryTests((self._test(),), is_negated=False, at=at)
            case "name", text:
                self.advance()
                return ast.Name(text, at)
            case _:
                raise self.error(f"这里应为一个值，却是{self.shown()}。")

    def _if(self) -> ast.Expr:
        at = self.expect("if").start + 1
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return ast.If(condition, then, self.expression(), at)

    def _iterators(self) -> tuple[ast.Iterator, ...]:
        iterators: list[ast.Iterator] = []
        while True:
            name = self.name()
            self.expect("in")
            with self.scope(one.name for one in iterators):
                over = self.expression()
                until = self.expression() if self.take("..") else None
            iterators.append(ast.Iterator(name, over, until))
            if not self.take(","):
                return tuple(iterators)

    def _for(self) -> ast.Expr:
        at = self.expect("for").start + 1
        iterators = self._iterators()
        self.expect("return")
        with self.scope([*(one.name for one in iterators), "partial"]):
            return ast.For(iterators, self.expression(), at)

    def _quantified(self) -> ast.Expr:
        token = self.advance()
        iterators = self._iterators()
        self.expect("satisfies")
        with self.scope(one.name for one in iterators):
            return ast.Quantified(
                "some" if token.text == "some" else "every", iterators, self.expression(), token.start + 1
            )

    def _function(self) -> ast.Expr:
        at = self.expect("function").start + 1
        self.expect("(")
        parameters: list[str] = []
        types: list[ast.TypeExpr | None] = []
        while not self.peeks(")"):
            parameters.append(self.name_before(",", ")", ":"))
            types.append(parse_type(self) if self.take(":") else None)
            if not self.take(","):
                break
        self.expect(")")
        if self.peeks("external"):
            raise self.error("外部函数在本平台之外运行，不能使用。")
        with self.scope(parameters):
            return ast.FunctionOf(tuple(parameters), tuple(types), self.expression(), at)

    def _context(self) -> ast.Expr:
        at = self.expect("{").start + 1
        entries: list[tuple[str, ast.Expr]] = []
        while not self.peeks("}"):
            key = self.advance().text if self.next.kind == "string" else self.name_before(":")
            self.expect(":")
            self.learn(key)
            with self.scope(name for name, _ in entries):
                entries.append((key, self.expression()))
            if not self.take(","):
                break
        self.expect("}")
        return ast.ContextOf(tuple(entries), at)

    def _bracketed(self) -> ast.Expr:
        """Return what a bracket opens: a range, a list, or an expression in parentheses."""
        opening = self.advance()
        at = opening.start + 1
        if opening.text == "[" and self.take("]"):
            return ast.ListOf((), at)
        if opening.text in {"(", "]"} and self.take(".."):
            return self._range_to(None, opening, at)
        first = self.expression()
        if self.take(".."):
            return self._range_to(first, opening, at)
        if opening.text == "(":
            self.expect(")")
            return first
        if opening.text == "]":
            raise self.error("以 ] 开头的只能是区间，如 ]1..3]。")
        items = [first]
        while self.take(","):
            items.append(self.expression())
        self.expect("]")
        return ast.ListOf(tuple(items), at)

    def _range_to(self, low: ast.Expr | None, opening: Token, at: int) -> ast.Expr:
        """Return the range whose dots were just read; one of its ends may be open, as in `(..5]` and `[5..)`."""
        if low is not None and self.take(")"):
            return ast.RangeOf(low, None, opening.text == "[", high_included=False, at=at)
        self._ends_range, outer = True, self._ends_range
        high = self.expression()
        self._ends_range = outer
        closing = self.take("]", ")", "[")
        if closing is None:
            raise self.error(f"区间应以 ] 或 ) 结束，却是{self.shown()}。")
        return ast.RangeOf(low, high, opening.text == "[", closing.text == "]", at)

    # --- unary tests

    def unary_tests(self) -> ast.UnaryTests:
        """Return a decision table's input entry."""
        at = self.next.start + 1
        if self.peeks("-"):
            saved = self.place()
            self.advance()
            if self.next.kind == "end":
                return ast.UnaryTests((), is_negated=False, at=at)
            self.back_to(saved)
        if self.peeks("not") and self.text[self.next.end :].lstrip().startswith("("):
            self.advance()
            self.expect("(")
            tests = self._tests()
            self.expect(")")
            return ast.UnaryTests(tests, is_negated=True, at=at)
        return ast.UnaryTests(self._tests(), is_negated=False, at=at)

    def _tests(self) -> tuple[ast.Test, ...]:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self, operand: Callable[[], ast.Expr] | None = None) -> ast.Test:
        at = self.next.start + 1
        if operator := self.take(*COMPARISONS):
            return ast.Test(operator.text, self._additive(), at)  # type: ignore[arg-type]  # one of COMPARISONS
        return ast.Test(None, (operand or self.expression)(), at)
