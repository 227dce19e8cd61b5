"""Expressions of every kind that compiles, as text, and rows of facts to decide."""

from datetime import date

from hypothesis import strategies as st

from yimen import dmn
from yimen.dmn.tests.factories import definitions, inputs, needs

KINDS = {
    "a": "boolean", "b": "boolean", "n": "number", "m": "number", "x": "decimal", "f": "float",
    "s": "string", "t": "string", "p": "date", "q": "date",
}  # fmt: skip
TYPES = {name: "number" if kind in {"decimal", "float"} else kind for name, kind in KINDS.items()}
"""What the model declares."""
DAYS = [date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(1991, 11, 23)]
VALUES = {
    "boolean": st.booleans(),
    "number": st.sampled_from([-3, 0, 1, 3, 4, 5, 9, 100]),
    "decimal": st.sampled_from(["-0.50", "0.00", "2.50", "3.00", "99.99"]),
    "float": st.sampled_from([0.1, 2.5, 3.0, -1e9, 0.30000000000000004]),
    "string": st.sampled_from(["", "x", "xy", "4403", "深圳"]),
    "date": st.sampled_from(DAYS),
}
ROW = st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in KINDS.items()})
ROWS = st.lists(ROW, min_size=4, max_size=12)


def joined(pattern, *parts):
    """Texts of a pattern with `{}` for each part."""
    return st.tuples(*parts).map(lambda made: pattern.format(*made))


def quoted(days):
    return [f'@"{day.isoformat()}"' for day in days]


NUMBER_LITERALS = st.sampled_from(["0", "3", "2.5", "-1", "0.30", "1e3", "99.99"])
STRING_LITERALS = st.sampled_from(['""', '"x"', '"深"', '"4403"'])
DATE_LITERALS = st.sampled_from(quoted([date(2026, 1, 31), date(2024, 2, 29), date(2025, 3, 1)]))
MONTHS = st.sampled_from(['duration("P1M")', 'duration("P5Y")', 'duration("-P13M")', 'duration("P0M")'])
SPANS = st.sampled_from(['duration("P1D")', 'duration("P40D")', 'duration("-P3DT5H")'])
OPERATORS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])

DATES = st.recursive(
    st.sampled_from(["p", "q"]),
    lambda inner: st.one_of(
        joined("({} + {})", inner, MONTHS),
        joined("({} - {})", inner, MONTHS),
        joined("({} + {})", inner, SPANS),
        joined("(if a then {} else {})", inner, inner),
        joined("max({}, {})", inner, DATE_LITERALS),
    ),
    max_leaves=3,
)
NUMBERS = st.recursive(
    st.sampled_from(["n", "m", "x"]),
    lambda inner: st.one_of(
        joined("({} + {})", inner, NUMBER_LITERALS),
        joined("({} - {})", inner, st.sampled_from(["n", "m", "x"])),
        joined("({} * {})", inner, st.sampled_from(["2", "0.5", "-3", "m"])),
        joined("({} / {})", inner, st.sampled_from(["2", "-4", "0.5", "0"])),
        joined("-({})", inner),
        joined("(if {} then {} else {})", st.sampled_from(["a", "n > 3"]), inner, NUMBER_LITERALS),
        joined("min({}, {})", inner, NUMBER_LITERALS),
        joined("sum([{}, n])", inner),
        joined("abs({})", inner),
    ),
    max_leaves=4,
) | st.one_of(
    joined("years and months duration({}, {}).years", DATES, DATES),
    joined("years and months duration({}, {}).months", DATES, DATES),
    joined("{}.{}", DATES, st.sampled_from(["year", "month", "day", "weekday"])),
    joined('(({} - {}) / duration("P1D"))', DATES, DATES),
)
STRINGS = st.recursive(
    st.sampled_from(["s", "t"]),
    lambda inner: st.one_of(
        joined("({} + {})", inner, STRING_LITERALS),
        joined("substring({}, 1, 2)", inner),
        joined("substring({}, 2)", inner),
        joined("string join([{}, if a then s else null, t], {})", inner, STRING_LITERALS),
        joined("string(n) + {}", inner),
        joined("string({})", DATES),
        joined("(if {} = {} then {} else t)", inner, STRING_LITERALS, inner),
    ),
    max_leaves=3,
)


def tests_of(values, literals):
    """Unary tests put to values of one kind."""
    lists = st.lists(literals, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        joined("{} in ({})", values, lists),
        joined("{} in [{}]", values, lists),
        joined("not({} in ({}))", values, lists),
        joined("{} in [{}..{}]", values, literals, literals),
        joined("{} in ({}..{}]", values, literals, values),
        joined("{} in (< {}, > {})", values, literals, values),
        joined("{} between {} and {}", values, literals, values),
        joined("list contains([{}], {})", lists, values),
    )


