"""Write visitors, when they cannot come, and what they prefer."""

from itertools import zip_longest

from sqlalchemy import delete, insert

from opendeur.domain.importing.applying import Import, assign
from opendeur.domain.importing.records import VisitorRecord
from opendeur.domain.importing.summary import Count
from opendeur.models import BusyPeriod, Edition, Preference, Visit, Visitor


def write_visitors(job: Import, edition: Edition) -> dict[str, Visitor]:
    """Write ``visitors.csv``; return its visitors by reference."""
    visitors = {}
    for record in job.folder.visitors:
        known = job.current.visitor(record)
        visitor = known or Visitor(
            edition=edition, registered_at=job.now, changed_at=job.now, **record.attributes
        )
        is_changed = _write_visitor(job, visitor, record)
        if known is None:
            job.session.add(visitor)
        elif is_changed:
            visitor.changed_at = job.now
        is_changed |= record.person.email in job.changed_people
        job.summary.visitors.add(is_new=known is None, is_changed=is_changed)
        visitors[record.reference] = visitor
    job.session.flush()
    known_before = set(job.current.visitors_by_email.values())
    job.summary.visitors.kept = len(known_before - set(visitors.values()))
    return visitors


def _write_visitor(job: Import, visitor: Visitor, record: VisitorRecord) -> bool:
    organisation = job.organisations.get(record.organisation)
    submitted_at = (visitor.submitted_at or job.now) if record.is_submitted else None
    is_changed = assign(
        visitor,
        {
            "reference": record.reference,
            "account": job.accounts[record.person.email],
            "organisation": organisation,
            "submitted_at": submitted_at,
            "sectors": job.sectors(record.sectors),
            **record.attributes,
        },
    )
    busy = sorted((period.starts_at, period.ends_at) for period in visitor.busy_periods)
    if busy != record.busy:
        visitor.busy_periods = [
            BusyPeriod(starts_at=starts_at, ends_at=ends_at)
            for starts_at, ends_at in record.busy
        ]
        is_changed = True
    return is_changed


def write_preferences(
    job: Import, visitors: dict[str, Visitor], visits: dict[str, Visit]
) -> None:
    """Write ``preferences.csv``: the whole list of every visitor who stands in it.

    A list that differs is deleted and written anew, so that no rank is taken twice.
    """
    known = {
        visitor.id: [preference.visit_id for preference in visitor.preferences]
        for visitor in job.current.visitors_by_email.values()
    }
    rewritten = []
    for reference, ranked in job.folder.preferences.items():
        visitor = visitors[reference]
        before = known.pop(visitor.id, [])
        after = [visits[preference.visit].id for preference in ranked]
        _count(job.summary.preferences, before, after)
        if before != after:
            rewritten.append((visitor, after))
    job.summary.preferences.kept = sum(map(len, known.values()))
    if rewritten:
        _rewrite(job, rewritten)


def _count(count: Count, before: list[int], after: list[int]) -> None:
    for old, new in zip_longest(before, after):
        if new is None:
            count.removed += 1
        else:
            count.add(is_new=old is None, is_changed=old != new)


def _rewrite(job: Import, lists: list[tuple[Visitor, list[int]]]) -> None:
    for visitor, _ in lists:
        visitor.changed_at = job.now
    job.session.flush()
    numbers = [visitor.id for visitor, _ in lists]
    job.session.execute(delete(Preference).where(Preference.visitor_id.in_(numbers)))
    job.session.execute(
        insert(Preference),
        [
            {"visitor_id": visitor.id, "visit_id": visit_id, "rank": rank}
            for visitor, visit_ids in lists
            for rank, visit_id in enumerate(visit_ids, start=1)
        ],
    )
    for visitor, _ in lists:
        job.session.expire(visitor, ["preferences"])
