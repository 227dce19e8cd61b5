"""From DMN 1.3, 1.4 and 1.5 XML to a model: hardened reading, and every problem named with its line and remedy."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from yimen.dmn import build
from yimen.dmn.declared import DecisionDeclared, Declarations, FunctionDeclared, InputDeclared, TypeDeclared
from yimen.dmn.errors import ModelError, Problem
from yimen.dmn.model import DecisionTable, KnowledgeSource, LiteralExpression, Model, Rule
from yimen.dmn.tables import POLICIES

NAMESPACES = {
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
LARGEST = 5 * 1024 * 1024
BOXED = {
    "context",
    "invocation",
    "list",
    "relation",
    "functionDefinition",
    "conditional",
    "for",
    "some",
    "every",
    "filter",
}


def load(xml: bytes | Path, imports: Sequence[bytes] = ()) -> Model:
    """Return the model in this XML, checked and compiled.

    Raises:
        ModelError: it cannot be used; every problem is listed with line, place, what is wrong and what to do.
        CircularDecision: a decision requires itself.
    """
    root = _parse(xml.read_bytes() if isinstance(xml, Path) else xml)
    reader = Reader(root)
    declared = reader.read()
    if imports or reader.find(root, "import"):
        reader.problem(root, "引用了其他模型（import）。", "本版本还不支持引用，请把所用的决策写在同一个文件里。")
    if reader.problems:
        raise ModelError(reader.problems)
    return build.build(declared)


def _parse(xml: bytes) -> etree._Element:
    def refuse(line: int, what: str, remedy: str) -> ModelError:
        return ModelError([Problem(line, "文件", what, remedy)])

    if len(xml) > LARGEST:
        raise refuse(1, f"文件有 {len(xml):,} 字节，超过上限 {LARGEST:,} 字节。", "请拆成几个模型。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise refuse(error.lineno or 1, f"不是正确的 XML：{error.msg}。", "请用建模工具重新导出。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse(1, "含有 DOCTYPE 声明。", "决策模型不需要它，为安全起见请删除。")
    name = etree.QName(root)
    if name.namespace not in NAMESPACES or name.localname != "definitions":
        versions = "、".join(NAMESPACES.values())
        raise refuse(
            _line(root),
            f"根元素是 {name.localname}（{name.namespace or '没有命名空间'}）。",
            f"应为 DMN {versions} 的 definitions。",
        )
    return root


def _line(element: etree._Element) -> int:
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


class Reader:
    """Reads one document, collecting every problem instead of stopping at the first."""

    def __init__(self, root: etree._Element) -> None:
        """Start at the root."""
        self._root = root
        self._space = f"{{{etree.QName(root).namespace}}}"
        self.problems: list[Problem] = []

    def read(self) -> Declarations:
        """Return what the document declares."""
        root = self._root
        sources = {
            f"#{one.get('id')}": KnowledgeSource(one.get("id", ""), one.get("name", ""), one.get("locationURI", ""))
            for one in self.find(root, "knowledgeSource")
        }
        names = {
            f"#{one.get('id')}": self._name(one)
            for kind in ("decision", "inputData", "businessKnowledgeModel", "decisionService")
            for one in self.find(root, kind)
        }
        return Declarations(
            name=root.get("name", ""),
            namespace=root.get("namespace", ""),
            types=tuple(self._type(one) for one in self.find(root, "itemDefinition")),
            inputs=tuple(self._input(one) for one in self.find(root, "inputData")),
            functions=tuple(self._function(one, names) for one in self.find(root, "businessKnowledgeModel")),
            decisions=tuple(self._decision(one, names, sources) for one in self.find(root, "decision")),
            services={
                self._name(one): tuple(names.get(ref.get("href", ""), "") for ref in self.find(one, "outputDecision"))
                for one in self.find(root, "decisionService")
            },
        )

    def problem(self, element: etree._Element, what: str, remedy: str) -> None:
        """Keep a problem at an element."""
        self.problems.append(Problem(_line(element), self._place(element), what, remedy))

    def find(self, element: etree._Element, tag: str) -> list[etree._Element]:
        """Return the children of this tag."""
        return element.findall(self._space + tag)

    def _one(self, element: etree._Element, tag: str) -> etree._Element | None:
        return element.find(self._space + tag)

    def _text(self, element: etree._Element | None, tag: str = "text") -> str:
        child = None if element is None else self._one(element, tag)
        return "" if child is None or child.text is None else child.text.strip()

    def _name(self, element: etree._Element) -> str:
        variable = self._one(element, "variable")
        name = element.get("name") or ("" if variable is None else variable.get("name", ""))
        if not name:
            self.problem(element, "没有名称。", "请写上 name。")
        return " ".join(str(name).split())

    def _place(self, element: etree._Element) -> str:
        names = [
            one.get("name") or one.get("id") or ""
            for one in [element, *element.iterancestors()]
            if one is not self._root
        ]
        tag = etree.QName(element).localname
        return f"{tag} “{next((name for name in names if name), '')}”"

    def _type(self, element: etree._Element) -> TypeDeclared:
        name = " ".join(str(element.get("name") or "").split())
        return TypeDeclared(
            name=name,
            base=self._text(element, "typeRef"),
            parts=tuple(self._type(one) for one in self.find(element, "itemComponent")),
            is_collection=element.get("isCollection") == "true",
        )

    def _input(self, element: etree._Element) -> InputDeclared:
        variable = self._one(element, "variable")
        type_ = "" if variable is None else variable.get("typeRef") or self._text(variable, "typeRef")
        return InputDeclared(self._name(element), type_, _line(element))

    def _function(self, element: etree._Element, names: dict[str, str]) -> FunctionDeclared:
        logic = self._one(element, "encapsulatedLogic")
        parameters = () if logic is None else tuple(one.get("name", "") for one in self.find(logic, "formalParameter"))
        body = LiteralExpression("null", _line(element)) if logic is None else self._logic(logic)
        if not isinstance(body, LiteralExpression):
            self.problem(element, "业务知识模型的逻辑不是表达式。", "本版本只支持 literalExpression，请改写。")
            body = LiteralExpression("null", _line(element))
        requires = self._required(element, names, "knowledgeRequirement", ("requiredKnowledge",))
        return FunctionDeclared(self._name(element), parameters, requires, body, _line(element))

    def _decision(
        self, element: etree._Element, names: dict[str, str], sources: dict[str, KnowledgeSource]
    ) -> DecisionDeclared:
        variable = self._one(element, "variable")
        authorities = [
            sources[ref.get("href", "")]
            for requirement in self.find(element, "authorityRequirement")
            for ref in self.find(requirement, "requiredAuthority")
            if ref.get("href", "") in sources
        ]
        return DecisionDeclared(
            id=element.get("id", ""),
            name=self._name(element),
            label=element.get("label", ""),
            description=self._text(element, "description"),
            sources=tuple(authorities),
            requires=(
                *self._required(element, names, "informationRequirement", ("requiredDecision", "requiredInput")),
                *self._required(element, names, "knowledgeRequirement", ("requiredKnowledge",)),
            ),
            type="" if variable is None else variable.get("typeRef", ""),
            logic=self._logic(element),
            line=_line(element),
        )

    def _required(
        self, element: etree._Element, names: dict[str, str], requirement: str, kinds: tuple[str, ...]
    ) -> tuple[str, ...]:
        required = []
        for one in self.find(element, requirement):
            for kind in kinds:
                for ref in self.find(one, kind):
                    href = ref.get("href", "")
                    if href in names:
                        required.append(names[href])
                    else:
                        self.problem(one, f"引用的“{href}”不存在。", "请检查 href，它应是“#”加上某个元素的 id。")
        return tuple(required)

    def _logic(self, element: etree._Element) -> LiteralExpression | DecisionTable:
        literal, table = self._one(element, "literalExpression"), self._one(element, "decisionTable")
        nothing = LiteralExpression("null", _line(element))
        if table is not None:
            return self._table(table)
        if literal is not None:
            return LiteralExpression(self._text(literal), _line(literal))
        boxed = [tag for child in element if (tag := etree.QName(child).localname) in BOXED]
        if boxed:
            self.problem(element, f"决策逻辑 {boxed[0]} 还不支持。", "请改用表达式（literalExpression）或决策表。")
        else:
            self.problem(element, "没有决策逻辑。", "请写上 literalExpression 或 decisionTable。")
        return nothing

    def _table(self, element: etree._Element) -> DecisionTable:
        policy = element.get("hitPolicy", "UNIQUE")
        if policy not in POLICIES:
            self.problem(element, f"命中策略 {policy} 还不支持。", f"请使用 {'、'.join(POLICIES)}。")
        inputs = tuple(self._text(self._one(one, "inputExpression")) for one in self.find(element, "input"))
        outputs = self.find(element, "output")
        rules = tuple(self._rules(element, inputs=len(inputs), outputs=len(outputs)))
        if not outputs:
            self.problem(element, "决策表没有输出列。", "请至少加一列 output。")
        return DecisionTable(
            hit_policy=policy,
            inputs=inputs,
            outputs=tuple(" ".join(str(one.get("name") or "").split()) for one in outputs),
            defaults=tuple(self._text(self._one(one, "defaultOutputEntry")) or None for one in outputs),
            rules=rules,
            line=_line(element),
        )

    def _rules(self, element: etree._Element, *, inputs: int, outputs: int) -> Iterator[Rule]:
        for place, one in enumerate(self.find(element, "rule"), 1):
            tests = tuple(self._text(entry) or "-" for entry in self.find(one, "inputEntry"))
            results = tuple(self._text(entry) or "null" for entry in self.find(one, "outputEntry"))
            if len(tests) != inputs or len(results) != outputs:
                self.problem(
                    one,
                    f"第 {place} 行有 {len(tests)} 个输入、{len(results)} 个输出。",
                    f"应为 {inputs} 个输入、{outputs} 个输出，与表头一致。",
                )
            else:
                yield Rule(one.get("id") or str(place), tests, results, _line(one))
