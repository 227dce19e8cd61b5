"""How the API describes itself: OpenAPI 3.1, with what the framework leaves out."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from yimen.channels.api.bearer import ACTING_FOR
from yimen.core.problems import MEDIA_TYPE

PERSONAL = {"cases", "licences"}
"""The tags of those operations that act for somebody."""
TAGS = [
    {"name": "items", "description": "事项、办事指南、资格自查：公开内容，不读任何人的数据。"},
    {"name": "cases", "description": "办件：开始、秒报、提交、结果、人工复核。只看得到经由本应用办理的。"},
    {"name": "licences", "description": "证照：列表和签名文件。"},
    {"name": "verifications", "description": "证照核验：任何人都可以。"},
]
ACTING_FOR_PARAMETER = {
    "in": "header",
    "name": ACTING_FOR,
    "required": False,
    "description": "为谁办理：法人的统一社会信用代码，或主体标识；不写则为本人。账号须有当天有效的授权。",
    "schema": {"type": "string", "pattern": "^([0-9A-Z]{18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"},
}
CHALLENGE = {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "pattern": "^Bearer "}}}


class Described(NinjaAPI):
    """Says of every failure that it is a problem document, and of what is personal for whom it can be asked."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(**kwargs)
        schema["tags"] = TAGS
        for operations in schema["paths"].values():
            for operation in operations.values():
                _complete(operation)
        return schema


def _complete(operation: dict[str, Any]) -> None:
    if PERSONAL.intersection(operation["tags"]):
        operation["parameters"].append(ACTING_FOR_PARAMETER)
    for status, answer in operation["responses"].items():
        if status >= HTTPStatus.BAD_REQUEST:
            (said,) = answer["content"].values()
            answer["content"] = {MEDIA_TYPE: said}
        if status == HTTPStatus.UNAUTHORIZED:
            answer["headers"] = CHALLENGE
