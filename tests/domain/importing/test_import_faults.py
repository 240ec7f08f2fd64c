"""Faults in the files of a folder: each with its file, line and column, all at once."""

from pathlib import Path

import pytest

from opendeur.domain.importing import Fault
from opendeur.domain.importing.folder import read_folder
from opendeur.domain.importing.reading import KnownCodes
from tests.folders import replace, shown, write_folder

KNOWN = KnownCodes(
    zones=frozenset({"zuid", "zuid-oost"}),
    postcodes=frozenset({"1040", "1170", "1200"}),
    sectors=frozenset({"eerstelijn", "ggz", "ouderen", "thuiszorg", "welzijn"}),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "small")


def faults_of(folder: Path) -> list[str]:
    faults: list[Fault] = []
    read_folder(folder, known=KNOWN, faults=faults)
    return shown(faults)


def test_the_small_folder_has_no_faults(folder: Path) -> None:
    assert faults_of(folder) == []


#: File, what stands there, what is put in its place, and the fault.
CELLS = {
    "a required cell": (
        "slots.csv",
        "09:30,11:00,2",
        ",11:00,2",
        "slots.csv:2: start: Fill this in.",
    ),
    "a date that does not exist": (
        "slots.csv",
        "2027-11-16",
        "2027-11-31",
        "slots.csv:4: date: Write a date of this century, such as 2027-11-15.",
    ),
    "a time that does not exist": (
        "slots.csv",
        "14:00,15:30",
        "14:00,15:60",
        "slots.csv:3: end: Write a time from 00:00 to 23:59, such as 09:30.",
    ),
    "a slot that ends before it starts": (
        "slots.csv",
        "14:00,15:30",
        "15:30,14:00",
        "slots.csv:3: end: The slot ends before it starts. Write a later time.",
    ),
    "a slot outside the edition": (
        "slots.csv",
        "2027-11-16",
        "2027-11-20",
        "slots.csv:4: date: The edition is from 2027-11-15 to 2027-11-19. Write a date within "
        "it.",
    ),
    "a slot before the day": (
        "slots.csv",
        "09:30,11:00",
        "07:30,9:00",
        "slots.csv:2: start: Visits take place from 08:00 to 18:00. Write a time within the "
        "day.",
    ),
    "a slot after the day": (
        "slots.csv",
        "14:00,15:30",
        "17:00,18:30",
        "slots.csv:3: end: Visits take place from 08:00 to 18:00. Write a time within the day.",
    ),
    "a slot in a closed period": (
        "slots.csv",
        "2027-11-16,10:00,11:30",
        "2027-11-19,12:00,13:00",
        'slots.csv:4: start: The edition is closed then: "Slotmoment". Choose another moment.',
    ),
    "a minimum above the capacity": (
        "slots.csv",
        "3,6,fr",
        "7,6,fr",
        "slots.csv:4: minimum: The minimum is above the capacity. Lower it, or add seats.",
    ),
    "a capacity of nothing": (
        "slots.csv",
        "3,6,fr",
        "3,0,fr",
        "slots.csv:4: capacity: Write a whole number from 1 to 200.",
    ),
    "a number with letters": (
        "slots.csv",
        "3,6,fr",
        "three,6,fr",
        "slots.csv:4: minimum: Write a whole number from 1 to 200.",
    ),
    "an unknown language": (
        "slots.csv",
        "3,6,fr",
        "3,6,fr de",
        'slots.csv:4: languages: "de" is not known. Write one of: en, fr, nl.',
    ),
    "an unknown state": (
        "slots.csv",
        "nl,open,Vijver",
        "nl,maybe,Vijver",
        "slots.csv:3: state: Write one of: open, forced, closed.",
    ),
    "half a place": (
        "slots.csv",
        "50.797,4.41",
        "50.797,",
        "slots.csv:3: latitude: Write both latitude and longitude, or neither.",
    ),
    "a latitude beyond the pole": (
        "slots.csv",
        "50.797,4.41",
        "95,4.41",
        "slots.csv:3: latitude: Write a number from -90 to 90.",
    ),
    "an unknown visit of a slot": (
        "slots.csv",
        "a,passerelle-1,",
        "a,passerelle-2,",
        'slots.csv:4: visit: visits.csv has no "passerelle-2". Add it, or mend the name.',
    ),
    "a line after a text of two lines": (
        "organisations.csv",
        "Rue des Tilleuls 12,1040",
        "Rue des Tilleuls 12,9999",
        'organisations.csv:4: postcode: "9999" is not known. Write one of: 1040, 1170, 1200.',
    ),
    "a site that is a script": (
        "organisations.csv",
        "https://zavelput.example",
        "javascript:alert(1)",
        "organisations.csv:2: website: Write the whole address, such as "
        "https://zavelput.example.",
    ),
    "a name of two lines": (
        "organisations.csv",
        "Dagcentrum Zavelput",
        '"Dagcentrum\nZavelput"',
        "organisations.csv:2: name: Write this on one line.",
    ),
    "a name that is too long": (
        "organisations.csv",
        "La Passerelle",
        "L" * 201,
        "organisations.csv:4: name: The text has 201 characters. Shorten it to 200.",
    ),
    "a mark that turns the direction": (
        "organisations.csv",
        "La Passerelle",
        "La \u202ePasserelle",
        "organisations.csv:4: name: Remove the invisible character U+202E.",
    ),
    "a contact without an address": (
        "organisations.csv",
        "nadia.lambert@passerelle.example,",
        ",",
        "organisations.csv:4: contact_email: Write the address of this contact.",
    ),
    "a reference with capitals": (
        "slots.csv",
        "passerelle-1-a",
        "Passerelle 1 A",
        "slots.csv:4: slot: Write a name of small letters, digits and hyphens, such as "
        "dagcentrum-zavelput, with at most 100 characters.",
    ),
    "a visit of an organisation that is no host": (
        "visits.csv",
        "passerelle-1,passerelle,",
        "passerelle-1,kastanje,",
        "visits.csv:3: organisation: This organisation is no host. Write yes in its row of "
        "organisations.csv.",
    ),
    "a visit of an unknown organisation": (
        "visits.csv",
        "passerelle-1,passerelle,",
        "passerelle-1,hamac,",
        'visits.csv:3: organisation: organisations.csv has no "hamac". Add it, or mend the '
        "name.",
    ),
    "a visit without a title": (
        "visits.csv",
        "Sans rendez-vous",
        "",
        "visits.csv:3: title_nl: Write a title in Dutch, in French, or in both.",
    ),
    "an address that is none": (
        "visitors.csv",
        "nour@praktijk.example",
        "nour@",
        "visitors.csv:3: email: Write one e-mail address, such as greet@zavelput.example.",
    ),
    "the address of another visitor": (
        "visitors.csv",
        "nour@praktijk.example,Nour,Abbasi,fr",
        "Lotte@Kastanje.example,Lotte,Vermeiren,nl",
        "visitors.csv:3: email: This address is that of line 2 too. A person has one row.",
    ),
    "another name for the same person": (
        "visitors.csv",
        "nour@praktijk.example",
        "greet.maes@zavelput.example",
        "visitors.csv:3: email: organisations.csv:2 gives this person another name or "
        "language. Write the same in both.",
    ),
    "a busy period that is none": (
        "visitors.csv",
        "2027-11-18T13:00/2027-11-18T14:00",
        "Thursday",
        "visitors.csv:2: busy: Write each period as 2027-11-15T08:00/2027-11-15T12:30, with a "
        'space between two of them. "Thursday" is not one.',
    ),
    "a busy period that is turned around": (
        "visitors.csv",
        "2027-11-18T13:00/2027-11-18T14:00",
        "2027-11-18T14:00/2027-11-18T13:00",
        'visitors.csv:2: busy: "2027-11-18T14:00/2027-11-18T13:00" ends before it starts. Turn '
        "it around.",
    ),
    "a gap in the ranks": (
        "preferences.csv",
        "lotte,2",
        "lotte,3",
        "preferences.csv:3: rank: Rank 2 is missing before this one. Leave no gaps.",
    ),
    "a rank twice": (
        "preferences.csv",
        "lotte,2",
        "lotte,1",
        "preferences.csv:3: rank: This visitor has rank 1 twice. Give each visit its own.",
    ),
    "a visit twice": (
        "preferences.csv",
        "lotte,2,zavelput-1",
        "lotte,2,passerelle-1",
        "preferences.csv:3: visit: This visitor has this visit on line 2 already. Remove one.",
    ),
    "too many preferences": (
        "edition.toml",
        "max_preferences = 3",
        "max_preferences = 1",
        "preferences.csv:3: rank: The edition allows 1 preferences. Remove what is above.",
    ),
    "an unknown visitor": (
        "preferences.csv",
        "nour,1",
        "nobody,1",
        'preferences.csv:4: visitor: visitors.csv has no "nobody". Add it, or mend the name.',
    ),
    "a key that is missing": (
        "edition.toml",
        "seed = 7\n",
        "",
        "edition.toml:1: seed: This key is missing. Add it.",
    ),
    "a key that is not known": (
        "edition.toml",
        "detour = 1.3",
        "detour = 1.3\ndetuor = 2",
        "edition.toml:26: detuor: This key is not known. Remove it, or mend its name.",
    ),
    "a value of another kind": (
        "edition.toml",
        "max_visits = 4",
        'max_visits = "four"',
        "edition.toml:19: max_visits: Write a whole number, such as 4.",
    ),
    "an unknown zone": (
        "edition.toml",
        '["zuid-oost"]',
        '["oost"]',
        'edition.toml:3: zones: "oost" is not known. Write one of: zuid, zuid-oost.',
    ),
    "an edition that ends before it starts": (
        "edition.toml",
        "ends_on = 2027-11-19",
        "ends_on = 2027-11-12",
        "edition.toml:7: ends_on: Write a date from starts_on to 30 days later.",
    ),
    "a closed period that ends before it starts": (
        "edition.toml",
        "ends_at = 2027-11-19T18:00:00",
        "ends_at = 2027-11-19T08:00:00",
        "edition.toml:30: ends_at: Write a time after starts_at.",
    ),
    "a text that is empty": (
        "edition.toml",
        '"Het kleine bad"',
        '" "',
        "edition.toml:4: name_nl: Fill this in.",
    ),
    "an invisible character in a text": (
        "edition.toml",
        '"Het kleine bad"',
        '"Het kleine\\u0000bad"',
        "edition.toml:4: name_nl: Remove the invisible character U+0000.",
    ),
    "a number that is huge": (
        "edition.toml",
        "detour = 1.3",
        "detour = 1" + "0" * 400,
        "edition.toml:25: detour: Write a number, such as 1.3.",
    ),
    "a year long ago": (
        "edition.toml",
        "results_on = 2027-10-05",
        "results_on = 0001-01-01",
        "edition.toml:13: results_on: Write a date from this century.",
    ),
    "a key of an organiser that is not known": (
        "edition.toml",
        'family_name = "Baert"',
        'family_name = "Baert"\nnickname = "Ils"',
        "edition.toml:38: nickname: This key is not known. Remove it, or mend its name.",
    ),
    "a file that is not TOML": (
        "edition.toml",
        "seed = 7",
        "seed = ",
        "edition.toml:14: This is not TOML: Invalid value. See docs/import.md for an example.",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "fault"), CELLS.values(), ids=CELLS.keys())
