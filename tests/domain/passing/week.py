"""A published week: a visit that is full, people who have a seat in it, and who want one."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, passing, placements
from opendeur.enums import EditionPhase, MessageState
from opendeur.models import Edition, Message, Placement, SeatOffer, Slot, Visit, Visitor
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)


class Week:
    """One visit with one moment of two seats, both taken by people who know it."""

    def __init__(self, session: Session, *, domain: str = "kastanje.example") -> None:
        self.session = session
        self.domain = domain
        self.edition: Edition = make_edition(session, phase=EditionPhase.PUBLISHED)
        contact = make_account(session, email=f"greet@zavelput.{domain}", given_name="greet")
        self.visit: Visit = make_offer(session, self.edition, contact=contact)
        self.slot: Slot = self.visit.slots[0]
        self.slot.minimum, self.slot.capacity = 1, 2
        self.seats: list[Placement] = [
            make_placement(session, self.person(name, self.visit), self.slot)
            for name in ("ann", "bob")
        ]
        session.flush()

    def person(self, name: str, *preferred: Visit, **values: Any) -> Visitor:
        account = make_account(
            self.session, email=f"{name.lower()}@{self.domain}", given_name=name
        )
        return make_visitor(
            self.session, self.edition, account=account, preferences=preferred, **values
        )

    def give_up(self, number: int = 0) -> None:
        seat = self.seats[number]
        invitations.withdraw(self.session, seat, by=seat.visitor.account, now=NOW)

    def step(self) -> list[str]:
        """Take a step of the chain; return who was asked by it, in order."""
        before = {offer.id for offer in passing.offers_in(self.session, self.slot)}
        asked = passing.pass_on(self.session, self.slot.id, now=NOW)
        offers = passing.offers_in(self.session, self.slot)
        new = [offer for offer in reversed(offers) if offer.id not in before]
        assert len(new) == asked
        return [offer.visitor.account.given_name for offer in new]

    def told(self) -> SeatOffer:
        """Return the last offer, once its letter was sent."""
        offer = passing.offers_in(self.session, self.slot)[0]
        assert offer.message is not None
        offer.message.state = MessageState.SENT
        self.session.flush()
        return offer

    def open_seats(self) -> int:
        self.session.flush()
        return placements.open_seats(self.session, self.slot)

    def queued(self) -> list[tuple[str, str]]:
        """Return to whom and what of each message that is queued."""
        found = self.session.scalars(select(Message).filter_by(state=MessageState.QUEUED))
        return sorted((m.to_address.partition("@")[0], str(m.kind)) for m in found)

    def who_comes(self) -> list[str]:
        placed = placements.placed_in(self.session, self.slot)
        return [placement.visitor.account.given_name for placement in placed]
