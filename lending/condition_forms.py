"""What people type about a condition or a borrower's paper."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from lending.models import Condition, LoanApplication
from lending.services.documents import MEGABYTE
from lending.vocabulary import ConditionStatus, DocumentKind, choices

REASON_LENGTH = 500


class StepForm(forms.Form):
    """A note or reason for a step in a condition's life."""

    reason = forms.CharField(
        label="Note or reason",
        required=False,
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Such as: statement of Nov 3 covers the deposit"}),
        help_text="Needed to waive and to reopen; kept in the file. Do not name the borrower.",
    )


class DocumentForm(forms.Form):
    """One paper: the file, what it is, and which condition it meets."""

    file = forms.FileField(
        label="File", widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}), allow_empty_file=True
    )
    kind = forms.ChoiceField(label="What it is", choices=choices(DocumentKind), widget=UnfoldAdminSelectWidget)
    condition = forms.ModelChoiceField(
        label="For which condition", queryset=Condition.objects.none(), required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, application: LoanApplication, *args: Any, for_one: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = f"PDF, JPEG or PNG, {settings.DOCUMENT_MEGABYTES} MB at most."
        if for_one:
            del self.fields["condition"]
            return
        waiting = application.conditions.exclude(status=ConditionStatus.LAPSED)
        self.fields["condition"].queryset = waiting  # type: ignore[attr-defined]
        self.fields["condition"].label_from_instance = lambda each: each.text[:90]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.DOCUMENT_MEGABYTES * MEGABYTE:
            raise forms.ValidationError(
                f"It has {file.size / MEGABYTE:.1f} MB, and {settings.DOCUMENT_MEGABYTES} fit. Scan it with less "
                "resolution, or in parts."
            )
        return file


class SetAsideForm(forms.Form):
    """Why a paper is not to be relied on."""

    reason = forms.CharField(
        label="Why is it set aside?",
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Such as: belongs to another file"}),
        help_text="Kept in the file and in the trail's sight. Do not name the borrower.",
    )
