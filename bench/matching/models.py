"""The generated rules as DMN models: a boolean decision for each predicate, `eligible` over them."""

from collections.abc import Sequence

Predicate = tuple[str, str, object]
FLAGS = ("is",)
DATES = frozenset({"registered"})


def facts(columns: Sequence[str]) -> dict[str, str]:
    """Return the fact each column of the generated table is, by column."""
    return {name: f"org.{name}" for name in columns}


def model(name: str, predicates: Sequence[Predicate]) -> bytes:
    """Return the rules of one measure as DMN."""
    types = {column: _type(operator, column) for column, operator, _ in predicates}
    parts = "".join(
        f'<itemComponent name="{column}"><typeRef>{type_}</typeRef></itemComponent>' for column, type_ in types.items()
    )
    ids = [f"c{place}" for place in range(1, len(predicates) + 1)]
    conditions = "".join(
        f'<decision id="{id_}" name="{id_}"><description>{column}</description>'
        f'<variable name="{id_}" typeRef="boolean"/>'
        '<informationRequirement><requiredInput href="#org"/></informationRequirement>'
        f"<literalExpression><text><![CDATA[{text(one)}]]></text></literalExpression></decision>"
        for id_, one in zip(ids, predicates, strict=True)
        for column in [one[0]]
    )
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{id_}"/></informationRequirement>' for id_ in ids
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" '
        f'id="{name}" name="{name}" namespace="https://example.org/{name}">'
        f'<itemDefinition name="Org">{parts}</itemDefinition>'
        '<inputData id="org" name="org"><variable name="org" typeRef="Org"/></inputData>'
        f"{conditions}"
        '<decision id="eligible" name="eligible"><variable name="eligible" typeRef="boolean"/>'
        f"{needs}<literalExpression><text>{' and '.join(ids)}</text></literalExpression></decision></definitions>"
    ).encode()


def _type(operator: str, column: str) -> str:
    return "boolean" if operator in FLAGS else "date" if column in DATES else "number"


def text(predicate: Predicate) -> str:
    """Return a predicate as FEEL."""
    column, operator, value = predicate
    match operator, value:
        case "in", [*values]:
            return f"org.{column} in ({', '.join(map(str, values))})"
        case "is", bool():
            return f"org.{column} = {'true' if value else 'false'}"
        case _, str():
            return f'org.{column} {operator} @"{value}"'
        case _:
            return f"org.{column} {operator} {value}"
