"""From DMN 1.1 to 1.5 XML to a model: every problem is named with its line and remedy."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from yimen.dmn import build
from yimen.dmn.declared import (
    DecisionDeclared,
    Declarations,
    Element,
    FunctionDeclared,
    ImportDeclared,
    InputDeclared,
    ServiceDeclared,
    TypeDeclared,
)
from yimen.dmn.errors import ModelError
from yimen.dmn.model import KnowledgeSource, Model
from yimen.dmn.read_logic import LogicReader
from yimen.dmn.undisturbed import undisturbed
from yimen.dmn.xml import Document, line_of, parse, words

REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")
ELEMENTS = ("inputData", "businessKnowledgeModel", "decision", "decisionService")


def load(xml: bytes | Path, imports: Sequence[bytes] = (), *, lenient: bool = False) -> Model:
    """Return the model in this XML, checked and compiled; `imports` are the models it refers to.

    A broken piece of it (an expression, a function that runs outside the engine, a dangling reference, a name used
    twice) refuses the whole, unless `lenient`: then that piece is null, with a note whenever it is evaluated, and is
    told in `flaws`.

    Raises:
        ModelError: it cannot be used; every problem is listed with line, place, what is wrong and what to do.
        CircularDecision: a decision requires itself.
    """
    with undisturbed():
        return _loaded([xml.read_bytes() if isinstance(xml, Path) else xml, *imports], lenient=lenient)


def _loaded(texts: Sequence[bytes], *, lenient: bool) -> Model:
    documents = [Document(parse(one)) for one in texts]
    known = frozenset(_reference(document, one) for document in documents for one in _elements(document))
    namespaces = frozenset(document.namespace for document in documents)
    declared = [Reader(document, known, namespaces).read() for document in documents]
    problems = [problem for document in documents for problem in document.problems]
    flaws = [flaw for document in documents for flaw in document.flaws]
    if problems or (flaws and not lenient):
        raise ModelError(problems + flaws)
    model = build.build(declared[0], declared[1:], lenient=lenient)
    return replace(model, flaws=(*flaws, *model.flaws))


def _elements(document: Document) -> list[etree._Element]:
    return [one for tag in ELEMENTS for one in document.all(document.root, tag)]


def _reference(document: Document, element: etree._Element) -> str:
    return f"{document.namespace}#{element.get('id')}"


class Reader:
    """Reads one document; `known` are the references to every element of all documents."""

    def __init__(self, document: Document, known: frozenset[str], namespaces: frozenset[str]) -> None:
        """Start with a document and what the documents together hold."""
        self._document = document
        self._known = known
        self._namespaces = namespaces
        self._logic = LogicReader(document)
        self._sources = {
            f"#{one.get('id')}": KnowledgeSource(
                one.get("id") or "", words(one.get("name")), document.text(one, "text"), one.get("locationURI") or ""
            )
            for one in document.all(document.root, "knowledgeSource")
        }

    def read(self) -> Declarations:
        """Return what the document declares."""
        document, root = self._document, self._document.root
        elements: list[Element] = [self._input(one) for one in document.all(root, "inputData")]
        elements += [self._function(one) for one in document.all(root, "businessKnowledgeModel")]
        elements += [self._decision(one) for one in document.all(root, "decision")]
        elements += [self._service(one) for one in document.all(root, "decisionService")]
        self._refuse_twins(elements)
        imports = [self._import(one) for one in document.all(root, "import")]
        return Declarations(
            name=root.get("name") or "",
            namespace=document.namespace,
            types=tuple(self._type(one) for one in document.all(root, "itemDefinition")),
            elements=tuple(elements),
            imports=tuple(one for one in imports if one.namespace in self._namespaces),
            members=self._members(),
        )

    def _refuse_twins(self, elements: Sequence[Element]) -> None:
        seen: set[str] = set()
        for one, element in zip(elements, _elements(self._document), strict=True):
            if one.name and one.name in seen:
                self._document.flaw(element, f"名称“{one.name}”用了两次。", "请给其中一个换个名称。")
            seen.add(one.name)

    def _members(self) -> frozenset[str]:
        tags = ("variable", "itemComponent", "column", "formalParameter", "output", "parameter", *ELEMENTS)
        space = etree.QName(self._document.root).namespace
        found = self._document.root.iter(*(f"{{{space}}}{tag}" for tag in tags))
        return frozenset(words(one.get("name")) for one in found) - {""}

    def _import(self, element: etree._Element) -> ImportDeclared:
        namespace = element.get("namespace") or ""
        if namespace not in self._namespaces:
            self._document.flaw(element, f"引用的模型“{namespace}”没有提供。", "请把它的文件一并交给引擎。")
        return ImportDeclared(words(element.get("name")), namespace, line_of(element))

    def _type(self, element: etree._Element) -> TypeDeclared:
        document = self._document
        item = document.one(element, "functionItem")
        function = None
        if item is not None:
            parameters = tuple(document.type_ref(one) for one in document.all(item, "parameters"))
            function = parameters, words(item.get("outputTypeRef"))
        return TypeDeclared(
            name=words(element.get("name")),
            base=document.text(element, "typeRef"),
            parts=tuple(self._type(one) for one in document.all(element, "itemComponent")),
            is_collection=element.get("isCollection") == "true",
            allowed=document.text(document.one(element, "allowedValues")),
            constraint=document.text(document.one(element, "typeConstraint")),
            function=function,
            line=line_of(element),
        )

    def _input(self, element: etree._Element) -> InputDeclared:
        type_ = self._document.variable_type(element)
        return InputDeclared(self._id(element), self._document.name(element), type_, line_of(element))

    def _function(self, element: etree._Element) -> FunctionDeclared:
        logic = self._document.one(element, "encapsulatedLogic")
        return FunctionDeclared(
            id=self._id(element),
            name=self._document.name(element),
            type=self._document.variable_type(element),
            requires=self._requires(element),
            logic=None if logic is None else self._logic.function(logic),
            line=line_of(element),
        )

    def _decision(self, element: etree._Element) -> DecisionDeclared:
        document = self._document
        hrefs = [
            ref.get("href") or ""
            for requirement in document.all(element, "authorityRequirement")
            for ref in document.all(requirement, "requiredAuthority")
        ]
        return DecisionDeclared(
            id=self._id(element),
            name=document.name(element),
            label=element.get("label") or "",
            description=document.text(element, "description"),
            sources=tuple(self._sources[href] for href in hrefs if href in self._sources),
            requires=self._requires(element),
            type=document.variable_type(element),
            logic=self._logic.logic(element),
            line=line_of(element),
        )

    def _service(self, element: etree._Element) -> ServiceDeclared:
        outputs = self._references(element, ("outputDecision",))
        if not outputs:
            self._document.flaw(element, "决策服务没有输出决策。", "请加上 outputDecision。")
        return ServiceDeclared(
            id=self._id(element),
            name=self._document.name(element),
            type=self._document.variable_type(element),
            outputs=outputs,
            input_decisions=self._references(element, ("inputDecision",)),
            inputs=self._references(element, ("inputData",)),
            requires=outputs,
            line=line_of(element),
        )

    def _id(self, element: etree._Element) -> str:
        return _reference(self._document, element)

    def _requires(self, element: etree._Element) -> tuple[str, ...]:
        kinds = ("informationRequirement", "knowledgeRequirement")
        found = (self._references(one, REQUIRED) for kind in kinds for one in self._document.all(element, kind))
        return tuple(reference for references in found for reference in references)

    def _references(self, element: etree._Element, tags: Sequence[str]) -> tuple[str, ...]:
        """Return what an element refers to, each as namespace#id; an unknown one is a problem."""
        references = []
        for ref in (one for tag in tags for one in self._document.all(element, tag)):
            href = ref.get("href") or ""
            reference = self._document.namespace + href if href.startswith("#") else href
            if reference in self._known:
                references.append(reference)
            else:
                self._document.flaw(ref, f"引用的“{href}”不存在。", "请检查 href，它应是“#”加上某个元素的 id。")
        return tuple(references)
