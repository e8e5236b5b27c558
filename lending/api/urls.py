"""Routes of the partner API, under /api/v1/."""

from django.urls import path

from lending.api import views

app_name = "api"
urlpatterns = [
    path("borrowers", views.BorrowersView.as_view(), name="borrowers"),
    path("loans/apply", views.ApplyView.as_view(), name="apply"),
    path("loans/<uuid:pk>/decide", views.DecideView.as_view(), name="decide"),
    path("loans/<uuid:pk>/decide/stream", views.DecideStreamView.as_view(), name="decide_stream"),
    path("loans/<uuid:pk>/explain", views.ExplainView.as_view(), name="explain"),
    path("loans/<uuid:pk>/status", views.StatusView.as_view(), name="status"),
    path("loans/<uuid:pk>/decision", views.DecisionView.as_view(), name="decision"),
]
