from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import directory, invitations, placements
from opendeur.enums import Door, InvitationRole, Participation, PlacementState
from opendeur.errors import Conflict, NotAllowed, OpendeurError, TooLate
from opendeur.models import Contact, Invitation, Message
from tests.conftest import make_settings
from tests.domain.invited import SETTINGS, make_case, send_all, to_host, to_visitor
from tests.factories import NOW, make_account, make_placement, make_visitor


def make_invitation(session: Session) -> Invitation:
    case = make_case(session)
    message = to_visitor(send_all(session, case.edition))
    assert message.invitation is not None
    return message.invitation


def name_of(invitation: Invitation) -> str:
    return invitations.answer_address(invitation, language="nl", settings=SETTINGS).rpartition(
        "/"
    )[2]


def test_link_names_one_invitation(session: Session) -> None:
    invitation = make_invitation(session)

    assert (
        invitations.find_invitation(session, name_of(invitation), settings=SETTINGS)
        is invitation
    )


@pytest.mark.parametrize("name", ["", "x", "a.b.c", "é" * 100])
def test_link_that_we_did_not_make_names_nothing(session: Session, name: str) -> None:
    make_invitation(session)

    assert invitations.find_invitation(session, name, settings=SETTINGS) is None


def test_link_of_another_site_or_with_a_changed_letter_names_nothing(session: Session) -> None:
    invitation = make_invitation(session)
    other = make_settings(Path("unused"), secret_key="another key, also of 32 characters")
    name = name_of(invitation)

    assert invitations.find_invitation(session, name, settings=other) is None
    assert invitations.find_invitation(session, f"{name}x", settings=SETTINGS) is None
    assert invitations.find_invitation(session, invitation.uid, settings=SETTINGS) is None


def test_later_answer_takes_the_place_of_an_earlier_one(session: Session) -> None:
    invitation = make_invitation(session)

    invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW)
    invitations.answer(
        session,
        invitation,
        Participation.DECLINED,
        door=Door.LINK,
        now=NOW + timedelta(hours=1),
    )

    assert invitation.participation is Participation.DECLINED
    assert invitation.answered_at == NOW + timedelta(hours=1)


def test_visit_that_is_over_or_called_off_is_not_answered(session: Session) -> None:
    invitation = make_invitation(session)

    with pytest.raises(TooLate):
        invitations.answer(
            session,
            invitation,
            Participation.ACCEPTED,
            door=Door.LINK,
            now=invitation.slot.ends_at,
        )
    invitation.cancelled_at = NOW
    with pytest.raises(Conflict):
        invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW)


def test_host_and_visitor_see_what_the_visitor_answered(session: Session) -> None:
    case = make_case(session)
    message = to_visitor(send_all(session, case.edition))
    assert message.invitation is not None
    invitations.answer(
        session, message.invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW
    )
    session.flush()

    [[guest]] = placements.coming(session, case.edition, [case.visit.host]).values()
    [granted] = placements.week_of(session, case.placement.visitor).granted

    assert (guest.participation, granted.participation) == (
        Participation.ACCEPTED,
        Participation.ACCEPTED,
    )


def refused(session: Session, invitation: Invitation) -> type[OpendeurError]:
    before = invitation.participation
    with pytest.raises(OpendeurError) as caught:
        invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW)
    assert invitation.participation is before
    return caught.type


def test_contact_who_was_removed_no_longer_answers_and_a_colleague_does(
    session: Session,
) -> None:
    case = make_case(session)
    organisation = case.visit.host.organisation
    colleague = make_account(session)
    organisation.contacts.append(Contact(account=colleague))
    session.flush()
    of_greet, of_colleague = sorted(
        hosts_of(send_all(session, case.edition)),
        key=lambda invitation: invitation.account_id == colleague.id,
    )
    [greet] = [c for c in organisation.contacts if c.account_id != colleague.id]

    directory.remove_contact(session, organisation, greet.id)

    assert refused(session, of_greet) is NotAllowed
    invitations.answer(session, of_colleague, Participation.ACCEPTED, door=Door.LINK, now=NOW)


def hosts_of(messages: list[Message]) -> list[Invitation]:
    found = [message.invitation for message in messages]
    return [one for one in found if one is not None and one.role is InvitationRole.HOST]


@pytest.mark.parametrize("state", [PlacementState.CANCELLED, PlacementState.REPLACED])
def test_nobody_answers_about_a_seat_that_is_gone(
    session: Session, state: PlacementState
) -> None:
    case = make_case(session)
    sent = send_all(session, case.edition)
    both = to_visitor(sent).invitation, to_host(sent).invitation

    case.placement.state = state
    session.flush()

    assert [refused(session, one) for one in both if one] == [Conflict, Conflict]


def test_visitor_who_was_moved_within_the_visit_still_answers(session: Session) -> None:
    case = make_case(session)
    invitation = to_visitor(send_all(session, case.edition)).invitation
    assert invitation is not None

    case.placement.slot = case.slots[1]
    session.flush()
    invitations.answer(session, invitation, Participation.ACCEPTED, door=Door.LINK, now=NOW)

    assert invitation.participation is Participation.ACCEPTED


def test_seat_of_another_visitor_is_not_the_invited_one(session: Session) -> None:
    case = make_case(session)
    invitation = to_visitor(send_all(session, case.edition)).invitation
    assert invitation is not None
    other = make_visitor(session, case.edition, preferences=[case.visit])
    make_placement(session, other, case.slots[0])

    case.placement.state = PlacementState.REPLACED
    session.flush()

    assert refused(session, invitation) is Conflict


def test_disabled_account_answers_nothing(session: Session) -> None:
    case = make_case(session)
    sent = send_all(session, case.edition)
    for message in (to_visitor(sent), to_host(sent)):
        assert message.invitation is not None
        message.invitation.account.disabled_at = NOW
        session.flush()

        assert refused(session, message.invitation) is NotAllowed
