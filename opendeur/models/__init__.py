"""The tables, by subject. Models hold invariants; what may happen stands in the domain."""

from opendeur.models.account import Account, LoginSession, Organiser, SignInRequest, Throttle
from opendeur.models.assignment import AssignmentRun
from opendeur.models.base import Base, LocalText
from opendeur.models.calendar import CalendarFeed
from opendeur.models.edition import ClosedPeriod, Edition, EditionZone
from opendeur.models.inbox import InboundMessage
from opendeur.models.message import Invitation, MailOutage, Message
from opendeur.models.organisation import Contact, Host, Organisation
from opendeur.models.place import Postcode, Sector, Zone
from opendeur.models.placement import Placement, PlacementChange, SeatOffer, WaitingListEntry
from opendeur.models.revision import is_settled
from opendeur.models.visit import RemovedSlot, Slot, Visit
from opendeur.models.visitor import BusyPeriod, Preference, Visitor

__all__ = [
    "Account",
    "AssignmentRun",
    "Base",
    "BusyPeriod",
    "CalendarFeed",
    "ClosedPeriod",
    "Contact",
    "Edition",
    "EditionZone",
    "Host",
    "InboundMessage",
    "Invitation",
    "LocalText",
    "LoginSession",
    "MailOutage",
    "Message",
    "Organisation",
    "Organiser",
    "Placement",
    "PlacementChange",
    "Postcode",
    "Preference",
    "RemovedSlot",
    "SeatOffer",
    "Sector",
    "SignInRequest",
    "Slot",
    "Throttle",
    "Visit",
    "Visitor",
    "WaitingListEntry",
    "Zone",
    "is_settled",
]
