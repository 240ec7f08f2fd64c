"""Reading lists of preferences, from the database and from parts of pages."""

from bs4 import BeautifulSoup
from sqlalchemy import select

from opendeur.models import Preference


def ids_of(visits):
    return [visit.id for visit in visits]


def shown(visits):
    return ",".join(str(visit.id) for visit in visits)


def ranking_of(store, visitor):
    store.expire_all()
    return list(
        store.scalars(
            select(Preference.visit_id)
            .where(Preference.visitor_id == visitor.id)
            .order_by(Preference.rank)
        )
    )


def part_of(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def texts(part, selector):
    return [" ".join(found.get_text().split()) for found in part.select(selector)]


def hosts(visits):
    return [visit.host.organisation.name for visit in visits]
