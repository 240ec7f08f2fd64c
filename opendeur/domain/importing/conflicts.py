"""What in the database stands in the way of a folder: places that people hold, mostly."""

from collections.abc import Iterable
from typing import Any

from opendeur.domain.importing.database_state import Current
from opendeur.domain.importing.edition_file import EditionWeek
from opendeur.domain.importing.faults import Fault
from opendeur.domain.importing.folder import Folder
from opendeur.domain.importing.records import SlotRecord, VisitorRecord
from opendeur.domain.importing.tables import Row
from opendeur.enums import SlotState
from opendeur.models import Organisation, Slot

#: What of an address is written in the files, and of a slot what people must know to be there.
ADDRESS = ("street", "postcode_code")
MOVING = ("starts_at", "ends_at", *ADDRESS)
#: The column of what a file calls otherwise.
COLUMNS = {"starts_at": "start", "ends_at": "end", "postcode_code": "postcode"}


def blame_conflicts(
    folder: Folder, current: Current, faults: list[Fault], *, moves: bool = False
) -> None:
    """Blame every row that would break what the database holds.

    Parameters
    ----------
    moves
        Whether somebody saw who would have to come at another time or place, and said that
        it is meant.
    """
    _blame_hosts(folder, current)
    _blame_visits(folder, current)
    _blame_slots(folder, current)
    if not moves:
        _blame_moves(folder, current)
    for visitor in folder.visitors:
        _blame_visitor(visitor, folder, current)
    if folder.edition is not None and folder.slots.is_readable:
        _blame_week(folder.edition.week, folder, current)
    if not faults:
        _blame_empty(folder, current)


def _blame_hosts(folder: Folder, current: Current) -> None:
    for organisation in folder.organisations:
        host = current.hosts.get(organisation.reference)
        if host is not None and host.visits and not organisation.is_host:
            organisation.row.blame(
                "host",
                "This organisation offers visits in this edition (%(count)s). Write yes, or "
                "remove its visits on the site first.",
                count=len(host.visits),
            )


def _blame_visits(folder: Folder, current: Current) -> None:
    """Blame visits that would move to another organisation: people chose the first one."""
    owners: dict[str, set[str]] = {}
    for organisation, host in current.hosts.items():
        for visit in host.visits:
            owners.setdefault(visit.reference, set()).add(organisation)
    for record in folder.visits:
        known = owners.get(record.reference, set())
        if known and record.organisation not in known:
            record.row.blame(
                "organisation",
                'This visit is of "%(owner)s" and cannot move. Give this one a new name.',
                owner=min(known),
            )


def _blame_slots(folder: Folder, current: Current) -> None:
    slots: dict[str, dict[str, Slot]] = {}
    for slot in current.slots():
        slots.setdefault(slot.reference, {})[slot.visit.reference] = slot
    for record in folder.slots:
        known = slots.get(record.reference, {})
        if record.visit in known:
            slot = known[record.visit]
            _blame_seats(record, current.taken[slot.id], _named(current.guests.get(slot.id)))
        elif known:
            record.row.blame(
                "visit",
                'This slot is of the visit "%(owner)s" and cannot move. Give this one a new '
                "name.",
                owner=min(known),
            )


def _blame_moves(folder: Folder, current: Current) -> None:
    """Blame what would bring people to another time or place, and name them."""
    slots = {(slot.visit.reference, slot.reference): slot for slot in current.slots()}
    for record in folder.slots:
        slot = slots.get((record.visit, record.reference))
        if slot is None or slot.id not in current.guests:
            continue
        moved = [name for name in MOVING if _differs(slot, record.attributes, name)]
        if moved:
            column = COLUMNS.get(moved[0], moved[0])
            _blame_move(record.row, column, current.guests[slot.id])
    for organisation in folder.organisations:
        host = current.hosts.get(organisation.reference)
        if host is None or not any(
            _differs(host.organisation, organisation.attributes, name) for name in ADDRESS
        ):
            continue
        guests = [
            guest
            for visit in host.visits
            for slot in visit.slots
            if not slot.has_own_place
            for guest in current.guests.get(slot.id, ())
        ]
        if guests:
            _blame_move(organisation.row, "street", guests)


def _differs(stands: Slot | Organisation, attributes: dict[str, Any], name: str) -> bool:
    return name in attributes and getattr(stands, name) != attributes[name]


def _blame_move(row: Row, column: str, guests: list[str]) -> None:
    row.blame(
        column,
        "This moves people who have a place: %(people)s. Leave it as it is, or import with "
        "--move to draft letters that tell them.",
        people=_named(guests),
    )


def _named(guests: Iterable[str] | None) -> str:
    return ", ".join(sorted(guests or ()))


def _blame_seats(record: SlotRecord, taken: int, people: str) -> None:
    if taken > record.capacity:
        message = "In this slot %(taken)s seats are taken. Write that capacity, or more."
        record.row.blame("capacity", message, taken=taken)
    if taken and record.state is SlotState.CLOSED:
        message = (
            "In this slot %(taken)s seats are taken, by %(people)s. Cancel it on the site "
            "instead, so that they are told."
        )
        record.row.blame("state", message, taken=taken, people=people)


def _blame_visitor(record: VisitorRecord, folder: Folder, current: Current) -> None:
    organisation = record.organisation
    if (
        organisation
        and folder.organisations.lacks(organisation)
        and organisation not in current.organisations
    ):
        record.row.blame(
            "organisation",
            'Neither organisations.csv nor the directory has "%(reference)s". Add it, or mend '
            "the name.",
            reference=organisation,
        )
    named = current.visitors.get(record.reference)
    owner = current.visitors_by_email.get(record.person.email)
    if (
        owner is not None
        and owner is not named
        and (named is not None or owner.reference in folder.visitors.lines)
    ):
        message = 'This is the address of the visitor "%(visitor)s". Write another.'
        record.row.blame("email", message, visitor=owner.reference or owner.account.name)
        return
    visitor = named or owner
    if visitor is None or visitor.id not in current.placed:
        return
    if visitor.account.email != record.person.email:
        message = "This visitor has places already. Change the address on the site."
        record.row.blame("email", message)
    if visitor.seats != record.seats:
        message = "This visitor has places for %(seats)s already. Leave this as it is."
        record.row.blame("seats", message, seats=visitor.seats)
    if not record.is_submitted:
        message = "This visitor has places already. Write yes."
        record.row.blame("submitted", message)


def _blame_week(week: EditionWeek, folder: Folder, current: Current) -> None:
    """Blame a week that leaves out slots which the folder does not name, and which stay."""
    if current.edition is None:
        return
    outside = [
        slot.reference
        for slot in current.slots()
        if slot.reference not in folder.slots.lines
        and not week.starts_on <= current.edition.local(slot.starts_at).date() <= week.ends_on
    ]
    if outside:
        week.spot.blame(
            "starts_on",
            "The site has slots outside these dates which slots.csv does not name: %(slots)s. "
            "Name them there, or keep them within the dates.",
            slots=", ".join(sorted(outside)),
        )


def _blame_empty(folder: Folder, current: Current) -> None:
    """Blame visitors who submitted nothing: somebody without preferences does not take part."""
    for record in folder.visitors:
        visitor = current.visitor(record)
        if (
            record.is_submitted
            and record.reference not in folder.preferences
            and not (visitor and visitor.preferences)
        ):
            record.row.blame(
                "submitted", "This visitor has no preferences. Write no, or add them."
            )
