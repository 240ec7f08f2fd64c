"""A visitor with three choices of five, who has not submitted."""

import pytest

from tests.factories import make_account, make_edition, make_offer, make_visitor


@pytest.fixture
def edition(store):
    return make_edition(store, max_preferences=4)


@pytest.fixture
def visits(store, edition):
    return [make_offer(store, edition) for _ in range(5)]


@pytest.fixture
def account(store):
    return make_account(store)


@pytest.fixture
def visitor(store, edition, account, visits):
    return make_visitor(
        store, edition, account=account, preferences=visits[:3], submitted=False
    )


@pytest.fixture
def me(store, edition, visitor):
    store.commit()
    return f"/en/{edition.slug}/me"


@pytest.fixture
def browser(browser_of, me, account):
    return browser_of(account)
