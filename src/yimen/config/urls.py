"""Which address leads to which channel."""

from django.urls import include, path

urlpatterns = [
    path("", include("yimen.channels.components.urls")),
    path("", include("yimen.channels.portal.urls")),
    path("workbench/", include("yimen.channels.workbench.urls")),
]
