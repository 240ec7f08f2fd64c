"""Whatever happens in a week, in whatever order: calendars hold what the database holds."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.db import Database
from opendeur.domain import inbox, invitations, mail, passing, placements, queries
from opendeur.domain.offers import SlotData
from opendeur.enums import (
    Door,
    EditionPhase,
    MessageState,
    Participation,
    PlacementOrigin,
    PlacementState,
)
from opendeur.errors import OpendeurError
from opendeur.models import Account, Invitation, Message, Placement, SeatOffer, Slot
from tests.calendar_client import CalendarClient, Entry, read_invitation
from tests.domain.invited import SETTINGS, counts
from tests.factories import (
    BRUSSELS,
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_organiser,
    make_visitor,
)

SHAPES = ("outlook", "gmail", "thunderbird", "bare")
NUMBERS = st.integers(0, 11)


class Week(RuleBasedStateMachine):
    """Two hosts with two moments of two seats each, four visitors, and who organises."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.now = session, NOW
        self.edition = make_edition(session, phase=EditionPhase.ASSIGNMENT)
        self.desk = make_organiser(session, email="desk@opendeur.example")
        self.visits = [
            make_offer(
                session,
                self.edition,
                contact=make_account(session, email=f"host{number}@zavelput.example"),
                days=(number, number + 2),
            )
            for number in range(2)
        ]
        self.slots = [slot for visit in self.visits for slot in visit.slots]
        for slot in self.slots:
            slot.capacity = 2
        self.visitors = [
            make_visitor(
                session,
                self.edition,
                account=make_account(session, email=f"visitor{number}@kastanje.example"),
                preferences=self.visits,
            )
            for number in range(4)
        ]
        session.flush()
        self.clients = {
            account.email: CalendarClient(account.email) for account in self.accounts()
        }
        self.under_way: list[tuple[str, bytes]] = []
        self.answers: list[bytes] = []
        self.written: defaultdict[str, set[str]] = defaultdict(set)

    def accounts(self) -> list[Account]:
        hosts = [visit.host.organisation.contacts[0].account for visit in self.visits]
        return [*hosts, *(visitor.account for visitor in self.visitors)]

    def attempt(self, act: Callable[[], object]) -> None:
        """Do what may be refused; a refusal changes nothing."""
        self.now += timedelta(minutes=1)
        try:
            with self.session.begin_nested():
                act()
        except OpendeurError:
            self.session.expire_all()

    def seats(self, *conditions: object) -> list[Placement]:
        found = select(Placement).join(Placement.visitor).order_by(Placement.id)
        return list(self.session.scalars(found.where(*conditions)))  # type: ignore[arg-type]

    def draft_and_queue(self) -> None:
        drafts = invitations.draft(self.session, self.edition, now=self.now)
        if drafts.total:
            invitations.queue_drafts(
                self.session, self.edition, expected=counts(drafts), now=self.now
            )

    @initialize(is_known=st.booleans())
    def start(self, is_known: bool) -> None:
        """Begin with an empty week, or with one that everybody was told of."""
        if is_known:
            self.give_seats([(0, 0), (1, 0), (2, 0), (3, 2), (2, 2), (0, 3)])
            self.draft_and_queue()
            while self.send_one():
                pass
            for address, raw in self.under_way:
                self.clients[address].receive(raw)
            self.under_way.clear()

    # What happens at the desk

    @rule(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3))
    def give_seats(self, pairs: list[tuple[int, int]]) -> None:
        for person, moment in pairs:
            visitor, slot = self.visitors[person], self.slots[moment]
            has_seat = placements.has_seat(self.session, visitor, slot.visit_id)
            if has_seat or not self.has_room(slot) or slot.is_closed:
                continue
            placements.place(
                self.session,
                [(visitor.id, slot.id)],
                origin=PlacementOrigin.HAND,
                door=Door.DESK,
                now=self.now,
            )

    def has_room(self, slot: Slot) -> bool:
        held = placements.seats_held(self.session, slot)
        return queries.seats_taken_in(self.session, slot) + held < slot.capacity

    @rule(number=NUMBERS)
    def end_seat(self, number: int) -> None:
        if live := self.seats(queries.IS_LIVE):
            seat = live[number % len(live)]
            placements.end(
                self.session, [seat], PlacementState.CANCELLED, door=Door.DESK, now=self.now
            )

    @rule(number=NUMBERS)
    def dismiss(self, number: int) -> None:
        if live := self.seats(queries.IS_LIVE):
            seat = live[number % len(live)]
            self.attempt(
                lambda: invitations.dismiss(
                    self.session, seat, door=Door.DESK, by=self.desk, now=self.now
                )
            )

    @rule()
    def send_drafts(self) -> None:
        self.now += timedelta(minutes=1)
        self.draft_and_queue()

    @rule(moment=st.integers(0, 3), hours=st.integers(0, 3))
    def move(self, moment: int, hours: int) -> None:
        slot = self.slots[moment]
        starts = slot.starts_at.astimezone(BRUSSELS).replace(hour=9 + hours, minute=0)
        ends = starts + timedelta(hours=1)
        data = SlotData(
            starts.date(),
            starts.time(),
            ends.time(),
            minimum=1,
            capacity=2,
            languages=frozenset({"nl", "fr"}),
        )
        seen = queries.seats_taken_in(self.session, slot)
        self.attempt(
            lambda: invitations.move(
                self.session, slot, data, seen=seen, anyway=True, language="nl", now=self.now
            )
        )

    @rule(number=st.integers(0, 1), words=st.sampled_from(["Koffie", "Thee", "Soep"]))
    def edit_words(self, number: int, words: str) -> None:
        self.visits[number].title_nl = words
        self.session.flush()

    @rule(moment=st.integers(0, 3))
    def cancel(self, moment: int) -> None:
        slot = self.slots[moment]
        seen = queries.seats_taken_in(self.session, slot)
        self.attempt(
            lambda: invitations.cancel(
                self.session,
                slot,
                door=Door.DESK,
                by=self.desk,
                reason="ziek",
                seen=seen,
                now=self.now,
            )
        )

    # What visitors and hosts do

    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        if live := self.seats(queries.IS_LIVE):
            seat = live[number % len(live)]
            by = seat.visitor.account
            self.attempt(lambda: invitations.withdraw(self.session, seat, by=by, now=self.now))

    @rule(number=NUMBERS)
    def take_back(self, number: int) -> None:
        if gone := self.seats(~queries.IS_LIVE):
            seat = gone[number % len(gone)]
            by = seat.visitor.account
            self.attempt(lambda: invitations.take_back(self.session, seat, by=by, now=self.now))

    @rule(
        number=NUMBERS, says=st.sampled_from([Participation.ACCEPTED, Participation.DECLINED])
    )
    def answer_by_link(self, number: int, says: Participation) -> None:
        found = list(self.session.scalars(select(Invitation).order_by(Invitation.id)))
        if found:
            one = found[number % len(found)]
            self.attempt(
                lambda: invitations.answer(
                    self.session, one, says, door=Door.LINK, now=self.now
                )
            )

    @rule(
        person=st.integers(0, 5),
        number=NUMBERS,
        says=st.sampled_from(["ACCEPTED", "DECLINED", "TENTATIVE"]),
        shape=st.sampled_from(SHAPES),
        wrong=st.integers(-1, 1),
    )
    def answer_in_calendar(
        self, person: int, number: int, says: str, shape: str, wrong: int
    ) -> None:
        self.now += timedelta(minutes=1)
        client = list(self.clients.values())[person]
        if client.live:
            entry = client.live[number % len(client.live)]
            stamp = self.now + timedelta(minutes=wrong)
            self.answers.append(client.answer(entry.uid, says, shape=shape, stamp=stamp))

    @precondition(lambda self: self.answers)
    @rule(number=NUMBERS, again=st.booleans())
    def answer_arrives(self, number: int, again: bool) -> None:
        raw = self.answers[number % len(self.answers)]
        if not again:
            self.answers.remove(raw)
        self.now += timedelta(minutes=1)
        inbox.receive(self.session, raw, settings=SETTINGS, now=self.now)

    @rule(moment=st.integers(0, 3))
    def pass_on(self, moment: int) -> None:
        number = self.slots[moment].id
        self.attempt(lambda: passing.pass_on(self.session, number, now=self.now))

    @rule(number=NUMBERS, yes=st.booleans())
    def answer_offer(self, number: int, yes: bool) -> None:
        found = list(self.session.scalars(select(SeatOffer).order_by(SeatOffer.id)))
        if found:
            offer, act = found[number % len(found)], passing.accept if yes else passing.decline
            self.attempt(lambda: act(self.session, offer, now=self.now))

    # What mail does

    @rule(most=st.integers(1, 4), fails=st.booleans())
    def work(self, most: int, fails: bool) -> None:
        for _ in range(most):
            if not self.send_one(fails=fails):
                return

    def send_one(self, *, fails: bool = False) -> bool:
        self.now += timedelta(seconds=1)
        message = mail.claim_message(self.session, now=self.now)
        if message is None:
            return False
        if message.raw is None:
            self.write(message)
        if message.raw is None or message.state is not MessageState.SENDING:
            return True
        if fails:
            mail.mark_refused(self.session, message, "550 mailbox full")
            return True
        mail.mark_sent(self.session, message, now=self.now)
        self.note_sent(message.to_address, message.raw)
        return True

    def write(self, message: Message) -> None:
        make_up = passing.make_up if message.is_seat_offer else invitations.make_up
        try:
            with self.session.begin_nested():
                make_up(self.session, message, settings=SETTINGS, now=self.now)
        except ValueError as error:
            if message.invitation_id is not None:
                raise
            mail.mark_refused(self.session, message, str(error))

    def note_sent(self, address: str, raw: bytes) -> None:
        read = read_invitation(raw)
        if read is not None:
            _, entry = read
            known = self.written[address]
            assert entry.uid in known or not entry.is_cancelled, "told of what they never had"
            known.add(entry.uid)
        self.under_way.append((address, raw))

    @precondition(lambda self: self.under_way)
    @rule(number=NUMBERS, again=st.booleans())
    def mail_arrives(self, number: int, again: bool) -> None:
        one = self.under_way[number % len(self.under_way)]
        if not again:
            self.under_way.remove(one)
        address, raw = one
        if address in self.clients:
            self.clients[address].receive(raw)

    # What must hold

    @invariant()
    def no_moment_is_too_full(self) -> None:
        for slot in self.slots:
            assert queries.seats_taken_in(self.session, slot) <= slot.capacity

    def teardown(self) -> None:
        try:
            self.settle()
            assert {
                address: sorted(shown(client.attended if is_visitor(address) else client.live))
                for address, client in self.clients.items()
            } == {address: sorted(self.wanted(address)) for address in self.clients}
        finally:
            self.session.close()

    def settle(self) -> None:
        """Send all there is to send, what failed as well, and deliver all of it."""
        for raw in self.answers:
            self.now += timedelta(minutes=1)
            inbox.receive(self.session, raw, settings=SETTINGS, now=self.now)
        self.now += timedelta(days=1)  # letters that are gathered are due
        self.draft_and_queue()
        while self.send_one():
            pass
        self.attempt(lambda: invitations.send_failed(self.session, self.edition, now=self.now))
        self.now += timedelta(days=1)
        self.draft_and_queue()
        while self.send_one():
            pass
        for address, raw in self.under_way:
            if address in self.clients:
                self.clients[address].receive(raw)

    def wanted(self, address: str) -> list[tuple[str, str]]:
        """Return start and end of what somebody is to have in their calendar."""
        live = self.seats(queries.IS_LIVE)
        mine = {
            seat.slot
            for seat in live
            if address
            in (
                seat.visitor.account.email,
                seat.slot.visit.host.organisation.contacts[0].account.email,
            )
        }
        return [(iso(slot.starts_at), iso(slot.ends_at)) for slot in mine]


def is_visitor(address: str) -> bool:
    return address.startswith("visitor")


def iso(at: object) -> str:
    return at.astimezone(BRUSSELS).isoformat()  # type: ignore[attr-defined,no-any-return]


def shown(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(iso(entry.starts_at), iso(entry.ends_at)) for entry in entries]


def test_calendars_hold_what_the_database_holds(database: Database) -> None:
    run_state_machine_as_test(
        lambda: Week(database.session()),  # type: ignore[arg-type,return-value]
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
