"""Rows for tests: every factory fills in what a test does not care about, and flushes.

The clock of the tests stands at `NOW` (see `standing_clock`); the week of `make_edition` lies
two months later and takes offers and preferences.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from opendeur.domain.calendars import to_keep
from opendeur.enums import EditionPhase, InvitationRole, Language, RunState
from opendeur.gateways.calendar_files import CalendarInvitation, Method
from opendeur.models import (
    Account,
    AssignmentRun,
    BusyPeriod,
    Contact,
    Edition,
    Host,
    Invitation,
    Organisation,
    Organiser,
    Placement,
    Preference,
    Sector,
    Slot,
    Visit,
    Visitor,
    Zone,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
#: A plain Tuesday, gone by: what is due now is due for a worker on the machine's clock too.
NOW = datetime(2026, 9, 15, 10, tzinfo=UTC)
#: The Monday of the week that `make_edition` makes.
MONDAY = (NOW + timedelta(days=56 - NOW.weekday())).date()

Row = TypeVar("Row")
_numbers = count(1)


def local(day: int, clock: str) -> datetime:
    """Return an instant in the week: day 0 is Monday, `clock` is local, such as "9:30"."""
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), BRUSSELS)


def make_edition(
    session: Session, *, zones: Iterable[str] = ("zuid-oost",), **values: Any
) -> Edition:
    standard: dict[str, Any] = {
        "slug": f"week-{next(_numbers)}",
        "name_nl": "Opendeurweek",
        "name_fr": "Semaine portes ouvertes",
        "name_en": "Open-door week",
        "phase": EditionPhase.PREFERENCES,
        "email": "zuid-oost@opendeur.example",
        "phone": "02 000 00 00",
        "starts_on": MONDAY,
        "ends_on": MONDAY + timedelta(days=4),
        "hosting_ends_at": NOW + timedelta(days=14),
        "preferences_end_at": NOW + timedelta(days=21),
        "results_on": (NOW + timedelta(days=28)).date(),
        "seed": 7,
    }
    found = [session.get_one(Zone, code) for code in zones]
    return _add(session, Edition(zones=found, **{**standard, **values}))


def make_account(session: Session, *, email: str | None = None, **values: Any) -> Account:
    standard: dict[str, Any] = {
        "given_name": "Lotte",
        "family_name": "Vermeiren",
        "language": Language.NL,
        "created_at": NOW,
    }
    address = email or f"person{next(_numbers)}@kastanje.example"
    return _add(session, Account(email=address, **{**standard, **values}))


def make_organiser(session: Session, *, zone: str = "zuid-oost", **values: Any) -> Account:
    account = make_account(session, **{"given_name": "Ilse", "family_name": "Baert", **values})
    account.organised.append(Organiser(zone_code=zone))
    session.flush()
    return account


def make_organisation(
    session: Session,
    *,
    contact: Account | None = None,
    sectors: Iterable[str] = ("ouderen",),
    **values: Any,
) -> Organisation:
    number = next(_numbers)
    standard: dict[str, Any] = {
        "reference": f"organisation-{number}",
        "name": f"Dagcentrum {number}",
        "street": "Zavelstraat 3",
        "postcode_code": "1150",
        "latitude": 50.8295,
        "longitude": 4.43372,
        "created_at": NOW,
    }
    organisation = Organisation(**{**standard, **values})
    organisation.sectors = [session.get_one(Sector, code) for code in sectors]
    if contact is not None:
        organisation.contacts.append(Contact(account=contact))
    return _add(session, organisation)


def make_host(
    session: Session,
    edition: Edition,
    *,
    organisation: Organisation | None = None,
    contact: Account | None = None,
    **values: Any,
) -> Host:
    organisation = organisation or make_organisation(session, contact=contact)
    standard: dict[str, Any] = {"confirmed_at": NOW, "contact_name": "Greet Maes"}
    return _add(
        session, Host(edition=edition, organisation=organisation, **{**standard, **values})
    )


def make_visit(session: Session, host: Host, **values: Any) -> Visit:
    number = next(_numbers)
    standard: dict[str, Any] = {
        "reference": f"visit-{number}",
        "title_nl": f"Een dag in huis {number}",
        "title_fr": f"Une journée chez nous {number}",
        "description_nl": "Koffie, turnen en het verhaal van wie overdag komt.",
        "description_fr": "Le café, la gymnastique et l’histoire de ceux qui viennent.",
        "published_at": NOW,
    }
    return _add(session, Visit(host=host, **{**standard, **values}))


def make_slot(
    session: Session, visit: Visit, *, day: int = 0, start: str = "9:30", **values: Any
) -> Slot:
    starts_at = local(day, start)
    standard: dict[str, Any] = {
        "reference": f"slot-{next(_numbers)}",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "minimum": 1,
        "capacity": 8,
        "languages": {"nl", "fr"},
    }
    return _add(session, Slot(visit=visit, **{**standard, **values}))


def make_offer(
    session: Session,
    edition: Edition,
    *,
    contact: Account | None = None,
    days: Iterable[int] = (0,),
) -> Visit:
    """Return a visit in the programme, of a host of its own, with a slot on each day."""
    visit = make_visit(session, make_host(session, edition, contact=contact))
    for day in days:
        make_slot(session, visit, day=day)
    return visit


def make_visitor(
    session: Session,
    edition: Edition,
    *,
    account: Account | None = None,
    preferences: Iterable[Visit] = (),
    busy: Iterable[tuple[datetime, datetime]] = (),
    sectors: Iterable[str] = ("thuiszorg",),
    submitted: bool = True,
    **values: Any,
) -> Visitor:
    standard: dict[str, Any] = {
        "languages": {"nl"},
        "registered_at": NOW,
        "changed_at": NOW,
        "submitted_at": NOW if submitted else None,
    }
    visitor = Visitor(
        edition=edition,
        account=account or make_account(session),
        **{**standard, **values},
    )
    visitor.sectors = [session.get_one(Sector, code) for code in sectors]
    visitor.busy_periods = [BusyPeriod(starts_at=a, ends_at=b) for a, b in busy]
    _add(session, visitor)
    for rank, visit in enumerate(preferences, start=1):
        session.add(Preference(visitor_id=visitor.id, visit_id=visit.id, rank=rank))
    session.flush()
    session.expire(visitor, ["preferences"])
    return visitor


def make_run(session: Session, edition: Edition, **values: Any) -> AssignmentRun:
    standard: dict[str, Any] = {
        "number": next(_numbers),
        "state": RunState.QUEUED,
        "seed": edition.seed,
        "time_limit_seconds": 60,
        "problem": "{}",
        "problem_sha256": "0" * 64,
        "created_at": NOW,
    }
    return _add(session, AssignmentRun(edition=edition, **{**standard, **values}))


def make_placement(session: Session, visitor: Visitor, slot: Slot, **values: Any) -> Placement:
    return _add(session, Placement(visitor=visitor, slot=slot, created_at=NOW, **values))


def make_invitation(
    session: Session, visitor: Visitor, slot: Slot, **values: Any
) -> Invitation:
    standard: dict[str, Any] = {
        "edition": visitor.edition,
        "role": InvitationRole.VISITOR,
        "visit": slot.visit,
        "slot": slot,
        "account": visitor.account,
        "uid": str(uuid4()),
        "token": uuid4().hex,
        "created_at": NOW,
    }
    return _add(session, Invitation(**{**standard, **values}))


def make_told_invitation(
    session: Session, visitor: Visitor, slot: Slot, **values: Any
) -> Invitation:
    """Return an invitation that was written, with the entry that calendars were told."""
    invitation = make_invitation(
        session, visitor, slot, **{"sequence": 0, "stamp": NOW, **values}
    )
    invitation.entry = to_keep(
        CalendarInvitation(
            method=Method.REQUEST,
            uid=invitation.uid,
            sequence=invitation.sequence or 0,
            stamp=(invitation.stamp or NOW).replace(microsecond=0),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            summary=f"Bezoek aan {slot.visit.host.organisation.name}",
            description="Koffie, turnen en het verhaal van wie overdag komt.",
            location="Zavelstraat 3, 1150 Sint-Pieters-Woluwe",
            url=f"http://localhost/nl/{visitor.edition.slug}/me/week",
            language="nl",
            organizer_name="Opendeurweek",
            organizer_address=f"visits+{invitation.token}@opendeur.example",
            attendee_name=visitor.account.name,
            attendee_address=visitor.account.email,
        )
    )
    session.flush()
    return invitation


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
