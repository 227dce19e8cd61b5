"""Rule models for tests, small enough to be read at a glance."""

CONDITION = """
  <decision id="{id}" name="{id}"><description>{text}</description>
    <variable name="{id}" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#person"/></informationRequirement>
    <informationRequirement><requiredInput href="#application"/></informationRequirement>
    <authorityRequirement><requiredAuthority href="#k_{id}"/></authorityRequirement>
    <literalExpression><text><![CDATA[{rule}]]></text></literalExpression>
  </decision>
  <knowledgeSource id="k_{id}" name="《落户办法》{clause}"/>"""

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="reception" namespace="https://example.org/reception">
  <itemDefinition name="Person">
    <itemComponent name="household"><typeRef>string</typeRef></itemComponent>
    <itemComponent name="graduated_on"><typeRef>date</typeRef></itemComponent>
    <itemComponent name="convicted"><typeRef>boolean</typeRef></itemComponent>
    <itemComponent name="fit"><typeRef>boolean</typeRef></itemComponent>
  </itemDefinition>
  <itemDefinition name="Application">
    <itemComponent name="date"><typeRef>date</typeRef></itemComponent>
    <itemComponent name="settle"><typeRef>string</typeRef></itemComponent>
  </itemDefinition>
  <inputData id="person" name="person"><variable name="person" typeRef="Person"/></inputData>
  <inputData id="application" name="application"><variable name="application" typeRef="Application"/></inputData>
  {conditions}
  <decision id="eligible" name="eligible"><variable name="eligible" typeRef="boolean"/>
    {requirements}
    <literalExpression><text>{all}</text></literalExpression>
  </decision>
  <decision id="route" name="route"><variable name="route" typeRef="string"/>
    <informationRequirement><requiredInput href="#application"/></informationRequirement>
    <literalExpression><text>if application.settle = "collective" then "instant" else "officer"</text></literalExpression>
  </decision>
</definitions>"""

CONDITIONS = {
    "c1": ("户籍不在本市", "第三条", 'not(starts with(person.household, "4403"))'),
    "c2": ("毕业两年内", "第四条", 'application.date <= person.graduated_on + duration("P2Y")'),
    "c3": ("无犯罪记录", "第五条", "person.convicted = false"),
    "c4": ("身体健康", "第六条", "person.fit = true"),
}


CHANGEABLE = """
  <decision id="changeable" name="changeable"><literalExpression><text>{names}</text></literalExpression></decision>"""


def reception(*, changeable: str = "", **rules: str) -> bytes:
    """Return the model of a small reception item; `rules` replaces the expression of the conditions named.

    `changeable` is the list of facts that can change, as FEEL; empty where the model does not say.
    """
    conditions = "".join(
        CONDITION.format(id=name, text=text, clause=clause, rule=rules.get(name, rule))
        for name, (text, clause, rule) in CONDITIONS.items()
    )
    requirements = "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>' for name in CONDITIONS
    )
    conditions += CHANGEABLE.format(names=changeable) if changeable else ""
    return MODEL.format(conditions=conditions, requirements=requirements, all=" and ".join(CONDITIONS)).encode()
