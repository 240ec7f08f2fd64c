"""The desk: drafts are read and sent once, and every message can be looked at."""

import pytest

from opendeur.domain import invitations, mail, people
from opendeur.enums import (
    EditionPhase,
    InvitationRole,
    Language,
    MessageKind,
    MessageState,
)
from opendeur.models import Account, Edition, Message
from tests.conftest import make_settings
from tests.factories import (
    NOW,
    make_account,
    make_edition,
    make_offer,
    make_placement,
    make_visitor,
)
from tests.page import Page, submit
from tests.queries import counted


@pytest.fixture
def edition(store):
    made = make_edition(store, phase=EditionPhase.ASSIGNMENT)
    store.commit()
    return made


def url(edition, path=""):
    return f"/en/{edition.slug}/desk/{path}"


def place(store, edition, visitors=1):
    """Place visitors with a host who has a contact, and draft their invitations."""
    visit = make_offer(store, edition, contact=make_account(store))
    for _ in range(visitors):
        visitor = make_visitor(store, edition, preferences=[visit])
        make_placement(store, visitor, visit.slots[0])
    store.expire_all()
    invitations.draft(store, edition, now=NOW)
    store.commit()


def write_all(store, tmp_path, state=MessageState.SENT):
    """Do what the worker does up to the mail server, and give every message a state."""
    found = store.query(Message).all()
    for message in found:
        invitations.make_up(store, message, settings=make_settings(tmp_path), now=NOW)
        message.state = state
    store.commit()
    return found


def test_without_drafts_the_page_leads_to_the_assignment(desk, edition):
    page = Page.get(desk, url(edition, "invitations"))

    assert page.text(".empty h2") == "No drafts yet"
    assert page.texts("main button") == []


def test_drafts_are_counted_and_listed(desk, store, edition):
    place(store, edition)

    page = Page.get(desk, url(edition, "invitations"))

    listed = Page.get(desk, url(edition, "invitations/all"))

    assert page.text("h1") == "2 letters are ready"
    assert page.texts(".pile-head") == ["Visitors1", "Hosts1"]
    assert page.texts(".pile b") == ["New invitation", "Who comes"]
    assert page.texts("main button") == [
        "Send 2 letters",
        "Send me this one first",
        "Compare again",
    ]
    assert sorted(listed.texts("tbody td:nth-child(2)")) == ["host", "visitor"]


def test_a_draft_can_be_read_before_it_is_sent(desk, store, edition):
    place(store, edition)

    for message in store.query(Message):
        page = Page.get(desk, url(edition, f"invitations/{message.id}"))
        assert page.texts(".letter header p")[0] == (
            f"Recipient {message.to_name} <{message.to_address}>"
        )
        assert page.texts(".typed") != [""]
    assert store.query(Message).filter(Message.raw.is_not(None)).count() == 0


def test_sending_publishes_and_a_second_press_sends_nothing(desk, store, edition):
    place(store, edition)
    counts = {"new": "2", "changed": "0", "cancelled": "0", "sure": "y"}

    answer = submit(desk, url(edition, "invitations"), **counts)
    again = Page.post(desk, url(edition, "invitations"), 409, **counts)

    assert (answer.status_code, answer.location) == (303, url(edition, "messages"))
    assert again.problems == ["The drafts have changed since this page was opened. Look again."]
    store.expire_all()
    assert store.get_one(Edition, edition.id).phase is EditionPhase.PUBLISHED
    assert [m.state for m in store.query(Message)] == [MessageState.QUEUED] * 2


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"new": "1", "changed": "0", "cancelled": "0"},
        {"new": "<script>", "changed": "9" * 10_000, "cancelled": "\u202e"},
    ],
    ids=["none", "others", "hostile"],
)
def test_other_counts_than_those_shown_send_nothing(desk, store, edition, counts):
    place(store, edition)

    page = Page.post(desk, url(edition, "invitations"), 409, **counts, sure="y")

    assert page.soup.select_one('input[name="new"]')["value"] == "2"
    assert {m.state for m in store.query(Message)} == {MessageState.DRAFT}


def test_an_empty_outbox_says_so(desk, edition):
    assert Page.get(desk, url(edition, "messages")).text(".empty h2") == "Nothing was sent yet"


