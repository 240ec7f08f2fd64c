"""What it takes a host, on a phone, to open the door."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.inspection import PHONE
from tests.browser.people import Host

pytestmark = pytest.mark.real_clock


def test_two_visits_of_three_moments_take_few_taps_and_fields(meet: Meet) -> None:
    host = meet(Host, email="greet.maes@zavelput.example", language="nl", width=PHONE)

    host.sign_in_with_link("host/")
    host.take_part()
    host.offer(
        days=(0, 1, 2),
        title_nl="Koffie om negen uur",
        description_nl="U drinkt koffie met wie hier komt.",
    )
    host.press("main a.btn[href$='/visits/new']")
    host.offer(
        days=(0, 1, 3),
        title_nl="Turnen om twee uur",
        description_nl="Doe gerust mee.",
        starts="14u",
        ends="15u30",
    )

    expect(host.page.locator("main li[id^=slot-]")).to_have_count(6)
    expect(host.page.locator("main form[action$='/publish']")).to_have_count(0)
    assert (host.taps, host.filled) == (17, 6)
