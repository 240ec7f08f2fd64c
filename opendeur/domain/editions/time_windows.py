"""When hosts can change their offer and visitors their preferences; what is late is refused."""

from datetime import datetime

from opendeur.enums import EditionPhase
from opendeur.errors import TooLate
from opendeur.models import Edition


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
