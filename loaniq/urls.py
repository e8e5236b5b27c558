"""Addresses: the admin workspace, the partner API with its documentation, and a health answer."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from loaniq.health import health
from policies.workspace.search_admin import pages as policy_pages

admin_pages, admin_app, admin_name = admin.site.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", ([*policy_pages, *admin_pages], admin_app, admin_name)),
    path("api/v1/", include("lending.api.urls")),
    path("api/schema", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
    path(
        "api/docs",
        SpectacularSwaggerView.as_view(url_name="schema", authentication_classes=[], permission_classes=[]),
        name="docs",
    ),
    path("health", health, name="health"),
]
