"""Which address leads to which channel, and who answers when none does."""

from allauth.account import views as allauth
from django.urls import include, path

urlpatterns = [
    path("", include("yimen.channels.components.urls")),
    path("", include("yimen.channels.portal.urls")),
    path("api/", include("yimen.channels.api.urls")),
    path("console/", include("yimen.channels.console.urls")),
    path("workbench/", include("yimen.channels.workbench.urls")),
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
]

handler400 = "yimen.channels.portal.problems.bad_request"
handler403 = "yimen.channels.portal.problems.forbidden"
handler404 = "yimen.channels.portal.problems.not_found"
