"""The home page: the week that is open now, what is one's own, and the other weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import editions, offers, people
from opendeur.domain.people import Part
from opendeur.enums import EditionPhase
from opendeur.models import Edition
from opendeur.web import auth
from opendeur.web.i18n import PREFIX, language
from opendeur.web.public.blueprint import blueprint

#: What makes a week the one that is shown first: where most can be done now.
OPEN_FIRST = (
    EditionPhase.PREFERENCES,
    EditionPhase.WEEK,
    EditionPhase.PUBLISHED,
    EditionPhase.PROGRAMME,
    EditionPhase.HOSTING,
    EditionPhase.ASSIGNMENT,
)
FINISHED = (EditionPhase.EVALUATION, EditionPhase.CLOSED)


@dataclass(frozen=True, slots=True)
class Link:
    """A way to what is one's own, and a few words about it."""

    url: str
    text: str
    about: str


@blueprint.route(f"{PREFIX}/")
@auth.anybody
def home() -> ResponseReturnValue:
    """Show the editions: the open one first, the finished ones last."""
    weeks = editions.listed(db.session())
    going_on = [week for week in weeks if week.phase not in FINISHED]
    front = min(going_on, key=lambda week: OPEN_FIRST.index(week.phase), default=None)
    account = auth.account()
    parts = people.parts_of(db.session(), account, going_on) if account else []
    return render_template(
        "public/home.html",
        front=front,
        organisations=_organisations(front) if front else 0,
        parts=[link for part in parts for link in _links(part)],
        others=[week for week in going_on if week is not front],
        finished=[week for week in reversed(weeks) if week.phase in FINISHED],
    )


def _organisations(edition: Edition) -> int:
    """Return how many organisations open their door, as far as everybody may know."""
    if not edition.shows_programme:
        return 0
    visits = offers.read_offer(db.session(), edition).visits.values()
    return len({visit.organisation_id for visit in visits})


def _links(part: Part) -> Iterator[Link]:
    edition = part.edition
    zone = edition.zone.name(language())
    slug: Any = {"edition_slug": edition.slug}
    if part.visitor and edition.shows_results:
        yield Link(url_for("visitor.week", **slug), _("My week"), zone)
    elif part.visitor:
        url = url_for("visitor.preferences", **slug)
        yield Link(url, _("My preferences"), f"{zone}, {_standing(part)}")
    if part.hosts:
        names = ", ".join(host.organisation.name for host in part.hosts)
        yield Link(url_for("host.overview", **slug), _("Your visits"), names)
    if part.organises:
        yield Link(url_for("desk.overview", **slug), _("Organise"), zone)


def _standing(part: Part) -> str:
    visitor = part.visitor
    if visitor is None or visitor.submitted_at is None:
        return str(_("not submitted yet"))
    if visitor.has_changed_since_submitting:
        return str(_("changed since you submitted"))
    return str(_("submitted"))
