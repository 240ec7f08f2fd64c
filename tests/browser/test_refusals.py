"""Pages that say no, looked at in a browser like every other."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.inspection import PHONE
from tests.browser.people import Visitor
from tests.browser.site import EDITION

pytestmark = pytest.mark.real_clock


def test_nothing_is_wrong_with_a_page_that_refuses(meet: Meet) -> None:
    somebody = meet(
        Visitor, email="camille.lambert@ecureuil.example", language="nl", width=PHONE
    )
    page, origin = somebody.page, somebody.site.base_url

    for path, status in (
        ("/nl/nowhere", 404),
        ("/nl/answer/nothing", 404),
        ("/nl/sign-in/link/used", 409),
        (f"/nl/{EDITION}/visits/999999", 404),
    ):
        answer = page.goto(f"{origin}{path}")
        assert answer is not None
        assert (path, answer.status) == (path, status)
        somebody.look()

    somebody.visit("/nl/sign-in")
    page.context.clear_cookies()
    somebody.fill(email=somebody.email)
    with page.expect_navigation() as sent:
        somebody.tap("main form button")
    assert sent.value.status == 400
    somebody.look()