def test_the_outbox_can_be_narrowed_to_a_state(desk, store, edition, tmp_path):
    place(store, edition)
    [first, _] = write_all(store, tmp_path)
    first.state, first.error = MessageState.UNCERTAIN, "the worker died"
    store.commit()

    page = Page.get(desk, url(edition, "messages"))

    assert page.texts('[aria-label="Which messages"] a') == ["All 2", "Sent 1", "Uncertain 1"]
    counts = [
        len(Page.get(desk, url(edition, f"messages?state={state}")).texts("tbody tr"))
        for state in ("sent", "uncertain", "failed", "draft", "<script>")
    ]
    assert counts == [1, 1, 0, 2, 2]


def test_a_message_is_read_as_it_was_sent(desk, store, edition, tmp_path):
    place(store, edition)
    [message, _] = write_all(store, tmp_path)

    page = Page.get(desk, url(edition, f"messages/{message.id}"))
    file = desk.get(url(edition, f"messages/{message.id}.eml"))

    assert page.text("h1") == message.subject
    assert page.texts("#calendar + dl dd")[3] == "REQUEST, CONFIRMED, revision 0"
    assert file.data == message.raw
    assert file.headers["Content-Type"] == "message/rfc822"
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="message-{message.id}.eml"'
    )


def test_a_message_that_is_not_written_yet_says_so(desk, store, edition):
    place(store, edition)
    submit(desk, url(edition, "invitations"), new="2", changed="0", cancelled="0", sure="y")
    [message, _] = store.query(Message).all()

    page = Page.get(desk, url(edition, f"messages/{message.id}"))

    assert page.texts("main .note")[1:] == [
        "The worker writes this message in a moment, from the facts as they are then."
    ]
    assert desk.get(url(edition, f"messages/{message.id}.eml")).status_code == 404


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN])
def test_what_failed_is_sent_again_once(desk, store, edition, tmp_path, state):
    place(store, edition)
    [message, _] = write_all(store, tmp_path, state)

    page = Page.get(desk, url(edition, f"messages/{message.id}"))
    answers = [submit(desk, url(edition, f"messages/{message.id}/again")) for _ in range(2)]

    assert page.texts("main button") == ["Send it again"]
    assert [answer.status_code for answer in answers] == [303, 409]
    store.expire_all()
    assert store.get_one(Message, message.id).state is MessageState.QUEUED


def test_what_was_sent_is_not_sent_again(desk, store, edition, tmp_path):
    place(store, edition)
    [message, _] = write_all(store, tmp_path)

    assert Page.get(desk, url(edition, f"messages/{message.id}")).texts("main button") == []
    assert submit(desk, url(edition, f"messages/{message.id}/again")).status_code == 409


@pytest.mark.parametrize("path", ["messages/{}", "messages/{}.eml", "invitations/{}"])
def test_a_message_of_another_edition_does_not_exist_here(desk, store, edition, tmp_path, path):
    place(store, make_edition(store))
    [message, _] = write_all(store, tmp_path)

    for number in (message.id, 999_999):
        assert desk.get(url(edition, path.format(number))).status_code == 404


def test_drafts_and_messages_lead_to_each_other(desk, store, edition, tmp_path):
    place(store, edition)
    [message, _] = store.query(Message).all()
    draft, sent = (url(edition, f"{part}/{message.id}") for part in ("invitations", "messages"))

    before = desk.get(sent)
    write_all(store, tmp_path)
    after = desk.get(draft)

    assert (before.status_code, before.location) == (303, draft)
    assert (after.status_code, after.location) == (303, sent)


def test_sign_in_mail_is_nowhere_on_the_desk(desk, store, edition, tmp_path):
    made = people.request_sign_in(
        store,
        email="somebody@kastanje.example",
        language=Language.NL,
        next_path="",
        client="127.0.0.1",
        pepper="x" * 32,
        now=NOW,
    )
    message = mail.queue_sign_in(
        store,
        email="somebody@kastanje.example",
        made=made,
        link="http://localhost/nl/sign-in/link/x",
        language=Language.NL,
        settings=make_settings(tmp_path),
        now=NOW,
    )
    store.commit()

    assert message.kind is MessageKind.SIGN_IN
    assert desk.get(url(edition, f"messages/{message.id}.eml")).status_code == 404
    assert Page.get(desk, url(edition, "messages")).texts("tbody tr") == []


def test_lists_of_messages_do_not_ask_row_by_row(app, desk, store, edition, tmp_path):
    def statements(path):
        with counted(app.extensions["database"].engine) as count:
            Page.get(desk, url(edition, path))
        return count.statements

    def all_of_them():
        paths = ("invitations", "invitations/all", "messages", "messages?q=lotte&sort=to")
        return [statements(path) for path in paths]

    place(store, edition)
    write_all(store, tmp_path)
    place(store, edition)
    one = all_of_them()
    place(store, edition, visitors=3)

    assert all_of_them() == one
    # Two of them open the connection for reading.
    assert max(one) <= 12 + 2


