"""What calendars have an entry of: an invitation, or a moment of which nobody gets a letter."""

from dataclasses import dataclass, field
from typing import ClassVar

from opendeur.letters.kinds import LINK, Invitation, Letterhead, VisitFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeMoment:
    """A moment of the programme as everybody may have it in a calendar; it names no person."""

    template: ClassVar[str] = "programme_moment"

    head: Letterhead
    visit: VisitFacts
    minimum: int
    capacity: int
    page_url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMoment:
    """A moment that takes place, for organisers: how many come, and not who."""

    template: ClassVar[str] = "desk_moment"

    head: Letterhead
    visit: VisitFacts
    people: int
    minimum: int
    capacity: int
    page_url: str = field(metadata=LINK)


#: What calendars have an entry of.
Entry = Invitation | ProgrammeMoment | DeskMoment
