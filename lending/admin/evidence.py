"""The button "Evidence pack" of a run."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from lending import services
from lending.evidence_pack import pack_name
from lending.models import DecisionRun


def evidence(request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
    """Send the ZIP of a run to those who may take evidence out; by POST, since it is recorded who took it."""
    if not request.user.has_perm("lending.export_evidence"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    run = get_object_or_404(DecisionRun.objects.select_related("application"), pk=pk)
    packed = services.export_evidence(run=run, by=request.user)  # type: ignore[arg-type]
    headers = {"Content-Disposition": f'attachment; filename="{pack_name(run)}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(packed, content_type="application/zip", headers=headers)
