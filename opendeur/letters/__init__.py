"""The letters that the site sends: what each one says, in the language of its reader."""

from opendeur.letters.kinds import (
    Change,
    Changes,
    Guest,
    HostInvitation,
    Invitation,
    Letter,
    Letterhead,
    Passage,
    Period,
    RankedVisit,
    Receipt,
    SignIn,
    Title,
    VisitFacts,
    VisitorInvitation,
)
from opendeur.letters.rendering import CalendarWords, Rendered, calendar_words, render

__all__ = [
    "CalendarWords",
    "Change",
    "Changes",
    "Guest",
    "HostInvitation",
    "Invitation",
    "Letter",
    "Letterhead",
    "Passage",
    "Period",
    "RankedVisit",
    "Receipt",
    "Rendered",
    "SignIn",
    "Title",
    "VisitFacts",
    "VisitorInvitation",
    "calendar_words",
    "render",
]
