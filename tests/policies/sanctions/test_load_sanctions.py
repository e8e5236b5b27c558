"""A sanctions list goes in whole or not at all, and the newest edition is the one that is screened."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from policies.models import SanctionsEntry, SanctionsList
from policies.sanctions.births import BirthDate
from policies.sanctions.loading import Changes, Status, listed_party, load_sanctions
from policies.sanctions.reading import SanctionsListRefused, read_edition
from policies.sanctions.screening import Grade, PersonName
from policies.selectors import current_screener

SAMPLES = Path(__file__).resolve().parents[3] / "policies" / "samples" / "sanctions"
EMPTY = "-0- "


def row(number: int | str, name: str, kind: str = '"individual"', remarks: str = EMPTY) -> str:
    """Return one line of sdn.csv."""
    return f'{number},"{name}",{kind},"DEMO",{",".join([EMPTY] * 7)},{remarks}'


@pytest.fixture
def sdn(tmp_path: Path) -> Path:
    path = tmp_path / "sdn.csv"
    lines = [
        row(
            1, "SAMPEL, Viktor", remarks="\"DOB 04 Jul 1958 to 04 Jul 1960; alt. DOB circa 1961; a.k.a. 'VIK'.\""
        ).encode(),
        row(2, "MUÑOZ NADA, Íñigo").encode("latin-1"),
        row(3, "ŁASKA, Zofia").encode(),
        row(4, "NOWHERE S.A.", EMPTY).encode(),
        b"\x1a",
    ]
    path.write_bytes(b"\r\n".join(lines))
    return path


@pytest.fixture
def alt(tmp_path: Path) -> Path:
    path = tmp_path / "alt.csv"
    path.write_text(f'1,10,"aka","SAMPLE, Victor",{EMPTY}\n4,11,"fka","NO PLACE",{EMPTY}\n')
    return path


def test_ofac_quirks_are_read(sdn: Path, alt: Path) -> None:
    viktor, inigo, zofia, firm = read_edition(sdn, alt, source="Demo").parties
    assert viktor.aliases == ("SAMPLE, Victor", "VIK")
    assert viktor.birth_dates == ("1958 to 1960", "circa 1961")
    assert (inigo.name, zofia.name) == ("MUÑOZ NADA, Íñigo", "ŁASKA, Zofia")
    assert (firm.kind, firm.aliases, firm.remarks) == ("entity", ("NO PLACE",), "")


@pytest.mark.django_db
def test_a_list_is_stored_screened_and_audited(sdn: Path, alt: Path) -> None:
    assert current_screener() is None
    result = load_sanctions(sdn, alt, source="Demo", by="carla")
    assert (result.status, result.entries, result.aliases) == (Status.ADDED, 4, 3)
    screener = current_screener()
    assert screener is not None
    assert screener is current_screener()
    [hit] = screener.screen(PersonName("Viktor", "Sample"))
    assert (hit.grade, hit.party.source, hit.party.number) == (Grade.STRONG, "Demo", "1")
    event = AuditEvent.objects.get(verb="sanctions.loaded")
    assert (event.subject, event.actor, event.details["entries"]) == ("policies.sanctionslist:Demo", "carla", 4)


@pytest.mark.django_db
def test_the_same_bytes_change_nothing(sdn: Path, alt: Path) -> None:
    load_sanctions(sdn, alt, source="Demo")
    assert load_sanctions(sdn, alt, source="Demo").status is Status.UNCHANGED
    assert SanctionsList.objects.count() == 1
    assert AuditEvent.objects.filter(verb="sanctions.loaded").count() == 1


@pytest.mark.django_db
def test_a_new_edition_takes_over_and_its_changed_entry_hits_anew(sdn: Path) -> None:
    load_sanctions(sdn, source="Demo")
    before = current_screener()
    sdn.write_bytes(sdn.read_bytes().replace(b"circa 1961", b"circa 1962"))
    assert load_sanctions(sdn, source="Demo").status is Status.REPLACED
    assert list(SanctionsList.objects.values_list("is_current", flat=True)) == [True, False]
    after = current_screener()
    assert before is not None
    assert after is not None
    name = PersonName("Viktor", "Sampel")
    assert before.screen(name)[0].entry_key != after.screen(name)[0].entry_key


@pytest.mark.django_db
def test_a_clearing_holds_while_the_entry_reads_the_same_whatever_else_a_new_edition_brings(sdn: Path) -> None:
    load_sanctions(sdn, source="Demo")
    keys = {entry.number: listed_party(entry).entry_key for entry in SanctionsEntry.objects.all()}
    newer = sdn.read_bytes().replace(b"MU\xd1OZ", b"MUNOZ").replace(b"NOWHERE", b"ELSEWHERE")
    sdn.write_bytes(row(9, "QUORRISH, Thaddeus").encode() + b"\r\n" + newer)
    result = load_sanctions(sdn, source="Demo")
    now = {
        entry.number: listed_party(entry).entry_key
        for entry in SanctionsEntry.objects.filter(sanctions_list__is_current=True)
    }
    assert [number for number, key in keys.items() if now[number] != key] == ["2", "4"]
    assert result.changes == Changes(new=1, changed=2, gone=0)


@pytest.mark.django_db
def test_addresses_stand_among_the_remarks(sdn: Path, tmp_path: Path) -> None:
    add = tmp_path / "add.csv"
    add.write_text(f'1,1,"12 Nowhere Lane","Vellmar","Ostrania",{EMPTY}\n1,2,{EMPTY},{EMPTY},"Carpania",{EMPTY}\n')
    result = load_sanctions(sdn, None, add, source="Demo")
    assert result.addresses == 2
    remarks = SanctionsEntry.objects.get(number="1").remarks
    assert remarks.endswith("Address: 12 Nowhere Lane, Vellmar, Ostrania. Address: Carpania.")
    add.write_text(f'1,1,"12 Nowhere Lane"\n77,1,{EMPTY},{EMPTY},"Carpania",{EMPTY}\n')
    with pytest.raises(SanctionsListRefused, match=r"add.csv, row 1: 3 columns.*add.csv, row 2: entry 77 is not among"):
        load_sanctions(sdn, None, add, source="Demo")


@pytest.mark.django_db
def test_lists_of_two_sources_are_screened_together(sdn: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(row(1, "QUORRISH, Thaddeus"))
    load_sanctions(sdn, source="Demo")
    load_sanctions(other, source="Other")
    screener = current_screener()
    assert screener is not None
    assert screener.screen(PersonName("Thaddeus", "Quorrish"))[0].party.source == "Other"
    assert screener.screen(PersonName("Viktor", "Sampel"))[0].party.source == "Demo"


@pytest.mark.django_db
def test_made_up_names_step_back_once_a_real_list_is_there(sdn: Path) -> None:
    load_sanctions(SAMPLES / "sdn_sample.csv", SAMPLES / "alt_sample.csv", source="Sample list", sample=True)
    sample = current_screener()
    assert sample is not None
    assert sample.screen(PersonName("Thaddeus", "Quorrish"))
    load_sanctions(sdn, source="Demo")
    real = current_screener()
    assert real is not None
    assert not real.screen(PersonName("Thaddeus", "Quorrish"))


BAD: dict[str, tuple[str, str]] = {
    "too few columns": ('1,"SAMPEL, Viktor"', r"sdn.csv, row 2: 2 columns instead of 12"),
    "no number": (row("x7", "SAMPEL, Viktor"), r"sdn.csv, row 2: entry number 'x7' is not a number"),
    "no name": (row(7, ""), r"row 2: entry 7 has no name"),
    "endless name": (row(7, "A" * 501), r"row 2: entry 7 has no name, or one longer than 500 characters"),
    "twice": (row(1, "SAMPEL, Viktor"), r"row 2: entry 1 stands there twice"),
    "no letters": (row(7, "0-7"), r"row 2: entry 7 is a person whose name has no letters"),
    "a NUL": (row(7, "SAM\0PEL"), r"row 2: 1 columns instead of 12"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", BAD)
def test_a_bad_row_is_named_and_nothing_is_loaded(tmp_path: Path, fault: str) -> None:
    line, message = BAD[fault]
    path = tmp_path / "sdn.csv"
    path.write_text(f"{row(1, 'QUORRISH, Thaddeus')}\n{line}\n")
    with pytest.raises(SanctionsListRefused, match=message):
        load_sanctions(path, source="Demo")
    assert not SanctionsList.objects.exists()
    assert not SanctionsEntry.objects.exists()


@pytest.mark.django_db
def test_a_refused_edition_leaves_the_old_one_in_force(sdn: Path) -> None:
    load_sanctions(sdn, source="Demo")
    sdn.write_bytes(sdn.read_bytes()[:-60])  # cut short
    with pytest.raises(SanctionsListRefused, match="Nothing was loaded"):
        load_sanctions(sdn, source="Demo")
    assert SanctionsList.objects.get().is_current


@pytest.mark.parametrize(("content", "message"), [(b"", "holds no entries"), (b"\x1a\r\n", "holds no entries")])
def test_an_empty_list_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "sdn.csv"
    path.write_bytes(content)
    with pytest.raises(SanctionsListRefused, match=message):
        read_edition(path, source="Demo")


def test_further_names_without_an_entry_are_refused(sdn: Path, tmp_path: Path) -> None:
    stray = tmp_path / "alt.csv"
    stray.write_text(f'99,10,"aka","SOMEBODY",{EMPTY}\n')
    with pytest.raises(SanctionsListRefused, match=r"alt.csv, row 1: entry 99 is not among the primary names"):
        read_edition(sdn, stray, source="Demo")


def test_many_bad_rows_are_counted_and_the_first_shown(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.write_text("oops\n" * 9)
    with pytest.raises(SanctionsListRefused, match=r"9 bad rows: .*row 5: 1 columns instead of 12; and 4 more"):
        read_edition(path, source="Demo")


def told(*arguments: str) -> Any:
    """Run the command with --json and return what it printed."""
    out = StringIO()
    call_command("load_sanctions", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_the_command_tells_in_a_sentence_and_in_json(sdn: Path, alt: Path) -> None:
    out = StringIO()
    call_command("load_sanctions", str(sdn), "--alt", str(alt), "--published", "2026-11-01", stdout=out)
    assert out.getvalue() == (
        "OFAC SDN added: 4 entries (3 individual, 1 entity) with 3 further names and 0 addresses.\n"
    )
    assert str(SanctionsList.objects.get().published_on) == "2026-11-01"
    again = told(str(sdn), "--alt", str(alt))
    assert (again["status"], again["source"], again["entries"], again["rejected"]) == ("unchanged", "OFAC SDN", 4, [])


@pytest.mark.django_db
def test_the_command_fails_with_the_list_s_faults(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.write_text("oops\n")
    out = StringIO()
    with pytest.raises(CommandError, match="1 bad row"):
        call_command("load_sanctions", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["rejected"] == [
        {"file": "sdn.csv", "row": 1, "problem": "1 columns instead of 12"}
    ]
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_sanctions", str(tmp_path / "absent.csv"))


@pytest.mark.django_db
def test_the_sample_list_stops_the_near_match_of_the_demo() -> None:
    told(str(SAMPLES / "sdn_sample.csv"), "--alt", str(SAMPLES / "alt_sample.csv"), "--sample")
    edition = SanctionsList.objects.get()
    assert (edition.source, edition.is_sample, edition.entries.count()) == ("Sample list", True, 25)
    screener = current_screener()
    assert screener is not None
    [hit] = screener.screen(PersonName("Viktor", "Sample", date(1974, 5, 19)))
    assert (hit.grade, hit.birth_date) == (Grade.STRONG, BirthDate.SAME_YEAR)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_real_list_of_2018_goes_in_whole(shared_data: Path) -> None:
    folder = shared_data / "ofac" / "snapshot_2018"
    result = load_sanctions(folder / "sdn.csv", folder / "alt.csv", folder / "add.csv", source="OFAC SDN")
    assert result.entries == 7378 + 1  # the file's last line has no line end, so `wc -l` counts one less
    assert result.kinds == {"individual": 3845, "entity": 2994, "vessel": 323, "aircraft": 217}
    assert result.addresses >= 11_695
    assert SanctionsEntry.objects.filter(kind="individual").count() == 3845
