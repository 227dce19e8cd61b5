"""Addresses of the API."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from yimen.channels.api import cases, failures, items, licences
from yimen.channels.api.description import Described

api = Described(
    title="一门 Yimen",
    version="1.0.0",
    description="政务服务开放接口：事项、资格自查、办件、证照、核验。出错一律返回 application/problem+json。",
    openapi_url=None,  # ours, below
    docs_url=None,  # its page would load scripts from elsewhere
    urls_namespace="api-v1",
    parser=failures.StrictParser(),
)
api.add_router("/items", items.router)
api.add_router("/cases", cases.router)
api.add_router("/licences", licences.router)
api.add_router("/verifications", licences.verifications)
failures.teach(api)


@csrf_exempt
@require_safe
def description(request: HttpRequest) -> JsonResponse:
    """Describe the API to whoever asks."""
    del request
    return JsonResponse(api.get_openapi_schema(), json_dumps_params={"ensure_ascii": False})


urlpatterns = [path("v1/openapi.json", description, name="api-description"), path("v1/", api.urls)]
