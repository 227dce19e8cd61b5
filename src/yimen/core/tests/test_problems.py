from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError

from yimen.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from yimen.core.problems import invalid_from, problem, status_of


class SourceSilent(Unavailable):
    """A source did not answer."""

    code = "exchange.source-silent"
    title = "数据提供方暂未响应，请稍后再试。"


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Invalid, 422), (NotFound, 404), (Conflict, 409), (Forbidden, 403), (Unavailable, 503), (SourceSilent, 503)],
)
def test_each_kind_has_its_status(kind, status):
    assert status_of(kind()) == HTTPStatus(status)


def test_a_problem_document_names_type_sentence_and_values():
    document = problem(SourceSilent("请稍后再试。", dataset="population"), instance="/cases/1/")

    assert document == {
        "type": "/problems/exchange.source-silent",
        "title": "数据提供方暂未响应，请稍后再试。",
        "status": 503,
        "detail": "请稍后再试。",
        "instance": "/cases/1/",
        "dataset": "population",
    }


def test_without_a_detail_the_title_speaks():
    assert problem(NotFound(), instance="/")["detail"] == NotFound.title
    assert str(DomainError()) == DomainError.title


def test_djangos_validation_failure_becomes_one_of_ours():
    assert invalid_from(ValidationError(["太长", "太短"])).detail == "太长 太短"
