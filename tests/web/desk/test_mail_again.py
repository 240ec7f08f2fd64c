"""The desk sees what did not arrive, and sends it again as what holds now."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import invitations, mail
from opendeur.enums import EditionPhase, MessageState
from opendeur.models import Edition, Message
from tests.domain.invited import SETTINGS, counts, make_case
from tests.factories import NOW
from tests.page import Page, submit


@pytest.fixture
def edition(store: Session) -> Edition:
    """Send everything to a mail server that wants none of it."""
    case = make_case(store)
    drafts = invitations.draft(store, case.edition, now=NOW)
    invitations.queue_drafts(store, case.edition, expected=counts(drafts), now=NOW)
    while (message := mail.claim_message(store, now=NOW)) is not None:
        invitations.make_up(store, message, settings=SETTINGS, now=NOW)
        mail.mark_refused(store, message, "550 No such user")
        store.flush()
    case.edition.phase = EditionPhase.PUBLISHED
    store.commit()
    return case.edition


def url(edition: Edition, path: str = "") -> str:
    return f"/en/{edition.slug}/desk/{path}"


def states(store: Session) -> list[MessageState]:
    store.expire_all()
    return list(store.scalars(select(Message.state).order_by(Message.id)))


def test_all_that_failed_is_sent_again_in_one_press(
    desk: FlaskClient, store: Session, edition: Edition
) -> None:
    page = Page.get(desk, url(edition, "messages"))
    answer = submit(desk, url(edition, "messages/again"))
    after = Page.get(desk, url(edition, "messages"))

    assert "2 messages were not delivered." in page.text(".note-warn")
    assert answer.status_code == 303
    assert states(store) == [MessageState.QUEUED] * 2
    assert after.soup.select(".note-warn") == []


def test_second_press_says_that_nothing_waits(
    desk: FlaskClient, store: Session, edition: Edition
) -> None:
    submit(desk, url(edition, "messages/again"))
    submit(desk, url(edition, "messages/again"))

    assert states(store) == [MessageState.QUEUED] * 2


def test_message_that_a_later_one_overtook_leads_there_and_has_no_button(
    desk: FlaskClient, store: Session, edition: Edition
) -> None:
    old = store.scalars(select(Message).order_by(Message.id)).first()
    assert old is not None
    assert old.invitation is not None
    old.invitation.slot.starts_at += timedelta(hours=1)
    old.invitation.slot.ends_at += timedelta(hours=1)
    store.commit()
    submit(desk, url(edition, "messages/again"))
    later = store.scalars(
        select(Message)
        .where(Message.invitation_id == old.invitation_id)
        .order_by(Message.id.desc())
    ).first()
    assert later is not None

    page = Page.get(desk, url(edition, f"messages/{old.id}"))
    refused = submit(desk, url(edition, f"messages/{old.id}/again"))

    assert "Overtaken" in page.text("main .row")
    assert [a["href"] for a in page.soup.select(".note a")] == [
        url(edition, f"messages/{later.id}")
    ]
    assert page.soup.select("main form") == []
    assert refused.status_code == 409
    assert states(store) == [MessageState.SUPERSEDED] * 2 + [MessageState.QUEUED] * 2


@pytest.mark.parametrize("path", ["", "messages"])
def test_desk_sees_that_the_mail_server_cannot_be_reached_and_since_when(
    desk: FlaskClient, store: Session, edition: Edition, path: str
) -> None:
    before = Page.get(desk, url(edition, path)).text("main")
    since = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
    mail.server_is_silent(store, "ConnectionRefusedError", now=since)
    mail.server_is_silent(store, "ConnectionRefusedError", now=since + timedelta(hours=3))
    store.commit()

    during = Page.get(desk, url(edition, path)).text("main")
    mail.server_answers(store)
    store.commit()

    assert "The mail server cannot be reached since" in during
    assert "10:15" in during
    assert Page.get(desk, url(edition, path)).text("main") == before
