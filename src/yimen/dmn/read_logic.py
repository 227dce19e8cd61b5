"""From the XML of decision logic to declarations: tables and boxed expressions (DMN 1.5, chapter 8 and 10.2)."""

from collections.abc import Callable, Iterator

from lxml import etree

from yimen.dmn.feel.code.tables import POLICIES
from yimen.dmn.model import (
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Column,
    Conditional,
    DecisionTable,
    Expression,
    FunctionDefinition,
    InputColumn,
    Invocation,
    Iteration,
    LiteralExpression,
    NoLogic,
    Parameter,
    Relation,
    Rule,
)
from yimen.dmn.xml import Document, line_of, words


class LogicReader:
    """Reads the logic of one document's elements."""

    def __init__(self, document: Document) -> None:
        """Read from this document, and tell it the problems."""
        self._document = document
        self._kinds: dict[str, Callable[[etree._Element], Expression]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self.function,
            "invocation": self._invocation,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iteration,
            "some": self._iteration,
            "every": self._iteration,
        }

    def logic(self, element: etree._Element) -> Expression:
        """Return the logic an element holds; NoLogic where it holds none."""
        for tag, child in self._document.children(element):
            if tag in self._kinds:
                return self._kinds[tag](child)
        return NoLogic(line_of(element))

    def _needed(self, parent: etree._Element, tag: str) -> Expression:
        """Return the logic in a child that must be there."""
        child = self._document.one(parent, tag)
        if child is None:
            self._document.flaw(parent, f"缺少 {tag}。", f"请补上 {tag}。")
            return NoLogic(line_of(parent))
        return self.logic(child)

    def _type(self, element: etree._Element) -> str:
        return words(element.get("typeRef"))

    def _literal(self, element: etree._Element) -> LiteralExpression:
        if self._document.one(element, "importedValues") is not None:
            self._document.flaw(element, "引用了外部的值（importedValues）。", "请把内容写在 text 里。")
        text = self._document.text(element)
        return LiteralExpression(text or "null", line_of(element), self._type(element))

    def _context(self, element: etree._Element) -> BoxedContext:
        entries: list[tuple[Parameter, Expression]] = []
        result = None
        for entry in self._document.all(element, "contextEntry"):
            variable, logic = self._document.one(entry, "variable"), self.logic(entry)
            if variable is None:
                result = logic
            else:
                entries.append((Parameter(self._document.name(variable), self._type(variable)), logic))
        return BoxedContext(tuple(entries), result, line_of(element), self._type(element))

    def _list(self, element: etree._Element) -> BoxedList:
        items = tuple(self._kinds[tag](child) for tag, child in self._document.children(element) if tag in self._kinds)
        return BoxedList(items, line_of(element), self._type(element))

    def _relation(self, element: etree._Element) -> Relation:
        columns = tuple(self._document.name(one) for one in self._document.all(element, "column"))
        rows = []
        for row in self._document.all(element, "row"):
            cells = tuple(self._kinds[tag](one) for tag, one in self._document.children(row) if tag in self._kinds)
            if len(cells) == len(columns):
                rows.append(cells)
            else:
                what = f"这一行有 {len(cells)} 个值，而表头有 {len(columns)} 列。"
                self._document.problem(row, what, "请使两者一致。")
        return Relation(columns, tuple(rows), line_of(element), self._type(element))

    def function(self, element: etree._Element) -> FunctionDefinition:
        """Return the function a `functionDefinition` or `encapsulatedLogic` element holds."""
        kind = element.get("kind", "FEEL")
        if kind != "FEEL":
            self._document.flaw(element, f"函数种类 {kind} 在引擎之外运行，不能使用。", "请改用 FEEL 写成。")
        parameters = tuple(
            Parameter(words(one.get("name")), self._type(one)) for one in self._document.all(element, "formalParameter")
        )
        body = self.logic(element) if kind == "FEEL" else NoLogic(line_of(element))
        return FunctionDefinition(parameters, body, line_of(element), self._type(element))

    def _invocation(self, element: etree._Element) -> Invocation:
        bindings = []
        for binding in self._document.all(element, "binding"):
            parameter = self._document.one(binding, "parameter")
            name = "" if parameter is None else self._document.name(parameter)
            bindings.append((name, self.logic(binding)))
        return Invocation(self.logic(element), tuple(bindings), line_of(element), self._type(element))

    def _conditional(self, element: etree._Element) -> Conditional:
        condition, then, otherwise = (self._needed(element, tag) for tag in ("if", "then", "else"))
        return Conditional(condition, then, otherwise, line_of(element), self._type(element))

    def _filter(self, element: etree._Element) -> BoxedFilter:
        base, condition = self._needed(element, "in"), self._needed(element, "match")
        return BoxedFilter(base, condition, line_of(element), self._type(element))

    def _iteration(self, element: etree._Element) -> Iteration:
        tag = etree.QName(element).localname
        kind = {"some": "some", "every": "every"}.get(tag, "for")
        over, body = self._needed(element, "in"), self._needed(element, "return" if kind == "for" else "satisfies")
        variable = words(element.get("iteratorVariable"))
        if not variable:
            self._document.problem(element, "没有循环变量。", "请写上 iteratorVariable。")
        return Iteration(kind, variable, over, body, line_of(element), self._type(element))  # type: ignore[arg-type]  # one of three

    # --- tables

    def _table(self, element: etree._Element) -> DecisionTable:
        document = self._document
        policy = f"{element.get('hitPolicy', 'UNIQUE')} {element.get('aggregation', '')}".strip()
        if policy not in POLICIES:
            document.problem(element, f"命中策略 {policy} 还不支持。", f"请使用 {'、'.join(POLICIES)}。")
            policy = "UNIQUE"
        inputs = tuple(self._input(one) for one in document.all(element, "input"))
        columns = document.all(element, "output")
        if not columns:
            document.problem(element, "决策表没有输出列。", "请至少加一列 output。")
        outputs = tuple(self._column(one) for one in columns)
        rules = tuple(self._rules(element, inputs=len(inputs), outputs=len(outputs)))
        return DecisionTable(policy, inputs, outputs, rules, line_of(element), self._type(element))

    def _input(self, element: etree._Element) -> InputColumn:
        expression = self._document.one(element, "inputExpression")
        text = self._document.text(expression)
        if not text:
            self._document.flaw(element, "输入列没有表达式。", "请写上 inputExpression。")
        allowed = self._document.text(self._document.one(element, "inputValues"))
        return InputColumn(text or "null", "" if expression is None else self._type(expression), allowed or None)

    def _column(self, element: etree._Element) -> Column:
        default = self._document.text(self._document.one(element, "defaultOutputEntry"))
        allowed = self._document.text(self._document.one(element, "outputValues"))
        return Column(words(element.get("name")), default or None, allowed or None)

    def _rules(self, element: etree._Element, *, inputs: int, outputs: int) -> Iterator[Rule]:
        document = self._document
        for place, one in enumerate(document.all(element, "rule"), 1):
            tests = tuple(document.text(entry) or "-" for entry in document.all(one, "inputEntry"))
            results = tuple(document.text(entry) or "null" for entry in document.all(one, "outputEntry"))
            remarks = tuple(filter(None, (document.text(entry) for entry in document.all(one, "annotationEntry"))))
            if len(tests) == inputs and len(results) == outputs:
                yield Rule(one.get("id") or str(place), tests, results, line_of(one), remarks)
                continue
            document.problem(
                one,
                f"第 {place} 行有 {len(tests)} 个输入、{len(results)} 个输出。",
                f"应为 {inputs} 个输入、{outputs} 个输出，与表头一致。",
            )
