"""What the database holds that a folder may not break: every case is told with its row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.domain.importing import ImportRefused, import_folder
from opendeur.enums import EditionPhase, MessageKind
from tests.domain.invited import send_all
from tests.factories import (
    make_edition,
    make_host,
    make_organisation,
    make_placement,
    make_slot,
    make_visit,
    make_visitor,
)
from tests.folders import (
    edition_of,
    replace,
    shown,
    slot_of,
    table_sizes,
    visitor_of,
    write_folder,
)

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    """A folder that was imported; Lotte has a place in the second slot of Zavelput."""
    written = write_folder(tmp_path / "small")
    import_folder(session, written, now=NOW)
    make_placement(session, visitor_of(session), slot_of(session, "zavelput-1-b"))
    session.commit()
    return written


def faults_of(session: Session, folder: Path) -> list[str]:
    before = table_sizes(session)
    with pytest.raises(ImportRefused) as refused:
        import_folder(session, folder, now=NOW)
    assert table_sizes(session) == before
    return shown(refused.value.faults)


CONFLICTS = {
    "a slot with somebody in it is closed": (
        "slots.csv",
        "nl,open,Vijver",
        "nl,closed,Vijver",
        "slots.csv:3: state: In this slot 1 seats are taken, by Lotte Vermeiren. Cancel it on "
        "the site instead, so that they are told.",
    ),
    "a visitor with a place becomes a group": (
        "visitors.csv",
        "nl fr,1,2",
        "nl fr,3,2",
        "visitors.csv:2: seats: This visitor has places for 1 already. Leave this as it is.",
    ),
    "a visitor with a place gets another address": (
        "visitors.csv",
        "lotte@kastanje",
        "liese@kastanje",
        "visitors.csv:2: email: This visitor has places already. Change the address on the "
        "site.",
    ),
    "a visitor with a place takes everything back": (
        "visitors.csv",
        "T14:00,yes",
        "T14:00,no",
        "visitors.csv:2: submitted: This visitor has places already. Write yes.",
    ),
    "a visitor of an organisation that nobody knows": (
        "visitors.csv",
        "nl,kastanje",
        "nl,beuk",
        'visitors.csv:2: organisation: Neither organisations.csv nor the directory has "beuk". '
        "Add it, or mend the name.",
    ),
    "a slot moves to another visit": (
        "slots.csv",
        "zavelput-1-a,zavelput-1",
        "zavelput-1-a,passerelle-1",
        'slots.csv:2: visit: This slot is of the visit "zavelput-1" and cannot move. Give this '
        "one a new name.",
    ),
    "a visit moves to another organisation": (
        "visits.csv",
        "passerelle-1,passerelle,",
        "passerelle-1,zavelput,",
        'visits.csv:3: organisation: This visit is of "passerelle" and cannot move. Give this '
        "one a new name.",
    ),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"), CONFLICTS.values(), ids=CONFLICTS.keys()
)
def test_a_conflict_is_told_and_nothing_changes(
    session: Session, folder: Path, file: str, old: str, new: str, fault: str
) -> None:
    replace(folder, file, old, new)

    assert faults_of(session, folder) == [fault]


def test_a_slot_keeps_the_seats_that_are_taken(session: Session, folder: Path) -> None:
    edition, slot = edition_of(session), slot_of(session, "zavelput-1-b")
    for _ in range(2):
        make_placement(session, make_visitor(session, edition, seats=2), slot)
    session.commit()
    replace(folder, "slots.csv", "2,8,nl,open", "2,4,nl,open")

    assert faults_of(session, folder) == [
        "slots.csv:3: capacity: In this slot 5 seats are taken. Write that capacity, or more."
    ]


def test_a_host_with_visits_cannot_stop(session: Session, folder: Path) -> None:
    replace(folder, "organisations.csv", "Dagcentrum Zavelput,yes", "Dagcentrum Zavelput,no")

    assert faults_of(session, folder) == [
        "organisations.csv:2: host: This organisation offers visits in this edition (1). Write "
        "yes, or remove its visits on the site first.",
        "visits.csv:2: organisation: This organisation is no host. Write yes in its row of "
        "organisations.csv.",
    ]


def test_a_visitor_cannot_take_the_address_of_another(session: Session, folder: Path) -> None:
    text = (folder / "visitors.csv").read_text(encoding="utf-8")
    header, _, nour = text.splitlines()
    row = nour.replace("nour@praktijk", "lotte@kastanje").replace(
        "Nour,Abbasi,fr", "Lotte,Vermeiren,nl"
    )
    write_folder(folder, visitors=f"{header}\n{row}\n", preferences="visitor,rank,visit\n")

    assert faults_of(session, folder) == [
        'visitors.csv:2: email: This is the address of the visitor "lotte". Write another.'
    ]


def test_somebody_without_preferences_does_not_submit(session: Session, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "small", preferences="visitor,rank,visit\n")

    assert faults_of(session, folder) == [
        "visitors.csv:2: submitted: This visitor has no preferences. Write no, or add them."
    ]


def test_preferences_of_an_earlier_import_are_enough_to_submit(
    session: Session, folder: Path
) -> None:
    write_folder(folder, preferences="visitor,rank,visit\n")

    assert import_folder(session, folder, now=NOW).preferences.kept == 3


def test_the_week_cannot_leave_out_slots_of_the_site(session: Session, folder: Path) -> None:
    write_folder(
        folder,
        slots=(folder / "slots.csv").read_text(encoding="utf-8").splitlines()[0] + "\n",
    )
    replace(folder, "edition.toml", "starts_on = 2027-11-15", "starts_on = 2027-11-17")

    assert faults_of(session, folder) == [
        "edition.toml:6: starts_on: The site has slots outside these dates which slots.csv "
        "does not name: passerelle-1-a, zavelput-1-a. Name them there, or keep them within the "
        "dates."
    ]


def test_the_same_names_in_another_edition_do_no_harm(session: Session, folder: Path) -> None:
    other = make_edition(session)
    host = make_host(session, other, organisation=make_organisation(session))
    make_slot(session, make_visit(session, host, reference="passerelle-1"), reference="x")
    session.commit()

    assert import_folder(session, folder, now=NOW).total.unchanged == 14


def test_hosts_may_name_their_visits_alike_on_the_site(session: Session, folder: Path) -> None:
    host = make_host(session, edition_of(session))
    visit = make_visit(session, host, reference="passerelle-1")
    make_slot(session, visit, reference="passerelle-1-a")
    session.commit()

    summary = import_folder(session, folder, now=NOW)

    assert (summary.visits.unchanged, summary.visits.kept) == (2, 1)
    assert (summary.slots.unchanged, summary.slots.kept) == (3, 1)


MOVES = {
    "another hour": (
        "slots.csv",
        "2027-11-17,14:00,15:30",
        "2027-11-17,15:00,16:30",
        "slots.csv:3: start",
    ),
    "another end": ("slots.csv", "14:00,15:30", "14:00,16:00", "slots.csv:3: end"),
    "another street": ("slots.csv", "Vijverdreef 1", "Vijverdreef 2", "slots.csv:3: street"),
}
WHOM = (
    "This moves people who have a place: Lotte Vermeiren. Leave it as it is, or import with "
    "--move to draft letters that tell them."
)


@pytest.mark.parametrize(("file", "old", "new", "place"), MOVES.values(), ids=MOVES)
def test_import_that_would_move_people_stops_and_names_them(
    session: Session, folder: Path, file: str, old: str, new: str, place: str
) -> None:
    replace(folder, file, old, new)

    assert faults_of(session, folder) == [f"{place}: {WHOM}"]


def test_new_address_of_a_host_moves_whoever_comes_there(
    session: Session, folder: Path
) -> None:
    make_placement(session, visitor_of(session), slot_of(session, "zavelput-1-a"))
    street = slot_of(session, "zavelput-1-a").visit.host.organisation.street
    replace(folder, "organisations.csv", street, "Elders 9")

    assert faults_of(session, folder) == [f"organisations.csv:2: street: {WHOM}"]


def test_import_moves_people_where_that_is_meant_and_drafts_what_they_are_told(
    session: Session, folder: Path
) -> None:
    edition = edition_of(session)
    edition.phase = EditionPhase.ASSIGNMENT
    send_all(session, edition)
    replace(folder, "slots.csv", "14:00,15:30", "15:00,16:30")

    import_folder(session, folder, moves=True, now=NOW)

    drafts = invitations.drafts_of(session, edition)
    assert slot_of(session, "zavelput-1-b").local_starts_at.hour == 15
    assert {message.kind for message in drafts.messages} == {MessageKind.CHANGED}
    assert drafts.changed == 2  # to Lotte, and to the contact of the host


def test_other_rows_are_moved_as_before(session: Session, folder: Path) -> None:
    replace(folder, "slots.csv", "09:30,11:00", "09:00,10:30")

    import_folder(session, folder, now=NOW)

    assert slot_of(session, "zavelput-1-a").local_starts_at.hour == 9
