"""What each change does to an invitation that was sent and answered: whether it is told, with
which sequence, and whether it asks again. RFC 5546 2.1.4: a new time or place does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations
from opendeur.enums import (
    Door,
    Language,
    MessageKind,
    Participation,
    PlacementState,
    WheelchairAccess,
)
from opendeur.letters import Change
from opendeur.models import Invitation, Message
from tests.domain.invited import (
    Case,
    event_of,
    mail_of,
    make_case,
    send_all,
    to_host,
    to_visitor,
)
from tests.factories import NOW, make_account, make_placement, make_visitor

ANSWERED_AT = NOW + timedelta(minutes=30)
LATER = NOW + timedelta(hours=1)

TIME = "The time. It was Monday 9 November 2026, 9:30 to 11:00."
PLACE = "The place. It was Zavelstraat 3, 1150 Woluwe-Saint-Pierre."
CONTACT = "Whom to ask for on the spot."
GUESTS = "Who comes."
WORDS = "The description, or what is good to know."
#: What a letter tells of each thing that can change.
TOLD = {
    Change.TIME: TIME,
    Change.PLACE: PLACE,
    Change.CONTACT: CONTACT,
    Change.WORDS: WORDS,
    Change.GUESTS: GUESTS,
}


class Sent(NamedTuple):
    """One message about an invitation that was accepted before, and what is left of that."""

    kind: MessageKind
    told: tuple[str, ...]
    sequence: int
    partstat: str
    asks_for_reply: bool
    has_answer_pages: bool
    participation: Participation
    answered_at: datetime | None


def informs(*told: str) -> Sent:
    """Say that the answer stays and is not asked again; its pages are there to change one's
    mind."""
    accepted = Participation.ACCEPTED
    return Sent(MessageKind.CHANGED, told, 0, "ACCEPTED", False, True, accepted, ANSWERED_AT)


def asks_again(*told: str) -> Sent:
    """Say that the answer is forgotten and asked for again, one sequence higher."""
    waiting = Participation.NEEDS_ACTION
    return Sent(MessageKind.CHANGED, told, 1, "NEEDS-ACTION", True, True, waiting, None)


CALLS_OFF = Sent(
    MessageKind.CANCELLED,
    *((), 1, "ACCEPTED", False, False),
    *(Participation.ACCEPTED, ANSWERED_AT),
)
INVITES = Sent(
    MessageKind.NEW, *((), 0, "NEEDS-ACTION", True, True), *(Participation.NEEDS_ACTION, None)
)


def nothing(session: Session, case: Case) -> None:
    """Leave everything as it is."""


def a_later_time(session: Session, case: Case) -> None:
    case.slots[0].starts_at += timedelta(minutes=30)
    case.slots[0].ends_at += timedelta(minutes=30)


def another_start(session: Session, case: Case) -> None:
    case.slots[0].starts_at -= timedelta(minutes=30)


def another_end(session: Session, case: Case) -> None:
    case.slots[0].ends_at += timedelta(minutes=30)


def a_place_of_its_own(session: Session, case: Case) -> None:
    case.slots[0].street, case.slots[0].postcode_code = "Dorpsstraat 1", "1040"


def the_street_of_the_organisation(session: Session, case: Case) -> None:
    case.visit.host.organisation.street = "Dorpsstraat 1"


def the_postcode_of_the_organisation(session: Session, case: Case) -> None:
    case.visit.host.organisation.postcode_code = "1040"


def the_coordinates(session: Session, case: Case) -> None:
    case.visit.host.organisation.latitude = 50.9


def the_name_of_the_contact(session: Session, case: Case) -> None:
    case.visit.host.contact_name = "An Dewit"


def the_phone_of_the_contact(session: Session, case: Case) -> None:
    case.visit.host.contact_phone = "02 000 00 09"


def the_name_of_the_organisation(session: Session, case: Case) -> None:
    case.visit.host.organisation.name = "Zavelput"


def the_title(session: Session, case: Case) -> None:
    case.visit.title_fr = "Autrement"


def the_description(session: Session, case: Case) -> None:
    case.visit.description_fr = "Autrement."


def the_directions(session: Session, case: Case) -> None:
    case.visit.host.directions_fr = "Tram 44"


def the_access(session: Session, case: Case) -> None:
    case.visit.host.access_fr = "Sonnez au 3 bis."


def the_wheelchair(session: Session, case: Case) -> None:
    case.visit.host.wheelchair = WheelchairAccess.PARTLY


def the_languages_spoken(session: Session, case: Case) -> None:
    case.slots[0].languages = frozenset({"fr"})


def words_in_a_language_of_others(session: Session, case: Case) -> None:
    case.visit.description_nl = "Anders."


def a_guest_more(session: Session, case: Case) -> None:
    other = make_visitor(session, case.edition, account=make_account(session))
    make_placement(session, other, case.slots[0])


def a_colleague_who_comes_along(session: Session, case: Case) -> None:
    case.placement.visitor.seats = 2


def the_name_of_a_guest(session: Session, case: Case) -> None:
    case.placement.visitor.account.family_name = "Peeters"


def the_seats_of_the_slot(session: Session, case: Case) -> None:
    case.slots[0].capacity = 3


def a_time_and_words(session: Session, case: Case) -> None:
    another_end(session, case)
    the_description(session, case)


def another_slot_of_the_visit(session: Session, case: Case) -> None:
    case.placement.state = PlacementState.REPLACED
    make_placement(session, case.placement.visitor, case.slots[1])


def the_seat_is_lost(session: Session, case: Case) -> None:
    case.placement.state = PlacementState.CANCELLED


#: What changes, what the visitor gets, and what the host gets.
TABLE: list[tuple[Callable[[Session, Case], None], list[Sent], list[Sent]]] = [
    (nothing, [], []),
    (a_later_time, [asks_again(TIME)], [asks_again(TIME)]),
    (another_start, [asks_again(TIME)], [asks_again(TIME)]),
    (another_end, [asks_again(TIME)], [asks_again(TIME)]),
    (a_place_of_its_own, [asks_again(PLACE)], [asks_again(PLACE)]),
    (the_street_of_the_organisation, [asks_again(PLACE)], [asks_again(PLACE)]),
    (the_postcode_of_the_organisation, [asks_again(PLACE)], [asks_again(PLACE)]),
    (the_coordinates, [], []),
    (the_name_of_the_contact, [informs(CONTACT)], [informs(CONTACT)]),
    (the_phone_of_the_contact, [informs(CONTACT)], [informs(CONTACT)]),
    (the_name_of_the_organisation, [informs(WORDS)], [informs(WORDS)]),
    (the_title, [informs(WORDS)], [informs(WORDS)]),
    (the_description, [informs(WORDS)], [informs(WORDS)]),
    (the_directions, [informs(WORDS)], [informs(WORDS)]),
    (the_access, [informs(WORDS)], [informs(WORDS)]),
    (the_wheelchair, [informs(WORDS)], [informs(WORDS)]),
    (the_languages_spoken, [informs(WORDS)], [informs(WORDS)]),
    (words_in_a_language_of_others, [], []),
    (a_guest_more, [], [informs(GUESTS)]),
    (a_colleague_who_comes_along, [], [informs(GUESTS)]),
    (the_name_of_a_guest, [], [informs(GUESTS)]),
    (the_seats_of_the_slot, [], []),
    (a_time_and_words, [asks_again(TIME, WORDS)], [asks_again(TIME, WORDS)]),
    (another_slot_of_the_visit, [asks_again(TIME)], [INVITES, CALLS_OFF]),
    (the_seat_is_lost, [CALLS_OFF], [CALLS_OFF]),
]


def speak(case: Case, language: Language) -> None:
    contact = case.visit.host.organisation.contacts[0]
    for account in (case.placement.visitor.account, contact.account):
        account.language = language


def make_answered(
    session: Session,
    participation: Participation = Participation.ACCEPTED,
    *,
    language: Language = Language.EN,
) -> Case:
    """Return a case of which everybody has the invitation, and answered it."""
    case = make_case(session)
    speak(case, language)
    send_all(session, case.edition)
    for invitation in session.scalars(select(Invitation)):
        invitations.answer(session, invitation, participation, door=Door.LINK, now=ANSWERED_AT)
    session.flush()
    return case


def lines_of(message: Message) -> list[str]:
    body = mail_of(message).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).splitlines()


def told_by(message: Message) -> tuple[str, ...]:
    """Return what the letter lists as changed."""
    lines = lines_of(message)
    if "What changed:" not in lines:
        return ()
    first, last = (
        lines.index("What changed:") + 1,
        lines.index("What you read below is how it is now."),
    )
    return tuple(line.removeprefix("- ") for line in lines[first:last])


def sent_to(messages: list[Message], name: str) -> list[Sent]:
    """Return what somebody got, what invites before what calls off."""
    mine = [message for message in messages if message.to_address.startswith(name)]
    return [sent(message) for message in sorted(mine, key=lambda m: m.kind, reverse=True)]


def sent(message: Message) -> Sent:
    invitation, attendee = message.invitation, event_of(message).attendee.params
    assert invitation is not None
    [partstat] = attendee["PARTSTAT"]
    return Sent(
        kind=message.kind,
        told=told_by(message),
        sequence=int(event_of(message).sequence.value),
        partstat=partstat,
        asks_for_reply=attendee.get("RSVP") == ["TRUE"],
        has_answer_pages=len([line for line in lines_of(message) if "/answer/" in line]) == 2,
        participation=invitation.participation,
        answered_at=invitation.answered_at,
    )


def send_later(session: Session, case: Case, *, hours: int = 1) -> list[Message]:
    """Draft, queue and write everything from what is stored by then."""
    session.flush()
    session.expire_all()
    return send_all(session, case.edition, now=NOW + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("change", "visitor", "host"), TABLE, ids=[row[0].__name__ for row in TABLE]
)
def test_change_is_told_and_asks_again_as_the_table_says(
    session: Session,
    change: Callable[[Session, Case], None],
    visitor: list[Sent],
    host: list[Sent],
) -> None:
    case = make_answered(session)

    change(session, case)
    messages = send_later(session, case)

    assert (sent_to(messages, "lotte"), sent_to(messages, "greet")) == (visitor, host)


def test_everything_that_a_letter_can_tell_of_is_in_the_table() -> None:
    told = {line for _, *both in TABLE for sents in both for s in sents for line in s.told}

    assert TOLD.keys() == set(Change)
    assert told == set(TOLD.values())


@pytest.mark.parametrize("participation", [p for p in Participation if not p.is_no])
def test_answer_but_no_outlives_other_words_but_not_another_time(
    session: Session, participation: Participation
) -> None:
    case = make_answered(session, participation)

    the_title(session, case)
    words = to_visitor(send_later(session, case))
    kept = sent(words)
    another_end(session, case)
    asked = sent(to_visitor(send_later(session, case, hours=2)))

    assert (kept.partstat, kept.participation) == (participation.upper(), participation)
    assert (asked.partstat, asked.participation) == ("NEEDS-ACTION", Participation.NEEDS_ACTION)


def test_sequence_counts_on_over_what_is_significant_and_stays_for_the_rest(
    session: Session,
) -> None:
    case = make_answered(session)
    changes = [another_end, the_title, the_street_of_the_organisation, the_description]

    sequences = []
    for hours, change in enumerate([*changes, the_seat_is_lost], start=1):
        change(session, case)
        messages = send_later(session, case, hours=hours)
        sequences.append(
            (sent(to_visitor(messages)).sequence, sent(to_host(messages)).sequence)
        )

    assert sequences == [(1, 1), (1, 1), (2, 2), (2, 2), (3, 3)]
