"""Every way from a door of the house to a department's data or a licence, found in the source itself.

A *touch* is an expression that gets at the data: a driver of a database, of HTTP or of files, the connections of the
departments, the model, the related names or the table of what holds data. A function is *open* that touches, or names
an open one, and does not record the read itself on every way to its end. An open function is harmless while all who
name it record; a *door* (a page, the API, a command, a job, or what nobody here calls) that is open is a way past the
ledger. What is passed around by name is followed by name: rather a way too many than one too few.
"""

import ast
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

DRIVERS = frozenset(
    {
        "aiohttp",
        "asyncpg",
        "duckdb",
        "ftplib",
        "http.client",
        "httpx",
        "ibis",
        "MySQLdb",
        "openpyxl",
        "oracledb",
        "pandas",
        "paramiko",
        "polars",
        "psycopg",
        "pyarrow",
        "pymysql",
        "pyodbc",
        "requests",
        "socket",
        "sqlalchemy",
        "sqlite3",
        "subprocess",
        "urllib.request",
    }
)
"""What another system, its files or our own columns could be read with."""
BY_HAND = frozenset({"django.db.connection", "django.db.connections"})
PACKAGE = "yimen.datasets.sources."
"""The connectors to departments' systems."""
BY_NAME = frozenset(
    {"importlib.import_module", "django.apps.apps.get_model", "django.utils.module_loading.import_string"}
)
CONNECTIONS = "YIMEN_SOURCES"
"""The setting with the addresses and keys of the departments' systems."""
NO_DATA = re.compile(r"(Error|Exception|Warning)$|\.errors\.|\.exceptions\.|\.conninfo\.|\.sql\.|\.abc\.")
"""Names of a driver that get at nothing: its errors, the building of statements, types."""
ASKING = frozenset(
    {
        "aggregate",
        "all",
        "annotate",
        "count",
        "distinct",
        "earliest",
        "exclude",
        "exists",
        "explain",
        "filter",
        "first",
        "get",
        "in_bulk",
        "iterator",
        "last",
        "latest",
        "none",
        "only",
        "order_by",
        "prefetch_related",
        "raw",
        "reverse",
        "select_for_update",
        "select_related",
        "using",
        "values",
        "values_list",
    }
)
"""What rows are asked for with."""
HANDLES = frozenset({"DoesNotExist", "MultipleObjectsReturned"})
"""What may be named of a guarded model, beside classes written inside it, without reading a row."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A model that holds a department's data or a licence: its full name, its table, the names its rows go by.

    Where one column of it alone holds such data, whoever names that is looked at, and nobody else.
    """

    model: str
    table: str
    related: frozenset[str]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Loose:
    """An attribute of something of unknown type; with `call` the number of positions and the keywords it is given."""

    name: str
    call: tuple[int, frozenset[str], bool] | None


@dataclass(slots=True)
class Found:
    """What some code names: functions and constants of ours, attributes of the unknown, and what it touches."""

    names: set[str] = field(default_factory=set)
    loose: set[Loose] = field(default_factory=set)
    touches: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Node:
    """A function, a method, or a constant of a module, and what it names."""

    name: str
    tree: ast.AST
    module: "Module"
    owner: str = ""
    is_class: bool = False
    is_decorated: bool = False
    found: Found = field(default_factory=Found)

    @property
    def is_connector(self) -> bool:
        """Tell whether it is part of the connectors to departments' systems, which are chosen by the name of a kind.

        A function of theirs, and a class that has itself registered, is open to whoever names it from outside.
        """
        return self.name.startswith(PACKAGE)

    @property
    def is_chosen(self) -> bool:
        """Tell whether it is one of those."""
        tree = self.tree
        is_registered = self.is_class and self.is_decorated
        return self.is_connector and not self.owner and (isinstance(tree, Function) or is_registered)

    @property
    def is_door(self) -> bool:
        """Tell whether it is where somebody comes in."""
        return self.name.startswith(("yimen.channels.", "yimen.config.")) or ".jobs." in self.name


@dataclass(slots=True)
class Module:
    """A module's imports by the name they go by: the module they are of and the name there ("" is the module)."""

    name: str
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)


Function = ast.FunctionDef | ast.AsyncFunctionDef


