"""From declarations to a model: types to facts, references to symbols, logic to code, in the order of requirements."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from yimen.dmn.declared import (
    DecisionDeclared,
    Declarations,
    Element,
    FunctionDeclared,
    InputDeclared,
    ServiceDeclared,
    TypeDeclared,
)
from yimen.dmn.errors import CircularDecision, ModelError, Problem
from yimen.dmn.feel.code.base import Compiled, Locals, constant
from yimen.dmn.feel.compile import compile_expression
from yimen.dmn.feel.properties import NAMES as PROPERTIES
from yimen.dmn.feel.scanner import Names
from yimen.dmn.feel.scope import Defined, Imported, Input, Required, Run, Scope, Symbol
from yimen.dmn.feel.types import NAMES as BASIC
from yimen.dmn.feel.types import ContextType, FunctionType, Restricted, Type
from yimen.dmn.item_types import ItemTypes
from yimen.dmn.logic import LogicParser
from yimen.dmn.model import Decision, DecisionService, Model
from yimen.dmn.values import Function

TAGS = {
    InputDeclared: "inputData",
    FunctionDeclared: "businessKnowledgeModel",
    DecisionDeclared: "decision",
    ServiceDeclared: "decisionService",
}


def build(main: Declarations, others: Sequence[Declarations] = (), *, lenient: bool = False) -> Model:
    """Return the model of a document and those it imports; with `lenient`, broken expressions are null in it.

    Raises:
        CircularDecision: a decision, function or service requires itself.
        ModelError: an expression is broken or uses a name it does not require.
    """
    return _Builder(main, others).model(lenient=lenient)


class _Builder:
    """Builds every document's elements; an element's key is its name after the prefix of its document."""

    def __init__(self, main: Declarations, others: Sequence[Declarations]) -> None:
        self._main = main
        self._documents = {one.namespace: one for one in (*others, main)}
        self._problems: list[Problem] = []
        self._prefixes = self._prefixed()
        self._types: dict[str, ItemTypes] = {}
        members = Names().plus({*PROPERTIES, *(name for one in self._documents.values() for name in one.members)})
        for one in self._documents.values():
            self._resolve_types(one, ())
        self._parsers = {
            namespace: LogicParser(types, members, Names().plus({*types.by_name, *BASIC}), self._problems)
            for namespace, types in self._types.items()
        }
        self._symbols: dict[str, Symbol] = {}
        self._kinds: dict[str, Type] = {}
        self._keys: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._decisions: dict[str, Decision] = {}
        self._services: dict[str, DecisionService] = {}
        self._inputs: dict[str, Input] = {}
        self._functions: dict[str, Defined] = {}

    def model(self, *, lenient: bool) -> Model:
        """Return the model; what is found wrong is raised, or kept in it."""
        elements = {
            element.id: (document, element) for document in self._documents.values() for element in document.elements
        }
        for reference in self._order({reference: element for reference, (_, element) in elements.items()}):
            document, element = elements[reference]
            self._names[reference] = element.name
            self._keys[reference] = self._prefixes.get(document.namespace, "") + element.name
            self._symbols[reference] = self._symbol(document, element)
        if self._problems and not lenient:
            raise ModelError(self._problems)
        names = [element.name for element in self._main.elements]
        return Model(
            name=self._main.name,
            namespace=self._main.namespace,
            inputs={name: self._inputs[name] for name in names if name in self._inputs},
            types=self._kinds,
            decisions={name: self._decisions[name] for name in names if name in self._decisions},
            services={name: self._services[name] for name in names if name in self._services},
            by_key=self._decisions,
            services_by_key=self._services,
            functions={name: self._functions[name] for name in names if name in self._functions},
            flaws=tuple(self._problems),
            lines={**{element.name: element.line for element in self._main.elements}, **self._fact_lines()},
        )

    def _fact_lines(self) -> dict[str, int]:
        """Return where each component of the main document's input data is declared."""
        types = {one.name: one for one in self._main.types}
        found: dict[str, int] = {}

        def look(symbol: Input, type_: TypeDeclared | None) -> None:
            for _ in types:  # a type that is its own base ends nowhere, so only so many are followed
                if type_ is not None and not type_.parts:
                    type_ = types.get(type_.base)
            for part in type_.parts if type_ is not None else ():
                if part.name in symbol.parts:
                    found[symbol.parts[part.name].path] = part.line
                    look(symbol.parts[part.name], part)

        for element in self._main.elements:
            if isinstance(element, InputDeclared):
                look(self._inputs[element.name], types.get(element.type))
        return found

    # --- documents

    def _prefixed(self) -> dict[str, str]:
        """Return each document's prefix: the name it is imported by, after its importer's."""
        prefixes = {self._main.namespace: ""}
        waiting = [self._main]
        while waiting:
            document = waiting.pop(0)
            for one in document.imports:
                if one.namespace in self._documents and one.namespace not in prefixes:
                    name = f"{one.name}." if one.name else ""
                    prefixes[one.namespace] = prefixes[document.namespace] + name
                    waiting.append(self._documents[one.namespace])
        return prefixes

    def _resolve_types(self, document: Declarations, above: tuple[str, ...]) -> ItemTypes:
        if document.namespace in above:
            what = "模型互相引用（import），成了循环。"
            raise CircularDecision([Problem(1, f"definitions “{document.name}”", what, "请断开其中一处引用。")])
        if document.namespace not in self._types:
            imported: dict[str, Type] = {}
            for one in document.imports:
                types = self._resolve_types(self._documents[one.namespace], (*above, document.namespace))
                prefix = f"{one.name}." if one.name else ""
                imported.update({prefix + name: type_ for name, type_ in types.by_name.items()})
            self._types[document.namespace] = ItemTypes(document.types, imported, self._problems)
        return self._types[document.namespace]

    def _order(self, elements: Mapping[str, Element]) -> Sequence[str]:
        graph = {reference: _needs(element) for reference, element in elements.items()}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = [elements[reference] for reference in error.args[1]]
            what = f"循环引用：{' → '.join(one.name for one in circle)}。"
            place = f"{TAGS[type(circle[0])]} “{circle[0].name}”"
            raise CircularDecision([Problem(circle[0].line, place, what, "请断开其中一处引用。")]) from error

    # --- elements

    def _symbol(self, document: Declarations, element: Element) -> Symbol:
        place = f"{TAGS[type(element)]} “{element.name}”"
        type_ = self._types[document.namespace].of(element.type, element.line, place)
        key = self._keys[element.id]
        match element:
            case InputDeclared():
                self._inputs[key] = symbol = self._input(key, type_)
                return symbol
            case FunctionDeclared():
                self._functions[key] = function = self._function(document, element, type_)
                return function
            case DecisionDeclared():
                return self._decision(document, element, key, type_)
            case ServiceDeclared():
                return self._service(element, key, type_)

    def _input(self, path: str, type_: Type) -> Input:
        """Return the input with the components its type gives it; a collection is one fact, read whole."""
        base = type_.base if isinstance(type_, Restricted) else type_
        if isinstance(base, ContextType):
            return Input(path, {name: self._input(f"{path}.{name}", of) for name, of in base.entries}, type_)
        self._kinds[path] = type_
        return Input(path, type=type_)

    def _scope(self, document: Declarations, element: FunctionDeclared | DecisionDeclared) -> Scope:
        """Return what an element may name: what it requires, and of other models what it requires under their names."""
        aliases = {one.namespace: one.name for one in document.imports}
        symbols: dict[str, Symbol] = {}
        imported: dict[str, dict[str, Symbol]] = {}
        for reference in element.requires:
            namespace, name = reference.rpartition("#")[0], self._names[reference]
            alias = "" if namespace == document.namespace else aliases.get(namespace)
            if alias is None:
                what = f"引用了另一个模型的“{name}”，却没有引用那个模型。"
                self._problems.append(Problem(element.line, element.name, what, "请加上 import。"))
            elif alias:
                imported.setdefault(alias, {})[name] = self._symbols[reference]
            else:
                symbols[name] = self._symbols[reference]
        symbols.update({alias: Imported(members) for alias, members in imported.items()})
        tag = TAGS[type(element)]
        path = f"definitions/{tag}[{element.id.rpartition('#')[2]}]"
        report = self._parsers[document.namespace].report
        return Scope(symbols, element.name, self._types[document.namespace].by_name, tag=tag, path=path, report=report)

    def _decision(self, document: Declarations, one: DecisionDeclared, key: str, type_: Type) -> Required:
        scope = self._scope(document, one)
        tree = self._parsers[document.namespace].parse(one.logic, scope)
        compiled = compile_expression(tree, scope)
        self._decisions[key] = Decision(
            id=one.id.rpartition("#")[2],
            key=key,
            name=one.name,
            label=one.label,
            description=one.description,
            sources=one.sources,
            requires=tuple(self._keys[reference] for reference in one.requires),
            type=type_,
            tree=tree,
            scope=scope,
            compiled=compiled,
            line=one.line,
        )
        return Required(key, compiled.facts, type_)

    def _function(self, document: Declarations, one: FunctionDeclared, type_: Type) -> Defined:
        """Return a business knowledge model: its body sees its parameters, itself and what it requires."""
        if one.logic is None:
            return Defined(constant(None).code, frozenset())
        result = type_.result if isinstance(type_, FunctionType) else type_
        itself: list[Compiled] = []

        def code(run: Run, _local: Locals) -> object:
            return itself[0].code(run, {})

        scope = self._scope(document, one)
        scope = replace(scope, symbols={**scope.symbols, one.name: Defined(code, frozenset())})
        tree = self._parsers[document.namespace].function(one.logic, scope, result)
        itself.append(compile_expression(tree, scope))
        return Defined(code, itself[0].facts, tree, scope)

    def _service(self, one: ServiceDeclared, key: str, type_: Type) -> Defined:
        given = tuple(reference for reference in one.input_decisions if self._keys[reference] in self._decisions)
        inputs = (*one.inputs, *given)
        result = type_.result if isinstance(type_, FunctionType) else type_
        self._services[key] = DecisionService(
            key=key,
            name=one.name,
            outputs=tuple(key for key in map(self._keys.__getitem__, one.outputs) if key in self._decisions),
            input_decisions=tuple(self._keys[reference] for reference in given),
            inputs=tuple(self._keys[reference] for reference in one.inputs),
            type=result,
        )
        names = tuple(self._names[reference] for reference in inputs)

        def code(run: Run, _local: Locals) -> object:
            return Function(names, lambda *values: run.service(key, values))

        for reference in (*one.outputs, *one.input_decisions):
            if self._keys[reference] not in self._decisions:
                what = f"“{self._names[reference]}”不是决策。"
                self._problems.append(Problem(one.line, f"decisionService “{one.name}”", what, "请改为引用决策。"))
        outputs = (self._decisions.get(self._keys[reference]) for reference in one.outputs)
        return Defined(code, frozenset().union(*(decision.facts for decision in outputs if decision)))


def _needs(element: Element) -> tuple[str, ...]:
    match element:
        case InputDeclared():
            return ()
        case ServiceDeclared():
            return (*element.outputs, *element.input_decisions, *element.inputs)
        case FunctionDeclared() | DecisionDeclared():
            return element.requires
