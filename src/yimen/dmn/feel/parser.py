"""From the text of an expression to its tree, by recursive descent (grammar: DMN 1.5, 10.3.1.2).

From loosest to tightest: or · and · comparison · + - · * / · ** · unary - · instance of · path, filter, call.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from yimen.dmn.errors import FeelSyntaxError
from yimen.dmn.feel import ast, literals
from yimen.dmn.feel.scanner import Scanner, Token, pattern
from yimen.dmn.values import NUMBERS

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
DEPTH = 40
"""How deep brackets may nest; deeper ones are an attack, not a rule."""

CHAIN = 200
"""How many operators one expression may chain, for the same reason."""


def parse(text: str, names: Collection[str] = ()) -> ast.Expr:
    """Return the tree of an expression; `names` are those in scope, needed to tell `a-b` the name from a minus b.

    Raises:
        FeelSyntaxError: the text does not follow the grammar.
    """
    parser = Parser(text, names)
    tree = parser.expression()
    parser.expect_end()
    return tree


def parse_unary_tests(text: str, names: Collection[str] = ()) -> ast.UnaryTests:
    """Return the tree of a decision table's input entry.

    Raises:
        FeelSyntaxError: the text does not follow the grammar.
    """
    parser = Parser(text, names)
    tree = parser.unary_tests()
    parser.expect_end()
    return tree


class Parser:
    """Reads one text."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        """Start at the beginning, with these names in scope."""
        self.text = text
        self._scanner = Scanner(text)
        self._names = [pattern(name) for name in names if not name.isidentifier()]
        self._at = 0
        self._depth = 0
        self._chained = 0
        self._next = self._scanner.token(0, self._names)

    # --- tokens

    def _advance(self) -> Token:
        token = self._next
        self._at = token.end
        self._next = self._scanner.token(self._at, self._names)
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in {"sign", "keyword"} and self._next.text in texts

    def _take(self, *texts: str) -> Token | None:
        return self._advance() if self._is(*texts) else None

    def _expect(self, text: str) -> Token:
        if not self._is(text):
            raise self._error(f"这里应为“{text}”，却是{self._shown()}。")
        return self._advance()

    def expect_end(self) -> None:
        """Refuse anything after the expression."""
        if self._next.kind != "end":
            raise self._error(f"表达式到这里应当结束，却还有{self._shown()}。")

    def _shown(self) -> str:
        return "结尾" if self._next.kind == "end" else f"“{self.text[self._next.start : self._next.end]}”"

    def _error(self, what: str) -> FeelSyntaxError:
        return FeelSyntaxError(what, text=self.text, column=self._next.start + 1)

    @contextmanager
    def _scope(self, names: Iterable[str]) -> Iterator[None]:
        """Bring names into scope, read the next token anew under them, and take them out again."""
        before = self._names
        self._names = [*before, *(pattern(name) for name in names if not name.isidentifier())]
        self._next = self._scanner.token(self._at, self._names)
        yield
        self._names = before

    def _name(self) -> str:
        """Return a name as it is declared: words up to the next sign or keyword."""
        words: list[str] = []
        while self._next.kind == "name" or (words and self._next.kind == "number"):
            words.append(self._advance().text)
        if not words:
            raise self._error(f"这里应为名称，却是{self._shown()}。")
        return " ".join(words)

    # --- expressions, loosest first

    def expression(self) -> ast.Expr:
        """Return one expression."""
        self._depth += 1
        if self._depth > DEPTH:
            raise self._error(f"表达式嵌套超过 {DEPTH} 层，请拆成几个决策。")
        try:
            return self._or()
        finally:
            self._depth -= 1

    def _operator(self, *texts: str) -> Token | None:
        """Take one of these operators, as long as the chain is of a length a person would write."""
        taken = self._take(*texts)
        self._chained += taken is not None
        if self._chained > CHAIN:
            raise self._error(f"一个表达式里的运算超过 {CHAIN} 个，请拆成几个决策。")
        return taken

    def _or(self) -> ast.Expr:
        return self._chain("or", self._and)

    def _and(self) -> ast.Expr:
        return self._chain("and", self._comparison)

    def _chain(self, operator: str, operand: Callable[[], ast.Expr]) -> ast.Expr:
        at = self._next.start + 1
        operands = [operand()]
        while self._take(operator):
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return ast.Junction("and" if operator == "and" else "or", tuple(operands), at)

    def _comparison(self) -> ast.Expr:
        left = self._additive()
        while True:
            at = self._next.start + 1
            if operator := self._operator(*COMPARISONS):
                left = ast.Compare(operator.text, left, self._additive(), at)  # type: ignore[arg-type]  # one of COMPARISONS
            elif self._operator("between"):
                low = self._additive()
                self._expect("and")
                left = ast.Between(left, low, self._additive(), at)
            elif self._operator("in"):
                left = ast.In(left, self._in_tests(), at)
            else:
                return left

    def _in_tests(self) -> ast.UnaryTests:
        at = self._next.start + 1
        if self._is("("):
            saved, following = self._at, self._next
            self._advance()
            tests = [self._test()]
            while self._take(","):
                tests.append(self._test())
            if self._take(")"):
                return ast.UnaryTests(tuple(tests), is_negated=False, at=at)
            self._at, self._next = saved, following  # it was an open range such as (1..3]
        return ast.UnaryTests((self._test(),), is_negated=False, at=at)

    def _additive(self) -> ast.Expr:
        left = self._multiplicative()
        while operator := self._operator("+", "-"):
            left = ast.Arithmetic(operator.text, left, self._multiplicative(), operator.start + 1)  # type: ignore[arg-type]
        return left

    def _multiplicative(self) -> ast.Expr:
        left = self._power()
        while operator := self._operator("*", "/"):
            left = ast.Arithmetic(operator.text, left, self._power(), operator.start + 1)  # type: ignore[arg-type]
        return left

    def _power(self) -> ast.Expr:
        left = self._unary()
        while operator := self._operator("**"):
            left = ast.Arithmetic("**", left, self._unary(), operator.start + 1)
        return left

    def _unary(self) -> ast.Expr:
        if minus := self._operator("-"):
            return ast.Negate(self._unary(), minus.start + 1)
        value = self._postfix()
        while token := self._take("instance"):
            self._expect("of")
            value = ast.InstanceOf(value, self._type(), token.start + 1)
        return value

    def _type(self) -> str:
        """Return a type as written, its spaces made single: `date and time`, `list<number>`."""
        start, depth = self._next.start, 0
        end = start
        while self._next.kind in {"name", "keyword"} or self._is("<", ">", ",", "->") or depth:
            if not depth and (
                self._is(",", ">", "then", "else", "return", "satisfies", "or") or self._next.kind == "end"
            ):
                break
            if self._is("and") and self.text[start:end].split()[-1] != "date":
                break
            depth += {"<": 1, ">": -1}.get(self._next.text, 0)
            end = self._advance().end
        if end == start:
            raise self._error(f"这里应为类型名，却是{self._shown()}。")
        return " ".join(self.text[start:end].split())

    def _postfix(self) -> ast.Expr:
        value = self._primary()
        while True:
            at = self._next.start + 1
            if self._operator("."):
                value = ast.Path(
                    value, self._advance().text if self._next.kind in {"name", "keyword"} else self._name(), at
                )
            elif self._operator("["):
                with self._scope(()):
                    condition = self.expression()
                self._expect("]")
                value = ast.Filter(value, condition, at)
            elif self._is("(") and isinstance(value, ast.Name | ast.Path | ast.FunctionOf | ast.Call):
                value = self._call(value)
            else:
                return value

    def _call(self, function: ast.Expr) -> ast.Call:
        at = self._expect("(").start + 1
        arguments: list[ast.Expr] = []
        names: list[str] = []
        while not self._is(")"):
            if named := self._argument_name():
                names.append(named)
            arguments.append(self.expression())
            if not self._take(","):
                break
        self._expect(")")
        if names and len(names) != len(arguments):
            raise self._error("调用函数时，参数要么全部写名称，要么都不写。")
        return ast.Call(function, tuple(arguments), tuple(names), at)

    def _argument_name(self) -> str | None:
        """Return the name before a colon, None (and nothing read) where the argument has none."""
        if self._next.kind != "name":
            return None
        saved, following = self._at, self._next
        name = self._name()
        if self._take(":"):
            return name
        self._at, self._next = saved, following
        return None

    def _primary(self) -> ast.Expr:
        token = self._next
        at = token.start + 1
        match token.kind, token.text:
            case "number", text:
                self._advance()
                return ast.Literal(NUMBERS.create_decimal(text), at)
            case "string", text:
                self._advance()
                return ast.Literal(text, at)
            case "keyword", "true" | "false" | "null" as word:
                self._advance()
                return ast.Literal({"true": True, "false": False, "null": None}[word], at)
            case "sign", "@":
                self._advance()
                if self._next.kind != "string":
                    raise self._error('@ 后面应为带引号的日期、时间或时长，如 @"2026-06-30"。')
                return ast.Literal(literals.at_literal(self._advance().text), at)
            case "keyword", "if":
                return self._if()
            case "keyword", "for":
                return self._for()
            case "keyword", "some" | "every":
                return self._quantified()
            case "keyword", "function":
                return self._function()
            case "keyword", "not":
                self._advance()
                return ast.Name("not", at)
            case "sign", "{":
                return self._context()
            case "sign", "[" | "]" | "(":
                return self._bracketed()
            case "sign", "<" | "<=" | ">" | ">=" | "=" | "!=":
                return ast.UnaryTests((self._test(),), is_negated=False, at=at)
            case "name", text:
                self._advance()
                return ast.Name(text, at)
            case _:
                raise self._error(f"这里应为一个值，却是{self._shown()}。")

    def _if(self) -> ast.Expr:
        at = self._expect("if").start + 1
        condition = self.expression()
        self._expect("then")
        then = self.expression()
        self._expect("else")
        return ast.If(condition, then, self.expression(), at)

    def _iterators(self) -> tuple[ast.Iterator, ...]:
        iterators = []
        while True:
            name = self._name()
            self._expect("in")
            over = self.expression()
            until = self.expression() if self._take("..") else None
            iterators.append(ast.Iterator(name, over, until))
            if not self._take(","):
                return tuple(iterators)

    def _for(self) -> ast.Expr:
        at = self._expect("for").start + 1
        iterators = self._iterators()
        self._expect("return")
        with self._scope([*(one.name for one in iterators), "partial"]):
            return ast.For(iterators, self.expression(), at)

    def _quantified(self) -> ast.Expr:
        token = self._advance()
        iterators = self._iterators()
        self._expect("satisfies")
        with self._scope(one.name for one in iterators):
            return ast.Quantified(
                "some" if token.text == "some" else "every", iterators, self.expression(), token.start + 1
            )

    def _function(self) -> ast.Expr:
        at = self._expect("function").start + 1
        self._expect("(")
        parameters = []
        while not self._is(")"):
            parameters.append(self._name())
            if self._take(":"):
                self._type()
            if not self._take(","):
                break
        self._expect(")")
        if self._is("external"):
            raise self._error("外部函数在本平台之外运行，不能使用。")
        with self._scope(parameters):
            return ast.FunctionOf(tuple(parameters), self.expression(), at)

    def _context(self) -> ast.Expr:
        at = self._expect("{").start + 1
        entries: list[tuple[str, ast.Expr]] = []
        while not self._is("}"):
            key = self._advance().text if self._next.kind == "string" else self._name()
            self._expect(":")
            with self._scope(name for name, _ in entries):
                entries.append((key, self.expression()))
            if not self._take(","):
                break
        self._expect("}")
        return ast.ContextOf(tuple(entries), at)

    def _bracketed(self) -> ast.Expr:
        """Return what a bracket opens: a range, a list, or an expression in parentheses."""
        opening = self._advance()
        at = opening.start + 1
        if opening.text == "[" and self._take("]"):
            return ast.ListOf((), at)
        first = self.expression()
        if self._take(".."):
            high = self.expression()
            closing = self._take("]", ")", "[")
            if closing is None:
                raise self._error(f"区间应以 ] 或 ) 结束，却是{self._shown()}。")
            return ast.RangeOf(first, high, opening.text == "[", closing.text == "]", at)
        if opening.text == "(":
            self._expect(")")
            return first
        if opening.text == "]":
            raise self._error("以 ] 开头的只能是区间，如 ]1..3]。")
        items = [first]
        while self._take(","):
            items.append(self.expression())
        self._expect("]")
        return ast.ListOf(tuple(items), at)

    # --- unary tests

    def unary_tests(self) -> ast.UnaryTests:
        """Return a decision table's input entry."""
        at = self._next.start + 1
        if self._is("-"):
            saved, following = self._at, self._next
            self._advance()
            if self._next.kind == "end":
                return ast.UnaryTests((), is_negated=False, at=at)
            self._at, self._next = saved, following
        if self._is("not") and self.text[self._next.end :].lstrip().startswith("("):
            self._advance()
            self._expect("(")
            tests = self._tests()
            self._expect(")")
            return ast.UnaryTests(tests, is_negated=True, at=at)
        return ast.UnaryTests(self._tests(), is_negated=False, at=at)

    def _tests(self) -> tuple[ast.Test, ...]:
        tests = [self._test()]
        while self._take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> ast.Test:
        at = self._next.start + 1
        if operator := self._take(*COMPARISONS):
            return ast.Test(operator.text, self._additive(), at)  # type: ignore[arg-type]  # one of COMPARISONS
        return ast.Test(None, self.expression(), at)