class House:
    """The source, read: `sources` has the text of each module by its full name."""

    def __init__(
        self, sources: Mapping[str, str], guarded: Iterable[Guarded], templates: Mapping[str, str] | None = None
    ) -> None:
        """Read every module, then look at what each function names; a template can ask for rows as well."""
        known = list(guarded)
        self.columns = {one.column for one in known if one.column}
        self.guarded = {one.model: one for one in known if not one.column}
        self.tables = {one.table for one in self.guarded.values()}
        self.related = frozenset().union(*(one.related for one in self.guarded.values()))
        self.shared_names: set[str] = set()
        self.modules: dict[str, Module] = {}
        self.nodes: dict[str, Node] = {}
        self.classes: dict[str, list[str]] = {}
        self.fields: dict[str, set[str]] = {}
        self.methods: dict[str, list[str]] = {}
        for name, text in sources.items():
            tree = ast.parse(text)
            self._read(name, tree)
            self.shared_names |= self.related.intersection(attributes(tree))
        for node in self.nodes.values():
            node.found = Reader(self, node).over(node.tree)
        for name, text in (templates or {}).items():
            node = self.nodes[name] = Node(name, ast.Module([], []), Module(name))
            asked = re.findall(r"\.(\w+)\.(\w+)", text)
            node.found.touches = {f".{way}" for way, after in asked if way in self.related and after in ASKING}

    def _read(self, name: str, tree: ast.Module) -> None:
        module = self.modules[name] = Module(name)
        for one in ast.walk(tree):
            if isinstance(one, ast.Import):
                for alias in one.names:
                    whole = alias.name if alias.asname else alias.name.split(".")[0]
                    module.imports[alias.asname or whole] = (whole, "")
            elif isinstance(one, ast.ImportFrom):
                for alias in one.names:
                    module.imports[alias.asname or alias.name] = (one.module or "", alias.name)
        for one in tree.body:
            self._enter(module, one, "")

    def _enter(self, module: Module, tree: ast.stmt, owner: str) -> None:
        prefix = owner or module.name
        match tree:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.nodes[f"{prefix}.{name}"] = Node(f"{prefix}.{name}", tree, module, owner)
                if owner:
                    self.methods.setdefault(name, []).append(f"{prefix}.{name}")
            case ast.ClassDef(name=name):
                whole = f"{prefix}.{name}"
                self.classes[whole] = []
                self.fields[whole] = {
                    one.target.id
                    for one in tree.body
                    if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
                }
                bases: list[ast.stmt] = [ast.Expr(one) for one in tree.bases]
                marks = [one.func for one in tree.decorator_list if isinstance(one, ast.Call)]
                is_decorated = any((self._dotted(module, one) or "").startswith("yimen.") for one in marks)
                self.nodes[whole] = Node(whole, ast.Module(bases, []), module, owner, True, is_decorated)
                for one in tree.body:
                    self._enter(module, one, whole)
                self.classes[whole] = [self._dotted(module, one) or "" for one in tree.bases]
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if not owner:
                self.nodes[f"{prefix}.{name}"] = Node(f"{prefix}.{name}", tree, module)
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                return
            case _:
                body = self.nodes.setdefault(
                    f"{prefix}.<body>", Node(f"{prefix}.<body>", ast.Module([], []), module, owner)
                )
                assert isinstance(body.tree, ast.Module)
                body.tree.body.append(tree)
                return
        if not owner:
            module.defined.add(name)

    def _dotted(self, module: Module, tree: ast.expr) -> str | None:
        match tree:
            case ast.Name(id=name):
                return self.resolved(module, [name])
            case ast.Subscript(value=value):
                return self._dotted(module, value)
            case ast.Attribute():
                parts = chain(tree)
                return self.resolved(module, parts) if parts else None
        return None

    def resolved(self, module: Module, parts: list[str]) -> str | None:
        """Return the full name of what these parts name in a module, followed to where it is made; None if local."""
        if parts[0] in module.defined:
            return ".".join([module.name, *parts])
        if parts[0] not in module.imports:
            return None
        source, name = module.imports[parts[0]]
        return self._followed(source, [name, *parts[1:]] if name else parts[1:])

    def _followed(self, source: str, parts: list[str]) -> str:
        """Follow a name into a module, through what that imports; what a package imports hides its own module."""
        if source not in self.modules or not parts:
            return ".".join([source, *parts])
        module = self.modules[source]
        if parts[0] in module.defined:
            return ".".join([source, *parts])
        if parts[0] in module.imports and (target := module.imports[parts[0]]) != (source, parts[0]):
            return self._followed(target[0], [target[1], *parts[1:]] if target[1] else parts[1:])
        if f"{source}.{parts[0]}" in self.modules:
            return self._followed(f"{source}.{parts[0]}", parts[1:])
        return ".".join([source, *parts])

    def class_named(self, module: Module, tree: ast.expr | None) -> str:
        """Return the class of ours that an annotation of a module names, by itself or beside None; else empty."""
        if isinstance(tree, ast.BinOp):
            return self.class_named(module, tree.left) or self.class_named(module, tree.right)
        dotted = self._dotted(module, tree) if isinstance(tree, ast.Name | ast.Attribute) else None
        return dotted if dotted is not None and dotted in self.classes else ""

    def is_stood_in_for(self, owner: str) -> bool:
        """Tell whether another class may stand behind this one: it is a protocol, or the base of others."""
        bases = self.classes.get(owner, [])
        return "typing.Protocol" in bases or any(owner in others for others in self.classes.values())

    def has_field(self, owner: str, name: str) -> bool:
        """Tell whether a class of ours, or a base of it, declares this field."""
        return name in self.fields.get(owner, ()) or any(
            self.has_field(base, name) for base in self.classes.get(owner, ())
        )

    def method(self, owner: str, name: str) -> str | None:
        """Return the method of a class of ours, or of a base of it."""
        if f"{owner}.{name}" in self.nodes:
            return f"{owner}.{name}"
        return next((found for base in self.classes.get(owner, []) if (found := self.method(base, name))), None)


