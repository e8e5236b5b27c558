"""What a reviewer types at the desk: the own view, the decision, a question, a word to a colleague."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from lending.adverse_reasons import MOST_REASONS
from lending.conclusion import Reason
from lending.display import OUTCOME_WORDS
from lending.exceptions import OverrideNotAllowed
from lending.models import Review
from lending.models.review import DECIDABLE
from lending.selectors import decline_choices
from lending.services.escalating import pass_choices
from lending.services.reviewing import LEFT_OPEN, refuse_approval_over_hard_rules
from lending.vocabulary import Outcome, OverrideCode, PassTo, choices

OVERRIDE_WORDS = {Outcome.APPROVED: "Approve the loan", Outcome.DECLINED: "Decline the loan"}
PASS_WORDS = {
    PassTo.SENIOR: "Somebody whose limit covers the loan",
    PassTo.UNDERWRITING: "The underwriting queue",
    PassTo.COMPLIANCE: "The compliance queue",
}


def _text(label: str, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **options)


class FirstViewForm(forms.Form):
    """A reviewer's own view, before the machine's is shown."""

    outcome = forms.ChoiceField(
        label="What would you do?",
        choices=[(word.value, OVERRIDE_WORDS[word]) for word in DECIDABLE],
        widget=UnfoldAdminRadioSelectWidget,
    )
    note = _text("Why", help_text="What decides it for you. Kept beside the machine's view; it binds nobody.")


class ResolveForm(forms.Form):
    """Confirm the machine, overrule it, or decide what it left open. Anything but its own outcome needs a note."""

    outcome = forms.ChoiceField(label="Your decision", widget=UnfoldAdminRadioSelectWidget)
    code = forms.ChoiceField(
        label="Reason of an approval",
        required=False,
        choices=[("", "Choose one"), *choices(OverrideCode)],
        widget=UnfoldAdminSelectWidget,
        help_text="A policy exception departs from a rule of the lender's own, and takes two signatures.",
    )
    note = _text(
        "In your words",
        4,
        required=False,
        help_text="Required unless you confirm the machine: what you saw, and where in the file it stands.",
    )
    reasons = forms.MultipleChoiceField(
        label="Principal reasons of a decline",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=f"One to {MOST_REASONS}. Leave empty to take those of the failed findings.",
    )

    def __init__(self, review: Review, data: Any = None) -> None:
        super().__init__(data)
        self.machine = review.decision.outcome if review.decision else ""
        self.no_approval = _why_not_approved(review)
        self.offered = {reason.code: reason for reason in decline_choices(review)}
        self.fields["outcome"].choices = _outcomes(self.machine, not self.no_approval)  # type: ignore[attr-defined]
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (code, reason.text) for code, reason in self.offered.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a departure from the machine without its reason, beside the field that lacks it."""
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome", "")
        if outcome and (outcome != self.machine or self.machine in LEFT_OPEN):
            if not cleaned.get("note", "").strip():
                self.add_error("note", "Say why; nothing but a confirmation is saved without a reason.")
            if outcome == Outcome.APPROVED and not cleaned.get("code"):
                self.add_error("code", "Choose the reason that comes nearest; it is counted beside the overrides.")
        return cleaned

    def chosen_reasons(self) -> list[Reason]:
        """Return the ticked reasons of a decline."""
        if self.cleaned_data["outcome"] != Outcome.DECLINED:
            return []
        return [self.offered[code] for code in self.cleaned_data["reasons"]]


def _why_not_approved(review: Review) -> str:
    """Return the sentence that says why nobody can approve this case by hand; empty where somebody can."""
    try:
        refuse_approval_over_hard_rules(review)
    except OverrideNotAllowed as exc:
        return str(exc)
    return ""


def _outcomes(machine: str, approvable: bool) -> list[tuple[str, str]]:
    offered = [word for word in DECIDABLE if word != machine and (approvable or word != Outcome.APPROVED)]
    confirm = [] if machine in LEFT_OPEN else [(machine, f"Confirm the machine: {OUTCOME_WORDS[machine]} stands")]
    return confirm + [(word.value, OVERRIDE_WORDS[word]) for word in offered]


class QuestionForm(forms.Form):
    """What a reviewer needs from the loan officer."""

    text = _text("What do you need?", help_text="The officer sees it on the first page and beside the application.")


class AnswerForm(forms.Form):
    """What the officer answers."""

    answer = _text("Your answer", help_text="Say where in the file it stands; put documents and figures there first.")


class PassOnForm(forms.Form):
    """To whom a case is passed on, with a word."""

    to = forms.ChoiceField(label="To", widget=UnfoldAdminRadioSelectWidget)
    note = _text("A word to your colleague", 2)

    def __init__(self, review: Review, data: Any = None) -> None:
        super().__init__(data, prefix="pass")
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (choice.value, PASS_WORDS[choice]) for choice in pass_choices(review)
        ]


class SendBackForm(forms.Form):
    """Why the second person does not sign."""

    note = _text("Why you send it back", 2)


class SecondLookForm(forms.Form):
    """Why a person should look at what the machine decided."""

    why = _text(
        "Why should a person look at it?", max_length=500, help_text="Shown to the reviewer. Do not name the borrower."
    )
