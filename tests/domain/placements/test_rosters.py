from opendeur.domain.placements import roster_of
from opendeur.enums import PlacementState
from tests.factories import (
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

    assert [(x.visitor, x.has_submitted, x.preferences, x.ranks) for x in lines] == [
        (ann, False, 0, ()),
        (zoe, True, 2, (2, None)),
    ]


def test_visitors_of_another_edition_are_not_in_the_list(session):
    edition, other = make_edition(session), make_edition(session)
    visitor = make_visitor(session, edition)
    make_visitor(session, other, account=visitor.account)

    assert [line.visitor for line in roster_of(session, edition)] == [visitor]
