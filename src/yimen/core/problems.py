"""An expected failure as the world sees it: a status and a problem document (RFC 9457)."""

from http import HTTPStatus

from django.core.exceptions import ValidationError

from yimen.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unreadable,
    WrongMedia,
    WrongMethod,
)

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (WrongMethod, HTTPStatus.METHOD_NOT_ALLOWED),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (WrongMedia, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (Unreadable, HTTPStatus.BAD_REQUEST),
)


def status_of(error: DomainError) -> HTTPStatus:
    """Return the HTTP status of this kind of failure."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


def problem(error: DomainError, *, instance: str) -> dict[str, object]:
    """Return the problem document: type, title, status, detail, instance, then the error's own named values.

    `instance` is the path that was asked. Source: RFC 9457, section 3.
    """
    return {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": status_of(error).value,
        "detail": error.detail or error.title,
        "instance": instance,
        **error.fields,
    }


def invalid_from(error: ValidationError) -> Invalid:
    """Return Django's own validation failure as one of ours."""
    return Invalid(" ".join(error.messages))
