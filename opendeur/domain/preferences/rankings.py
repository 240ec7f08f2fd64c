"""What a visitor prefers: a list of visits, the best first, kept at every change.

A change is made on the list that the person saw. When that is no longer the list that is
kept, because of another tab or another device, nothing is changed and the person is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.domain import editions
from opendeur.domain.preferences.attendance import could_attend
from opendeur.domain.preferences.visitors import lock_visitor
from opendeur.errors import Conflict, InvalidInput
from opendeur.models import Host, Organisation, Preference, Slot, Visit, Visitor


@dataclass(frozen=True, slots=True)
class Choice:
    """A visit that somebody prefers, and at which of its slots they could be."""

    visit: Visit
    rank: int
    suitable: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A visitor's list. `dropped` stood in it too, but can no longer be chosen."""

    choices: tuple[Choice, ...] = ()
    dropped: tuple[Visit, ...] = ()

    @property
    def visit_ids(self) -> list[int]:
        """The visits' numbers, the best first: what a form shows and sends back."""
        return [choice.visit.id for choice in self.choices]

    def rank_of(self, visit: Visit) -> int | None:
        """Return the rank of a visit, or None when it is not in the list."""
        return next((c.rank for c in self.choices if c.visit.id == visit.id), None)


def ranking_of(session: Session, visitor: Visitor) -> Ranking:
    """Return a visitor's list as it counts now.

    A visit that was withdrawn since, or is of the organisation that the visitor works for
    since, no longer counts and the others move up. It leaves the database at the next save.
    """
    preferences = session.scalars(
        select(Preference)
        .where(Preference.visitor_id == visitor.id)
        .options(
            joinedload(Preference.visit).options(
                joinedload(Visit.host)
                .joinedload(Host.organisation)
                .joinedload(Organisation.postcode),
                selectinload(Visit.slots).joinedload(Slot.own_postcode),
                selectinload(Visit.audience),
            )
        )
        .order_by(Preference.rank)
        .execution_options(populate_existing=True)
    )
    visits = [preference.visit for preference in preferences]
    kept = [visit for visit in visits if _counts(visitor, visit)]
    return Ranking(
        choices=tuple(
            Choice(visit, rank, _suitable(visitor, visit))
            for rank, visit in enumerate(kept, start=1)
        ),
        dropped=tuple(visit for visit in visits if visit not in kept),
    )


def ranks_of(session: Session, visitor: Visitor) -> dict[int, int]:
    """Return the rank of each visit in the list, by its number, as `ranking_of` counts."""
    visits = session.scalars(
        select(Visit)
        .join(Preference, Preference.visit_id == Visit.id)
        .where(Preference.visitor_id == visitor.id)
        .options(joinedload(Visit.host))
        .order_by(Preference.rank)
    )
    return {
        visit.id: rank
        for rank, visit in enumerate((v for v in visits if _counts(visitor, v)), start=1)
    }


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
    if not visit.is_offered or visit.host.edition_id != visitor.edition_id:
        raise Conflict("This visit is no longer in the programme. Choose another one.")
    if is_own(visitor, visit):
        raise InvalidInput(
            "This is the organisation you work for. Choose a visit that is new to you."
        )
    if len(ranking.choices) >= visitor.edition.max_preferences:
        raise InvalidInput(
            "You have chosen %(most)s visits, and that is the most. Remove one to make room.",
            most=visitor.edition.max_preferences,
        )
    return _keep(session, visitor, ranking, [*ranking.visit_ids, visit.id], now=now)


def replace(
    session: Session,
    visitor: Visitor,
    visit_ids: Sequence[int],
    *,
    shown: Sequence[int],
    now: datetime,
) -> Ranking:
    """Put the list in another order, or leave visits out. `shown` is what the person saw.

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
    kept = [visit_id for visit_id in visit_ids if visit_id in ranking.visit_ids]
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
    if not ranking.choices:
        raise InvalidInput("Choose at least one visit before you submit.")
    if not ranking.dropped and visitor.has_handed_in_all:
        return ranking
    kept = _keep(session, visitor, ranking, ranking.visit_ids, now=now)
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
    visit_ids: Sequence[int],
    *,
    now: datetime,
) -> Ranking:
    """Write the whole list anew: old rows go first, so that no rank is taken twice."""
    session.execute(delete(Preference).where(Preference.visitor_id == visitor.id))
    session.add_all(
        Preference(visitor_id=visitor.id, visit_id=visit_id, rank=rank)
        for rank, visit_id in enumerate(visit_ids, start=1)
    )
    visitor.note_change(now)
    if not visit_ids:
        visitor.submitted_at = None
    session.flush()
    session.expire(visitor, ["preferences"])
    after = ranking_of(session, visitor)
    return Ranking(choices=after.choices, dropped=before.dropped)


def _counts(visitor: Visitor, visit: Visit) -> bool:
    return visit.is_offered and not is_own(visitor, visit)


def _suitable(visitor: Visitor, visit: Visit) -> tuple[Slot, ...]:
    return tuple(slot for slot in visit.open_slots if could_attend(visitor, slot))
