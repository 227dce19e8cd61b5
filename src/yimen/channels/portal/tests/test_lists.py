"""A question that takes several answers: chosen by boxes, without scripts, kept as one text."""

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from yimen.cases.logic import Asked, as_text
from yimen.channels.portal.cases import answers_in
from yimen.facts.logic import FactDefinition, FactType, convert
from yimen.items.logic import Option

TITLES = FactDefinition(
    "org.titles", "有效资质称号", FactType.LIST, "A", values={"innovative_sme": "创新型", "srdi": "专精特新"}
)
ASKED = Asked(
    "org.titles",
    "有哪些称号？",
    "",
    "list",
    tuple(Option(*pair) for pair in TITLES.values.items()),
    is_declared=True,
    answer=None,
)


@pytest.mark.parametrize(
    ("sent", "kept", "meant"),
    [
        ("org.titles=srdi&org.titles=innovative_sme", "srdi,innovative_sme", ["innovative_sme", "srdi"]),
        ("org.titles=srdi", "srdi", ["srdi"]),
        ("org.titles=,", ",", []),
        ("org.titles=srdi&org.titles=,", "srdi,,", ["srdi"]),
        ("org.titles=sr%00di", "srdi", ["srdi"]),
    ],
)
def test_what_is_ticked_is_what_is_meant(sent, kept, meant):
    answers = answers_in(QueryDict(sent))

    assert answers == {"org.titles": kept}
    assert convert(TITLES, answers["org.titles"]) == meant


def test_nothing_ticked_is_no_answer():
    assert answers_in(QueryDict("")) == {}


@pytest.mark.parametrize("meant", [[], ["srdi"], ["innovative_sme", "srdi"]])
def test_what_was_answered_is_ticked_again(meant):
    page = render_to_string("components/question.html", {"one": ASKED, "value": as_text(meant)})

    ticked = [value for value in ("innovative_sme", "srdi", ",") if f'value="{value}" checked' in page]
    assert ticked == (meant or [","])
    assert page.count('type="checkbox"') == 3