def attributes(tree: ast.Module) -> Iterator[str]:
    """Yield the names that classes give attributes of their own."""
    for one in ast.walk(tree):
        match one:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name):
                yield name


def chain(tree: ast.expr) -> list[str] | None:
    """Return `a.b.c` as its parts, None where it does not begin with a name."""
    parts: list[str] = []
    while isinstance(tree, ast.Attribute):
        parts.append(tree.attr)
        tree = tree.value
    return [tree.id, *reversed(parts)] if isinstance(tree, ast.Name) else None


class Reader(ast.NodeVisitor):
    """Looks at code of one function: what it names, with the types its own lines give away."""

    def __init__(self, house: House, node: Node) -> None:
        """Learn the local names first: one that is assigned hides what is imported."""
        self.house, self.node, self.found = house, node, Found()
        self.local: dict[str, str] = {}
        for one in ast.walk(node.tree):
            match one:
                case ast.arg(arg=name, annotation=annotation):
                    self.local[name] = self._type(annotation)
                case ast.Name(id=name, ctx=ast.Store()) if not isinstance(node.tree, ast.Assign | ast.AnnAssign):
                    self.local.setdefault(name, "")
        for one in ast.walk(node.tree):
            match one:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in self.local:
                    self.local[name] = self.local[name] or self._made(value)
        if node.owner and isinstance(node.tree, Function) and node.tree.args.args:
            self.local[node.tree.args.args[0].arg] = node.owner

    def over(self, *trees: ast.AST) -> Found:
        """Return what these pieces name."""
        self.found = Found()
        for tree in trees:
            self.visit(tree)
        return self.found

    def _type(self, tree: ast.expr | None) -> str:
        """Return the class of ours that an annotation names, the empty text where it names none."""
        return self.house.class_named(self.node.module, tree)

    def _made(self, tree: ast.expr) -> str:
        """Return the class of ours that an expression gives: by a call of it, or of what says it returns one."""
        match tree:
            case ast.Call(func=made):
                dotted = self.house._dotted(self.node.module, made) or ""
                made_by = self.house.nodes.get(dotted)
                if made_by is not None and isinstance(made_by.tree, Function):
                    return self.house.class_named(made_by.module, made_by.tree.returns)
                return dotted if dotted in self.house.classes else ""
            case ast.IfExp(body=body, orelse=orelse):
                return self._made(body) or self._made(orelse)
        return ""

    def visit_arguments(self, tree: ast.arguments) -> None:
        for one in [*tree.defaults, *filter(None, tree.kw_defaults)]:
            self.visit(one)

    def visit_FunctionDef(self, tree: Function) -> None:
        for one in [*tree.decorator_list, tree.args, *tree.body]:
            self.visit(one)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name ast asks for

    def visit_AnnAssign(self, tree: ast.AnnAssign) -> None:
        if tree.value is not None:
            self.visit(tree.value)

    def visit_Expr(self, tree: ast.Expr) -> None:
        if not isinstance(tree.value, ast.Constant):
            self.visit(tree.value)

    def visit_Call(self, tree: ast.Call) -> None:
        given = [one for one in tree.args if not isinstance(one, ast.Starred)]
        spread = len(given) < len(tree.args) or any(one.arg is None for one in tree.keywords)
        shape = (len(given), frozenset(one.arg for one in tree.keywords if one.arg), spread)
        if isinstance(tree.func, ast.Attribute | ast.Name):
            self._named(tree.func, shape)
        else:
            self.visit(tree.func)
        for one in [*tree.args, *tree.keywords]:
            self.visit(one)

    def visit_Attribute(self, tree: ast.Attribute) -> None:
        if isinstance(tree.ctx, ast.Load):
            self._named(tree, None)
        else:
            self.visit(tree.value)

    def visit_Name(self, tree: ast.Name) -> None:
        if isinstance(tree.ctx, ast.Load):
            self._named(tree, None)

    def visit_Constant(self, tree: ast.Constant) -> None:
        text = tree.value
        if not isinstance(text, str):
            return
        if text in self.house.columns:
            self.found.touches.add(f".{text}")
        if text == CONNECTIONS:
            self.found.touches.add(CONNECTIONS)
        self.found.touches |= {table for table in self.house.tables if re.search(rf"\b{table}\b", text)}
        if self.house.related.intersection(text.split("__")) and "__" in text:
            way = text.split("__")[0]
            self.found.touches.add(f".{way}")

    def _named(self, tree: ast.Attribute | ast.Name, shape: tuple[int, frozenset[str], bool] | None) -> None:
        parts = chain(tree)
        if parts is None:
            assert isinstance(tree, ast.Attribute)
            self.visit(tree.value)
            self._loose(tree.attr, shape)
            if isinstance(tree.value, ast.Attribute):
                self._loose(tree.value.attr, None, tree.attr)
            return
        if parts[0] in self.local:
            self._of_local(self.local[parts[0]], parts[1:], shape)
            return
        dotted = self.house.resolved(self.node.module, parts)
        if dotted is None:
            for one, after in pairwise(parts[1:]):
                self._loose(one, None, after)
            if len(parts) > 1:
                self._loose(parts[-1], shape)
            elif parts[0] == "__import__":
                self.found.touches.add("an import by name")
            return
        self._resolved(dotted, shape)

    def _of_local(self, type_: str, parts: list[str], shape: tuple[int, frozenset[str], bool] | None) -> None:
        """Note the attributes of a local value: its class's own where the class is known."""
        if not parts:
            return
        first, *more = parts
        method = self.house.method(type_, first) if type_ else None
        if method:
            self.found.names.add(method)
        is_settled = method is not None and not self.house.is_stood_in_for(type_)
        is_watched = first in self.house.related or first in self.house.columns
        is_plain = self.house.has_field(type_, first) and not is_watched
        if not is_settled and not is_plain:
            self._loose(first, None if more else shape, more[0] if more else "")
        for one, after in pairwise(more):
            self._loose(one, None, after)
        if more:
            self._loose(more[-1], shape)

    def _loose(self, name: str, shape: tuple[int, frozenset[str], bool] | None, after: str = "") -> None:
        """Note an attribute; a related name that is also an attribute of other classes is one where rows are asked."""
        self.found.loose.add(Loose(name, shape))
        if name in self.house.columns:
            self.found.touches.add(f".{name}")
        if name in self.house.related and (after in ASKING or name not in self.house.shared_names):
            self.found.touches.add(f".{name}")
        if name == CONNECTIONS:
            self.found.touches.add(CONNECTIONS)

    def _resolved(self, dotted: str, shape: tuple[int, frozenset[str], bool] | None) -> None:
        if CONNECTIONS in dotted.split("."):
            self.found.touches.add(CONNECTIONS)
        if not dotted.startswith("yimen."):
            self._outside(dotted)
            return
        for model in self.house.guarded:
            rest = dotted.removeprefix(f"{model}.") if dotted.startswith(f"{model}.") else None
            first = rest.split(".")[0] if rest else ""
            is_handle = first in HANDLES or f"{model}.{first}" in self.house.classes
            if (dotted == model and shape is None) or (rest and not is_handle):
                self.found.touches.add(model.rsplit(".", 1)[-1])
        name, rest = dotted, []
        while name and name not in self.house.nodes:
            name, _, last = name.rpartition(".")
            rest.insert(0, last)
        if not name:
            return
        self.found.names.add(name)
        if name in self.house.classes and not rest:
            self.found.names |= {
                one for made in ("__init__", "__post_init__", "__new__") if (one := self.house.method(name, made))
            }
        elif name in self.house.classes and rest and (method := self.house.method(name, rest[0])):
            self.found.names.add(method)
        elif rest and not name.endswith("<body>"):
            self._loose(rest[-1], shape)

    def _outside(self, dotted: str) -> None:
        if any(dotted == one or dotted.startswith(f"{one}.") for one in BY_HAND):
            self.found.touches.add("the database by hand")
        elif dotted in BY_NAME:
            self.found.touches.add("an import by name")
        for one in DRIVERS:
            if (dotted == one or dotted.startswith(f"{one}.")) and not NO_DATA.search(dotted):
                self.found.touches.add(one)


