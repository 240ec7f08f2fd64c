from datetime import timedelta

import time_machine
from sqlalchemy import select

from opendeur.enums import MessageKind
from opendeur.models import Message, Visitor
from tests.factories import (
    MONDAY,
    NOW,
)
from tests.page import Page, submit
from tests.web.visitor.lists import hosts, shown


def test_submitting_confirms_and_queues_a_receipt(store, browser, me, visits, visitor, account):
    page = Page.get(browser, f"{me}/preferences")
    [field] = page.soup.select("main form input[name=shown]")
    assert [button["formaction"] for button in page.soup.select("[formaction]")] == [
        f"{me}/submit"
    ] * 2

    answer = submit(browser, f"{me}/submit", shown=field["value"])

    assert answer.location == f"{me}/submitted"
    assert Page.get(browser, answer.location).text("h1") == "Your 3 preferences are submitted"
    store.expire_all()
    assert store.get_one(Visitor, visitor.id).submitted_at is not None
    [receipt] = store.scalars(select(Message))
    assert (receipt.kind, receipt.to_address) == (MessageKind.RECEIPT, account.email)


def test_submitting_also_keeps_what_is_ticked_beside_it(store, browser, me, visits, visitor):
    submit(
        browser,
        f"{me}/submit",
        shown=shown(visits[:3]),
        half_days=f"{MONDAY}-morning",
        max_visits="2",
    )

    store.expire_all()
    assert (len(visitor.busy_periods), visitor.max_visits) == (1, 2)
    assert visitor.has_handed_in_all


def test_submitting_with_limits_that_make_no_sense_submits_nothing(
    store, browser, me, visits, visitor
):
    page = Page.post(browser, f"{me}/submit", shown=shown(visits[:3]), max_visits="<b>")

    assert list(page.errors) == ["max_visits"]
    store.expire_all()
    assert visitor.submitted_at is None


def test_submitting_a_list_that_changed_shows_it_as_it_is(store, browser, me, visits, visitor):
    page = Page.post(browser, f"{me}/submit", 409, shown=shown(visits[:2]))

    assert page.texts(".rank .by") == hosts(visits[:3])
    assert store.scalars(select(Message)).all() == []


def test_submitting_drops_what_was_withdrawn_meanwhile_and_says_so(
    store, browser, me, visits, visitor
):
    visits[1].withdrawn_at = NOW
    store.commit()

    submit(browser, f"{me}/submit", shown=shown(visits[:3]))

    page = Page.get(browser, f"{me}/submitted")
    assert page.text("h1") == "Your 2 preferences are submitted"
    assert page.text("main > .note-warn").startswith(hosts(visits)[1])


def test_there_is_no_confirmation_before_submitting(browser, me):
    assert browser.get(f"{me}/submitted").location == f"{me}/preferences"


def test_a_change_after_submitting_counts_and_the_page_says_so(store, browser, me, visits):
    submit(browser, f"{me}/submit", shown=shown(visits[:3]))
    before = Page.get(browser, f"{me}/preferences").text("#said")

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        submit(browser, f"{me}/preferences/add", choose=visits[3].id)

    after = Page.get(browser, f"{me}/preferences").text("#said")
    assert "This list counts." in before
    assert "What you see here counts" in after


def receipts(store):
    return len(store.scalars(select(Message).where(Message.kind == MessageKind.RECEIPT)).all())


def test_twelve_presses_mail_one_receipt(browser, store, me, visits):
    answers = [
        submit(browser, f"{me}/submit", shown=shown(visits[:3])).status_code for _ in range(12)
    ]

    assert (set(answers), receipts(store)) == ({303}, 1)


def test_a_list_that_changed_is_mailed_again(browser, store, me, visits, standing_clock):
    submit(browser, f"{me}/submit", shown=shown(visits[:3]))
    standing_clock.shift(timedelta(minutes=1))
    submit(browser, f"{me}/preferences/add", choose=str(visits[3].id))

    submit(browser, f"{me}/submit", shown=shown(visits[:4]))

    assert receipts(store) == 2


def test_whoever_was_imported_as_submitted_gets_a_receipt_at_the_first_press(
    browser, store, me, visits, visitor
):
    visitor.submitted_at = visitor.changed_at
    store.commit()

    submit(browser, f"{me}/submit", shown=shown(visits[:3]))

    assert receipts(store) == 1
