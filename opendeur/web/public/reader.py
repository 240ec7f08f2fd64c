"""Who reads the programme: what they chose, what fits them, and what was just said to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask import g
from flask import session as cookie

from opendeur import db
from opendeur.domain import preferences
from opendeur.domain.offers import Offer, OfferedVisit
from opendeur.domain.preferences import Obstacle, Ranking
from opendeur.models import Visitor
from opendeur.web import auth
from opendeur.web.request import now

#: Where the cookie of the forms keeps what the next page says beside a visit.
SAID = "said"


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a choice: words that stand where it was made.

    `kind` is *chosen*, *left*, *full* or *refused*; `where` tells one row of a visit from
    another.
    """

    visit_id: int
    kind: str
    text: str
    where: str = ""


def say_next(said: Said) -> None:
    """Let the next page say something beside a visit."""
    cookie[SAID] = [said.visit_id, said.kind, said.text, said.where]


def take_said() -> Said | None:
    """Return what is to be said beside a visit, once."""
    found = cookie.pop(SAID, None) if SAID in cookie else None
    return Said(*found) if found else None


@dataclass(frozen=True)
class Reader:
    """Somebody who reads what there is; a visitor of the edition, or anybody."""

    offer: Offer
    visitor: Visitor | None = None
    ranking: Ranking = field(default_factory=Ranking)
    said: Said | None = None

    @classmethod
    def of_request(cls, offer: Offer) -> "Reader":
        """Return who asks, with what the last page left to say."""
        visitor = auth.roles().visitor
        if visitor is None:
            return cls(offer)
        return cls(offer, visitor, preferences.ranking_of(db.session(), visitor), take_said())

    @property
    def is_known(self) -> bool:
        """Whether somebody is registered, so that pages show what is theirs."""
        return self.visitor is not None

    @property
    def can_choose(self) -> bool:
        """Whether choices can be made now; whoever is not known yet is asked who they are."""
        return bool(g.edition.takes_preferences(now()))

    @cached_property
    def ranks(self) -> Mapping[int, int]:
        """The rank of each visit in the list, by its number."""
        return {number: rank for rank, number in enumerate(self.ranking.visit_ids, start=1)}

    @cached_property
    def obstacles(self) -> Mapping[int, Obstacle]:
        """What keeps the reader from moments, by their numbers."""
        return preferences.obstacles_of(self.visitor, self.offer) if self.visitor else {}

    @cached_property
    def fitting(self) -> Mapping[str, Collection[int]]:
        """The moments that fit the reader, by value of that filter; only where some do not."""
        if self.visitor is None:
            return {}
        moments, languages = self.offer.moments, self.visitor.languages
        found = {
            "week": {moment.id for moment in moments} - self.obstacles.keys(),
            "language": {
                moment.id for moment in moments if not moment.languages.isdisjoint(languages)
            },
        }
        return {name: fits for name, fits in found.items() if len(fits) < len(moments)}

    @property
    def organisation_id(self) -> int | None:
        """The organisation that the reader works for, if it is known."""
        return self.visitor.organisation_id if self.visitor else None

    def works_at(self, visit: OfferedVisit) -> bool:
        """Tell whether a visit is to the reader's own organisation."""
        return (
            self.organisation_id is not None and self.organisation_id == visit.organisation_id
        )
