"""Addresses of the API."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from yimen.channels.api import cases, failures, items, licences
from yimen.core.problems import MEDIA_TYPE


class Described(NinjaAPI):
    """Says of every failure that it is a problem document."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description, failures in their own media type."""
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                        (said,) = answer["content"].values()
                        answer["content"] = {MEDIA_TYPE: said}
        return schema


api = Described(
    title="一门 Yimen",
    version="1.0.0",
    description="政务服务开放接口：事项、资格自查、办件、证照、核验。出错一律返回 application/problem+json。",
    docs_url=None,  # its page would load scripts from elsewhere
    urls_namespace="api-v1",
)
api.add_router("/items", items.router)
api.add_router("/cases", cases.router)
api.add_router("/licences", licences.router)
api.add_router("/verifications", licences.verifications)
failures.teach(api)


@csrf_exempt
def nothing(request: HttpRequest, **_: object) -> HttpResponse:
    """Answer for an address that is not there."""
    return failures.told(request, failures.NoSuchAddress("请对照 /api/v1/openapi.json 检查网址。"))


urlpatterns = [path("v1/", api.urls), re_path(r"^", nothing, name="api-nothing")]
