"""The shipped rulebook in rows: loaded once, replaced by an upgrade, and which version answers on a day."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from policies.models import RulebookStatus, RulebookVersion
from policies.rulebook import shipping
from policies.rulebook.rules import RuleBook, RulebookError
from policies.rulebook.shipping import Status, current_rulebook, load_shipped_rulebook
from policies.rulebook.versions import version_named
from tests.policies.rulebooks import draft, lowered, published, shipped


@pytest.fixture
def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Return a function that gives the package other texts, as an upgrade of the program does."""

    def install(texts: dict[str, str]) -> None:
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(shipping, "FOLDER", tmp_path)

    return install


@pytest.mark.django_db
def test_the_shipped_rulebook_is_version_1_and_says_who_checked_it() -> None:
    version = shipped()
    assert (version.number, version.status, version.is_shipped) == (1, "published", True)
    assert (version.drafted_by_name, version.checked_by_name) == ("LoanIQ (shipped)", "LoanIQ (code review)")
    assert version.version == RuleBook.load().version
    assert version_named(version.version) == version
    assert load_shipped_rulebook(by="tests").status == Status.UNCHANGED


@pytest.mark.django_db
def test_a_day_uses_the_version_in_force_on_it() -> None:
    today = timezone.localdate()
    first = shipped()
    later = published(draft(), today + timedelta(days=1))
    assert current_rulebook(today).version == first.version
    assert current_rulebook(today + timedelta(days=1)).version == later.version
    first.refresh_from_db()
    assert first.status == RulebookStatus.PUBLISHED
    at_once = published(draft(lowered("42.00")))
    assert current_rulebook(today).version == at_once.version
    assert current_rulebook(today - timedelta(days=1)).version == first.version


@pytest.mark.django_db
def test_before_the_first_version_there_is_no_rulebook() -> None:
    shipped()
    with pytest.raises(RulebookError, match="No rulebook was in force on 2019-01-01"):
        current_rulebook(date(2019, 1, 1))


@pytest.mark.django_db
def test_an_upgrade_replaces_the_shipped_rulebook_from_today_on(upgraded: Callable[[dict[str, str]], None]) -> None:
    first = shipped()
    upgraded(lowered())
    result = load_shipped_rulebook(by="tests")
    assert (result.status, result.effective_from) == (Status.PUBLISHED, timezone.localdate())
    first.refresh_from_db()
    assert first.status == RulebookStatus.RETIRED
    assert load_shipped_rulebook(by="tests").status == Status.UNCHANGED
    upgraded(first.texts)
    assert load_shipped_rulebook(by="tests").version == first.version


@pytest.mark.django_db
def test_an_upgrade_beside_a_lenders_own_rulebook_becomes_a_draft(upgraded: Callable[[dict[str, str]], None]) -> None:
    own = published(draft(), timezone.localdate() + timedelta(days=30))
    upgraded(lowered("44.00"))
    result = load_shipped_rulebook(by="tests")
    assert (result.status, result.effective_from) == (Status.DRAFTED, None)
    upgrade = RulebookVersion.objects.get(number=result.number)
    assert upgrade.note.startswith("Shipped with the program")
    assert published(upgrade).published_by_name == "paula"
    assert load_shipped_rulebook(by="tests").status == Status.UNCHANGED
    own.refresh_from_db()
    assert own.status == RulebookStatus.PUBLISHED


@pytest.mark.django_db
def test_a_text_that_is_not_what_its_hash_names_is_not_used() -> None:
    version = shipped()
    RulebookVersion.objects.create(
        number=version.number + 1,
        status=RulebookStatus.PUBLISHED,
        texts=lowered(),
        content_hash="0" * 64,
        is_shipped=True,
        note="Forged.",
        drafted_by_name="x",
        checked_by_name="x",
        checked_at=timezone.now(),
        published_by_name="x",
        published_at=timezone.now(),
        effective_from=timezone.localdate(),
    )
    with pytest.raises(RulebookError, match="not what its hash names"):
        current_rulebook(timezone.localdate())


@pytest.mark.django_db(transaction=True)
def test_many_at_once_on_a_fresh_database_load_it_once() -> None:
    call_command("flush", verbosity=0, interactive=False)
    start, today = Barrier(6), timezone.localdate()

    def one(_: int) -> str:
        try:
            start.wait()
            return current_rulebook(today).version
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(one, range(6))) == {RuleBook.load().version}
    assert RulebookVersion.objects.count() == 1
    assert AuditEvent.objects.filter(verb="rulebook.published").count() == 1


@pytest.mark.django_db
def test_the_command_says_what_became_of_it() -> None:
    shipped()
    printed = StringIO()
    call_command("load_rulebook", "--json", stdout=printed)
    answer = json.loads(printed.getvalue())
    assert (answer["status"], answer["number"], answer["version"]) == ("unchanged", 1, RuleBook.load().version)
    printed = StringIO()
    call_command("load_rulebook", stdout=printed)
    assert printed.getvalue().startswith("Rulebook 1 unchanged, in force from ")