def test_messages_come_fifty_at_a_time_and_are_searched(desk, store, edition):
    for number in range(51):
        store.add(
            Message(
                kind=MessageKind.RECEIPT,
                state=MessageState.SENT,
                edition=edition,
                to_name=f"Mehmet Şahin {number}",
                to_address="a@b.example",
                language=Language.NL,
                subject="Uw voorkeuren",
                created_at=NOW,
            )
        )
    store.commit()

    first = Page.get(desk, url(edition, "messages"))
    [onwards] = [link["href"] for link in first.soup.select('a[rel="next"]')]
    pages = [first, Page.get(desk, onwards), Page.get(desk, url(edition, "messages?page=9"))]
    found = Page.get(desk, url(edition, "messages?q=sahin+50"))

    assert [len(page.texts("tbody tr")) for page in pages] == [50, 1, 1]
    assert [text.split(",")[0] for text in found.texts("tbody th")] == ["Mehmet Şahin 50"]


def test_sending_wants_a_tick_and_keeps_the_counts(desk, store, edition):
    place(store, edition)

    page = Page.post(
        desk, url(edition, "invitations"), 422, new="2", changed="0", cancelled="0"
    )

    assert page.errors == {"sure": "Read a letter of each kind, then tick the box"}
    assert page.soup.select_one('input[name="new"]')["value"] == "2"
    assert {m.state for m in store.query(Message)} == {MessageState.DRAFT}


def test_letters_of_one_kind_are_leafed_through(desk, store, edition):
    place(store, edition, visitors=3)
    numbers = [
        line.id
        for line in invitations.draft_lines(store, edition)
        if line.role is InvitationRole.VISITOR
    ]

    page = Page.get(desk, url(edition, "invitations"))
    seen = [page.text("#letter")]
    while onwards := page.soup.select('a[rel="next"]'):
        page = Page.get(desk, onwards[0]["href"])
        seen.append(page.text("#letter"))

    assert seen == [f"New invitation, {number} of 3" for number in (1, 2, 3)]
    assert len(numbers) == 3


def test_an_example_goes_to_the_organiser_and_counts_nowhere(desk, store, edition):
    place(store, edition)
    before = sorted((m.id, m.state) for m in store.query(Message))
    draft = next(m for m in store.query(Message) if m.invitation.is_for_visitor)

    answer = submit(desk, url(edition, f"invitations/{draft.id}/example"))

    store.expire_all()
    [example] = [m for m in store.query(Message) if m.is_example]
    written = mail.open_mail(example.raw)
    assert answer.location == url(edition, f"invitations/{draft.id}")
    assert sorted((m.id, m.state) for m in store.query(Message) if m is not example) == before
    assert (example.state, example.invitation_id) == (MessageState.QUEUED, None)
    assert example.to_address == store.query(Account).filter_by(given_name="Ilse").one().email
    assert example.subject.startswith("Voorbeeld: ")
    assert written.text.startswith("Dit is een voorbeeld van een brief aan Lotte Vermeiren")
    assert written.calendar is None
    assert b"/answer/" not in example.raw
    assert draft.invitation.sequence is None


def test_the_example_is_called_one_in_the_list(desk, store, edition):
    place(store, edition)
    [message, _] = store.query(Message).all()
    submit(desk, url(edition, f"invitations/{message.id}/example"))

    page = Page.get(desk, url(edition, "messages"))

    assert page.texts("tbody td:nth-child(2)") == ["Example for you"]
    assert Page.get(desk, url(edition, "invitations")).text("h1") == "2 letters are ready"


def test_of_what_was_sent_no_example_is_made(desk, store, edition, tmp_path):
    place(store, edition)
    [message, _] = write_all(store, tmp_path)

    answer = submit(desk, url(edition, f"invitations/{message.id}/example"))

    assert answer.location == url(edition, f"messages/{message.id}")
    assert store.query(Message).count() == 2


def test_of_examples_twenty_an_hour_are_sent_and_then_the_reason(desk, store, edition):
    place(store, edition)
    [message, _] = store.query(Message).all()
    here = url(edition, f"invitations/{message.id}")

    for _time in range(21):
        submit(desk, f"{here}/example")

    assert [m.is_example for m in store.query(Message)].count(True) == 20
    assert Page.get(desk, here).texts(".note-warn") == [
        "You had 20 examples mailed to you this hour. Read the drafts here, or go on within "
        "the hour."
    ]
