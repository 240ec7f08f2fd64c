"""An edition as a problem of the interchange format: the same rows give the same text."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from opendeur.domain import queries
from opendeur.enums import (
    GONE_FOR_GOOD,
    Objective,
    PlacementOrigin,
    PlacementState,
    SlotState,
)
from opendeur.gateways import interchange
from opendeur.models import (
    Edition,
    Organisation,
    Placement,
    Sector,
    Slot,
    Visit,
    Visitor,
)

FORMAT = "opendeur-problem/1"

#: The numbers of a visitor and a slot.
Pair = tuple[int, int]

#: A seat that somebody took, or was given by hand: that is a preference too.
IS_WANTED = and_(queries.IS_LIVE, Placement.origin != PlacementOrigin.RUN)
#: Whom a run is about: visitors who submitted preferences, or took a seat.
TAKES_PART = or_(
    queries.HAS_SUBMITTED,
    exists().where(Placement.visitor_id == Visitor.id, IS_WANTED).correlate(Visitor),
)


def canonical(problem: dict[str, Any]) -> str:
    """Return the text that the digest of a problem is taken of."""
    return json.dumps(problem, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the digest of a canonical text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def goals_of(edition: Edition, *, keeps_places: bool = False) -> list[str]:
    """Return the goals of a run in their order; one that keeps places has that first."""
    kept = str(Objective.KEPT)
    if not keeps_places:
        return list(edition.objectives)
    return [kept, *(goal for goal in edition.objectives if goal != kept)]


def build_problem(
    session: Session,
    edition: Edition,
    *,
    seed: int | None = None,
    keeps_places: bool = False,
    only: Visitor | None = None,
    closing: Slot | None = None,
) -> dict[str, Any]:
    """Return the edition's problem, ready to be solved.

    Only visits in the programme take part, and visitors who submitted or took a seat; with
    `only` that visitor, whatever they did, and their colleagues. Whoever took a seat in a visit
    prefers it, last where they did not say so. The slot `closing` counts as
    closed. Identifiers are ``o``, ``v``, ``s`` and ``p``
    with the row's number.
    """
    hosts = queries.hosts_with_offers(session, edition)
    visits = [visit for host in hosts for visit in host.visits if visit.is_offered]
    visitors = list(session.scalars(_taking_part(edition, only=only)))
    offered = {visit.id for visit in visits}
    hosting = {host.organisation_id for host in hosts}
    organisations = {host.organisation.id: host.organisation for host in hosts}
    organisations |= {v.organisation.id: v.organisation for v in visitors if v.organisation}
    seats = _seats_of(session, edition, {visitor.id for visitor in visitors})
    return {
        "format": FORMAT,
        "name": f"{edition.zone.name('nl')} {edition.starts_on.year}",
        "time_zone": edition.time_zone,
        "seed": edition.seed if seed is None else seed,
        "objectives": goals_of(edition, keeps_places=keeps_places),
        "rules": {
            "max_visits": edition.max_visits,
            "max_visits_per_day": edition.max_visits_per_day,
            "max_same_organisation_per_slot": edition.max_same_organisation_per_slot,
            "max_absent_per_organisation": edition.max_absent_per_organisation,
        },
        "travel": {
            "overhead_minutes": edition.overhead_minutes,
            "detour": edition.detour,
            "speed_km_per_hour": edition.speed_km_per_hour,
            "matrix": None,
        },
        "organisations": [_organisation(o) for _, o in sorted(organisations.items())],
        "visits": [_visit(visit) for visit in visits],
        "slots": [
            _slot(slot, edition, is_closed=slot.is_closed or slot is closing)
            for visit in visits
            for slot in visit.slots
        ],
        "visitors": [
            _visitor(
                visitor,
                edition,
                offered,
                taken=seats.taken.get(visitor.id, []),
                weight=edition.host_staff_weight if visitor.organisation_id in hosting else 1.0,
            )
            for visitor in visitors
        ],
        "pins": [],
        "bans": [_pair(pair) for pair in seats.given_up],
        "previous": {"placements": [_pair(pair) for pair in seats.held]}
        if seats.held
        else None,
    }


def _codes(sectors: Iterable[Sector]) -> list[str]:
    return sorted(sector.code for sector in sectors)


def _place(latitude: float | None, longitude: float | None) -> dict[str, float] | None:
    if latitude is None or longitude is None:
        return None
    return {"lat": latitude, "lon": longitude}


def _organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "id": interchange.organisation_id(organisation.id),
        "name": organisation.name,
        "sectors": _codes(organisation.sectors),
        "place": _place(organisation.latitude, organisation.longitude),
    }


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "id": interchange.visit_id(visit.id),
        "organisation": interchange.organisation_id(visit.host.organisation_id),
        "title": visit.title("nl").text,
        "audience": _codes(visit.audience),
    }


def _slot(slot: Slot, edition: Edition, *, is_closed: bool) -> dict[str, Any]:
    return {
        "id": interchange.slot_id(slot.id),
        "visit": interchange.visit_id(slot.visit_id),
        "start": _local(edition, slot.starts_at),
        "end": _local(edition, slot.ends_at),
        "capacity": slot.capacity,
        "minimum": slot.minimum,
        "languages": sorted(slot.languages),
        "place": _place(slot.latitude, slot.longitude),
        "state": str(SlotState.CLOSED if is_closed else slot.state),
    }


def _visitor(
    visitor: Visitor, edition: Edition, offered: set[int], *, taken: list[int], weight: float
) -> dict[str, Any]:
    wanted = [one.visit_id for one in visitor.preferences if one.visit_id in offered]
    return {
        "id": interchange.visitor_id(visitor.id),
        "organisation": interchange.organisation_id(visitor.organisation_id)
        if visitor.organisation_id
        else None,
        "sectors": _codes(visitor.sectors),
        "languages": sorted(visitor.languages),
        "seats": visitor.seats,
        "weight": weight,
        "preferences": [
            interchange.visit_id(visit)
            for visit in (
                *wanted,
                *(visit for visit in taken if visit in offered and visit not in wanted),
            )
        ],
        "busy": [
            [_local(edition, busy.starts_at), _local(edition, busy.ends_at)]
            for busy in visitor.busy_periods
        ],
        "max_visits": visitor.max_visits,
        "max_visits_per_day": visitor.max_visits_per_day,
        "speed_km_per_hour": visitor.speed_km_per_hour,
    }


def _local(edition: Edition, instant: datetime) -> str:
    return f"{edition.local(instant):%Y-%m-%dT%H:%M}"


def _taking_part(edition: Edition, *, only: Visitor | None) -> Select[Visitor]:
    takes_part = TAKES_PART
    if only is not None:
        employer = only.organisation_id
        is_colleague = and_(Visitor.organisation_id == employer, TAKES_PART)
        takes_part = or_(Visitor.id == only.id, is_colleague if employer else false())
    return (
        select(Visitor)
        .where(Visitor.edition_id == edition.id, takes_part)
        .options(
            joinedload(Visitor.organisation).selectinload(Organisation.sectors),
            selectinload(Visitor.sectors),
            selectinload(Visitor.busy_periods),
            selectinload(Visitor.preferences),
        )
        .order_by(Visitor.id)
    )


@dataclass(frozen=True, slots=True)
class _Seats:
    """What became of seats so far, as numbers of a visitor and a slot.

    `held` is what visitors already know, or will. `given_up` is where nobody is to be put
    again: they gave that seat up, or it was taken back. `taken` are the visits in which they
    took a seat of their own, by the visitor's number.
    """

    held: list[Pair]
    given_up: list[Pair]
    taken: dict[int, list[int]]


def _seats_of(session: Session, edition: Edition, people: Container[int]) -> _Seats:
    rows = session.execute(
        select(
            Placement.visitor_id,
            Placement.slot_id,
            Slot.visit_id,
            Placement.state,
            Placement.origin,
        )
        .join(Placement.slot)
        .join(Placement.visitor)
        .where(Visitor.edition_id == edition.id)
        .order_by(Placement.visitor_id, Placement.slot_id, Placement.id)
    )
    held: set[Pair] = set()
    gone: set[Pair] = set()
    taken: dict[int, list[int]] = defaultdict(list)
    for visitor, slot, visit, state, origin in rows:
        if visitor not in people:
            continue
        if state is PlacementState.PLACED:
            held.add((visitor, slot))
            if origin is not PlacementOrigin.RUN:
                taken[visitor].append(visit)
        elif state in GONE_FOR_GOOD:
            gone.add((visitor, slot))
    return _Seats(sorted(held), sorted(gone - held), taken)


def _pair(pair: Pair) -> dict[str, str]:
    visitor, slot = pair
    return {"visitor": interchange.visitor_id(visitor), "slot": interchange.slot_id(slot)}
