"""Sending in a policy document through the browser, correcting its labels, and asking the policies a question."""

import re
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
)

from policies.corpus.labelling import labels_of
from policies.models import PolicyVersion, Tier
from policies.models.marks import REASON_CHARACTERS
from policies.reading.labels import (
    EDITION_CHARACTERS,
    EVERYWHERE,
    ISSUER_CHARACTERS,
    TITLE_CHARACTERS,
    DocumentLabels,
)
from policies.search.citations import SearchQuery
from policies.search.queries import MOST_CHARACTERS, PROGRAMS, STATES
from policies.templatetags.policy_words import label_words

LARGEST_MB = 100
RESULTS = (5, 10, 20)
SELECT = {"class": "iq-select"}
DAY = forms.DateInput(attrs={**SELECT, "type": "date"}, format="%Y-%m-%d")
NOT_A_DAY = {"invalid": "Not a day. Write it as 2026-11-23."}


class UploadForm(forms.Form):
    """One PDF; its file name tells whether it is a new document or a new version of one."""

    file = forms.FileField(
        label="Policy PDF",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "application/pdf,.pdf"}),
        help_text=f"At most {LARGEST_MB} MB. A file with the name of a known document becomes its new version.",
    )


class SearchForm(forms.Form):
    """A question to the policies, for whom and as of which day; what is left empty does not narrow the search."""

    question = forms.CharField(
        max_length=MOST_CHARACTERS,
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": "Such as: How many months of reserves does a second home need?"}
        ),
    )
    program = forms.ChoiceField(
        required=False,
        choices=[("", "Every program"), *((name, label_words([name])) for name in PROGRAMS)],
        widget=forms.Select(attrs=SELECT),
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Every state"), *((name, name) for name in sorted(STATES))],
        widget=forms.Select(attrs=SELECT),
    )
    on = forms.DateField(
        label="As of",
        required=False,
        widget=DAY,
        error_messages=NOT_A_DAY,
    )
    top = forms.ChoiceField(
        label="Results",
        required=False,
        choices=[(number, f"{number} results") for number in RESULTS],
        widget=forms.Select(attrs=SELECT),
    )

    def query(self) -> SearchQuery:
        """Return what is asked; the form has been found valid."""
        asked = self.cleaned_data
        return SearchQuery(
            question=asked["question"],
            program=asked["program"] or None,
            state=asked["state"] or None,
            on=asked["on"].isoformat() if asked["on"] else None,
            top=int(asked["top"] or RESULTS[0]),
        )


class MarkForm(forms.Form):
    """Why models may read a passage, or may not."""

    reason = forms.CharField(
        max_length=REASON_CHARACTERS,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept with your name in the audit trail. It holds for this wording in every version of the document.",
    )


class LabelsForm(forms.Form):
    """Whom a version binds, from when and until when, and what its document is called."""

    title = forms.CharField(max_length=TITLE_CHARACTERS, widget=UnfoldAdminTextInputWidget)
    issuer = forms.CharField(max_length=ISSUER_CHARACTERS, required=False, widget=UnfoldAdminTextInputWidget)
    tier = forms.ChoiceField(required=False, choices=Tier.choices, widget=forms.Select(attrs=SELECT))
    edition = forms.CharField(max_length=EDITION_CHARACTERS, required=False, widget=UnfoldAdminTextInputWidget)
    programs = forms.MultipleChoiceField(
        choices=[(name, label_words([name])) for name in (*EVERYWHERE, *PROGRAMS)],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    states = forms.CharField(
        widget=UnfoldAdminTextInputWidget, help_text="Two letters each, such as: OH, PA. ALL binds every state."
    )
    effective_from = forms.DateField(
        label="In force from", required=False, widget=DAY, error_messages=NOT_A_DAY, help_text="Empty: not said."
    )
    superseded_on = forms.DateField(
        label="Superseded on",
        required=False,
        widget=DAY,
        error_messages=NOT_A_DAY,
        help_text="The first day on which it no longer binds. Empty: it binds until further notice.",
    )

    @classmethod
    def of(cls, version: PolicyVersion, data: Any = None) -> "LabelsForm":
        """Return the form with what the version says today."""
        return cls(data, initial={**labels_of(version), "states": ", ".join(version.states)})

    def clean_states(self) -> tuple[str, ...]:
        """Return the states in capitals, each once; refuse what is none."""
        named = tuple(dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data["states"].upper())))
        if wrong := [name for name in named if name not in STATES and name not in EVERYWHERE]:
            raise forms.ValidationError(f"{wrong[0]!r} is not a state. Write two letters each, such as OH, or ALL.")
        return named

    def labels(self) -> DocumentLabels:
        """Return the labels as typed; the form has been found valid."""
        typed = self.cleaned_data
        names = ("title", "issuer", "tier", "edition", "states", "effective_from")
        return DocumentLabels(**{name: typed[name] for name in names}, programs=tuple(typed["programs"]))
