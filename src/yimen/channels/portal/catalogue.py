"""What the public may have of the catalogue of data, for other catalogues to harvest (DCAT-AP 3, 数据开放目录)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yimen.datasets import dcat


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Send anybody the datasets that may be open, wholly or under conditions; `form` is ttl or jsonld."""
    written = dcat.export(form, base=request.build_absolute_uri("/"), is_public=True)
    return HttpResponse(written.text, content_type=written.media_type)
