"""What people type about a rulebook: the edited texts of a draft, and the day from which it shall hold."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from policies.models import RulebookVersion
from policies.rulebook.rules import RuleBook, RulebookError
from policies.rulebook.versions import encoded

LARGEST_BYTES = 1_000_000  # the shipped files have 3 to 20 thousand


class DraftForm(forms.Form):
    """Every file of a version as text to edit, and one file to upload in the place of the file of its name."""

    note = forms.CharField(
        label="Why a new version?",
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Such as: DTI overlay lowered to 40, memo of Nov 20"}),
        help_text="Kept with the version and shown to whoever publishes it.",
    )
    upload = forms.FileField(
        label="A file from your computer",
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".toml"}),
        help_text="Takes the place of the file of the same name below, whatever is typed there.",
    )

    def __init__(self, based_on: RulebookVersion, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.file_names = sorted(based_on.texts)
        for name in self.file_names:
            self.fields[name] = forms.CharField(
                label=name,
                strip=False,
                initial=based_on.texts[name],
                widget=UnfoldAdminTextareaWidget(
                    attrs={"rows": 24, "spellcheck": "false", "wrap": "off", "aria-label": name}
                ),
            )

    def text_fields(self) -> list[forms.BoundField]:
        """Return the fields of the files, in order."""
        return [self[name] for name in self.file_names]

    def clean_upload(self) -> tuple[str, str] | None:
        """Return name and text of the uploaded file; None where there is none."""
        upload: UploadedFile[Any] | None = self.cleaned_data["upload"]
        if upload is None:
            return None
        name = upload.name or ""
        if name not in self.file_names:
            known = ", ".join(self.file_names)
            raise forms.ValidationError(f"{name} is no file of the rulebook; it has {known}. Rename it.")
        if (upload.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(f"{name} has {upload.size:,} bytes; at most {LARGEST_BYTES:,} are read.")
        try:
            return name, upload.read().decode()
        except UnicodeDecodeError as exc:
            raise forms.ValidationError(f"{name} is not UTF-8 text. Save it as such and send it again.") from exc

    def clean(self) -> dict[str, Any]:
        """Hand the texts to the strict reader; its sentence stands at the file that it names."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            RuleBook.from_texts(encoded(self.texts()))
        except RulebookError as exc:
            named = str(exc).split(",", 1)[0].split(":", 1)[0]
            self.add_error(named if named in self.file_names else None, str(exc))
        return cleaned

    def texts(self) -> dict[str, str]:
        """Return the texts as they shall be stored: the upload over what was typed, line ends as everywhere else."""
        typed = {name: self.cleaned_data[name] for name in self.file_names}
        upload = self.cleaned_data.get("upload")
        return {
            name: text.replace("\r\n", "\n") for name, text in {**typed, **dict([upload] if upload else [])}.items()
        }


class DayForm(forms.Form):
    """The day from which a version shall hold; the check and the impact report are as of that day."""

    day = forms.DateField(
        label="In force from",
        widget=UnfoldAdminDateWidget,
        help_text="Today or later. The impact report is worked out for this day, and publishing puts it in force then.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})
