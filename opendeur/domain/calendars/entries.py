"""The entry of an invitation: kept as it was written, and repeated wherever it is asked for.

References
----------
RFC 5546 2.1.4: a cancellation has a higher sequence than what it cancels.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from opendeur.gateways.calendar_files import (
    CalendarInvitation,
    Method,
    PublishedEntry,
    entry_file,
    published,
)
from opendeur.models import Invitation

#: How long a feed shows that a visit was called off; then it is gone.
CANCELLED_IS_SHOWN = timedelta(days=14)

_MOMENTS = ("stamp", "starts_at", "ends_at")


def to_keep(invitation: CalendarInvitation) -> dict[str, Any]:
    """Return the entry of an invitation in a form that can be stored."""
    facts = asdict(published(invitation))
    facts["categories"] = list(facts["categories"])
    return facts | {name: facts[name].isoformat() for name in _MOMENTS}


def told(invitation: Invitation, *, now: datetime) -> PublishedEntry | None:
    """Return what somebody's calendar shows of an invitation now.

    None before it was written for the first time, and when it was called off long ago.
    """
    if invitation.entry is None:
        return None
    kept = invitation.entry
    entry = PublishedEntry(
        **kept
        | {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS}
        | {"categories": tuple(kept["categories"])}
    )
    if invitation.cancelled_at is None:
        return entry
    if now - invitation.cancelled_at >= CANCELLED_IS_SHOWN:
        return None
    if entry.is_cancelled:
        return entry
    # It ended without a message, such as by the person's own no.
    ended_at = invitation.cancelled_at.replace(microsecond=0)
    return replace(
        entry,
        is_cancelled=True,
        sequence=entry.sequence + 1,
        stamp=max(ended_at, entry.stamp + timedelta(seconds=1)),
    )


def entry_of(invitation: Invitation, *, now: datetime) -> tuple[str, bytes] | None:
    """Return the visit of an invitation as a file to take over, and its method.

    It is the entry of the invitation as it was told, with the same UID: a calendar that
    knows both knows that they are one. None before the invitation was written.
    """
    entry = told(invitation, now=now)
    return None if entry is None else (Method.PUBLISH.value, entry_file(entry))
