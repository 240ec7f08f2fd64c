"""Moments at which the same people would receive two groups: a warning, not a refusal."""

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from opendeur import formatting
from opendeur.domain import intervals
from opendeur.domain.intervals import Span
from opendeur.enums import SlotState
from opendeur.errors import Conflict
from opendeur.models import Contact, Host, Organisation, Slot, Visit


def require_no_clash(
    session: Session,
    visit: Visit,
    spans: Iterable[Span],
    *,
    place: tuple[str, str],
    language: str,
    beside: Slot | None = None,
) -> None:
    """Let moments through that no other moment of the same people overlaps.

    Those are the moments of the same host, and at the same address those of every host that
    shares a contact with it. Withdrawn visits and closed moments are in nobody's way.

    Parameters
    ----------
    place
        Street and postcode of the moments; empty for the host's own.
    beside
        The moment that changes; it does not overlap itself.

    Raises
    ------
    Conflict
        On the field `anyway`, with the moments that overlap.
    """
    found = _overlapping(session, visit, list(spans), place=place, beside=beside)
    if found:
        raise Conflict(
            "You receive people then already: %(moments)s. Tick the box if you can do both, or "
            "choose another time.",
            field="anyway",
            moments=_listed(found, visit, language),
        )


def overlaps_of(session: Session, slot: Slot, *, language: str) -> str:
    """Return which other moments of the same people a moment overlaps, in words."""
    if slot.state is SlotState.CLOSED or slot.visit.withdrawn_at:
        return ""
    span, place = Span(slot.starts_at, slot.ends_at), _place_of(slot)
    found = _overlapping(session, slot.visit, [span], place=place, beside=slot)
    return _listed(found, slot.visit, language)


def _overlapping(
    session: Session,
    visit: Visit,
    spans: list[Span],
    *,
    place: tuple[str, str],
    beside: Slot | None,
) -> list[Slot]:
    there = place if any(place) else _place(visit.host.organisation)
    return [
        other
        for other in _moments_of_the_same_people(session, visit)
        if other is not beside
        and intervals.first_overlapping(spans, other) is not None
        and (other.visit.host_id == visit.host_id or _place_of(other) == there)
    ]


def _listed(slots: Iterable[Slot], visit: Visit, language: str) -> str:
    return "; ".join(_named(slot, visit.host_id, language) for slot in slots)


def _moments_of_the_same_people(session: Session, visit: Visit) -> list[Slot]:
    mine, theirs = aliased(Contact), aliased(Contact)
    related = (
        select(theirs.organisation_id)
        .join(mine, mine.account_id == theirs.account_id)
        .where(mine.organisation_id == visit.host.organisation_id)
    )
    return list(
        session.scalars(
            select(Slot)
            .join(Slot.visit)
            .join(Visit.host)
            .join(Host.organisation)
            .where(
                Host.edition_id == visit.host.edition_id,
                or_(Host.id == visit.host_id, Host.organisation_id.in_(related)),
                Visit.withdrawn_at.is_(None),
                Slot.state != SlotState.CLOSED,
            )
            .options(
                contains_eager(Slot.visit)
                .contains_eager(Visit.host)
                .contains_eager(Host.organisation)
            )
            .order_by(Slot.starts_at, Slot.id)
        )
    )


def _place_of(slot: Slot) -> tuple[str, str]:
    if slot.has_own_place:
        return slot.street, slot.postcode_code or ""
    return _place(slot.visit.host.organisation)


def _place(organisation: Organisation) -> tuple[str, str]:
    return organisation.street, organisation.postcode_code or ""


def _named(slot: Slot, host_id: int, language: str) -> str:
    """Return a moment in words; what another host drafts is not for every colleague."""
    start = slot.local_starts_at
    when = f"{formatting.short_day(start, language)}, {formatting.clock(start, language)}"
    if slot.visit.is_offered or slot.visit.host_id == host_id:
        when = f"{when}, “{slot.visit.title(language).text}”"
    return f"{when} ({slot.visit.host.organisation.name})"
