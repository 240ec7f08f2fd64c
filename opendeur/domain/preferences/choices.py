"""The choices of a visitor as their page shows them: what fits, and what clashes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import intervals
from opendeur.domain.preferences.attendance import Obstacle, wish_of
from opendeur.domain.preferences.rankings import Listed, Ranking
from opendeur.enums import SlotState
from opendeur.models import Slot, Visitor
from opendeur.models.visit import visit_audience


@dataclass(frozen=True, slots=True)
class Moment:
    """A slot of a visit, and what keeps the visitor from it; times are local."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    languages: frozenset[str]
    obstacle: Obstacle | None = None

    @property
    def fits(self) -> bool:
        """Whether the visitor could be there."""
        return self.obstacle is None


@dataclass(frozen=True, slots=True)
class Clash:
    """A better choice that cannot be had too: on some days, or, without a day, on none."""

    rank: int
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A visit that somebody prefers, its moments, and the better choices it clashes with."""

    visit: Listed
    rank: int
    moments: tuple[Moment, ...]
    clashes: tuple[Clash, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether the visitor could be at one of the moments."""
        return any(moment.fits for moment in self.moments)

    @property
    def obstacle(self) -> Obstacle | None:
        """What keeps the visitor from every moment, where that is one and the same thing."""
        obstacles = {moment.obstacle for moment in self.moments}
        return obstacles.pop() if len(obstacles) == 1 else None


def choices_of(session: Session, visitor: Visitor, ranking: Ranking) -> tuple[Choice, ...]:
    """Return the choices in a list, the best first, for a visitor and the week as they are."""
    moments = _moments(session, visitor, ranking.visit_ids)
    found: list[Choice] = []
    for rank, visit in enumerate(ranking.visits, start=1):
        own = tuple(moments[visit.id])
        clashes = (_clash(own, better) for better in found)
        found.append(Choice(visit, rank, own, tuple(c for c in clashes if c is not None)))
    return tuple(found)


def _moments(
    session: Session, visitor: Visitor, visit_ids: Sequence[int]
) -> dict[int, list[Moment]]:
    if not visit_ids:
        return {}
    audience: dict[int, set[str]] = defaultdict(set)
    link = visit_audience.c
    reserved: Iterable[Any] = session.execute(
        select(link.visit_id, link.sector_code).where(link.visit_id.in_(visit_ids))
    )
    for number, sector in reserved:
        audience[number].add(sector)
    # Sectors only matter where a visit is not meant for everybody, which is seldom.
    wish, edition = wish_of(visitor, knows_sectors=bool(audience)), visitor.edition
    found: dict[int, list[Moment]] = defaultdict(list)
    for visit_id, starts_at, ends_at, capacity, languages in session.execute(
        select(Slot.visit_id, Slot.starts_at, Slot.ends_at, Slot.capacity, Slot.languages)
        .where(Slot.visit_id.in_(visit_ids), Slot.state != SlotState.CLOSED)
        .order_by(Slot.starts_at, Slot.id)
    ):
        start, end = edition.local(starts_at), edition.local(ends_at)
        moment = Moment(start, end, capacity, languages)
        obstacle = wish.obstacle(moment, audience[visit_id])
        found[visit_id].append(Moment(start, end, capacity, languages, obstacle))
    return found


def _clash(moments: Iterable[Moment], better: Choice) -> Clash | None:
    """Tell what two choices leave of each other: only what is certain, that hours overlap."""
    days: dict[date, bool] = {}
    is_possible = has_pair = False
    for own in moments:
        for other in better.moments:
            if not (own.fits and other.fits):
                continue
            is_possible = True
            fits_both = not intervals.overlap(own, other)
            has_pair = has_pair or fits_both
            day = own.starts_at.date()
            if day == other.starts_at.date():
                days[day] = days.get(day, False) or fits_both
    if is_possible and not has_pair:
        return Clash(better.rank)
    clashing = tuple(day for day, fits_both in days.items() if not fits_both)
    return Clash(better.rank, clashing) if clashing else None
