"""Twelve conditions joined by `and`, as a model."""

from bench.batch.people import COLUMNS

CONDITIONS = {
    "c1": ("age >= 35", "age >= 35", ["age"]),
    "c2": ("income < 150000", "income < 150000", ["income"]),
    "c3": ("credit_score in [400..840]", "credit_score BETWEEN 400 AND 840", ["credit_score"]),
    "c4": ("amount <= 450000", "amount <= 450000", ["amount"]),
    "c5": ("term_months > 12", "term_months > 12", ["term_months"]),
    "c6": (
        'region in ("north", "south", "east", "west", "centre", "coast")',
        "region IN ('north', 'south', 'east', 'west', 'centre', 'coast')",
        ["region"],
    ),
    "c7": ('product != "business"', "product <> 'business'", ["product"]),
    "c8": (
        'employment in ("salaried", "self-employed", "retired")',
        "employment IN ('salaried', 'self-employed', 'retired')",
        ["employment"],
    ),
    "c9": ("has_collateral = true or age < 60", "has_collateral OR age < 60", ["has_collateral", "age"]),
    "c10": ('application_date >= date("2022-06-01")', "application_date >= DATE '2022-06-01'", ["application_date"]),
    "c11": ('not(starts with(region, "isl"))', "NOT starts_with(region, 'isl')", ["region"]),
    "c12": ("amount < 400000 or income > 30000", "amount < 400000 OR income > 30000", ["amount", "income"]),
}
"""Twelve conditions: in FEEL, in SQL, and the facts each looks at."""

TYPES = {"region": "string", "product": "string", "employment": "string", "has_collateral": "boolean"}
SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model() -> bytes:
    """Return the twelve as decisions, and `eligible` over them."""
    types = {**dict.fromkeys(COLUMNS, "number"), **TYPES, "application_date": "date"}
    parts = [
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'
        for name, type_ in types.items()
    ]
    facts = "".join(_required("Input", name) for name in COLUMNS)
    parts += [_decision(name, facts, feel) for name, (feel, _, _) in CONDITIONS.items()]
    over = "".join(_required("Decision", name) for name in CONDITIONS)
    parts.append(_decision("eligible", over, " and ".join(CONDITIONS)))
    head = f'<definitions xmlns="{SPACE}" id="twelve" name="twelve" namespace="https://example.org/twelve">'
    return f"{head}{''.join(parts)}</definitions>".encode()


def _required(kind: str, name: str) -> str:
    return f'<informationRequirement><required{kind} href="#{name}"/></informationRequirement>'


def _decision(name: str, requirements: str, feel: str) -> str:
    text = f"<literalExpression><text><![CDATA[{feel}]]></text></literalExpression>"
    return f'<decision id="{name}" name="{name}">{requirements}{text}</decision>'
