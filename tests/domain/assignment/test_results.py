import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from opendeur.domain import assignment, invitations, placements
from opendeur.domain.assignment import placements_of, report_of, result_of
from opendeur.domain.assignment.results import bar_of
from opendeur.domain.invitations.facts import facts_of, guests_of
from opendeur.enums import MessageState
from opendeur.models import Edition, Visitor
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_run,
    make_visitor,
)
from tests.plans import make_done_run
from tests.queries import counted


def send_all(session, edition):
    drafts = invitations.drafts_of(session, edition)
    for message in drafts.messages:
        message.state = MessageState.SENT
        invitation = message.invitation
        said = facts_of(
            invitation,
            guests_of(placements.placed_in(session, invitation.slot))[invitation.slot_id],
        )
        invitation.said, invitation.sequence = said, 0
    session.flush()


def test_a_run_without_a_plan_has_no_result(session):
    edition = make_edition(session)

    assert result_of(session, edition, make_run(session, edition)) is None


def test_a_result_says_who_gets_what_and_who_gets_nothing(session):
    edition = make_edition(session)
    first, second = make_offer(session, edition), make_offer(session, edition)
    lucky = make_visitor(session, edition, preferences=[first, second], seats=2)
    sad = make_visitor(session, edition, preferences=[first])
    run = make_done_run(session, edition, [(lucky, second.slots[0])], best={lucky: 180, sad: 0})

    result = result_of(session, edition, run)

    got = {line.visitor: [(g.slot, g.rank) for g in line.granted] for line in result.visitors}
    assert got == {lucky: [(second.slots[0], 2)], sad: []}
    assert [line.visitor for line in result.empty_handed] == [sad]
    assert (result.people, result.visits, result.people_with_nothing) == (3, 2, 1)
    assert [result.share_within(rank) for rank in (1, 2)] == [0, pytest.approx(2 / 3)]


def test_a_result_says_which_slots_run_and_with_how_many(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, days=(0, 1))
    people = [make_visitor(session, edition, preferences=[visit], seats=n) for n in (1, 2)]
    run = make_done_run(session, edition, [(person, visit.slots[1]) for person in people])

    result = result_of(session, edition, run)

    assert [(line.slot, line.taken) for line in result.running] == [(visit.slots[1], 3)]
    assert [(line.slot, line.taken) for line in result.idle] == [(visit.slots[0], 0)]


def test_a_result_compares_with_what_holds_now(session):
    edition = make_edition(session)
    first, second = make_offer(session, edition), make_offer(session, edition)
    wins, loses, same = (
        make_visitor(session, edition, preferences=[first, second]) for _ in range(3)
    )
    make_placement(session, loses, first.slots[0])
    make_placement(session, same, second.slots[0])
    run = make_done_run(
        session,
        edition,
        [(wins, first.slots[0]), (loses, second.slots[0]), (same, second.slots[0])],
        best={wins: 180, loses: 180, same: 180},
    )

    result = result_of(session, edition, run)

    assert [(line.visitor, line.difference) for line in result.winners] == [(wins, 100)]
    assert [(line.visitor, line.difference) for line in result.losers] == [(loses, -20)]
    assert result.unchanged == 1


def test_the_histogram_counts_people_by_share_of_their_best_week(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    happy, half, nothing, hopeless = (
        make_visitor(session, edition, preferences=[visit], seats=n) for n in (1, 2, 1, 1)
    )
    run = make_done_run(
        session,
        edition,
        [(happy, visit.slots[0]), (half, visit.slots[0])],
        best={happy: 100, half: 180, nothing: 100, hopeless: 0},
    )

    result = result_of(session, edition, run)

    assert result.histogram == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]


