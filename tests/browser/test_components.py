"""Every component in every state, looked at in a browser."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.inspection import DESKTOP, PHONE
from tests.browser.people import Visitor

pytestmark = pytest.mark.real_clock


def test_nothing_is_wrong_with_any_component(meet: Meet) -> None:
    for language, width in (("nl", 320), ("fr", PHONE), ("en", DESKTOP)):
        somebody = meet(
            Visitor, email="camille.lambert@ecureuil.example", language=language, width=width
        )
        somebody.visit(f"/{language}/components")
