"""Taking a seat that is held, with the link of a letter, on a phone, without signing in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.domain import passing, placements
from opendeur.enums import OfferState
from opendeur.models import SeatOffer
from tests.domain.passing.week import Week
from tests.factories import NOW
from tests.page import Page, submit


@pytest.fixture
def week(store: Session) -> Week:
    return Week(store)


@pytest.fixture
def offer(store: Session, week: Week) -> SeatOffer:
    placements.join(store, week.person("Next"), week.visit, now=NOW)
    week.give_up()
    week.step()
    found = week.told()
    store.commit()
    return found


def path_of(offer: SeatOffer) -> str:
    return f"/en/offer/{offer.token}"


def test_looking_takes_nothing_and_one_button_does(
    client: FlaskClient, store: Session, week: Week, offer: SeatOffer
) -> None:
    page = Page.get(client, path_of(offer))
    before = week.who_comes()

    answers = [submit(client, path_of(offer), answer="yes") for _ in range(2)]
    store.expire_all()

    assert page.text("h1") == "A place is free"
    assert page.text(".lead").startswith("It is your turn on the waiting list")
    assert before == ["bob"]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert week.who_comes() == ["bob", "Next"]
    assert Page.get(client, path_of(offer)).text("h1") == "The place is yours"


def test_passing_it_on_frees_it_for_the_next(
    client: FlaskClient, store: Session, week: Week, offer: SeatOffer
) -> None:
    submit(client, path_of(offer), answer="no")
    store.expire_all()
    page = Page.get(client, path_of(offer))

    assert offer.state is OfferState.DECLINED
    assert page.text(".lead") == "You passed this place on, so somebody else is asked now."
    assert page.soup.select("main form") == []


@pytest.mark.parametrize("answer", ["", "maybe", "<script>", "x" * 10_000])
def test_answer_that_is_none_changes_nothing(
    client: FlaskClient, store: Session, offer: SeatOffer, answer: str
) -> None:
    submit(client, path_of(offer), answer=answer)
    store.refresh(offer)

    assert offer.state is OfferState.OPEN


def test_after_the_deadline_the_page_says_so_and_takes_nothing(
    client: FlaskClient, store: Session, week: Week, offer: SeatOffer
) -> None:
    offer.expires_at = NOW
    store.commit()

    page = Page(submit(client, path_of(offer), answer="yes"), 410)
    store.expire_all()

    assert page.problems == ["The time to answer is over, so somebody else is asked now."]
    assert week.who_comes() == ["bob"]


def test_token_that_never_was_is_not_found(client: FlaskClient, offer: SeatOffer) -> None:
    for path in (f"{path_of(offer)}x", "/en/offer/x", "/nl/offer/%00"):
        assert client.get(path).status_code == 404
        assert submit(client, path, answer="yes").status_code == 404


def test_a_preferred_visit_says_which_choice_it_was(
    client: FlaskClient, store: Session, week: Week
) -> None:
    week.person("Next", week.visit)
    week.give_up()
    week.step()
    offer = passing.offers_in(store, week.slot)[0]
    store.commit()

    page = Page.get(client, path_of(offer))

    assert page.text(".lead").startswith("Somebody cannot come. It was your choice 1")
    assert page.text(".ticket-when").endswith("Your 1st choice")
