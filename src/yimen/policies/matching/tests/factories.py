"""Rules of measures for tests, as short as XML allows: facts are typed by their names."""

import re

from yimen import dmn
from yimen.dmn.tests.factories import definitions

KINDS = (
    (re.compile(r"_on$"), "date"),
    (re.compile(r"^(listed|dishonest|abnormal)$"), "boolean"),
    (re.compile(r"^(status|registered_division)$"), "string"),
    (re.compile(r"^titles$"), "Titles"),
)


def types(conditions):
    """The facts of the organisation that conditions name, with their types."""
    names = dict.fromkeys(re.findall(r"\borg\.(\w+)", " ".join(conditions.values())))
    return {name: next((kind for pattern, kind in KINDS if pattern.search(name)), "number") for name in names}


def rules(conditions, declared=None, whole=""):
    """Such rules, read."""
    return dmn.load(written(conditions, declared, whole))


def written(conditions, declared=None, whole=""):
    """Rules as DMN with these conditions, and `eligible` over them: all of them, if nothing else is said."""
    of = {**types(conditions), **(declared or {})}
    parts = "".join(
        f'<itemComponent name="{name}"><typeRef>{kind}</typeRef></itemComponent>' for name, kind in of.items()
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("org", "application")
    )
    decisions = "".join(
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="boolean"/>{needs}'
        f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression></decision>"
        for name, text in conditions.items()
    )
    over = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in conditions
    )
    return definitions(
        '<itemDefinition name="Titles" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
        f'<itemDefinition name="Org">{parts}</itemDefinition>'
        '<itemDefinition name="Application"><itemComponent name="date"><typeRef>date</typeRef></itemComponent></itemDefinition>'
        '<inputData id="org" name="org"><variable name="org" typeRef="Org"/></inputData>'
        '<inputData id="application" name="application"><variable name="application" typeRef="Application"/></inputData>'
        f"{decisions}"
        f'<decision id="eligible" name="eligible"><variable name="eligible" typeRef="boolean"/>{over}'
        f"<literalExpression><text>{whole or ' and '.join(conditions)}</text></literalExpression></decision>"
    )
