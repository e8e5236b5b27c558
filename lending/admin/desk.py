"""One case on a reviewer's desk: every button of the page leads to one service; what is signed is confirmed first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from lending import services
from lending.admin.file_facts import file_facts
from lending.admin.presenting import decision_context, timeline_context
from lending.admin.sealing import seal, unseal
from lending.desk_forms import FirstViewForm, PassOnForm, QuestionForm, ResolveForm, SendBackForm
from lending.exceptions import LendingError
from lending.forms import ClearHitForm
from lending.freshness import changed_since
from lending.models import Review
from lending.models.review import UNRESOLVED
from lending.selectors import standing_outcome
from lending.services.cases import PERMISSION, has_part_in, held_by_another, is_claimed, limit_of
from lending.services.first_views import is_blind_for
from lending.vocabulary import OverrideCode, ReviewQueue, ReviewStatus

CASE, CONFIRM = "admin/lending/case.html", "admin/lending/confirm_case.html"
RESOLVER = {ReviewQueue.UNDERWRITING: "a reviewer", ReviewQueue.COMPLIANCE: "a compliance officer"}
Posted = Callable[[HttpRequest, Review, dict[str, Form]], HttpResponse | None]


class DeskMixin:
    """The page of one case. A POST names its button; where it is refused, the page comes back as it was typed."""

    admin_site: Any
    opts: Any

    def answer(self, request: HttpRequest, review: Review) -> HttpResponse:
        """Show the case, or do what the pressed button says."""
        forms = _forms(review)
        if request.method == "POST":
            if not request.user.has_perm(PERMISSION[ReviewQueue(review.queue)]):
                raise PermissionDenied
            done = self._posted(request, review, forms)
            if done is not None:
                return done
        return self._page(request, review, forms)

    def _posted(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        buttons: dict[str, Posted] = {
            "take": self._take,
            "release": self._release,
            "view": self._first_view,
            "resolve": self._propose,
            "sealed": self._sign,
            "countersign": self._countersign,
            "send_back": self._send_back,
            "ask": self._ask,
            "withdraw": self._withdraw,
            "pass": self._pass_on,
            "clear": self._clear,
        }
        pressed = next((button for button in buttons if button in request.POST), None)
        if pressed is None:
            return None
        try:
            return buttons[pressed](request, review, forms)
        except LendingError as exc:
            messages.error(request, str(exc))
            review.refresh_from_db()
            return None

    def _take(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        services.take_review(review=review, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"The {review} is yours for {settings.REVIEW_CLAIM_MINUTES} minutes.")
        return to_case(review)

    def _release(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        services.release_review(review=review, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"The {review} is back in the queue.")
        return HttpResponseRedirect(reverse("admin:lending_review_changelist"))

    def _first_view(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        form = forms["view"] = FirstViewForm(request.POST, prefix="view")
        if not form.is_valid():
            return None
        services.record_first_view(review=review, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Your view is written down. Now the machine's stands beside it.")
        return to_case(review)

    def _propose(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        """Show once more what would be signed, sealed; nothing is written yet."""
        form = forms["resolve"] = ResolveForm(review, request.POST)
        if not form.is_valid():
            return None
        chosen = form.cleaned_data
        needs = services.rehearse_review(review=review, by=request.user, **_word(form))  # type: ignore[arg-type]
        context = {
            **self._frame(request, review),
            "title": f"Sign the {review}",
            "chosen": chosen,
            "code_words": dict(form.fields["code"].choices).get(chosen["code"], ""),  # type: ignore[attr-defined]
            "reasons": form.chosen_reasons(),
            "confirms": chosen["outcome"] == form.machine,
            "needs": needs,
            "sealed": seal(review, request.user.pk or 0, chosen),
        }
        return TemplateResponse(request, CONFIRM, context)

    def _sign(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        chosen = unseal(review, request.user.pk or 0, request.POST["sealed"])
        form = forms["resolve"] = ResolveForm(review, chosen)
        if not form.is_valid():
            return None
        case = services.resolve_review(review=review, by=request.user, **_word(form))  # type: ignore[arg-type]
        if case.status == ReviewStatus.SIGNED:
            messages.info(request, f"The {case} carries your name and waits for a second signature.")
        else:
            messages.success(request, f"The {case} is {case.status}: {case.get_outcome_display()} stands.")
        return to_case(case)

    def _countersign(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        unseal(review, request.user.pk or 0, request.POST["countersign"])
        case = services.countersign_review(review=review, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"The {case} is closed with two names: {case.get_outcome_display()} stands.")
        return to_case(case)

    def _send_back(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        form = forms["back"] = SendBackForm(request.POST, prefix="back")
        if not form.is_valid():
            return None
        services.send_back(review=review, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        messages.success(request, f"The {review} is open again, with your word beside it.")
        return to_case(review)

    def _ask(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        form = forms["ask"] = QuestionForm(request.POST, prefix="ask")
        if not form.is_valid():
            return None
        services.ask_for_more(review=review, by=request.user, text=form.cleaned_data["text"])  # type: ignore[arg-type]
        messages.success(request, "The officer is asked. The case waits for the answer; its clock runs on.")
        return to_case(review)

    def _withdraw(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        question = review.questions.filter(answered_at__isnull=True).first()
        if question:
            services.withdraw_question(question=question, by=request.user)  # type: ignore[arg-type]
        return to_case(review)

    def _pass_on(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        form = forms["pass"] = PassOnForm(review, request.POST)
        if not form.is_valid():
            return None
        services.escalate_review(review=review, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, f"The {review} is passed on.")
        return HttpResponseRedirect(reverse("admin:lending_review_changelist"))

    def _clear(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse | None:
        form = forms["clear"] = ClearHitForm(request.POST, prefix="clear")
        if not form.is_valid():
            return None
        run = services.clear_hold(review=review, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        messages.success(request, "The hit is cleared, with your reason. The application is being decided again.")
        return HttpResponseRedirect(reverse("admin:lending_decisionrun_change", args=[run.pk]))

    def _frame(self, request: HttpRequest, review: Review) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "original": review, "review": review}

    def _page(self, request: HttpRequest, review: Review, forms: dict[str, Form]) -> HttpResponse:
        evidence = decision_context(review.decision) if review.decision else {}
        context = {
            **self._frame(request, review),
            **evidence,
            **timeline_context(review.application),
            **case_context(review, request.user, evidence),
            "title": str(review),
            "run": review.run,
            "forms": forms,
        }
        if context["blind"]:
            context["timeline"] = []
        return TemplateResponse(request, CASE, context)


def case_context(review: Review, person: Any, evidence: dict[str, Any]) -> dict[str, Any]:
    """Return what the page says about the case itself, to this person: whose it is, what is hidden, what was said."""
    is_open, may = review.status in UNRESOLVED, person.has_perm(PERMISSION[ReviewQueue(review.queue)])
    signed = review.signatures.last() if review.status == ReviewStatus.SIGNED else None
    return {
        "may": may,
        "standing": standing_outcome(review.application),
        "is_open": is_open,
        "is_maker": has_part_in(review, person),
        "is_mine": review.assigned_to_id == person.pk and is_claimed(review),
        "taken": held_by_another(review, person),
        "blind": is_open and may and is_blind_for(review, person) and not has_part_in(review, person),
        "facts": file_facts(review.run),
        "first_views": list(review.first_views.select_related("by")),
        "questions": list(review.questions.select_related("by", "answered_by")),
        "passed_on": list(review.escalations.select_related("by")),
        "sent_back": list(review.signatures.filter(outcome="REVIEW").select_related("by")),
        "signed": signed,
        "seal": seal(review, person.pk or 0, {}) if signed else "",
        "changed": is_open and changed_since(review.run),
        "days_left": (review.due_on - timezone.localdate()).days if review.due_on and is_open else None,
        "open_hits": [hit for hit in evidence.get("hits", ()) if not hit.get("cleared")],
        "resolver": RESOLVER[ReviewQueue(review.queue)],
        "limit": limit_of(person),
    }


def _forms(review: Review) -> dict[str, Form]:
    return {
        "resolve": ResolveForm(review),
        "view": FirstViewForm(prefix="view"),
        "ask": QuestionForm(prefix="ask"),
        "pass": PassOnForm(review),
        "back": SendBackForm(prefix="back"),
        "clear": ClearHitForm(prefix="clear"),
    }


def _word(form: ResolveForm) -> dict[str, Any]:
    """Return what the service is told: outcome, code, note and reasons."""
    said = form.cleaned_data
    code = said["code"] or OverrideCode.OTHER
    return {"outcome": said["outcome"], "note": said["note"], "code": code, "reasons": form.chosen_reasons()}


def to_case(review: Review) -> HttpResponseRedirect:
    """Return the way back to the page of a case."""
    return HttpResponseRedirect(reverse("admin:lending_review_change", args=[review.pk]))
