"""What an invitation says, in a form that can be stored and compared with what was said."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from opendeur import letters
from opendeur.domain import queries
from opendeur.domain.placements import guest_of
from opendeur.enums import InvitationRole
from opendeur.models import (
    Edition,
    Invitation,
    Placement,
    Slot,
    Visit,
)

#: What may jeopardise the answer to an invitation when it changes.
SIGNIFICANT = ("starts_at", "ends_at", "place")
#: What is told when it changes.
TOLD = (*SIGNIFICANT, "contact", "words", "guests")


def placements_of(
    session: Session, edition: Edition, *, visit: Visit | None = None
) -> list[Placement]:
    """Return the placements that hold a seat, with all that invitations need."""
    statement = queries.live_placements(edition)
    if visit is not None:
        slots = select(Slot.id).where(Slot.visit_id == visit.id)
        statement = statement.where(Placement.slot_id.in_(slots))
    return list(
        session.scalars(
            statement.options(
                joinedload(Placement.visitor).options(*queries.VISITOR_WITH_PERSON),
                joinedload(Placement.slot).options(
                    *queries.SLOT_WITH_PLACE, *queries.SLOT_WITH_CONTACTS
                ),
            ).order_by(Placement.slot_id, Placement.id)
        )
    )


def guests_of(placements: Iterable[Placement]) -> dict[int, tuple[letters.Guest, ...]]:
    """Return who comes to each slot, as the host may know them."""
    found: dict[int, list[letters.Guest]] = defaultdict(list)
    for placement in placements:
        found[placement.slot_id].append(guest_of(placement.visitor))
    return defaultdict(
        tuple,
        {
            slot: tuple(sorted(guests, key=lambda guest: (guest.name, guest.organisation)))
            for slot, guests in found.items()
        },
    )


def _place(slot: Slot, language: str) -> str:
    street, postcode = slot.address
    town = f"{postcode.code} {postcode.name(language)}" if postcode else ""
    return ", ".join(part for part in (street, town) if part)


def facts_of(
    invitation: Invitation, guests: tuple[letters.Guest, ...], *, language: str = ""
) -> dict[str, Any]:
    """Return what an invitation says, in a form that can be stored and compared.

    Parameters
    ----------
    language
        That of the reader, unless it is compared with what was said in another one.
    """
    language = language or invitation.account.language
    slot = invitation.slot
    visit, host = slot.visit, slot.visit.host
    words = [
        *visit.title(language),
        *visit.description(language),
        host.organisation.name,
        str(host.wheelchair),
        *host.access(language),
        *host.directions(language),
        *sorted(slot.languages),
    ]
    is_host = invitation.role is InvitationRole.HOST
    return {
        **_moment_of(slot, language),
        "words": hashlib.sha256(json.dumps(words).encode()).hexdigest(),
        "guests": [[g.name, g.organisation, g.seats] for g in guests] if is_host else [],
        "language": str(language),
    }


def visit_facts(
    slot: Slot, language: str, facts: dict[str, Any] | None = None
) -> letters.VisitFacts:
    """Return what a letter says of a visit.

    Parameters
    ----------
    facts
        When, where and whom to ask for, as `facts_of` has it; None for what holds now.
    """
    visit, host = slot.visit, slot.visit.host
    facts = facts or _moment_of(slot, language)
    return letters.VisitFacts(
        title=letters.Title(*visit.title(language)),
        description=letters.Passage(*visit.description(language)),
        host_name=host.organisation.name,
        place=facts["place"],
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        languages=slot.languages,
        wheelchair=host.wheelchair,
        access=letters.Passage(*host.access(language)),
        directions=letters.Passage(*host.directions(language)),
        contact_name=facts["contact"][0],
        contact_phone=facts["contact"][1],
    )


def _moment_of(slot: Slot, language: str) -> dict[str, Any]:
    """Return when and where a slot is, and whom to ask for there."""
    host = slot.visit.host
    return {
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "place": _place(slot, language),
        "contact": [host.contact_name, host.contact_phone],
    }


def alike(
    invitation: Invitation, said: dict[str, Any], guests: tuple[letters.Guest, ...]
) -> dict[str, Any]:
    """Return what holds now, in the language in which something was said.

    A reader who chose another language since was told nothing else: towns have two names.
    """
    return facts_of(invitation, guests, language=said.get("language", ""))


def is_news(
    invitation: Invitation, said: dict[str, Any], guests: tuple[letters.Guest, ...]
) -> bool:
    """Tell whether what holds now differs from what was said."""
    now = alike(invitation, said, guests)
    return any(said.get(name) != now[name] for name in TOLD)


def said_sequence(invitation: Invitation) -> int | None:
    """Return the sequence of what was said last; None when nothing was."""
    said = invitation.said
    return None if said is None else said.get("sequence", invitation.sequence)


def said_times(invitation: Invitation) -> tuple[datetime, datetime]:
    """Return start and end as they were said last; as they are when nothing was."""
    return times_of(invitation.said) or (invitation.slot.starts_at, invitation.slot.ends_at)


def times_of(said: dict[str, Any] | None) -> tuple[datetime, datetime] | None:
    """Return the start and end that were said; None when nothing was."""
    if said is None or "ends_at" not in said:
        return None
    return datetime.fromisoformat(said["starts_at"]), datetime.fromisoformat(said["ends_at"])


def changes_between(said: dict[str, Any] | None, facts: dict[str, Any]) -> letters.Changes:
    """Return what is different from what was said last."""
    if said is None:
        return letters.Changes()
    what = {
        letters.Change.TIME: ("starts_at", "ends_at"),
        letters.Change.PLACE: ("place",),
        letters.Change.CONTACT: ("contact",),
        letters.Change.WORDS: ("words",),
        letters.Change.GUESTS: ("guests",),
    }
    changed = frozenset(
        change for change, names in what.items() if any(said[n] != facts[n] for n in names)
    )
    return letters.Changes(
        what=changed,
        earlier_starts_at=datetime.fromisoformat(said["starts_at"]),
        earlier_ends_at=datetime.fromisoformat(said["ends_at"]),
        earlier_place=said["place"],
    )
