"""What must be sent, and sending exactly what was seen."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail
from opendeur.enums import (
    EditionPhase,
    MessageKind,
    PlacementState,
)
from opendeur.errors import Conflict
from opendeur.models import Edition, Invitation, Message
from tests.domain.invited import (
    counts,
    make_case,
    send_all,
)
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)


def test_draft_makes_one_message_for_the_visitor_and_one_for_the_host(
    session: Session,
) -> None:
    case = make_case(session)

    drafts = invitations.draft(session, case.edition, now=NOW)

    assert counts(drafts) == (2, 0, 0)
    assert sorted(m.to_address for m in drafts.messages) == [
        "greet.maes@zavelput.example",
        "lotte.vermeiren@kastanje.example",
    ]


def test_drafting_again_changes_nothing(session: Session) -> None:
    case = make_case(session)
    invitations.draft(session, case.edition, now=NOW)
    uids = set(session.scalars(select(Invitation.uid)))

    drafts = invitations.draft(session, case.edition, now=NOW)

    assert counts(drafts) == (2, 0, 0)
    assert set(session.scalars(select(Invitation.uid))) == uids


def test_nothing_is_due_before_the_drafts_are_queued(session: Session) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)

    before = mail.claim_message(session, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)

    assert before is None
    assert mail.claim_message(session, now=NOW) is not None


def test_queueing_publishes_the_edition(session: Session) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)

    queued = invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)

    assert (queued, case.edition.phase) == (2, EditionPhase.PUBLISHED)


def test_second_press_of_the_button_queues_nothing(session: Session) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)

    with pytest.raises(Conflict):
        invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)


def test_counts_that_were_not_seen_are_not_sent(session: Session) -> None:
    case = make_case(session)
    invitations.draft(session, case.edition, now=NOW)

    with pytest.raises(Conflict):
        invitations.queue_drafts(session, case.edition, expected=(1, 0, 0), now=NOW)

    assert counts(invitations.drafts_of(session, case.edition)) == (2, 0, 0)


def test_draft_that_was_never_sent_vanishes_with_its_placement(session: Session) -> None:
    case = make_case(session)
    invitations.draft(session, case.edition, now=NOW)
    case.placement.state = PlacementState.REPLACED

    drafts = invitations.draft(session, case.edition, now=NOW)

    assert counts(drafts) == (0, 0, 0)
    assert session.scalars(select(Invitation)).all() == []


def test_message_that_is_queued_but_not_written_vanishes_with_its_placement(
    session: Session,
) -> None:
    case = make_case(session)
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)
    case.placement.state = PlacementState.REPLACED

    drafts = invitations.draft(session, case.edition, now=NOW)

    assert counts(drafts) == (0, 0, 0)
    assert session.scalars(select(Message)).all() == []


def test_seat_that_is_had_again_before_its_cancellation_was_written_stays_as_it_was(
    session: Session,
) -> None:
    case = make_case(session)
    send_all(session, case.edition)
    case.placement.state = PlacementState.REPLACED
    drafts = invitations.draft(session, case.edition, now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)
    again = make_placement(session, case.placement.visitor, case.slots[1])

    pair = (again.visitor_id, again.slot_id)
    foreseen = invitations.forecast(session, case.edition, [pair], now=NOW)
    found = invitations.draft(session, case.edition, now=NOW)

    # The visitor's entry moves; the host's old one goes, as was decided, and a new one comes.
    assert counts(drafts) == (0, 0, 2)
    assert counts(foreseen) == counts(found) == (1, 1, 0)
    claimed = mail.claim_message(session, now=NOW)
    assert claimed is not None
    assert (claimed.kind, claimed.to_address) == (
        MessageKind.CANCELLED,
        case.visit.host.organisation.contacts[0].account.email,
    )


def test_forecast_counts_a_draft_again_and_nothing_that_waits_to_be_written(
    session: Session,
) -> None:
    case = make_case(session)
    pair = (case.placement.visitor_id, case.placement.slot_id)

    drafts = invitations.draft(session, case.edition, now=NOW)
    of_drafts = invitations.forecast(session, case.edition, [pair], now=NOW)
    invitations.queue_drafts(session, case.edition, expected=counts(drafts), now=NOW)
    of_queued = invitations.forecast(session, case.edition, [pair], now=NOW)

    assert counts(of_drafts) == (2, 0, 0)
    assert counts(of_queued) == (0, 0, 0)


def make_another_edition(session: Session) -> Edition:
    other = make_edition(session, zones=["zuid"], phase=EditionPhase.ASSIGNMENT)
    visit = make_offer(session, other, contact=make_account(session))
    visitor = make_visitor(session, other, preferences=[visit])
    make_placement(session, visitor, visit.slots[0])
    return other


def test_whom_another_edition_invited_is_not_called_off(session: Session) -> None:
    case, other = make_case(session), make_another_edition(session)
    send_all(session, other)
    pair = (case.placement.visitor_id, case.placement.slot_id)

    foreseen = invitations.forecast(session, case.edition, [pair], now=NOW)
    drafts = invitations.draft(session, case.edition, now=NOW)

    assert counts(foreseen) == counts(drafts) == (2, 0, 0)
    assert counts(invitations.draft(session, other, now=NOW)) == (0, 0, 0)


def test_drafts_of_another_edition_stay_and_are_not_counted(session: Session) -> None:
    case, other = make_case(session), make_another_edition(session)

    before = invitations.draft(session, other, now=NOW)
    mine = invitations.draft(session, case.edition, now=NOW)
    queued = invitations.queue_drafts(session, case.edition, expected=counts(mine), now=NOW)

    assert counts(mine) == (2, 0, 0)
    assert (queued, case.edition.phase, other.phase) == (
        2,
        EditionPhase.PUBLISHED,
        EditionPhase.ASSIGNMENT,
    )
    assert invitations.drafts_of(session, other) == before
