"""The revision of an edition: raised by whatever changes what everybody may read of it.

What is computed from the offer is kept until the revision changes (see `opendeur.keeping`).
So that nobody can forget to raise it, the sessions do it themselves, in the transaction of
the change: any session of any process, for every change of a model or a link that is named
here. Statements that are sent past the session, on a connection, are not seen.

A revision is the time of the change in milliseconds, and always more than the one before: an
edition that is made anew under an old number, or a database that is put back from a copy,
does not come by a revision that stood for something else.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import case, event, inspect, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from opendeur.models.edition import ClosedPeriod, Edition, EditionZone
from opendeur.models.organisation import Host, Organisation, organisation_sector
from opendeur.models.place import Postcode, Sector, Zone
from opendeur.models.visit import Slot, Visit, visit_audience

#: Where a session notes the editions whose revision it raised, committed or not.
RAISED = "opendeur_raised"

#: What belongs to every edition.
_FACTS = (Zone, Postcode, Sector)
_WATCHED = (Edition, EditionZone, ClosedPeriod, Host, Organisation, Visit, Slot, *_FACTS)
_TABLES = frozenset(
    (*(model.__table__ for model in _WATCHED), organisation_sector, visit_audience)
)


def is_settled(session: Session, edition: Edition) -> bool:
    """Tell whether what a session reads of an edition is what others read of it too."""
    return edition.id is not None and edition.id not in session.info.get(RAISED, ())


@event.listens_for(Session, "before_flush")
def _raise_of_objects(session: Session, _context: object, _objects: object) -> None:
    """Raise the revision of the editions that the objects about to be written belong to."""
    changed = [
        found
        for found in (*session.new, *session.dirty, *session.deleted)
        if isinstance(found, _WATCHED)
        and (found in session.deleted or session.is_modified(found))
    ]
    if changed:
        _raise(session, _editions_of(session, changed))


@event.listens_for(Session, "do_orm_execute")
def _raise_of_statements(state: ORMExecuteState) -> None:
    """Raise every revision for a statement that writes many rows: it does not say whose."""
    if state.is_select or not (state.is_insert or state.is_update or state.is_delete):
        return
    if getattr(state.statement, "table", None) in _TABLES and not _is_ours(state):
        _raise(state.session, set(state.session.scalars(select(Edition.id))))


def _is_ours(state: ORMExecuteState) -> bool:
    return bool(state.execution_options.get(RAISED))


def _editions_of(session: Session, changed: Iterable[object]) -> set[int]:
    """Return the numbers of the editions that show any of some objects."""
    if any(isinstance(found, _FACTS) for found in changed):
        return set(session.scalars(select(Edition.id)))
    numbers: set[int | None] = set()
    hosts: set[int | None] = set()
    visits: set[int | None] = set()
    organisations: set[int | None] = set()
    for found in changed:
        match found:
            case Edition():
                numbers.add(found.id)
            case EditionZone() | ClosedPeriod() | Host():
                numbers |= set(_both(found, "edition_id", "edition"))
            case Visit():
                hosts |= set(_both(found, "host_id", "host"))
            case Slot():
                visits |= set(_both(found, "visit_id", "visit"))
            case Organisation():
                organisations.add(found.id)
    of_visits = select(Host.edition_id).join(Visit, Visit.host_id == Host.id)
    for statement, column, wanted in (
        (select(Host.edition_id), Host.id, hosts),
        (of_visits, Visit.id, visits),
        (select(Host.edition_id), Host.organisation_id, organisations),
    ):
        known = wanted - {None}
        if known:
            numbers |= set(session.scalars(statement.where(column.in_(known)).distinct()))
    return {number for number in numbers if number is not None}


def _both(found: object, column: str, relationship: str) -> Iterator[int | None]:
    """Yield what an object belongs to and what it belonged to.

    Nothing is loaded but the row of an object that changes without having been read since a
    lock: what was set is known of it, and not whose it is.
    """
    state: Any = inspect(found)
    if state.persistent and column in state.unloaded:
        getattr(found, column)
    history = state.attrs[column].history
    yield from (*history.added, *history.unchanged, *history.deleted)
    parent = state.dict.get(relationship)
    if parent is not None:
        yield parent.id


def _raise(session: Session, numbers: set[int]) -> None:
    """Raise revisions, those of lower numbers first, so that nobody waits in a circle."""
    moment = time.time_ns() // 1_000_000
    raised = case((Edition.revision >= moment, Edition.revision + 1), else_=moment)
    for number in sorted(numbers):
        session.execute(
            update(Edition)
            .where(Edition.id == number)
            .values(revision=raised)
            .execution_options(synchronize_session=False, **{RAISED: True})
        )
        known = session.identity_map.get(session.identity_key(Edition, number))
        if known is not None:
            session.expire(known, ["revision"])
    session.info[RAISED] = session.info.get(RAISED, frozenset()) | numbers
