from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from opendeur.domain import invitations, placements
from opendeur.enums import Participation
from opendeur.errors import Conflict, TooLate
from opendeur.models import Invitation
from tests.conftest import make_settings
from tests.domain.invited import SETTINGS, make_case, send_all, to_visitor
from tests.factories import NOW


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

    invitations.answer(invitation, Participation.ACCEPTED, now=NOW)
    invitations.answer(invitation, Participation.DECLINED, now=NOW + timedelta(hours=1))

    assert invitation.participation is Participation.DECLINED
    assert invitation.answered_at == NOW + timedelta(hours=1)


def test_visit_that_is_over_or_called_off_is_not_answered(session: Session) -> None:
    invitation = make_invitation(session)

    with pytest.raises(TooLate):
        invitations.answer(invitation, Participation.ACCEPTED, now=invitation.slot.ends_at)
    invitation.cancelled_at = NOW
    with pytest.raises(Conflict):
        invitations.answer(invitation, Participation.ACCEPTED, now=NOW)


def test_host_and_visitor_see_what_the_visitor_answered(session: Session) -> None:
    case = make_case(session)
    message = to_visitor(send_all(session, case.edition))
    assert message.invitation is not None
    invitations.answer(message.invitation, Participation.DECLINED, now=NOW)
    session.flush()

    [[guest]] = placements.coming(session, case.edition, [case.visit.host]).values()
    [granted] = placements.week_of(session, case.placement.visitor).granted

    assert (guest.participation, granted.participation) == (
        Participation.DECLINED,
        Participation.DECLINED,
    )
