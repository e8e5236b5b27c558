"""What people type about a decision: why again, what they decide, and why a name is not the listed one."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from lending.adverse_reasons import MOST_REASONS
from lending.conclusion import Reason
from lending.display import OUTCOME_WORDS
from lending.models import Review
from lending.models.review import DECIDABLE
from lending.selectors import decline_choices
from lending.services.requesting import REASON_LIMIT
from lending.vocabulary import Outcome

OVERRIDE_WORDS = {Outcome.APPROVED: "Approve the loan", Outcome.DECLINED: "Decline the loan"}


class AgainForm(forms.Form):
    """Why a decided application is decided again."""

    reason = forms.CharField(
        label="Why decide again?",
        max_length=REASON_LIMIT,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Such as: new pay stubs received on Nov 12"}),
        help_text="Kept in the file and in the audit trail. Do not name the borrower.",
    )


class ResolveForm(forms.Form):
    """Confirm the machine or overrule it. Anything but the machine's own outcome needs a note."""

    outcome = forms.ChoiceField(label="Your decision", widget=UnfoldAdminRadioSelectWidget)
    note = forms.CharField(
        label="Reason",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="Required when you overrule the machine: what you saw that it did not weigh.",
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
        self.offered = {reason.code: reason for reason in decline_choices(review)}
        self.fields["outcome"].choices = _outcomes(self.machine)  # type: ignore[attr-defined]
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (code, reason.text) for code, reason in self.offered.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse an override without a reason, beside the field that lacks it."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome", self.machine) != self.machine and not cleaned.get("note", "").strip():
            self.add_error("note", "Say why you overrule the machine; an override is not saved without a reason.")
        return cleaned

    def chosen_reasons(self) -> list[Reason]:
        """Return the ticked reasons of a decline."""
        if self.cleaned_data["outcome"] != Outcome.DECLINED:
            return []
        return [self.offered[code] for code in self.cleaned_data["reasons"]]


def _outcomes(machine: str) -> list[tuple[str, str]]:
    confirm = [(machine, f"Confirm the machine: {OUTCOME_WORDS[machine]} stands")] if machine else []
    return confirm + [(word.value, OVERRIDE_WORDS[word]) for word in DECIDABLE if word != machine]


class ClearHitForm(forms.Form):
    """Why a borrower is not the listed party; clearing asks for a new run."""

    note = forms.CharField(
        label="Why this is not the listed party",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="Such as: birth dates 13 years apart and different middle name, passport seen.",
        error_messages={"required": "Say why this is not the listed party; a hit is not cleared without a reason."},
    )
