"""The desk: what came in by mail and waits, and addresses from which mail came back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import inbox
from opendeur.enums import Door, EditionPhase, InboundState, MessageKind, Participation
from opendeur.models import Edition, InboundMessage, Invitation, Message
from tests.arrivals import bounce, reply, words
from tests.domain.invited import SETTINGS, make_case, send_all, to_visitor
from tests.factories import NOW, make_edition
from tests.page import Page, submit
from tests.queries import counted


@pytest.fixture
def invitation(store: Session) -> Invitation:
    """Send everything, and publish."""
    case = make_case(store)
    found = to_visitor(send_all(store, case.edition)).invitation
    assert found is not None
    case.edition.phase, case.edition.email = EditionPhase.PUBLISHED, ""
    store.commit()
    return found


@pytest.fixture
def edition(invitation: Invitation) -> Edition:
    """Return the week of the invitation."""
    return invitation.edition


def address(invitation: Invitation) -> str:
    return f"visits+{invitation.token}@{SETTINGS.mail_domain}"


def url(invitation: Invitation, path: str = "inbox") -> str:
    return f"/en/{invitation.edition.slug}/desk/{path}"


def take_in(store: Session, raw: bytes) -> InboundMessage:
    made = inbox.receive(store, raw, settings=SETTINGS, now=NOW)
    store.commit()
    return made


def test_an_empty_inbox_says_what_comes_there(
    desk: FlaskClient, invitation: Invitation
) -> None:
    page = Page.get(desk, url(invitation))

    assert page.text(".empty h2") == "Nothing waits for you"
    assert page.texts("main button") == []


def test_an_answer_from_elsewhere_waits_with_its_reason_and_is_noted(
    desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    raw = reply(invitation, participation="DECLINED", attendee="mailto:else@kastanje.example")
    waiting = take_in(store, raw)

    overview = Page.get(desk, url(invitation, ""))
    page = Page.get(desk, url(invitation))
    noted = submit(desk, url(invitation, f"inbox/{waiting.id}/note"))
    again = Page.get(desk, url(invitation))

    store.expire_all()
    assert "mail that came in waits for you" in " ".join(overview.texts(".todo li"))
    assert "It answers for somebody who was not invited." in page.texts("main li p")
    assert [text.partition("Lotte")[0] for text in page.texts("main button")] == [
        "Note no",
        "Put aside",
    ]
    assert noted.status_code == 303
    assert (invitation.participation, invitation.answered_through) == (
        Participation.DECLINED,
        Door.DESK,
    )
    assert store.get_one(InboundMessage, waiting.id).state is InboundState.APPLIED
    assert again.text(".empty h2") == "Nothing waits for you"


def test_words_of_a_person_are_shown_as_text_and_put_aside_once(
    desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    waiting = take_in(store, words(address(invitation), "<b>Kan ik later komen?</b>"))

    shown = Page.get(desk, url(invitation)).text("main blockquote")
    path = url(invitation, f"inbox/{waiting.id}/dismiss")
    first, second = submit(desk, path), submit(desk, path)
    after = Page.get(desk, url(invitation))

    store.expire_all()
    assert shown == "<b>Kan ik later komen?</b>"
    assert (first.status_code, second.status_code) == (303, 303)
    assert store.get_one(InboundMessage, waiting.id).state is InboundState.DISMISSED
    assert "Somebody has dealt with this mail already." in after.response.text
    assert invitation.participation is Participation.NEEDS_ACTION


def test_another_time_that_somebody_proposed_is_refused_in_a_mail_to_them(
    desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    raw = reply(invitation, method="COUNTER", starts_at=NOW + timedelta(days=3))
    waiting = take_in(store, raw)
    other = take_in(store, words(address(invitation), "Hallo"))

    page = Page.get(desk, url(invitation))
    refused = submit(desk, url(invitation, f"inbox/{waiting.id}/refuse"))
    wrong = submit(desk, url(invitation, f"inbox/{other.id}/refuse"))
    after = Page.get(desk, url(invitation))

    store.expire_all()
    sent = store.scalars(
        select(Message).where(Message.kind == MessageKind.PROPOSAL_REFUSED)
    ).one()
    assert [text.partition("Lotte")[0] for text in page.texts("main button")] == [
        "Put aside",
        "Say no to it",
        "Put aside",
    ]
    assert (refused.status_code, wrong.status_code) == (303, 303)
    assert sent.to_address == invitation.account.email
    assert store.get_one(InboundMessage, waiting.id).state is InboundState.DISMISSED
    assert store.get_one(InboundMessage, other.id).state is InboundState.QUARANTINED
    assert "This mail proposes no other time that can be refused." in after.response.text


def test_an_address_from_which_mail_came_back_is_written_to_again_when_the_desk_says_so(
    desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    person = invitation.account
    take_in(store, bounce(to=address(invitation), address=person.email))

    page = Page.get(desk, url(invitation))
    submit(desk, url(invitation, f"inbox/people/{person.id}/again"))
    after = Page.get(desk, url(invitation))

    store.expire_all()
    assert page.text("h2#back") == "Mail to these people came back"
    assert person.email in page.text("section[aria-labelledby=back] li p")
    assert person.bounced_at is None
    assert after.text(".empty h2") == "Nothing waits for you"


def test_mail_of_another_edition_is_not_there(
    desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    other = make_edition(store)
    store.commit()
    waiting = take_in(store, words(address(invitation), "Hallo"))

    answer = submit(desk, f"/en/{other.slug}/desk/inbox/{waiting.id}/dismiss")

    assert answer.status_code == 404


def test_more_mail_takes_no_more_statements(
    app, desk: FlaskClient, store: Session, invitation: Invitation
) -> None:
    found = []
    for count in (1, 5):
        for number in range(count):
            when = NOW + timedelta(minutes=number + count)
            take_in(store, words(address(invitation), f"Hallo {when}"))
        with counted(app.extensions["database"].engine) as statements:
            Page.get(desk, url(invitation))
        found.append(statements.statements)

    assert found[0] == found[1] <= 12 + 2  # beside the two that begin
