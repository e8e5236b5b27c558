"""The sample lender's material: manuals printed to PDF, a made-up sanctions list, and fifteen loan applications."""

from pathlib import Path

from django.conf import settings

from policies.corpus.publishing import publish_manual

MANUALS = settings.BASE_DIR / "policies" / "samples" / "manuals"
SANCTIONS = settings.BASE_DIR / "policies" / "samples" / "sanctions"
APPLICATIONS = settings.BASE_DIR / "lending" / "samples" / "applications.csv"
SAMPLE_PREFIX = "SAMPLE-"


def print_manuals(folder: Path) -> list[Path]:
    """Print each sample manual that is missing or older than its source as a PDF in ``folder``; return all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    printed = []
    for source in sorted(MANUALS.glob("*.md")):
        target = folder / f"{source.stem}.pdf"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            publish_manual(source, target)
        printed.append(target)
    return printed
