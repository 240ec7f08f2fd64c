"""Taking a seat that is held or open: who gets it, who hears of it, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, invitations, mail, passing, placements
from opendeur.enums import (
    Door,
    MessageKind,
    MessageState,
    OfferState,
    PlacementOrigin,
    SlotState,
    WaitingEnd,
)
from opendeur.errors import Conflict, OpendeurError, TooLate
from opendeur.models import (
    Invitation,
    Message,
    Placement,
    SeatOffer,
    Slot,
    Visitor,
    WaitingListEntry,
)
from tests.domain.invited import SETTINGS, mail_of, send_all
from tests.domain.passing.week import Week
from tests.factories import NOW, make_offer, make_organiser, make_placement

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def week(session: Session) -> Week:
    found = Week(session)
    send_all(session, found.edition)
    return found


@pytest.fixture
def offer(session: Session, week: Week) -> SeatOffer:
    """A seat that is held for somebody who waited."""
    placements.join(session, week.person("next"), week.visit, now=NOW)
    week.give_up()
    week.step()
    return week.told()


def test_who_takes_the_seat_is_invited_and_the_host_is_told(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    placement = passing.accept(session, offer, now=LATER)
    second = passing.accept(session, offer, now=LATER)

    assert placement is not None
    assert second is None
    assert placement.origin is PlacementOrigin.WAITING_LIST
    assert (offer.state, offer.ended_at) == (OfferState.ACCEPTED, LATER)
    assert week.who_comes() == ["bob", "next"]
    assert week.slot.freed_seats == 0
    assert week.queued() == [
        ("ann", "cancelled"),
        ("greet", "changed"),
        ("next", "new"),
    ]
    [entry] = session.scalars(select(WaitingListEntry))
    assert (entry.ended, entry.left_at) == (WaitingEnd.SEATED, LATER)


def test_one_step_of_the_history_says_how_they_came_by_it(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    passing.accept(session, offer, now=LATER)

    [step] = placements.history_of_visitor(session, offer.visitor)

    assert (step.door, step.changed_at, step.by_name) == (Door.CHAIN, LATER, "")


def test_who_passes_it_on_goes_on_waiting(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    passing.decline(session, offer, now=LATER)
    passing.decline(session, offer, now=LATER + timedelta(hours=1))

    [wait] = passing.standing_of(session, offer.visitor, now=NOW).waits.values()
    assert (offer.state, offer.ended_at, wait.place) == (OfferState.DECLINED, LATER, 1)
    assert week.step() == []


def fill_their_week(session: Session, week: Week, offer: SeatOffer) -> None:
    make_placement(session, offer.visitor, make_offer(session, week.edition).slots[0])


def fill_the_moment(session: Session, week: Week, offer: SeatOffer) -> None:
    make_placement(session, week.person("by hand"), week.slot)


def cancel_it(session: Session, week: Week, offer: SeatOffer) -> None:
    placements.cancel(
        session,
        week.slot,
        door=Door.DESK,
        by=make_organiser(session),
        reason="",
        seen=1,
        now=NOW,
    )


def pass_it_on(session: Session, week: Week, offer: SeatOffer) -> None:
    passing.decline(session, offer, now=NOW)


def begin(session: Session, week: Week, offer: SeatOffer) -> None:
    week.slot.starts_at = NOW


def let_time_pass(session: Session, week: Week, offer: SeatOffer) -> None:
    offer.expires_at = LATER


@pytest.mark.parametrize(
    ("meanwhile", "error"),
    [
        (fill_their_week, Conflict),
        (fill_the_moment, Conflict),
        (cancel_it, Conflict),
        (pass_it_on, Conflict),
        (begin, TooLate),
        (let_time_pass, TooLate),
    ],
)
def test_a_seat_that_can_no_longer_be_had_is_refused_with_the_reason(
    session: Session,
    week: Week,
    offer: SeatOffer,
    meanwhile: Callable[[Session, Week, SeatOffer], None],
    error: type[OpendeurError],
) -> None:
    meanwhile(session, week, offer)
    session.flush()
    before = week.who_comes()

    with pytest.raises(error):
        passing.accept(session, offer, now=LATER)

    assert week.who_comes() == before


def test_a_seat_that_was_taken_is_not_passed_on(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    passing.accept(session, offer, now=LATER)

    with pytest.raises(Conflict, match="You took this place"):
        passing.decline(session, offer, now=LATER)


def test_adopting_a_run_takes_back_what_is_held(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    placements.end_passing_on(session, week.edition, now=LATER)

    assert (offer.state, week.slot.freed_seats) == (OfferState.VOID, 0)
    assert isinstance(passing.refusal_of_offer(offer, now=LATER), Conflict)


def test_letter_sets_the_deadline_when_it_is_written(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    assert offer.message is not None

    passing.make_up(session, offer.message, settings=SETTINGS, now=LATER)

    text = mail_of(offer.message).get_body(("plain",))
    assert text is not None
    assert offer.expires_at == passing.deadline_of(week.edition, week.slot, now=LATER)
    assert f"{SETTINGS.base_url}/nl/offer/{offer.token}" in text.get_content()


@pytest.mark.parametrize("what", [cancel_it, pass_it_on])
def test_letter_about_a_seat_that_is_gone_is_not_sent(
    session: Session,
    week: Week,
    offer: SeatOffer,
    what: Callable[[Session, Week, SeatOffer], None],
) -> None:
    what(session, week, offer)
    session.refresh(offer)
    assert offer.message is not None

    passing.make_up(session, offer.message, settings=SETTINGS, now=LATER)

    assert (offer.message.state, offer.message.raw) == (MessageState.SUPERSEDED, None)


def test_an_offer_that_failed_is_not_sent_again(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    assert offer.message is not None
    offer.message.state = MessageState.FAILED
    session.flush()

    with pytest.raises(Conflict):
        invitations.send_failed(session, week.edition, now=LATER)
    with pytest.raises(Conflict):
        mail.send_again(session, offer.message, now=LATER)


def test_a_seat_that_nobody_is_asked_for_can_be_taken(session: Session, week: Week) -> None:
    taker = week.person("taker", submitted=False)
    week.give_up()
    kept = week.open_seats()
    week.step()

    placement = passing.take(session, taker, week.slot, now=NOW)

    assert kept == 0
    assert placement.origin is PlacementOrigin.FREE_SEAT
    assert week.who_comes() == ["bob", "taker"]
    assert ("taker", "new") in week.queued()
    assert week.open_seats() == 0


def test_a_seat_that_is_held_cannot_be_taken_by_others(
    session: Session, week: Week, offer: SeatOffer
) -> None:
    with pytest.raises(Conflict, match="There is no place left"):
        passing.take(session, week.person("taker"), week.slot, now=NOW)


def test_what_is_free_is_what_somebody_could_take(session: Session, week: Week) -> None:
    taker = week.person("taker", week.visit)
    late = make_offer(session, week.edition, days=(4,))
    chosen = make_offer(session, week.edition, days=(3,))
    full, idle, closed = (make_offer(session, week.edition, days=(2,)) for _ in range(3))
    for number, visit in enumerate((late, chosen, full, closed)):
        make_placement(session, week.person(f"x{number}"), visit.slots[0])
    full.slots[0].capacity = 1
    closed.slots[0].state = SlotState.CLOSED
    taker.preferences[0].visit_id = chosen.id
    session.flush()

    free = assignment.free_moments(session, taker, now=NOW)

    assert [slot.visit for slot in free] == [chosen, late]
    assert idle.slots[0] not in free
    for slot in free:
        assert passing.refusal_to_take(session, taker, slot, now=NOW) is None


def test_host_is_told_at_once_and_then_daily_and_on_the_day_at_once(
    session: Session, week: Week
) -> None:
    def due() -> list[Message]:
        return list(
            session.scalars(
                select(Message).where(
                    Message.state == MessageState.QUEUED,
                    Message.to_address.startswith("greet"),
                )
            )
        )

    [sent] = session.scalars(
        select(Message).where(
            Message.state == MessageState.SENT, Message.to_address.startswith("greet")
        )
    )
    assert sent.sent_at is not None
    week.give_up()
    [first] = due()
    first.state, first.sent_at = MessageState.SENT, NOW
    morning = week.slot.starts_at.replace(minute=0) - timedelta(hours=3)
    gathered = first.due_at

    assert gathered == sent.sent_at + timedelta(days=1)
    assert first.kind is MessageKind.CHANGED
    first.sent_at = morning - timedelta(hours=2)
    session.flush()
    week.slot.capacity = 3
    passing.take(session, week.person("one"), week.slot, now=morning - timedelta(hours=1))
    [on_the_eve] = due()
    assert on_the_eve.due_at == week.edition.local(week.slot.starts_at).replace(
        hour=6, minute=0
    )


def test_of_fifty_people_on_the_last_free_seat_one_gets_it(
    database: Database, session: Session
) -> None:
    week = Week(session)
    week.slot.capacity = 3
    people = [week.person(f"person {number}").id for number in range(50)]
    slot_id = week.slot.id
    session.commit()

    def take(visitor_id: int) -> bool:
        with database.session() as own:
            try:
                passing.take(
                    own, own.get_one(Visitor, visitor_id), own.get_one(Slot, slot_id), now=NOW
                )
                own.commit()
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(take, people))

    session.expire_all()
    assert got.count(True) == 1
    assert len(week.who_comes()) == 3
    assert session.query(Placement).count() == 3
    assert session.query(Invitation).filter_by(sequence=None).count() >= 1


def test_whoever_takes_the_seat_twice_at_once_has_it_once(
    database: Database, session: Session
) -> None:
    week = Week(session)
    placements.join(session, week.person("next"), week.visit, now=NOW)
    week.give_up()
    week.step()
    token = week.told().token
    session.commit()

    def accept(_number: int) -> bool:
        with database.session() as own:
            found = passing.find_offer(own, token)
            assert found is not None
            placed = passing.accept(own, found, now=NOW)
            own.commit()
            return placed is not None

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(accept, range(8)))

    session.expire_all()
    assert got.count(True) == 1
    assert week.who_comes() == ["bob", "next"]


def test_what_the_host_would_hear_tomorrow_goes_along_with_what_is_sent_now(
    session: Session, week: Week
) -> None:
    week.give_up()
    gathered = select(Message).where(
        Message.state == MessageState.QUEUED, Message.to_address.startswith("greet")
    )
    [later] = session.scalars(gathered)
    waits_for = later.due_at
    week.slot.starts_at += timedelta(hours=3)
    week.slot.ends_at += timedelta(hours=3)
    session.flush()
    drafts = invitations.draft(session, week.edition, now=LATER)

    invitations.queue_drafts(
        session,
        week.edition,
        expected=(drafts.new, drafts.changed, drafts.cancelled),
        now=LATER,
    )

    assert waits_for is not None
    assert waits_for > LATER
    assert later.due_at == LATER
