"""Deadlines of an edition: they move to later, never to earlier."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from opendeur.domain.editions.locking import lock
from opendeur.errors import InvalidInput
from opendeur.models import Edition


def extend_deadlines(
    session: Session,
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
    lock(session, edition)
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
        raise InvalidInput("You can only extend a deadline: people count on it.", field=field)
    if wanted <= now:
        raise InvalidInput("Choose a moment that is still to come.", field=field)
    if wanted >= opening:
        raise InvalidInput("Choose a moment before the week begins.", field=field)
    return wanted