COMPARISONS = st.one_of(
    joined("{} {} {}", NUMBERS, OPERATORS, NUMBERS | NUMBER_LITERALS),
    joined("f {} {}", OPERATORS, st.sampled_from(["0.1", "0.3", "2.5", "1e400", "-1e400", "3", "f"])),
    joined("{} {} {}", STRINGS, OPERATORS, STRINGS | STRING_LITERALS),
    joined("{} {} {}", DATES, OPERATORS, DATES | DATE_LITERALS),
    joined("{} / {} {} {}", st.sampled_from(["n", "x"]), st.sampled_from(["m", "3", "x"]), OPERATORS, NUMBER_LITERALS),
    joined("({} - {}) {} {}", DATES, DATES, OPERATORS, SPANS),
    joined("years and months duration({}, {}) {} {}", DATES, DATES, OPERATORS, MONTHS),
    joined("{}({}, {})", st.sampled_from(["starts with", "ends with", "contains"]), STRINGS, STRING_LITERALS),
    joined("{} {} null", NUMBERS | STRINGS | DATES, st.sampled_from(["=", "!="])),
    joined("{} {} {}", NUMBERS, OPERATORS, STRINGS),
    joined("{} = {}", st.sampled_from(["n + s", "n / 0", "p + 1", "-s"]), NUMBERS | STRINGS),
    tests_of(NUMBERS, NUMBER_LITERALS),
    tests_of(STRINGS, STRING_LITERALS),
    tests_of(DATES, DATE_LITERALS),
).map("({})".format)
TRUTHS = st.recursive(
    st.one_of(st.sampled_from(["a", "b", "null", "true", "false", "(n > s)", "(n / 0 > 1)"]), COMPARISONS),
    lambda inner: st.one_of(
        joined("({} and {})", inner, inner),
        joined("({} or {})", inner, inner),
        joined("not({})", inner),
        joined("(if {} then {} else {})", inner, inner, inner),
        joined("({} = {})", inner, inner),
        joined("all([{}, {}, a])", inner, inner),
        joined("some v in [0, 3, 9] satisfies (v = n or {})", inner),
        joined("every v in [n, m] satisfies (v > 1 and {})", inner),
    ),
    max_leaves=6,
)
EXPRESSIONS = st.one_of(TRUTHS, TRUTHS, NUMBERS, STRINGS, DATES)

CELLS = {
    "b": st.sampled_from(["-", "-", "true", "false", "null", "not(true)"]),
    "n": st.sampled_from(["-", "-", "< 3", ">= 3", "[1..4)", "4, 9", "not(5)", "null", '"x"', "? > m", "< m", "2.5"]),
    "x": st.sampled_from(["-", "-", "> 2.5", "<= 2.5", "0", "(0..3.005)", "not(null)"]),
    "s": st.sampled_from(["-", "-", '"x"', '"x", "xy"', 'not("4403")', 'starts with(?, "44")', "t", 'not("x", "y")']),
    "p": st.sampled_from(["-", "-", '< @"2026-01-31"', '[@"2025-12-31"..@"2026-01-31"]', '@"2024-02-29"', "> q"]),
    "n / 0": st.sampled_from(["-", "null", "3", "not(3)", "< 3"]),
}
"""A table's columns, and what may stand in them."""
OUTPUTS = {
    "number": st.sampled_from(["1", "2", "2.5", "10"]),
    "string": st.sampled_from(['"x"', '"y"', '"深"', "null"]),
    "facts": st.sampled_from(["1", "n", "m + 1", "2"]),
}
POLICIES = {
    "UNIQUE": ["number", "string", "facts"],
    "FIRST": ["number", "string", "facts"],
    "ANY": ["number", "string"],
    "PRIORITY": ["number", "string"],
    "RULE ORDER": ["number"],
    "OUTPUT ORDER": ["number"],
    "COLLECT": ["number"],
    "COLLECT SUM": ["number"],
    "COLLECT MIN": ["number"],
    "COLLECT MAX": ["number"],
    "COLLECT COUNT": ["number", "string"],
}
RANKED = {"number": "10, 2, 1, 2.5", "string": '"y", "x"'}
LISTS = frozenset(["RULE ORDER", "OUTPUT ORDER", "COLLECT", "COLLECT COUNT"])


@st.composite
def tables(draw):
    """A policy, its columns, its rows (the last entry or two are outputs), a default, and allowed outputs."""
    policy = draw(st.sampled_from(sorted(POLICIES)))
    kind = draw(st.sampled_from(POLICIES[policy]))
    columns = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4, unique=True))
    width = draw(st.sampled_from([1, 1, 2])) if policy in {"UNIQUE", "FIRST", "ANY"} else 1
    rows = draw(st.lists(st.tuples(*(CELLS[one] for one in columns), *[OUTPUTS[kind]] * width), min_size=1, max_size=6))
    default = "" if policy in LISTS else draw(st.just("") | OUTPUTS[kind])
    return policy, columns, rows, default, RANKED.get(kind, "") if policy in {"PRIORITY", "OUTPUT ORDER"} else ""


TABLES = tables()


def model_of(policy, columns, rows, default="", allowed=""):
    """A model of one decision `d`, a table over any of the facts."""
    heads = "".join(f"<input><inputExpression><text>{one}</text></inputExpression></input>" for one in columns)
    width = len(rows[0]) - len(columns)
    names = [""] if width == 1 else [f"out{place}" for place in range(width)]
    otherwise = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    ranked = f"<outputValues><text>{allowed}</text></outputValues>" if allowed else ""
    outputs = "".join(f'<output name="{name}">{ranked}{otherwise}</output>' for name in names)
    hit, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    body = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text><![CDATA[{one}]]></text></inputEntry>" for one in row[: len(columns)])
        + "".join(f"<outputEntry><text>{one}</text></outputEntry>" for one in row[len(columns) :])
        + "</rule>"
        for row in rows
    )
    kind = f'hitPolicy="{hit}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    return dmn.load(
        definitions(
            f'{inputs(**TYPES)}<decision id="d" name="d">{needs(*TYPES)}'
            f"<decisionTable {kind}>{heads}{outputs}{body}</decisionTable></decision>"
        )
    )


PORTABLE = TRUTHS
"""What every engine behind Ibis computes."""
