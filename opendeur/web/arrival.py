"""Where somebody goes after signing in: whose week it is, and the visit that led them there."""

from urllib.parse import parse_qs, urlsplit

from flask import flash, g
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import editions, offers, people, preferences
from opendeur.enums import EditionPhase
from opendeur.models import Account, Edition, Visit
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import numbers_in
from opendeur.web.i18n import LANGUAGES
from opendeur.web.request import now


class Arrival:
    """What a path on this site tells of where it leads, for pages that stand before it."""

    def __init__(self, path: str) -> None:
        parts = urlsplit(path)
        words = parts.path.split("/")
        slug = words[2] if len(words) > 3 and words[1] in LANGUAGES else ""
        self.edition = self._find(slug)
        numbers = numbers_in(parse_qs(parts.query).get("choose", [""])[0])
        self.visit = self._visit(numbers[0]) if numbers else None

    def show_edition(self) -> None:
        """Let the page have the colour and the name of the week that it leads to."""
        g.edition = self.edition

    def choose(self, account: Account) -> None:
        """Put the visit in the list of whoever is a visitor already: one press is enough."""
        visitor = people.roles_of(db.session(), account, self.edition).visitor
        if visitor is None or self.visit is None:
            return
        with attempt():
            ranking = preferences.add(db.session(), visitor, self.visit, now=now())
            db.session().commit()
            flash(
                _(
                    "%(host)s is now number %(rank)s in your list.",
                    host=self.visit.host.organisation.name,
                    rank=ranking.rank_of(self.visit.id),
                )
            )

    @staticmethod
    def _find(slug: str) -> Edition | None:
        found = editions.find(db.session(), slug) if slug else None
        return found if found and found.phase is not EditionPhase.DRAFT else None

    def _visit(self, number: int) -> Visit | None:
        if self.edition is None or not self.edition.shows_programme:
            return None
        return offers.find_in_programme(db.session(), self.edition, number)
