"""The worker passes free seats on: asked, told, and taken within seconds, whatever happens."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import passing, placements
from opendeur.enums import MessageKind, MessageState, OfferState
from opendeur.jobs import Jobs
from opendeur.models import Message, SeatOffer
from tests.domain.invited import mail_of, send_all
from tests.domain.passing.week import Week
from tests.factories import NOW
from tests.page import submit


def test_a_seat_given_up_is_offered_by_mail_and_taken_with_its_link(
    app: Flask, client: FlaskClient, store: Session
) -> None:
    jobs: Jobs = app.extensions["jobs"]
    week = Week(store)
    send_all(store, week.edition)
    placements.join(store, week.person("next"), week.visit, now=NOW)
    week.give_up()
    store.commit()

    asked = jobs.pass_seats_on()
    jobs.send_messages()
    [letter] = store.scalars(select(Message).filter_by(kind=MessageKind.SEAT_OFFER))
    text = mail_of(letter).get_body(("plain",))
    assert text is not None
    [link] = [word for word in text.get_content().split() if "/offer/" in word]
    submit(client, link.removeprefix("http://localhost"), answer="yes")
    jobs.send_messages()
    store.expire_all()

    assert (asked, jobs.pass_seats_on()) == (1, 0)
    assert letter.state is MessageState.SENT
    assert week.who_comes() == ["bob", "next"]
    # The host hears once, a day after the last letter, of all that happened since.
    assert week.queued() == [("greet", "changed")]


def test_a_fault_in_one_slot_holds_up_no_other(app: Flask, store: Session) -> None:
    jobs: Jobs = app.extensions["jobs"]
    broken = Week(store)
    broken.edition.time_zone = "Nowhere/At all"
    broken.person("somebody", broken.visit)
    broken.give_up()
    store.flush()
    whole = Week(store, domain="acacia.example")
    whole.person("wanting", whole.visit)
    whole.give_up()
    store.commit()

    assert jobs.pass_seats_on() == 1
    [offer] = store.scalars(select(SeatOffer))
    assert (offer.slot, offer.state) == (whole.slot, OfferState.OPEN)
    assert passing.slots_to_pass_on(store) == [broken.slot.id, whole.slot.id]
