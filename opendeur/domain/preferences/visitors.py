"""Who a visitor is, when they cannot come, and how many visits they want."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from opendeur import limits
from opendeur.domain import directory, editions
from opendeur.domain.directory import readable_reference, unique_reference
from opendeur.domain.preferences.workplaces import workplaces_named
from opendeur.enums import Language
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Account, BusyPeriod, Edition, Organisation, Sector, Visitor

_COLUMNS = [column.key for column in Visitor.__table__.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Who somebody says they are.

    Attributes
    ----------
    organisation_id
        One of the directory. Where it is None, `organisation_name` counts; where that is
        empty too, the person is self-employed.
    languages
        Codes of the languages in which a visit can be followed.
    sectors
        Codes; when empty, those of the organisation are taken.
    seats
        How many colleagues come together and stay together, from 1.
    """

    given_name: str
    family_name: str
    organisation_id: int | None = None
    organisation_name: str = ""
    languages: frozenset[str]
    sectors: frozenset[str] = frozenset()
    seats: int = 1


def last_introduction(session: Session, account: Account) -> Visitor | None:
    """Return what somebody last said about themselves, in whichever edition that was."""
    return session.scalars(
        select(Visitor)
        .where(Visitor.account_id == account.id)
        .options(selectinload(Visitor.sectors))
        .order_by(Visitor.changed_at.desc(), Visitor.id.desc())
        .limit(1)
    ).one_or_none()


def most_seats(edition: Edition) -> int:
    """Return how many colleagues can sign up as one."""
    return min(
        limits.MOST_COLLEAGUES, edition.max_same_organisation_per_slot or limits.MOST_COLLEAGUES
    )


def most_visits(visitor: Visitor) -> int:
    """Return how many visits a visitor gets at most: what they said, within the rule."""
    limit = visitor.edition.max_visits
    return min(visitor.max_visits or limit, limit)


def introduce(
    session: Session, edition: Edition, account: Account, who: Introduction, *, now: datetime
) -> Visitor:
    """Register a person as a visitor, or change what they said about themselves.

    Raises
    ------
    TooLate
        Outside the time in which preferences can be given.
    InvalidInput
        When the organisation or a sector is unknown, no sector or language is left, or more
        colleagues come together than a slot takes from one organisation.
    Conflict
        When somebody else added the same organisation at the same moment.
    """
    editions.share(session, edition)
    editions.require_preferences(edition, now=now)
    if not who.languages or not who.languages <= set(Language):
        raise InvalidInput("Tick at least one language.", field="languages")
    if not 1 <= who.seats <= most_seats(edition):
        raise InvalidInput(
            "Give a number from 1 to %(most)s. Are you with more? Sign up in several groups.",
            field="seats",
            most=most_seats(edition),
        )
    chosen = directory.find_sectors(session, who.sectors)
    organisation = _organisation(session, who, chosen, now=now)
    chosen = chosen or (list(organisation.sectors) if organisation else [])
    if not chosen:
        raise InvalidInput("Tick at least one sector that you work in.", field="sectors")

    visitor = _find_or_make(session, edition, account, now=now)
    account.given_name, account.family_name = who.given_name, who.family_name
    visitor.organisation = organisation
    visitor.languages = who.languages
    visitor.sectors = chosen
    visitor.seats = who.seats
    visitor.note_change(now)
    session.add(visitor)
    session.flush()
    return visitor


def lock_visitor(session: Session, visitor: Visitor) -> None:
    """Make changes of one visitor wait for each other, and the edition stay as it is."""
    editions.share(session, visitor.edition)
    session.refresh(visitor, _COLUMNS, with_for_update={"key_share": True})
    session.expire(visitor, ["busy_periods", "sectors"])


def set_limits(
    session: Session,
    visitor: Visitor,
    *,
    busy: Collection[str],
    max_visits: int,
    now: datetime,
) -> None:
    """Keep when a visitor cannot come and how many visits they want.

    What was so already is not a change.

    Parameters
    ----------
    busy
        Keys of half days. Imported periods that are not made of half days stay.
    max_visits
        From 1 to what the edition gives to one person.

    Raises
    ------
    TooLate
        Outside the time in which preferences can be given.
    InvalidInput
        When a half day is not one of the week, or the number is out of range.
    """
    lock_visitor(session, visitor)
    edition = visitor.edition
    editions.require_preferences(edition, now=now)
    if not 1 <= max_visits <= edition.max_visits:
        raise InvalidInput(
            "Choose a number from 1 to %(most)s.", field="max_visits", most=edition.max_visits
        )
    week = editions.half_days_of(edition)
    if not set(busy) <= {half.key for half in week}:
        raise InvalidInput("Tick half days of the week.", field="half_days")
    kept = {half.key for half in editions.ticked_half_days(week, visitor.busy_periods)}
    if (set(busy), max_visits) == (kept, visitor.max_visits):
        return
    visitor.busy_periods = editions.other_periods(week, visitor.busy_periods) + [
        BusyPeriod(starts_at=half.starts_at, ends_at=half.ends_at)
        for half in week
        if half.key in busy
    ]
    visitor.max_visits = max_visits
    visitor.note_change(now)
    session.flush()
    session.expire(visitor, ["busy_periods"])


def _find_or_make(
    session: Session, edition: Edition, account: Account, *, now: datetime
) -> Visitor:
    # The account is locked, so that two tabs cannot both register.
    session.execute(
        select(Account.id).where(Account.id == account.id).with_for_update(key_share=True)
    )
    found = session.scalars(
        select(Visitor)
        .where(Visitor.edition_id == edition.id, Visitor.account_id == account.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return found or Visitor(edition=edition, account=account, registered_at=now)


def _organisation(
    session: Session, who: Introduction, chosen: list[Sector], *, now: datetime
) -> Organisation | None:
    """Return who somebody works for; None for the self-employed."""
    if who.organisation_id is not None:
        is_number = who.organisation_id <= limits.LARGEST_NUMBER
        found = session.get(Organisation, who.organisation_id) if is_number else None
        if found is None:
            raise InvalidInput("Choose your organisation from the list.", field="organisation")
        return found
    if not who.organisation_name:
        return None
    for place in workplaces_named(session, who.organisation_name):
        return session.get(Organisation, place.id)
    return _add_to_directory(session, who.organisation_name, chosen, now=now)


def _add_to_directory(
    session: Session, name: str, chosen: list[Sector], *, now: datetime
) -> Organisation:
    organisation = Organisation(
        reference=unique_reference(
            readable_reference(name, otherwise="organisation"),
            taken=session.scalars(select(Organisation.reference)).all(),
        ),
        name=name,
        sectors=list(chosen),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:
        raise Conflict(
            "Somebody added this organisation at the same moment. Look for it in the list.",
            field="organisation",
        ) from None
    return organisation
