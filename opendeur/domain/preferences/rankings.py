"""What a visitor prefers: a list of visits, the best first, kept at every change.

A change is made on the list that the person saw. When that is no longer the list that is
kept, because of another tab or another device, nothing is changed and the person is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from opendeur.domain import editions
from opendeur.domain.preferences.visitors import lock_visitor
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Host, LocalText, Organisation, Preference, Visit, Visitor
from opendeur.models.base import localised


@dataclass(frozen=True, slots=True)
class Listed:
    """A visit as a list names it: columns, not an object, because lists are read often."""

    id: int
    title_nl: str
    title_fr: str
    host_name: str

    def title(self, language: str) -> LocalText:
        """Return the title in `language`, or in the other one."""
        return localised(language, nl=self.title_nl, fr=self.title_fr)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A visitor's list, the best first. `dropped` stood in it, but can no longer be chosen."""

    visits: tuple[Listed, ...] = ()
    dropped: tuple[Listed, ...] = ()

    @property
    def visit_ids(self) -> list[int]:
        """The visits' numbers, the best first: what a form shows and sends back."""
        return [visit.id for visit in self.visits]

    def rank_of(self, visit_id: int) -> int | None:
        """Return the rank of a visit, or None when it is not in the list."""
        ids = self.visit_ids
        return ids.index(visit_id) + 1 if visit_id in ids else None

    def find(self, visit_id: int) -> Listed | None:
        """Return a visit that stands in the list, or that was dropped from it."""
        return next((v for v in (*self.visits, *self.dropped) if v.id == visit_id), None)


def ranking_of(session: Session, visitor: Visitor) -> Ranking:
    """Return a visitor's list as it counts now.

    A visit that was withdrawn since, or is of the organisation that the visitor works for
    since, no longer counts and the others move up. It leaves the database at the next save.
    """
    rows = session.execute(
        select(
            Visit.id,
            Visit.title_nl,
            Visit.title_fr,
            Organisation.name,
            Visit.published_at,
            Visit.withdrawn_at,
            Host.organisation_id,
        )
        .join(Preference, Preference.visit_id == Visit.id)
        .join(Visit.host)
        .join(Host.organisation)
        .where(Preference.visitor_id == visitor.id)
        .order_by(Preference.rank)
    )
    kept: list[Listed] = []
    dropped: list[Listed] = []
    for visit_id, title_nl, title_fr, name, published_at, withdrawn_at, organisation_id in rows:
        is_offered = published_at is not None and withdrawn_at is None
        counts = is_offered and organisation_id != visitor.organisation_id
        (kept if counts else dropped).append(Listed(visit_id, title_nl, title_fr, name))
    return Ranking(tuple(kept), tuple(dropped))


def ranks_of(session: Session, visitor: Visitor) -> dict[int, int]:
    """Return the rank of each visit in the list, by its number, as `ranking_of` counts."""
    ids = ranking_of(session, visitor).visit_ids
    return {visit_id: rank for rank, visit_id in enumerate(ids, start=1)}


def is_own(visitor: Visitor, visit: Visit) -> bool:
    """Tell whether a visit is to the organisation that the visitor works for."""
    own = visitor.organisation_id
    return own is not None and own == visit.host.organisation_id


def add(session: Session, visitor: Visitor, visit: Visit, *, now: datetime) -> Ranking:
    """Put a visit at the end of the list; nothing changes when it is there already.

    Raises
    ------
    TooLate
        Outside the time in which preferences can be given.
    Conflict
        When the visit is not, or no longer, in the programme of the visitor's edition.
    InvalidInput
        When the visitor works there, or has as many preferences as the edition allows.
    """
    ranking = _begin(session, visitor, now=now)
    if visit.id in ranking.visit_ids:
        return ranking
    _require_choosable(session, visitor, visit)
    if len(ranking.visits) >= visitor.edition.max_preferences:
        raise InvalidInput(
            "You have chosen %(most)s visits, and that is the most. Remove one to make room.",
            most=visitor.edition.max_preferences,
        )
    return _keep(session, visitor, ranking, (*ranking.visits, _listed(visit)), now=now)


def swap(
    session: Session, visitor: Visitor, visit: Visit, *, instead_of: int, now: datetime
) -> Ranking:
    """Put a visit in the place of another one, which leaves the list.

    Raises
    ------
    TooLate, Conflict, InvalidInput
        As `add`; also a conflict when the other one is no longer in the list.
    """
    ranking = _begin(session, visitor, now=now)
    if visit.id in ranking.visit_ids:
        return ranking
    _require_choosable(session, visitor, visit)
    _without(ranking.visit_ids, instead_of)  # refuses what is not there
    visits = (_listed(visit) if other.id == instead_of else other for other in ranking.visits)
    return _keep(session, visitor, ranking, tuple(visits), now=now)


def _require_choosable(session: Session, visitor: Visitor, visit: Visit) -> None:
    session.refresh(visit, ["published_at", "withdrawn_at"])  # as it is under the lock
    if not visit.is_offered or visit.host.edition_id != visitor.edition_id:
        raise Conflict("This visit is no longer in the programme. Choose another one.")
    if is_own(visitor, visit):
        raise InvalidInput(
            "This is the organisation you work for. Choose a visit that is new to you."
        )


