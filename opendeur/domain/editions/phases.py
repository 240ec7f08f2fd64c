"""The phases of an edition, and how it goes from one to another."""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.domain.editions.locking import lock
from opendeur.enums import EditionPhase
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Edition


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
    session: Session,
    edition: Edition,
    phase: EditionPhase,
    *,
    seen: EditionPhase,
    now: datetime,
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
    lock(session, edition)
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
