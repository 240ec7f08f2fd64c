"""Editions: finding them, and what their phase and deadlines allow."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput, TooLate
from opendeur.models import Edition


def find(session: Session, slug: str) -> Edition | None:
    """Return an edition by its name in URLs."""
    return session.scalars(
        select(Edition)
        .where(Edition.slug == slug)
        .options(selectinload(Edition.closed_periods))
    ).one_or_none()


def listed(session: Session) -> list[Edition]:
    """Return the editions that everybody may know of, the next week first."""
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.phase != EditionPhase.DRAFT)
            .order_by(Edition.starts_on, Edition.id)
        )
    )


def lock(session: Session, edition: Edition) -> None:
    """Make whoever decides about the same edition wait, and look again at its phase."""
    session.flush()  # what this session changed itself is not looked up again
    session.refresh(edition, ["phase"], with_for_update=True)


def require_hosting(edition: Edition, *, now: datetime) -> None:
    """Let through only while hosts can change what they offer.

    Raises
    ------
    TooLate
        Before or after that time.
    """
    if not edition.is_hosting(now):
        raise TooLate(
            "Hosts cannot change their offer now. Ask the team of your care zone to do it "
            "for you."
        )


def require_preferences(edition: Edition, *, now: datetime) -> None:
    """Let through only while visitors can give preferences.

    Raises
    ------
    TooLate
        Before or after that time.
    """
    if edition.takes_preferences(now):
        return
    if not edition.phase.is_from(EditionPhase.PREFERENCES):
        raise TooLate("Preferences cannot be given yet. Come back when the programme is out.")
    raise TooLate(
        "The time to give preferences is over. Your last saved preferences count; ask the "
        "team of your care zone if something must change."
    )


def phases_from(edition: Edition) -> list[EditionPhase]:
    """Return the phases that an organiser can move an edition to, in order.

    Before everybody's week is known: any phase up to the assignment. After: any from there.
    What lies between is crossed once, by sending the invitations.
    """
    is_known = edition.phase.is_from(EditionPhase.PUBLISHED)
    return [
        phase
        for phase in EditionPhase
        if phase is not edition.phase and phase.is_from(EditionPhase.PUBLISHED) == is_known
    ]


def change_phase(
    edition: Edition, phase: EditionPhase, *, seen: EditionPhase, now: datetime
) -> None:
    """Move an edition to another phase. Closing preferences is moving to the assignment.

    Parameters
    ----------
    seen
        The phase in which the organiser saw the edition when deciding this.

    Raises
    ------
    Conflict
        When somebody else moved it meanwhile.
    InvalidInput
        When the phase cannot be reached from here, or its deadline has passed.
    """
    if edition.phase is not seen:
        raise Conflict("Somebody else moved this week to another phase. Look again.")
    if phase is EditionPhase.PUBLISHED and phase not in phases_from(edition):
        raise InvalidInput(
            "The weeks become known when you send the invitations.", field="phase"
        )
    if phase not in phases_from(edition):
        raise InvalidInput(
            "This phase cannot be reached from where the week is now.", field="phase"
        )
    if phase is EditionPhase.HOSTING and edition.hosting_ends_at <= now:
        raise InvalidInput(
            "The deadline for hosts has passed. Move the deadline first.", field="phase"
        )
    if phase is EditionPhase.PREFERENCES and edition.preferences_end_at <= now:
        raise InvalidInput(
            "The deadline for preferences has passed. Move the deadline first.", field="phase"
        )
    edition.phase = phase


def extend_deadlines(
    edition: Edition,
    *,
    hosting_ends_at: datetime,
    preferences_end_at: datetime,
    results_on: date,
    now: datetime,
) -> None:
    """Give hosts or visitors more time. A deadline never comes earlier: people count on it.

    Parameters
    ----------
    results_on
        The day that is promised for everybody's week; it may move both ways, but stays
        between the end of the preferences and the week.

    Raises
    ------
    InvalidInput
        When a deadline would come earlier, lie in the past, or not lie before the week.
    """
    opening = edition.at(edition.starts_on, edition.day_starts_at)
    hosting_ends_at = _extended(
        edition.hosting_ends_at, hosting_ends_at, opening, now, "hosting_ends_at"
    )
    preferences_end_at = _extended(
        edition.preferences_end_at, preferences_end_at, opening, now, "preferences_end_at"
    )
    last_day = edition.local(preferences_end_at).date()
    if not last_day <= results_on < edition.starts_on:
        raise InvalidInput(
            "Choose a day after the end of the preferences and before the week.",
            field="results_on",
        )
    edition.hosting_ends_at = hosting_ends_at
    edition.preferences_end_at = preferences_end_at
    edition.results_on = results_on


def _extended(
    current: datetime, wanted: datetime, opening: datetime, now: datetime, field: str
) -> datetime:
    """Return the deadline that holds from now on; forms know minutes, not seconds."""
    if wanted == current.replace(second=0, microsecond=0):
        return current
    if wanted < current:
        raise InvalidInput(
            "A deadline can only move to later: people count on it.", field=field
        )
    if wanted <= now:
        raise InvalidInput("Choose a moment that is still to come.", field=field)
    if wanted >= opening:
        raise InvalidInput("Choose a moment before the week begins.", field=field)
    return wanted