def _listed(visit: Visit) -> Listed:
    return Listed(visit.id, visit.title_nl, visit.title_fr, visit.host.organisation.name)


def replace(
    session: Session,
    visitor: Visitor,
    visit_ids: Sequence[int],
    *,
    shown: Sequence[int],
    now: datetime,
) -> Ranking:
    """Put the list in another order, or leave visits out. `shown` is what the person saw.

    An order that is the one of before is not a change.

    Raises
    ------
    TooLate
        Outside the time in which preferences can be given.
    Conflict
        When the list is no longer the one that was shown.
    InvalidInput
        When a visit stands twice in the new list, or was not in the one shown.
    """
    ranking = _begin(session, visitor, now=now)
    _require_shown(ranking, shown)
    if len(set(visit_ids)) != len(visit_ids) or not set(visit_ids) <= set(shown):
        raise InvalidInput("Put each of your visits in one place.")
    listed = {visit.id: visit for visit in ranking.visits}
    kept = tuple(listed[visit_id] for visit_id in visit_ids if visit_id in listed)
    if kept == ranking.visits and not ranking.dropped:
        return ranking
    return _keep(session, visitor, ranking, kept, now=now)


def move(
    session: Session,
    visitor: Visitor,
    visit_id: int,
    *,
    to: int,
    shown: Sequence[int],
    now: datetime,
) -> Ranking:
    """Give a visit another rank; a rank beyond the list is its first or last one.

    Raises
    ------
    TooLate, Conflict
        As `replace`; also a conflict when the visit was not in the list that was shown.
    """
    order = moved(shown, visit_id, to=to)
    return replace(session, visitor, order, shown=shown, now=now)


def moved(shown: Sequence[int], visit_id: int, *, to: int) -> list[int]:
    """Return a list with one visit at another rank and the others in their order.

    Raises
    ------
    Conflict
        When the visit is not in the list.
    """
    others = _without(shown, visit_id)
    place = min(max(to, 1), len(shown)) - 1
    return [*others[:place], visit_id, *others[place:]]


def remove(
    session: Session, visitor: Visitor, visit_id: int, *, shown: Sequence[int], now: datetime
) -> Ranking:
    """Take a visit out of the list; the others move up.

    An empty list takes a submission back: somebody without preferences does not take part.

    Raises
    ------
    TooLate, Conflict
        As `move`.
    """
    return replace(session, visitor, _without(shown, visit_id), shown=shown, now=now)


def submit(
    session: Session, visitor: Visitor, *, shown: Sequence[int], now: datetime
) -> Ranking:
    """Hand the list in. It counts from now on, and so does every later change to it.

    Handing in what was handed in already, such as with a second press, changes nothing.

    Raises
    ------
    TooLate
        Outside the time in which preferences can be given.
    Conflict
        When the list is no longer the one that was shown.
    InvalidInput
        When the list is empty.
    """
    ranking = _begin(session, visitor, now=now)
    _require_shown(ranking, shown)
    if not ranking.visits:
        raise InvalidInput("Choose at least one visit before you submit.")
    if not ranking.dropped and visitor.has_handed_in_all:
        return ranking
    kept = _keep(session, visitor, ranking, ranking.visits, now=now)
    visitor.submitted_at = visitor.changed_at
    session.flush()
    return kept


def _begin(session: Session, visitor: Visitor, *, now: datetime) -> Ranking:
    lock_visitor(session, visitor)
    editions.require_preferences(visitor.edition, now=now)
    return ranking_of(session, visitor)


def _require_shown(ranking: Ranking, shown: Sequence[int]) -> None:
    """Refuse when the list that was shown differs in more than what was dropped since."""
    dropped = {visit.id for visit in ranking.dropped}
    if [visit_id for visit_id in shown if visit_id not in dropped] != ranking.visit_ids:
        raise Conflict(
            "Your list was changed in another tab or on another device. Here it is as it is "
            "now; make your change again if you still want it."
        )


def _without(shown: Sequence[int], visit_id: int) -> list[int]:
    if visit_id not in shown:
        raise Conflict("This visit is no longer in your list. Here it is as it is now.")
    return [other for other in shown if other != visit_id]


def _keep(
    session: Session,
    visitor: Visitor,
    before: Ranking,
    visits: tuple[Listed, ...],
    *,
    now: datetime,
) -> Ranking:
    """Write the whole list anew: old rows go first, so that no rank is taken twice."""
    session.execute(delete(Preference).where(Preference.visitor_id == visitor.id))
    if visits:
        session.execute(
            insert(Preference),
            [
                {"visitor_id": visitor.id, "visit_id": visit.id, "rank": rank}
                for rank, visit in enumerate(visits, start=1)
            ],
        )
    visitor.note_change(now)
    if not visits:
        visitor.submitted_at = None
    session.flush()
    session.expire(visitor, ["preferences"])
    return Ranking(visits, before.dropped)
