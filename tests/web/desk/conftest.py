"""An organiser at the desk."""

import pytest

from tests.factories import make_organiser


@pytest.fixture
def desk(store, edition, browser_of):
    organiser = make_organiser(store)
    store.commit()
    return browser_of(organiser)
