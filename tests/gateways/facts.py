"""A visit, the letters about it, and the calendar entry, to start a test from."""

from datetime import UTC, date, datetime
from typing import Any

from opendeur.enums import MessageKind, WheelchairAccess
from opendeur.gateways.calendar_files import CalendarInvitation, Method, invitation_file
from opendeur.gateways.mime import Mail
from opendeur.letters import (
    Guest,
    HostInvitation,
    Letterhead,
    Passage,
    Period,
    ProposalRefused,
    RankedVisit,
    Receipt,
    SignIn,
    Title,
    VisitFacts,
    VisitorInvitation,
)

SITE = "https://opendeur.example"
STARTS_AT = datetime(2027, 11, 15, 8, 30, tzinfo=UTC)
ENDS_AT = datetime(2027, 11, 15, 10, 0, tzinfo=UTC)


def make_calendar_invitation(**given: Any) -> CalendarInvitation:
    facts: dict[str, Any] = {
        "method": Method.REQUEST,
        "uid": "7d5f1a52-9b0e-4c56-8b8a-5c1a3e0b9a41",
        "sequence": 0,
        "stamp": datetime(2027, 10, 5, 12, 0, tzinfo=UTC),
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT,
        "summary": "Bezoek aan De Jacht",
        "description": "Van onthaal tot huisbezoek.\nMet koffie.",
        "location": "De Jacht, Jachtlaan 40, 1040 Etterbeek",
        "url": f"{SITE}/nl/week",
        "latitude": 50.8262,
        "longitude": 4.4041,
        "categories": ("Opendeurweek",),
        "language": "nl",
        "organizer_name": "Opendeurweek Zuid-Oost",
        "organizer_address": "visits+3fq8@opendeur.example",
        "attendee_name": "Lotte Peeters",
        "attendee_address": "lotte@ocmw.example",
    }
    return CalendarInvitation(**(facts | given))


def make_mail(**given: Any) -> Mail:
    facts: dict[str, Any] = {
        "sender_name": "Opendeurweek Zuid-Oost",
        "sender_address": "opendeur@opendeur.example",
        "reply_to": "visits+3fq8@opendeur.example",
        "to_name": "Lotte Peeters",
        "to_address": "lotte@ocmw.example",
        "subject": "Uitnodiging: De Jacht",
        "text": "Dag Lotte,\n.\n",
        "html": "<p>Dag Lotte</p>",
        "message_id": "<7d5f1a52.1@opendeur.example>",
        "sent_at": datetime(2027, 10, 5, 12, 0, tzinfo=UTC),
        "language": "nl",
        "calendar": invitation_file(make_calendar_invitation()),
        "method": "REQUEST",
    }
    return Mail(**(facts | given))


def make_head(**given: Any) -> Letterhead:
    facts: dict[str, Any] = {
        "language": "en",
        "edition_name": "The big bath",
        "zone_name": "South-East zone",
        "starts_on": date(2027, 11, 15),
        "ends_on": date(2027, 11, 19),
        "contact_email": "south-east@opendeur.example",
        "contact_phone": "02 000 00 00",
        "base_url": SITE,
    }
    return Letterhead(**(facts | given))


def make_visit(**given: Any) -> VisitFacts:
    facts: dict[str, Any] = {
        "title": Title("Hoe een forfaitaire praktijk werkt", "nl"),
        "description": Passage("Van onthaal tot huisbezoek.\nMet koffie.", "nl"),
        "host_name": "De Jacht",
        "place": "Jachtlaan 40, 1040 Etterbeek",
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT,
        "languages": frozenset({"nl", "fr"}),
        "wheelchair": WheelchairAccess.YES,
        "access": Passage("Bel aan bij 40B", "nl"),
        "directions": Passage("Tram 81, halte Jacht", "nl"),
        "contact_name": "Samir Haddad",
        "contact_phone": "02 000 00 01",
    }
    return VisitFacts(**(facts | given))


def make_visitor_invitation(**given: Any) -> VisitorInvitation:
    facts: dict[str, Any] = {
        "head": make_head(),
        "visit": make_visit(),
        "kind": MessageKind.NEW,
        "accept_url": f"{SITE}/answer/yes",
        "decline_url": f"{SITE}/answer/no",
        "page_url": f"{SITE}/en/week",
        "visitor_name": "Lotte Peeters",
        "rank": 2,
        "is_small_group": True,
    }
    return VisitorInvitation(**(facts | given))


def make_host_invitation(**given: Any) -> HostInvitation:
    facts: dict[str, Any] = {
        "head": make_head(),
        "visit": make_visit(),
        "kind": MessageKind.NEW,
        "page_url": f"{SITE}/en/host",
        "guests": (
            Guest(name="Lotte Peeters", organisation="OCMW Elsene"),
            Guest(name="Jan Claes", seats=3),
        ),
    }
    return HostInvitation(**(facts | given))


def make_receipt(**given: Any) -> Receipt:
    facts: dict[str, Any] = {
        "head": make_head(),
        "visitor_name": "Lotte Peeters",
        "preferences": (
            RankedVisit(title=Title("Le bain", "fr"), host_name="Maison médicale"),
            RankedVisit(title=Title("De wachtzaal", "nl"), host_name="De Jacht"),
        ),
        "unavailable": (Period(starts_at=STARTS_AT, ends_at=ENDS_AT),),
        "max_visits": 2,
        "deadline_at": datetime(2027, 10, 1, 15, 0, tzinfo=UTC),
        "change_url": f"{SITE}/en/preferences",
    }
    return Receipt(**(facts | given))


def make_proposal_refused(**given: Any) -> ProposalRefused:
    facts: dict[str, Any] = {
        "head": make_head(),
        "host_name": "De Jacht",
        "starts_at": datetime(2027, 11, 15, 8, 30, tzinfo=UTC),
        "page_url": f"{SITE}/en/answer/token",
    }
    return ProposalRefused(**(facts | given))


def make_sign_in(**given: Any) -> SignIn:
    facts: dict[str, Any] = {
        "head": make_head(),
        "link_url": f"{SITE}/en/sign-in/token",
        "code": "012345",
    }
    return SignIn(**(facts | given))
