"""What a host fills in, as a browser sends it."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from opendeur.models import Account, Edition, Visit
from tests.factories import MONDAY, make_account, make_edition, make_host, make_visit

#: Text that must come back as text, on one line and on several.
HOSTILE = '<script>alert(1)</script> \u202e{{ 7*7 }} "quoted" 🚪'


def organisation_form(**values: Any) -> dict[str, Any]:
    return {
        "name": "Dagcentrum Zavelput",
        "street": "Zavelstraat 3",
        "postcode": "1150",
        "sectors": ["ouderen"],
        "contact_name": "Greet Maes",
        "contact_phone": "02 000 00 02",
        "phone": "",
        "website": "www.zavelput.example",
        "description_nl": "",
        "description_fr": "",
        "wheelchair": "partly",
        "access_nl": "",
        "access_fr": "",
        "directions_nl": "Tram 44",
        "directions_fr": "",
        **values,
    }


def visit_form(**values: Any) -> dict[str, Any]:
    return {
        "title_nl": "Koffie en turnen",
        "title_fr": "",
        "description_nl": "Een ochtend in huis.",
        "description_fr": "",
        "audience": [],
        **values,
    }


def offer_form(**values: Any) -> dict[str, Any]:
    """Return a new visit with its moment, on the card of its organisation."""
    return {
        "contact_name": "Greet Maes",
        "contact_phone": "",
        "host_street": "Zavelstraat 3",
        "host_postcode": "1150",
        "wheelchair": "",
        **visit_form(),
        **slot_form(),
        **values,
    }


def arrange(store: Session, **values: Any) -> tuple[Edition, Account]:
    """Return an edition and a person, committed."""
    edition, account = make_edition(store, **values), make_account(store)
    store.commit()
    return edition, account


def arrange_draft(store: Session, **values: Any) -> tuple[Edition, Account, Visit]:
    """Return an edition, a contact of a host, and its draft without moments, committed."""
    edition, account = arrange(store, **values)
    visit = make_visit(store, make_host(store, edition, contact=account), published_at=None)
    store.commit()
    return edition, account, visit


def path(edition: Edition, rest: str = "", language: str = "en") -> str:
    return f"/{language}/{edition.slug}/host/{rest}"


def redirected(client: FlaskClient, response: Any) -> str:
    """Return where a form led to."""
    assert response.status_code == 303, response.get_data(as_text=True)[:2000]
    return str(response.headers["Location"])


def slot_form(**values: Any) -> dict[str, Any]:
    """Return a moment: `day` is for one that changes, `days` for new ones."""
    tuesday = (MONDAY + timedelta(days=1)).isoformat()
    return {
        "day": tuesday,
        "days": [tuesday],
        "starts": "9:30",
        "ends": "11:00",
        "minimum": "4",
        "capacity": "10",
        "languages": ["nl", "fr"],
        "street": "",
        "postcode": "",
        **values,
    }
