"""Sending in a policy document through the browser."""

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget

LARGEST_MB = 100


class UploadForm(forms.Form):
    """One PDF; its file name tells whether it is a new document or a new version of one."""

    file = forms.FileField(
        label="Policy PDF",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "application/pdf,.pdf"}),
        help_text=f"At most {LARGEST_MB} MB. A file with the name of a known document becomes its new version.",
    )
