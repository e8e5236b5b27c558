"""The search page: a question to the policies, what answers it, and why that was found and something else was not."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from policies.exceptions import PolicyError
from policies.models import PolicyChunk
from policies.search.explaining import why_not_found
from policies.workspace.asking import ask
from policies.workspace.forms import SearchForm

PAGE = "admin/policies/search.html"


def search_view(request: HttpRequest) -> HttpResponse:
    """Ask what stands in the address; ?why= names a passage and asks why it was not found."""
    if not request.user.has_perm("policies.view_policychunk") or request.method != "GET":
        raise PermissionDenied
    form = SearchForm(request.GET if "question" in request.GET else None)
    suspect = _suspect(request.GET.get("why", ""))
    context = {
        **admin.site.each_context(request),
        "opts": PolicyChunk._meta,
        "title": "Search the policies",
        "form": form,
        "suspect": suspect,
    }
    if form.is_bound and form.is_valid():
        context |= _asked(form, suspect)
    return TemplateResponse(request, PAGE, context)


def _asked(form: SearchForm, suspect: PolicyChunk | None) -> dict[str, Any]:
    """Return the answer; where none can be had, say why at the question."""
    query = form.query()
    try:
        answer = ask(query)
        return {
            "answer": answer,
            "result": answer.result,
            "why": why_not_found(query, answer.result, suspect) if suspect else "",
        }
    except PolicyError as exc:
        form.add_error("question", str(exc))
        return {}


def _suspect(chunk_id: str) -> PolicyChunk | None:
    if not chunk_id.isdecimal() or len(chunk_id) > len(str(2**62)):
        return None
    return PolicyChunk.objects.select_related("version__document").filter(pk=chunk_id).first()


pages = [path("policies/search/", admin.site.admin_view(search_view), name="policies_search")]
