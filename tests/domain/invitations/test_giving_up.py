"""Giving a seat up: who is told what, and what a yes after a no can still do (W9)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail, placements, queries
from opendeur.enums import (
    Door,
    MessageKind,
    MessageState,
    OfferState,
    Participation,
    PlacementState,
    SlotState,
)
from opendeur.errors import Conflict, OpendeurError, TooLate
from opendeur.models import Invitation, Message, Placement, SeatOffer
from tests.domain.invited import SETTINGS, Case, mail_of, make_case, send_all, to_visitor
from tests.factories import NOW, make_offer, make_placement, make_visitor

YES, NO = Participation.ACCEPTED, Participation.DECLINED
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def case(session: Session) -> Case:
    return make_case(session)


@pytest.fixture
def invitation(session: Session, case: Case) -> Invitation:
    found = to_visitor(send_all(session, case.edition)).invitation
    assert found is not None
    return found


def answer(
    session: Session,
    invitation: Invitation,
    participation: Participation,
    door: Door = Door.LINK,
) -> None:
    invitations.answer(session, invitation, participation, door=door, now=LATER)


def waiting(session: Session) -> list[tuple[str, str, str]]:
    """Return to whom, what and how far of each message that was not sent yet."""
    found = session.scalars(
        select(Message)
        .where(Message.state.in_([MessageState.DRAFT, MessageState.QUEUED]))
        .order_by(Message.to_address)
    )
    return [(m.to_address.partition(".")[0], str(m.kind), str(m.state)) for m in found]


def states(session: Session) -> list[PlacementState]:
    return list(session.scalars(select(Placement.state).order_by(Placement.id)))


def send_queued(session: Session) -> None:
    while (message := mail.claim_message(session, now=LATER)) is not None:
        invitations.make_up(session, message, settings=SETTINGS, now=LATER)
        mail.mark_sent(session, message, now=LATER)


@pytest.mark.parametrize(
    ("door", "messages"),
    [
        # Their own calendar noted the answer.
        (Door.MAIL, [("greet", "cancelled", "queued")]),
        # Their calendar shows the visit still.
        (Door.LINK, [("greet", "cancelled", "queued"), ("lotte", "cancelled", "queued")]),
    ],
)
def test_no_frees_the_seat_and_tells_only_who_does_not_know(
    session: Session,
    case: Case,
    invitation: Invitation,
    door: Door,
    messages: list[tuple[str, str, str]],
) -> None:
    answer(session, invitation, NO, door)

    assert states(session) == [PlacementState.DECLINED]
    assert queries.seats_taken_in(session, case.slots[0]) == 0
    assert waiting(session) == messages
    [step] = placements.history_of_slot(session, case.slots[0])
    assert (step.state, step.door, step.by_name) == (PlacementState.DECLINED, door, "")


@pytest.mark.parametrize("door", [Door.MAIL, Door.LINK])
def test_no_that_comes_twice_is_one(
    session: Session, case: Case, invitation: Invitation, door: Door
) -> None:
    answer(session, invitation, NO, door)
    before = waiting(session)
    answer(session, invitation, NO, door)

    assert states(session) == [PlacementState.DECLINED]
    assert waiting(session) == before


@pytest.mark.parametrize("door", [Door.MAIL, Door.LINK])
def test_yes_after_a_no_gives_the_free_seat_back_and_nobody_need_be_told(
    session: Session, case: Case, invitation: Invitation, door: Door
) -> None:
    answer(session, invitation, NO, door)
    answer(session, invitation, YES, door)

    assert states(session) == [PlacementState.DECLINED, PlacementState.PLACED]
    assert (invitation.participation, invitation.cancelled_at) == (YES, None)
    assert waiting(session) == []


def test_yes_by_link_after_the_entry_was_taken_out_invites_anew(
    session: Session, case: Case, invitation: Invitation
) -> None:
    answer(session, invitation, NO)
    send_queued(session)
    answer(session, invitation, YES)

    [new] = session.scalars(
        select(Invitation).where(
            Invitation.account_id == invitation.account_id, Invitation.cancelled_at.is_(None)
        )
    )
    assert (new.uid == invitation.uid, new.participation) == (False, YES)
    assert ("lotte", "new", "queued") in waiting(session)


def test_yes_by_mail_to_an_entry_that_was_taken_out_is_refused(
    session: Session, invitation: Invitation
) -> None:
    answer(session, invitation, NO)
    send_queued(session)

    with pytest.raises(Conflict):
        answer(session, invitation, YES, Door.MAIL)

    assert states(session) == [PlacementState.DECLINED]


def take_it(session: Session, case: Case) -> None:
    other = make_visitor(session, case.edition, preferences=[case.visit])
    make_placement(session, other, case.slots[0])


def hold_it(session: Session, case: Case) -> None:
    other = make_visitor(session, case.edition, preferences=[case.visit])
    session.add(
        SeatOffer(
            visitor_id=other.id,
            slot_id=case.slots[0].id,
            state=OfferState.OPEN,
            token="a token",  # of no site
            offered_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
    )


def be_too_far_away_before_it(session: Session, case: Case) -> None:
    other = make_offer(session, case.edition)
    other.host.organisation.latitude, other.host.organisation.longitude = 50.95, 4.60
    other.slots[0].starts_at = case.slots[0].starts_at - timedelta(hours=1)
    other.slots[0].ends_at = case.slots[0].starts_at - timedelta(minutes=5)
    make_placement(session, case.placement.visitor, other.slots[0])


def have_as_many_as_anybody_may(session: Session, case: Case) -> None:
    case.edition.max_visits = 1
    other = make_offer(session, case.edition, days=(3,))
    make_placement(session, case.placement.visitor, other.slots[0])


def close_it(session: Session, case: Case) -> None:
    case.slots[0].state = SlotState.CLOSED


@pytest.mark.parametrize(
    "meanwhile",
    [take_it, hold_it, close_it, be_too_far_away_before_it, have_as_many_as_anybody_may],
)
def test_yes_after_a_no_is_refused_when_the_seat_is_no_longer_there(
    session: Session,
    case: Case,
    invitation: Invitation,
    meanwhile: Callable[[Session, Case], None],
) -> None:
    case.slots[0].minimum = case.slots[0].capacity = 1
    answer(session, invitation, NO)
    meanwhile(session, case)
    session.flush()

    refusal = invitations.refusal_of(session, invitation, now=LATER)
    with pytest.raises(Conflict) as caught:
        answer(session, invitation, YES)

    assert str(refusal) == str(caught.value)
    assert invitation.participation is NO


def test_whoever_has_another_visit_then_does_not_get_the_seat_back(
    session: Session, case: Case, invitation: Invitation
) -> None:
    answer(session, invitation, NO)
    other = make_offer(session, case.edition, days=(0,))
    make_placement(session, case.placement.visitor, other.slots[0])

    with pytest.raises(Conflict, match="another visit at that time"):
        answer(session, invitation, YES)


def test_nobody_gives_up_what_has_begun(
    session: Session, case: Case, invitation: Invitation
) -> None:
    begun = case.slots[0].starts_at
    account = case.placement.visitor.account

    acts = [
        lambda: invitations.answer(session, invitation, NO, door=Door.LINK, now=begun),
        lambda: invitations.withdraw(session, case.placement, by=account, now=begun),
        lambda: invitations.dismiss(
            session, case.placement, door=Door.HOST, by=account, now=begun
        ),
        lambda: invitations.cancel(
            session,
            case.slots[0],
            door=Door.HOST,
            by=account,
            reason="",
            seen=1,
            now=begun,
        ),
        lambda: placements.let_run(session, case.slots[0], now=begun),
    ]
    met: list[type[OpendeurError]] = []
    for act in acts:
        with pytest.raises(OpendeurError) as caught:
            act()
        met.append(caught.type)

    assert met == [TooLate] * len(acts)
    assert states(session) == [PlacementState.PLACED]


def test_withdrawing_frees_the_seat_and_takes_the_entry_out_at_once(
    session: Session, case: Case, invitation: Invitation
) -> None:
    account = case.placement.visitor.account

    pressed = [
        invitations.withdraw(session, case.placement, by=account, now=LATER) for _ in range(2)
    ]

    assert pressed == [True, False]
    assert states(session) == [PlacementState.WITHDRAWN]
    assert waiting(session) == [
        ("greet", "cancelled", "queued"),
        ("lotte", "cancelled", "queued"),
    ]


def test_withdrawing_before_anything_was_sent_sends_nothing(
    session: Session, case: Case
) -> None:
    invitations.draft(session, case.edition, now=NOW)

    invitations.withdraw(session, case.placement, by=case.placement.visitor.account, now=LATER)

    assert waiting(session) == []


def test_host_hears_of_those_who_still_come(
    session: Session, case: Case, invitation: Invitation
) -> None:
    take_it(session, case)
    send_all(session, case.edition)

    answer(session, invitation, NO, Door.MAIL)

    assert waiting(session) == [("greet", "changed", "queued")]


def test_drafts_about_other_visits_stay(
    session: Session, case: Case, invitation: Invitation
) -> None:
    other = make_offer(session, case.edition, days=(2,))
    make_placement(session, case.placement.visitor, other.slots[0])
    invitations.draft(session, case.edition, now=NOW)

    answer(session, invitation, NO, Door.MAIL)

    assert ("lotte", "new", "draft") in waiting(session)


def test_cancelling_a_moment_ends_all_seats_closes_it_and_says_why(
    session: Session, case: Case, invitation: Invitation
) -> None:
    greet = case.visit.host.organisation.contacts[0].account

    people = [
        invitations.cancel(
            session,
            case.slots[0],
            door=Door.HOST,
            by=greet,
            reason="De begeleidster is ziek.",
            seen=1,
            now=LATER,
        )
        for _ in range(2)
    ]
    drafts = waiting(session)
    letter = to_visitor(send_all(session, case.edition, now=LATER))

    assert people == [1, 0]
    assert states(session) == [PlacementState.CANCELLED]
    assert case.slots[0].state is SlotState.CLOSED
    assert drafts == [("greet", "cancelled", "draft"), ("lotte", "cancelled", "draft")]
    assert letter.kind is MessageKind.CANCELLED
    body = mail_of(letter).get_body(("plain",))
    assert body is not None
    assert "De begeleidster is ziek." in body.get_content()
    [step] = placements.history_of_slot(session, case.slots[0])
    assert (step.by_name, step.reason) == ("Greet Maes", "De begeleidster is ziek.")


def test_moment_is_not_cancelled_when_it_touches_others_than_was_seen(
    session: Session, case: Case
) -> None:
    take_it(session, case)

    with pytest.raises(Conflict, match="Other people"):
        invitations.cancel(
            session,
            case.slots[0],
            door=Door.DESK,
            by=case.placement.visitor.account,
            reason="",
            seen=1,
            now=NOW,
        )


def test_guest_who_will_not_come_loses_the_seat_once(
    session: Session, case: Case, invitation: Invitation
) -> None:
    greet = case.visit.host.organisation.contacts[0].account

    pressed = [
        invitations.dismiss(session, case.placement, door=Door.HOST, by=greet, now=LATER)
        for _ in range(2)
    ]

    assert pressed == [True, False]
    assert states(session) == [PlacementState.CANCELLED]
    with pytest.raises(Conflict):
        answer(session, invitation, YES)


def test_seat_that_comes_anew_after_a_no_by_mail_gets_an_entry_of_its_own(
    session: Session, case: Case, invitation: Invitation
) -> None:
    answer(session, invitation, NO, Door.MAIL)
    make_placement(session, case.placement.visitor, case.slots[1])
    pairs = {(case.placement.visitor.id, case.slots[1].id)}

    forecast = invitations.forecast(session, case.edition, pairs, now=LATER)
    drafts = invitations.draft(session, case.edition, now=LATER)

    # That the host's entry ends is on its way already.
    assert (forecast.new, forecast.changed, forecast.cancelled) == (2, 0, 0)
    assert (drafts.new, drafts.changed, drafts.cancelled) == (2, 0, 0)
    assert invitation.cancelled_at == LATER
