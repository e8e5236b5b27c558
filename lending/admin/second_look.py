"""What an officer does about a case from the application's page: ask for a second look, and answer a reviewer."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from lending import services
from lending.admin.panel import Panel
from lending.desk_forms import AnswerForm, SecondLookForm
from lending.exceptions import LendingError
from lending.models import LoanApplication, Question
from lending.models.review import DECIDABLE

PAGE = "admin/lending/say_why.html"


class SecondLookMixin:
    """Adds both addresses to the application's admin; each shows a form and hands what is typed to one service."""

    admin_site: Any
    opts: Any

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the addresses of the two pages of one application."""
        inherited: tuple[tuple[str, str, Any], ...] = super().get_custom_urls()  # type: ignore[misc]
        return (
            *inherited,
            ("<uuid:pk>/second-look/", "lending_loanapplication_second_look", self.second_look),
            ("<uuid:pk>/answer/", "lending_loanapplication_answer", self.answer_reviewer),
        )

    def second_look(self, request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
        """Ask a person to look at what the machine decided."""
        if not request.user.has_perm("lending.ask_second_look"):
            raise PermissionDenied
        application = get_object_or_404(LoanApplication, pk=pk)

        def ask(typed: dict[str, Any]) -> str:
            services.ask_second_look(application=application, by=request.user, **typed)  # type: ignore[arg-type]
            return "A reviewer will look at it. It is in the underwriting queue, and not for you to resolve."

        return self._say(request, application, SecondLookForm, ask, title="Ask for a second look")

    def answer_reviewer(self, request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
        """Answer what a reviewer asks for."""
        if not request.user.has_perm("lending.answer_question"):
            raise PermissionDenied
        application = get_object_or_404(LoanApplication, pk=pk)
        question = open_question(application)
        if question is None:
            messages.info(request, f"Nobody waits for an answer about {application}.")
            return _back(application)

        def answer(typed: dict[str, Any]) -> str:
            services.answer_question(question=question, by=request.user, **typed)  # type: ignore[arg-type]
            return "Your answer is with the reviewer."

        return self._say(request, application, AnswerForm, answer, title="Answer the reviewer", question=question)

    def _say(
        self,
        request: HttpRequest,
        application: LoanApplication,
        shape: type[forms.Form],
        say: Callable[[dict[str, Any]], str],
        *,
        title: str,
        question: Question | None = None,
    ) -> HttpResponse:
        form = shape(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                messages.success(request, say(form.cleaned_data))
                return _back(application)
            except LendingError as exc:
                messages.error(request, str(exc))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": application,
            "title": title,
            "application": application,
            "form": form,
            "question": question,
        }
        return TemplateResponse(request, PAGE, context)


def case_buttons(request: HttpRequest, panel: Panel) -> dict[str, Any]:
    """Return what the panel of an application offers this person about its case: a second look, and the question."""
    decided = panel.decision is not None and panel.decision.outcome in DECIDABLE and not panel.live
    may_ask = decided and not panel.has_case and request.user.has_perm("lending.ask_second_look")
    return {
        "may_ask_second_look": may_ask,
        "question": open_question(panel.application),
        "may_answer": request.user.has_perm("lending.answer_question"),
    }


def open_question(application: LoanApplication) -> Question | None:
    """Return what a reviewer waits to hear about an application."""
    waiting = Question.objects.filter(review__application=application, answered_at__isnull=True)
    return waiting.select_related("by", "review").first()


def _back(application: LoanApplication) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:lending_loanapplication_change", args=[application.pk]))