def is_any(tree: ast.match_case) -> bool:
    """Tell whether a case of a `match` takes whatever there is."""
    return isinstance(tree.pattern, ast.MatchAs) and tree.pattern.pattern is None and tree.guard is None


def fits(tree: ast.AST, call: tuple[int, frozenset[str], bool] | None) -> bool:
    """Tell whether a method can be called so; one that is not called here may be called anywhere."""
    if call is None or not isinstance(tree, Function):
        return True
    positions, keywords, spread = call
    given, static = tree.args, any(isinstance(one, ast.Name) and "static" in one.id for one in tree.decorator_list)
    names = [one.arg for one in [*given.posonlyargs, *given.args]][0 if static else 1 :]
    required = {
        one.arg for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None
    } | set(names[positions : len(names) - len(given.defaults)])
    known = {*names, *(one.arg for one in given.kwonlyargs)}
    too_many = positions > len(names) and given.vararg is None
    return spread or (required <= keywords and not too_many and (given.kwarg is not None or keywords <= known))


@dataclass(slots=True)
class Survey:
    """Which functions are open, and the ways past the ledger.

    `harmless` has what a function may get at without recording it, and why: (function, touch or open function). A name
    that ends with a dot stands for a whole package.
    """

    house: House
    recorders: frozenset[str]
    harmless: Mapping[tuple[str, str], str]
    open: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    used: set[tuple[str, str]] = field(default_factory=set)
    _known: dict[str, frozenset[str]] = field(default_factory=dict)
    _reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        """Open what touches, then what names what is open, until nothing more opens."""
        nodes = self.house.nodes
        while opened := {name for name, node in nodes.items() if name not in self.open and self._opens(node)}:
            self.open |= opened
        self.closed = {
            name for name, node in nodes.items() if name not in self.open and self._gets_at(name, node.found)
        }

    def _gets_at(self, name: str, found: Found) -> list[str]:
        """Return the touches and open functions this gets at, but for those that are harmless."""
        whole = found is self.house.nodes[name].found
        if whole and name not in self._known:
            self._known[name] = frozenset(self._targets(found))
        targets = self._known[name] if whole else self._targets(found)
        reached = found.touches.union(one for one in targets if self._is_open(one, name) and one != name)
        return sorted(one for one in reached if not self._is_harmless(name, one))

    def _is_open(self, what: str, name: str) -> bool:
        is_inside = self.house.nodes[name].is_connector
        return what in self.open or (self.house.nodes[what].is_chosen and not is_inside)

    def _is_harmless(self, name: str, what: str) -> bool:
        packages = (f"{name[:place]}." for place, letter in enumerate(name) if letter == ".")
        line = next(((one, what) for one in (name, *packages) if (one, what) in self.harmless), None)
        if line is not None:
            self.used.add(line)
        return line is not None

    def _targets(self, found: Found) -> Iterator[str]:
        yield from found.names
        for one in found.loose:
            for name in self.house.methods.get(one.name, ()):
                if fits(self.house.nodes[name].tree, one.call):
                    yield name

    def _records(self, found: Found) -> bool:
        return not self.recorders.isdisjoint(found.names)

    def _opens(self, node: Node) -> bool:
        if not self._gets_at(node.name, node.found):
            return False
        if not self._records(node.found) or not isinstance(node.tree, Function):
            return True
        self._reader = Reader(self.house, node)
        end = self._walked(node.tree.body, (False, False))
        return end is None or (end[0] and not end[1])

    def _walked(self, body: list[ast.stmt], state: tuple[bool, bool]) -> tuple[bool, bool] | None:
        """Return (read, recorded) at the end of a block; None where something read is handed on unrecorded.

        An end that is never reached counts as recorded: nothing is handed on there.
        """
        for one in body:
            after = self._stepped(one, state)
            if after is None:
                return None
            state = after
        return state

    def _stepped(self, tree: ast.stmt, state: tuple[bool, bool]) -> tuple[bool, bool] | None:
        match tree:
            case ast.If(test=test, body=body, orelse=orelse):
                return self._either(self._seen(state, test), [body, orelse])
            case ast.Match(subject=subject, cases=cases):
                rest = [] if any(is_any(one) for one in cases) else [[]]
                return self._either(self._seen(state, subject), [*(one.body for one in cases), *rest])
            case ast.For(iter=head, body=body, orelse=orelse) | ast.While(test=head, body=body, orelse=orelse):
                return self._either(self._seen(state, head), [[*body, *orelse], orelse])
            case ast.With(items=items, body=body):
                return self._walked(body, self._seen(state, *(one.context_expr for one in items)))
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                ways = [[*body, *orelse, *final], *([*one.body, *final] for one in handlers)]
                return self._either(state, ways, read=self._seen(state, *body)[0])
            case ast.Return():
                read, recorded = self._seen(state, tree)
                return None if read and not recorded else (False, True)
            case ast.Raise():
                return False, True  # an error carries no value; that failures are recorded too is tried for real
            case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
                read, recorded = self._seen(state, tree)
                return None if read and not recorded else (read, recorded)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return state
        return self._seen(state, tree)

    def _either(
        self, state: tuple[bool, bool], ways: list[list[ast.stmt]], *, read: bool = False
    ) -> tuple[bool, bool] | None:
        ends = [self._walked(ways[0], state), *(self._walked(one, (state[0] or read, state[1])) for one in ways[1:])]
        seen = [one for one in ends if one is not None]
        if len(seen) < len(ends):
            return None
        return any(one[0] for one in seen), all(one[1] for one in seen)

    def _seen(self, state: tuple[bool, bool], *trees: ast.AST) -> tuple[bool, bool]:
        found = self._reader.over(*trees)
        return state[0] or bool(self._gets_at(self._reader.node.name, found)), state[1] or self._records(found)

    def bypasses(self) -> list[str]:
        """Return every way from an open door to the data, written as `door → … → what it touches`."""
        named = {one for name, targets in self._known.items() for one in targets if one != name}
        nodes = self.house.nodes
        doors = [
            name for name in self.open if nodes[name].is_door or (name not in named and not nodes[name].is_connector)
        ]
        return sorted(" → ".join(self._way(name)) for name in doors)

    def _way(self, name: str) -> list[str]:
        """Return the shortest way down from an open function."""
        waiting, seen = deque([[name]]), {name}
        while waiting:
            way = waiting.popleft()
            reached = self._gets_at(way[-1], self.house.nodes[way[-1]].found)
            if touched := [one for one in reached if one not in self.open]:
                return [*way, touched[0]]
            waiting.extend([*way, one] for one in reached if one not in seen)
            seen.update(reached)
        return [name]

    def stale(self) -> list[tuple[str, str]]:
        """Return the lines of `harmless` that make no difference any more."""
        return sorted(self.harmless.keys() - self.used)


def told(ways: Iterable[str]) -> str:
    """Return the ways as a failing test should show them: the shortest to each thing reached, and how many more."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for way in ways:
        groups.setdefault(tuple(way.split(" → ")[-2:]), []).append(way)
    lines = [(min(group, key=lambda way: way.count(" → ")), len(group) - 1) for group in groups.values()]
    return "\n".join(f"{way}  (and from {more} other doors)" if more else way for way, more in sorted(lines))


def templates(root: Path) -> dict[str, str]:
    """Return the text of every template below a package's folder, by its path."""
    return {
        f"yimen.channels.{path.relative_to(root)}": path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.html"))
    }


def modules(root: Path) -> dict[str, str]:
    """Return the text of every module below a package's folder, by its full name; tests and migrations are left out.

    So is the engine: it imports nothing of ours and no Django, and reckons over the tables it is handed.
    """
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        if not {"tests", "migrations", "dmn"} & set(parts) and path.name != "conftest.py":
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path.read_text(encoding="utf-8")
    return found
