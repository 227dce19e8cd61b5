"""Types as FEEL writes them: `date and time`, `list<number>`, `function<number> -> string` (grammar rule 57)."""

from yimen.dmn.feel import ast
from yimen.dmn.feel.tokens import Tokens


def parse_type(tokens: Tokens) -> ast.TypeExpr:
    """Return the type that begins at the next token.

    Raises:
        FeelSyntaxError: none does.
    """
    with tokens.only(tokens.vocabulary.types):
        return _type(tokens)


def _type(tokens: Tokens) -> ast.TypeExpr:
    at = tokens.next.start + 1
    if tokens.next.kind != "name" and not tokens.peeks("function", "null"):
        raise tokens.error(f"这里应为类型名，却是{tokens.shown()}。")
    name = tokens.advance().text
    if tokens.peeks("<") and name in {"list", "range", "context", "function"}:
        return _composed(name, tokens)
    while tokens.take("."):
        name += "." + tokens.advance().text
    return ast.NamedType(name, at)


def _composed(name: str, tokens: Tokens) -> ast.TypeExpr:
    tokens.expect("<")
    if name in {"list", "range"}:
        item = _type(tokens)
        tokens.expect(">")
        return ast.ListTypeOf(item) if name == "list" else ast.RangeTypeOf(item)
    if name == "context":
        entries = []
        while True:
            key = tokens.name_before(":")
            tokens.expect(":")
            entries.append((key, _type(tokens)))
            if not tokens.take(","):
                break
        tokens.expect(">")
        return ast.ContextTypeOf(tuple(entries))
    parameters = []
    while not tokens.peeks(">"):
        parameters.append(_type(tokens))
        if not tokens.take(","):
            break
    tokens.expect(">")
    tokens.expect("->")
    return ast.FunctionTypeOf(tuple(parameters), _type(tokens))
