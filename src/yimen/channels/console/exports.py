"""The whole catalogue for other catalogues to harvest (DCAT-AP 3); what the public may have of it is in the portal."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yimen.channels.console.desk import desk_of
from yimen.datasets import dcat


@login_required
@require_safe
def catalogue(request: HttpRequest, form: str) -> HttpResponse:
    """Send the whole catalogue to somebody with a desk; `form` is ttl or jsonld."""
    desk_of(request)
    export = dcat.export(form, base=request.build_absolute_uri("/"), is_public=False)
    return HttpResponse(export.text, content_type=export.media_type)