def test_the_forecast_is_what_adopting_leaves(session):
    edition = make_edition(session)
    visit = make_offer(session, edition, contact=make_account(session), days=(0, 1, 2))
    other = make_offer(session, edition, contact=make_account(session), days=(3,))
    one, two, three = (
        make_visitor(session, edition, preferences=[visit, other]) for _ in range(3)
    )
    invited = [(one, visit.slots[0]), (two, visit.slots[1]), (three, other.slots[0])]
    for visitor, slot in invited:
        make_placement(session, visitor, slot)
    invitations.draft(session, edition, now=NOW)
    send_all(session, edition)
    plan = [(one, visit.slots[0]), (two, visit.slots[0]), (one, other.slots[0])]
    run = make_done_run(session, edition, plan)

    expected = invitations.forecast(session, edition, placements_of(run), now=NOW)
    assignment.adopt(session, edition, run, now=NOW)
    drafts = invitations.draft(session, edition, now=NOW)

    counts = [(d.new, d.changed, d.cancelled) for d in (expected, drafts)]
    assert counts == [(1, 2, 2), (1, 2, 2)]


@given(st.floats(min_value=0, max_value=1))
def test_only_nothing_and_everything_have_bars_of_their_own(share):
    bar = bar_of(share)

    assert (bar == 0) == (share == 0)
    assert (bar == 10) == (share == 1)
    assert bar in (0, 10) or bar == max(1, int(share * 10))


def test_visitors_who_left_are_left_out(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    stays, goes = (make_visitor(session, edition, preferences=[visit]) for _ in range(2))
    run = make_done_run(session, edition, [(p, visit.slots[0]) for p in (stays, goes)])
    session.execute(delete(Visitor).where(Visitor.id == goes.id))

    result = result_of(session, edition, run)

    assert [line.visitor for line in result.visitors] == [stays]


def test_a_run_is_current_until_the_edition_changes(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[visit])
    run = make_done_run(session, edition, [(visitor, visit.slots[0])])

    assert assignment.changes_since(session, edition, run) == []

    make_placement(session, visitor, visit.slots[0])
    assert assignment.changes_since(session, edition, run) == []

    visit.slots[0].capacity = 9
    visitor.seats = 2
    session.flush()
    assert assignment.changes_since(session, edition, run) == ["slots", "visitors"]


def test_stages_tell_what_is_proven_and_how_far_the_rest_is(session):
    edition = make_edition(session)
    stages = [
        {"objective": "placed", "value": 131, "bound": 131},
        {"objective": "away", "value": 200, "bound": 150},
        {"objective": "mix", "value": 0, "bound": 3},
        {"objective": "slots", "value": 4, "bound": None},
    ]
    run = make_done_run(session, edition, metrics={"stages": stages})

    assert [(x.is_proven, x.gap) for x in report_of(run).stages] == [
        (True, 0.0),
        (False, 0.25),
        (False, None),
        (False, None),
    ]


def test_the_number_of_statements_does_not_grow(session):
    edition = make_edition(session)
    visit = make_offer(session, edition)

    def statements(visitors):
        pairs = [
            (
                make_visitor(
                    session, edition, account=make_account(session), preferences=[visit]
                ),
                visit.slots[0],
            )
            for _ in range(visitors)
        ]
        run = make_done_run(session, edition, pairs)
        session.expunge_all()
        with counted(session.get_bind().engine) as count:
            current = session.get_one(Edition, edition.id)
            found = assignment.find_run(session, current, run.number)
            result = result_of(session, current, found)
            [
                (x.visitor.account.name, x.granted[0].slot.visit.host.organisation.name)
                for x in result.visitors
                if x.granted
            ]
        return count.statements

    one = statements(1)
    edition = session.get_one(Edition, edition.id)
    visit = make_offer(session, edition)

    assert statements(3) == one


def test_what_somebody_gets_comes_in_order_of_time(session):
    edition = make_edition(session)
    late, early = make_offer(session, edition, days=(3,)), make_offer(session, edition)
    visitor = make_visitor(session, edition, preferences=[late, early])
    make_placement(session, visitor, late.slots[0])
    make_placement(session, visitor, early.slots[0])
    plan = [(visitor, late.slots[0]), (visitor, early.slots[0])]
    run = make_done_run(session, edition, plan)

    [line] = result_of(session, edition, run).visitors

    in_order = [(early.slots[0], 2), (late.slots[0], 1)]
    assert [(granted.slot, granted.rank) for granted in line.granted] == in_order
    assert [(granted.slot, granted.rank) for granted in line.before] == in_order
