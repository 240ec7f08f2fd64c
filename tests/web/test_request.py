"""Who counts as one client, and that the site counts like that."""

import pytest
from flask import Flask

from opendeur.web.request import counted_as
from tests.page import submit


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:50123", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:50123", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("[", "unknown"),
        ("x" * 1000, "unknown"),
    ],
)
def test_address_counts_as_the_network_that_its_owner_has(address: str, counted: str) -> None:
    assert counted_as(address) == counted


def test_sixty_addresses_of_one_network_ask_for_thirty_sign_in_mails(app: Flask) -> None:
    def ask(number: int) -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number:x}"
        email = f"person{number}@kastanje.example"
        return submit(client, "/nl/sign-in", email=email).status_code

    assert [ask(number) for number in range(60)] == [303] * 30 + [429] * 30
