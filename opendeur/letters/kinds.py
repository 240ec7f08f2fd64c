"""What each letter is about.

Text in a letter is taken for something that a stranger typed: it becomes one line, is cut at
a length, and no word of it becomes a link. A field that is different says so: `OURS` is the
site's own, `LINK` an address on the site, `LONG` may have several lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from opendeur.enums import MessageKind, Participation, WheelchairAccess

OURS: Mapping[str, bool] = MappingProxyType({"ours": True})
LINK: Mapping[str, bool] = MappingProxyType({"link": True})
LONG: Mapping[str, bool] = MappingProxyType({"long": True})


@dataclass(frozen=True, slots=True)
class Title:
    """A few words on one line, and the language they are in."""

    text: str = ""
    language: str = field(default="", metadata=OURS)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of one or more lines, and the language it is in."""

    text: str = field(default="", metadata=LONG)
    language: str = field(default="", metadata=OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all letters of an edition share.

    Parameters
    ----------
    language
        That of the reader: nl, fr or en.
    edition_name, zone_name
        In that language. The zone may be empty.
    starts_on, ends_on
        First and last day of the week; both or neither.
    door
        Code of the zone whose front door gives the letter its colour.
    base_url
        Every link in the letter starts with it.
    example_of
        Whose letter this is an example of; empty for a letter that is meant.
    """

    language: str = field(metadata=OURS)
    edition_name: str
    zone_name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    time_zone: str = field(default="Europe/Brussels", metadata=OURS)
    door: str = field(default="zuid-oost", metadata=OURS)
    contact_email: str = field(default="", metadata=OURS)
    contact_phone: str = field(default="", metadata=OURS)
    base_url: str = field(metadata=OURS)
    example_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What people need to know in order to be there.

    Parameters
    ----------
    place
        Street, number, postcode and municipality on one line.
    contact_name, contact_phone
        Whom to ask for on the spot.
    """

    title: Title
    description: Passage = Passage()
    host_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    languages: frozenset[str] = field(default=frozenset(), metadata=OURS)
    wheelchair: WheelchairAccess | None = None
    access: Passage = Passage()
    directions: Passage = Passage()
    contact_name: str = ""
    contact_phone: str = ""


class Change(StrEnum):
    """What can differ between two messages about one visit."""

    TIME = "time"
    PLACE = "place"
    CONTACT = "contact"
    WORDS = "words"
    GUESTS = "guests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different since the last message, and how it was where that is known."""

    what: frozenset[Change] = frozenset()
    earlier_starts_at: datetime | None = None
    earlier_ends_at: datetime | None = None
    earlier_place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the letters to visitor and host have in common.

    Parameters
    ----------
    kind
        New, changed or cancelled.
    reason
        Why it was cancelled.
    accept_url, decline_url
        Pages to answer on; both or neither. Without them people answer in their calendar.
    participation
        What the reader answered, where that still holds: then nothing is asked again.
    page_url
        The reader's own page about this: the whole week, or the host's visits.
    """

    template: ClassVar[str]

    head: Letterhead
    visit: VisitFacts
    kind: MessageKind
    changes: Changes = Changes()
    reason: Passage = Passage()
    accept_url: str = field(default="", metadata=LINK)
    decline_url: str = field(default="", metadata=LINK)
    participation: Participation = Participation.NEEDS_ACTION
    page_url: str = field(metadata=LINK)

    @property
    def answers_here(self) -> bool:
        """Whether the letter has pages to answer on, besides the reader's calendar."""
        is_open = self.kind is not MessageKind.CANCELLED
        return is_open and bool(self.accept_url and self.decline_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorInvitation(Invitation):
    """To somebody who is going to visit.

    Parameters
    ----------
    rank
        That of the preference, 1 the first.
    is_small_group
        Whether the group is so small that the host notices who stays away.
    """

    template: ClassVar[str] = "visitor_invitation"

    visitor_name: str = ""
    rank: int | None = None
    is_small_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who comes, as the host may know them: no address, no phone number.

    `seats` colleagues who signed up as one come together.
    """

    name: str
    organisation: str = ""
    seats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HostInvitation(Invitation):
    """To somebody who is going to receive visitors."""

    template: ClassVar[str] = "host_invitation"

    guests: tuple[Guest, ...] = ()

    @property
    def people(self) -> int:
        """How many people come."""
        return sum(guest.seats for guest in self.guests)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedVisit:
    """A visit that was preferred; its rank is its place in the receipt."""

    title: Title
    host_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A while, from a start up to an end."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """To a visitor who gave preferences: what was understood, and until when it can change.

    Parameters
    ----------
    preferences
        Best first.
    unavailable
        When the visitor cannot come, in order of time.
    """

    template: ClassVar[str] = "receipt"

    head: Letterhead
    visitor_name: str = ""
    preferences: tuple[RankedVisit, ...]
    unavailable: tuple[Period, ...] = ()
    max_visits: int
    deadline_at: datetime
    change_url: str = field(metadata=LINK)


class Refusal(StrEnum):
    """Why somebody did not get a visit that they preferred."""

    WITHDRAWN = "withdrawn"
    NOT_RUNNING = "not-running"
    COULD_NOT_COME = "could-not-come"
    FULL = "full"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedVisit:
    """A preferred visit that somebody did not get; `people` asked for its `seats`."""

    title: Title
    host_name: str
    reason: Refusal = field(metadata=OURS)
    people: int = 0
    seats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeMoment:
    """A moment with places left at which the reader could be."""

    title: Title
    host_name: str
    starts_at: datetime
    url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlace:
    """To a visitor who submitted preferences and got nothing: why, and what is still free."""

    template: ClassVar[str] = "no_place"

    head: Letterhead
    visitor_name: str = ""
    refused: tuple[RefusedVisit, ...] = ()
    free: tuple[FreeMoment, ...] = ()
    page_url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoGuests:
    """To a host's contact to whom nobody comes; `people` chose one of its visits."""

    template: ClassVar[str] = "no_guests"

    head: Letterhead
    host_name: str
    people: int = 0
    page_url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """To somebody who wants to sign in: a link, and a code for another device."""

    template: ClassVar[str] = "sign_in"

    head: Letterhead
    link_url: str = field(metadata=LINK)
    code: str = field(metadata=OURS)
    minutes: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """To the people of an edition: what somebody wrote to the address of an invitation.

    Parameters
    ----------
    sender
        The address that it came from, as the mail says; nobody has checked it.
    person, about, starts_at
        Whose invitation it was written to, and about which visit.
    """

    template: ClassVar[str] = "forwarded"

    head: Letterhead
    sender: str
    person: str = ""
    about: Title = Title()
    starts_at: datetime | None = None
    subject: str = ""
    words: Passage
    page_url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRefused:
    """To somebody whose calendar proposed another time: it stays as they were told.

    Parameters
    ----------
    proposed_at
        None where the proposal names no time that can be read.
    page_url
        Where the invitation is answered.
    """

    template: ClassVar[str] = "proposal_refused"

    head: Letterhead
    host_name: str
    starts_at: datetime
    proposed_at: datetime | None = None
    page_url: str = field(metadata=LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffer:
    """To somebody for whom a seat is held that became free.

    Parameters
    ----------
    waited
        Whether they stood on the waiting list; otherwise they had preferred the visit.
    rank
        That of the preference, 1 the first.
    expires_at
        Until when the seat is theirs.
    """

    template: ClassVar[str] = "seat_offer"

    head: Letterhead
    visit: VisitFacts
    visitor_name: str = ""
    waited: bool = False
    rank: int | None = None
    expires_at: datetime
    page_url: str = field(metadata=LINK)


Letter = (
    Invitation | Receipt | NoPlace | NoGuests | SignIn | Forwarded | ProposalRefused | SeatOffer
)