def test_a_fault_is_told_with_its_place(
    folder: Path, file: str, old: str, new: str, fault: str
) -> None:
    replace(folder, file, old, new)

    assert faults_of(folder) == [fault]


def test_all_faults_are_told_at_once(folder: Path) -> None:
    replace(folder, "slots.csv", "3,6,fr,open", "x,0,de,maybe")
    replace(folder, "visitors.csv", "Nour,Abbasi,fr", ",,es")
    replace(folder, "edition.toml", "seed = 7", "seed = -7")

    faults: list[Fault] = []
    read_folder(folder, known=KNOWN, faults=faults)

    assert [fault.place for fault in faults] == [
        "edition.toml:14: seed",
        "slots.csv:4: minimum",
        "slots.csv:4: capacity",
        "slots.csv:4: languages",
        "slots.csv:4: state",
        "visitors.csv:3: given_name",
        "visitors.csv:3: family_name",
        "visitors.csv:3: language",
    ]


def test_a_faulty_row_is_not_missed_elsewhere(folder: Path) -> None:
    replace(folder, "organisations.csv", "Passerelle,yes", "Passerelle,perhaps")
    replace(folder, "visitors.csv", "nl fr,1,2", "nl fr,0,2")

    assert faults_of(folder) == [
        "organisations.csv:4: host: Write yes or no.",
        "visitors.csv:2: seats: Write a whole number from 1 to 10.",
    ]


@pytest.mark.parametrize("content", ["x = " + "[" * 5000, "x = " + "1" * 5000])
def test_toml_that_no_program_reads_is_told(folder: Path, content: str) -> None:
    (folder / "edition.toml").write_text(content, encoding="utf-8")

    places = [fault.partition(": This is not TOML")[0] for fault in faults_of(folder)]

    assert places in (["edition.toml"], ["edition.toml:1"])


def test_a_missing_table_and_its_keys_are_told(folder: Path) -> None:
    table = "[edition.travel]\noverhead_minutes = 10\ndetour = 1.3\nspeed_km_per_hour = 15\n"
    replace(folder, "edition.toml", table, "")

    assert faults_of(folder) == [
        "edition.toml:1: travel: The table [edition.travel] is missing. Add it.",
    ]
