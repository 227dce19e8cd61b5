"""Reading XML that may be hostile: no document type, no entities, no network, bounded size and depth."""

from collections.abc import Iterator

from lxml import etree

from yimen.dmn.errors import ModelError, Problem

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
LARGEST = 5 * 1024 * 1024
DEEPEST = 100
TOO_DEEP = etree.XPath(f"({'/*' * (DEEPEST + 1)})[1]")
"""Finds an element beyond the depth allowed; one step for each level, so that the whole document is walked in C."""


def parse(xml: bytes) -> etree._Element:
    """Return the `definitions` element of a DMN document.

    Raises:
        ModelError: it is none, or it is built to do harm.
    """
    if len(xml) > LARGEST:
        raise _refused(1, f"文件有 {len(xml):,} 字节，超过上限 {LARGEST:,} 字节。", "请拆成几个模型。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(error.lineno or 1, f"不是正确的 XML：{error.msg}。", "请用建模工具重新导出。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(1, "含有 DOCTYPE 声明。", "决策模型不需要它，为安全起见请删除。")
    _check_depth(root)
    name = etree.QName(root)
    if name.namespace not in NAMESPACES or name.localname != "definitions":
        versions = "、".join(NAMESPACES.values())
        raise _refused(
            line_of(root),
            f"根元素是 {name.localname}（{name.namespace or '没有命名空间'}）。",
            f"应为 DMN {versions} 的 definitions。",
        )
    return root


def _check_depth(root: etree._Element) -> None:
    deep = TOO_DEEP(root)
    if isinstance(deep, list) and deep and isinstance(deep[0], etree._Element):  # noqa: SLF001 - lxml's only name for it
        raise _refused(line_of(deep[0]), f"元素嵌套超过 {DEEPEST} 层。", "请拆成几个决策。")


def _refused(line: int, what: str, remedy: str) -> ModelError:
    return ModelError([Problem(line, "文件", what, remedy)])


def line_of(element: etree._Element) -> int:
    """Return the line an element begins on."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def tag_of(element: etree._Element) -> str:
    """Return an element's tag without namespace."""
    return etree.QName(element).localname


def words(text: str | None) -> str:
    """Return a name with its spaces made single."""
    return " ".join((text or "").split())


class Document:
    """One document being read: finds elements, and collects every problem instead of stopping at the first."""

    def __init__(self, root: etree._Element) -> None:
        """Start at the root."""
        self.root = root
        self.namespace = root.get("namespace") or ""
        self._space = f"{{{etree.QName(root).namespace}}}"
        self.problems: list[Problem] = []
        self.flaws: list[Problem] = []

    def problem(self, element: etree._Element, what: str, remedy: str) -> None:
        """Keep a problem at an element."""
        self.problems.append(self._problem(element, what, remedy))

    def flaw(self, element: etree._Element, what: str, remedy: str) -> None:
        """Keep a problem that leaves the rest of the document usable: the piece may count as null."""
        self.flaws.append(self._problem(element, what, remedy))

    def _problem(self, element: etree._Element, what: str, remedy: str) -> Problem:
        return Problem(line_of(element), self.place(element), what, remedy, path_of(element))

    def all(self, element: etree._Element, tag: str) -> list[etree._Element]:
        """Return the children of this tag."""
        return list(element.iterchildren(self._space + tag))

    def one(self, element: etree._Element | None, tag: str) -> etree._Element | None:
        """Return the first child of this tag, None where there is none."""
        return None if element is None else next(element.iterchildren(self._space + tag), None)

    def children(self, element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        """Yield the children that belong to DMN, each with its tag."""
        for child in element:
            if isinstance(child.tag, str) and child.tag.startswith(self._space):
                yield tag_of(child), child

    def text(self, element: etree._Element | None, tag: str = "text") -> str:
        """Return the text in a child of this tag, empty where there is none."""
        child = self.one(element, tag)
        return "" if child is None or child.text is None else child.text.strip()

    def variable_type(self, element: etree._Element) -> str:
        """Return the type written on an element's variable, empty where there is none."""
        variable = self.one(element, "variable")
        return "" if variable is None else self.type_ref(variable)

    def type_ref(self, element: etree._Element) -> str:
        """Return the type an element refers to, as attribute or child; empty where there is none."""
        return words(element.get("typeRef") or self.text(element, "typeRef"))

    def name(self, element: etree._Element) -> str:
        """Return an element's name; without one it is a problem."""
        variable = self.one(element, "variable")
        name = element.get("name") or ("" if variable is None else variable.get("name"))
        if not name:
            self.problem(element, "没有名称。", "请写上 name。")
        return words(name)

    def place(self, element: etree._Element) -> str:
        """Return an element as a message names it: its tag, and the nearest name or id."""
        around = (one for one in [element, *element.iterancestors()] if one is not self.root)
        names = (one.get("name") or one.get("id") or "" for one in around)
        return f"{tag_of(element)} “{next((name for name in names if name), '')}”"


def path_of(element: etree._Element) -> str:
    """Return the way from the root to an element by tags and ids."""
    steps = [element, *element.iterancestors()]
    return "/".join(f"{tag_of(one)}[{one.get('id')}]" if one.get("id") else tag_of(one) for one in reversed(steps))
