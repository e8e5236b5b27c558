"""What can be wrong with a policy file, each with the sentence a person reads: the file, the fault, the next step."""


class PolicyError(Exception):
    """Anything about policies that somebody can put right."""


class EmbedderError(PolicyError):
    """The configured embedding model cannot be used; the message names it and what to change."""


class ReEmbeddingUnderWay(PolicyError):
    """Another process embeds the passages for the same model already."""

    def __init__(self) -> None:
        super().__init__("The passages are being embedded by another process. Wait for it to end, then look again.")


class LabelsRefused(PolicyError):
    """Labels that contradict each other or name what does not exist; nothing was changed."""


class MarkRefused(PolicyError):
    """A word on a passage that lacks its reason, or whose passage is gone; nothing was changed."""


class SourceUnreachable(PolicyError):
    """A watched folder or S3 address that cannot be listed or read; the message names it and what to check."""


class DocumentError(PolicyError):
    """One file that could not be ingested. Nothing of it was stored.

    Subclasses give ``fault`` and ``remedy``; ``detail`` (such as a page or a limit) stands between them.
    """

    fault = "cannot be ingested"
    remedy = "Replace the file"

    def __init__(self, file: str, detail: str = "") -> None:
        self.file = file
        super().__init__(f"{file} {self.fault}{f' ({detail})' if detail else ''}. {self.remedy}.")


class UnreadableFile(DocumentError):
    fault = "cannot be opened"
    remedy = "Check the path and that this user may read it"


class EmptyFile(DocumentError):
    fault = "is empty"
    remedy = "Copy or export it again"


class NotAPdf(DocumentError):
    fault = "is not a PDF"
    remedy = "Export the document as PDF; other formats are not read"


class EncryptedPdf(DocumentError):
    fault = "is protected by a password"
    remedy = "Save a copy without the password"


class DamagedPdf(DocumentError):
    fault = "is damaged or cut short"
    remedy = "Fetch or export it again and compare its size with the original"


class ScannedPdf(DocumentError):
    fault = "has no text that can be read, only pictures or blank pages"
    remedy = "Run text recognition (OCR) on it, or use the publisher's text edition"


class TooLarge(DocumentError):
    fault = "is larger than a policy document may be"
    remedy = "Split it into parts"


class TooSlow(DocumentError):
    fault = "took too long to read and was given up"
    remedy = "Export it again in a simpler form; a file that never finishes may be hostile"


class TooMuchMemory(DocumentError):
    fault = "needs more memory to read than is allowed"
    remedy = "Export it again in a simpler form; a small file that unpacks to a huge one may be hostile"


class WrongLabels(DocumentError):
    fault = "carries keywords that cannot be used"
    remedy = "Correct the PDF's Keywords, such as 'programs=fha,va; states=ALL; effective=2026-01-01'"


class NoPdfFound(DocumentError):
    fault = "holds no PDF"
    remedy = "Name a folder with files ending in .pdf, or the files themselves"


class NameTaken(DocumentError):
    fault = "has the same name as another file of this run"
    remedy = "A document is known by its file name: rename one of them"


class NothingToCalibrateBy(PolicyError):
    """Too few questions, or no policies, to tell an answer from none; the message says what to do."""
