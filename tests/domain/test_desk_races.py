"""Two organisers, or two presses of one button: nothing is decided or sent twice."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import assignment, invitations, mail, people
from opendeur.domain.mail.outbox import LEASE
from opendeur.enums import EditionPhase, Language, MessageState, PlacementState
from opendeur.models import Account, AssignmentRun, Edition, Invitation, Message, Placement
from tests.domain.invited import SETTINGS, make_case
from tests.domain.mail.test_outbox import make_message
from tests.domain.racing import one_before_the_other
from tests.factories import NOW, make_edition, make_offer, make_visitor
from tests.plans import make_done_run

NEW = "new@kastanje.example"
PEPPER = "pepper"


def test_two_organisers_start_one_run(database: Database) -> None:
    with database.session() as session:
        edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
        make_visitor(session, edition, preferences=[make_offer(session, edition)])
        session.commit()

    def start(session: Session, _: int) -> None:
        found = session.get_one(Edition, edition.id)
        assignment.request_run(session, found, by=None, now=NOW)

    assert one_before_the_other(database, start) == ["done", "refused"]
    with database.session() as session:
        assert session.scalars(select(AssignmentRun.number)).all() == [1]


def test_two_organisers_who_adopt_a_run_place_everybody_once(database: Database) -> None:
    with database.session() as session:
        edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
        visit = make_offer(session, edition)
        visitor = make_visitor(session, edition, preferences=[visit])
        run = make_done_run(session, edition, [(visitor, visit.slots[0])])
        session.commit()

    def adopt(session: Session, _: int) -> None:
        found = session.get_one(Edition, edition.id)
        assignment.adopt(session, found, session.get_one(AssignmentRun, run.id), now=NOW)
        invitations.draft(session, found, now=NOW)

    assert one_before_the_other(database, adopt) == ["done", "done"]
    with database.session() as session:
        assert session.scalars(select(Placement.state)).all() == [PlacementState.PLACED]
        assert session.scalars(select(Message.state)).all() == [MessageState.DRAFT]


def test_two_presses_send_the_drafts_once(database: Database) -> None:
    with database.session() as session:
        case = make_case(session)
        invitations.draft(session, case.edition, now=NOW)
        session.commit()

    def send(session: Session, _: int) -> None:
        found = session.get_one(Edition, case.edition.id)
        invitations.queue_drafts(session, found, expected=(2, 0, 0), now=NOW)

    assert one_before_the_other(database, send) == ["done", "refused"]


def test_two_presses_send_a_failed_message_again_once(database: Database) -> None:
    with database.session() as session:
        message = make_message(session, state=MessageState.FAILED)
        session.commit()

    def again(session: Session, _: int) -> None:
        mail.send_again(session, session.get_one(Message, message.id), now=NOW)

    assert one_before_the_other(database, again) == ["done", "refused"]


def test_message_that_a_worker_takes_while_drafts_are_made_is_kept(database: Database) -> None:
    with database.session() as session:
        case = make_case(session)
        invitations.draft(session, case.edition, now=NOW)
        invitations.queue_drafts(session, case.edition, expected=(2, 0, 0), now=NOW)
        case.placement.state = PlacementState.CANCELLED
        session.commit()

    def work(session: Session, number: int) -> None:
        if number == 0:
            message = mail.claim_message(session, now=NOW)
            assert message is not None
            invitations.make_up(session, message, settings=SETTINGS, now=NOW)
        else:
            invitations.draft(session, session.get_one(Edition, case.edition.id), now=NOW)

    assert one_before_the_other(database, work) == ["done", "done"]
    with database.session() as session:
        states = session.scalars(select(Message.state).order_by(Message.id)).all()
        assert states == [MessageState.SENDING, MessageState.DRAFT]
        assert session.scalars(select(func.count()).select_from(Invitation)).one() == 1


def test_message_that_is_handed_over_late_is_not_taken_back(database: Database) -> None:
    with database.session() as session:
        message = make_message(session, state=MessageState.QUEUED)
        claimed = mail.claim_message(session, now=NOW)
        assert claimed is not None
        token = claimed.lease_token or ""
        session.commit()
    late = NOW + 2 * LEASE

    def work(session: Session, number: int) -> None:
        if number == 0:
            mail.hand_over(session, message.id, token, now=late)
        else:
            mail.sweep_outbox(session, now=late)

    assert one_before_the_other(database, work) == ["done", "done"]
    with database.session() as session:
        assert session.get_one(Message, message.id).state is MessageState.HANDED_OVER


def test_two_links_of_a_newcomer_that_are_used_together_make_one_account(
    database: Database,
) -> None:
    with database.session() as session:
        links = [
            people.issue_sign_in(
                session,
                email="new@kastanje.example",
                language=Language.NL,
                pepper=PEPPER,
                now=NOW,
            ).link
            for _ in range(2)
        ]
        session.commit()

    def use(session: Session, which: int) -> None:
        people.use_link(session, links[which], pepper=PEPPER, now=NOW)

    # The use of one link ends the others of the address.
    assert one_before_the_other(database, use) == ["done", "refused"]
    with database.session() as session:
        assert session.scalars(select(Account.email)).all() == [NEW]
