"""What people type about a run: why a decided application is decided again, and why a name is not the listed one."""

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from lending.services.requesting import REASON_LIMIT


class AgainForm(forms.Form):
    """Why a decided application is decided again."""

    reason = forms.CharField(
        label="Why decide again?",
        max_length=REASON_LIMIT,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Such as: new pay stubs received on Nov 12"}),
        help_text="Kept in the file and in the audit trail. Do not name the borrower.",
    )


class ClearHitForm(forms.Form):
    """Why a borrower is not the listed party; clearing asks for a new run."""

    note = forms.CharField(
        label="Why this is not the listed party",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="Such as: birth dates 13 years apart and different middle name, passport seen.",
        error_messages={"required": "Say why this is not the listed party; a hit is not cleared without a reason."},
    )
