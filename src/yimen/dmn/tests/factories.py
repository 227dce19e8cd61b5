"""Models for tests, as short as XML allows."""

from yimen import dmn

HEAD = '<definitions xmlns="{space}" id="m" name="m" namespace="https://example.org/m">'
DMN15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str, *, space: str = DMN15) -> bytes:
    return f"{HEAD.format(space=space)}{body}</definitions>".encode()


def inputs(**types: str) -> str:
    return "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'
        for name, type_ in types.items()
    )


def needs(*names: str) -> str:
    return "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in names
    )


def expression(text: str, **types: str) -> dmn.Model:
    """A model of one decision `d` with this FEEL over these inputs."""
    return dmn.load(
        definitions(
            f'{inputs(**types)}<decision id="d" name="d">{needs(*types)}'
            f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
        )
    )


def table(
    policy: str, columns: dict[str, str], rows: list[list[str]], *, default: str = "", allowed: str = ""
) -> dmn.Model:
    """A model of one decision `d` with a table; the last entry of each row is its output."""
    heads = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in columns)
    otherwise = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    ranked = f"<outputValues><text>{allowed}</text></outputValues>" if allowed else ""
    body = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text><![CDATA[{entry}]]></text></inputEntry>" for entry in row[:-1])
        + f"<outputEntry><text>{row[-1]}</text></outputEntry></rule>"
        for row in rows
    )
    return dmn.load(
        definitions(
            f'{inputs(**columns)}<decision id="d" name="d">{needs(*columns)}'
            f'<decisionTable hitPolicy="{policy}">{heads}<output>{ranked}{otherwise}</output>{body}</decisionTable></decision>'
        )
    )
