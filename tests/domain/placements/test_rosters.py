import pytest

from opendeur.domain.placements import roster_of
from opendeur.enums import InvitationRole, Participation, PlacementState
from opendeur.models import Invitation
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)


def test_visitors_come_by_name_with_the_choices_they_have(session):
    edition = make_edition(session)
    visits = [make_offer(session, edition) for _ in range(3)]
    zoe = make_visitor(
        session,
        edition,
        account=make_account(session, family_name="Zeegers"),
        preferences=visits[:2],
    )
    ann = make_visitor(
        session, edition, account=make_account(session, family_name="Aerts"), submitted=False
    )
    for visit in (visits[2], visits[1]):
        make_placement(session, zoe, visit.slots[0])
    make_placement(session, ann, visits[0].slots[0], state=PlacementState.WITHDRAWN)
    session.expire_all()

    lines = roster_of(session, edition)

    assert [(x.number, x.has_submitted, x.preferences, x.ranks) for x in lines] == [
        (ann.id, False, 0, ()),
        (zoe.id, True, 2, (2, None)),
    ]


def test_visitors_of_another_edition_are_not_in_the_list(session):
    edition, other = make_edition(session), make_edition(session)
    visitor = make_visitor(session, edition)
    make_visitor(session, other, account=visitor.account)

    assert [line.number for line in roster_of(session, edition)] == [visitor.id]


def test_names_are_put_in_order_without_accents_or_case(session):
    edition = make_edition(session)
    for family_name in ("Şahin", "Sels", "van Acker", "Élie", "Smets"):
        make_visitor(session, edition, account=make_account(session, family_name=family_name))

    assert [line.family_name for line in roster_of(session, edition)] == [
        "Élie",
        "Şahin",
        "Sels",
        "Smets",
        "van Acker",
    ]


def test_who_never_gave_a_name_is_known_by_the_address(session):
    edition = make_edition(session)
    account = make_account(session, given_name="", family_name="", email="a@b.example")
    make_visitor(session, edition, account=account)

    assert [line.name for line in roster_of(session, edition)] == ["a@b.example"]


def test_who_began_has_preferences_and_did_not_submit(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    make_visitor(session, edition, preferences=[visit])
    began = make_visitor(session, edition, preferences=[visit], submitted=False)
    make_visitor(session, edition, submitted=False)

    lines = roster_of(session, edition)

    assert [line.number for line in lines if line.has_begun] == [began.id]


@pytest.mark.parametrize(
    ("values", "owes"),
    [
        ({}, True),
        ({"participation": Participation.ACCEPTED}, False),
        ({"cancelled_at": NOW}, False),
        ({"sequence": None}, False),
    ],
    ids=["silent", "answered", "cancelled", "not sent"],
)
def test_who_owes_an_answer_has_an_invitation_without_one(session, values, owes):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])
    make_visitor(session, edition, preferences=[visit])
    session.add(
        Invitation(
            **{
                "edition": edition,
                "role": InvitationRole.VISITOR,
                "visit": visit,
                "slot": visit.slots[0],
                "account": visitor.account,
                "uid": "u",
                "token": "t",
                "sequence": 0,
                "created_at": NOW,
                **values,
            }
        )
    )
    session.flush()

    found = [line.number for line in roster_of(session, edition) if line.owes_answer]

    assert found == ([visitor.id] if owes else [])
