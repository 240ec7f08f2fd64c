"""What adopting a plan would mean for people's invitations, before anything is written."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import queries
from opendeur.domain.invitations.drafts import (
    Drafts,
    Key,
    can_be_told,
    has_said_no,
    is_called_off,
    is_coming,
    key_of,
    still_to_come,
    waiting_of,
    wanted_of,
)
from opendeur.domain.invitations.facts import guests_of, is_news
from opendeur.domain.invitations.silence import count_silent
from opendeur.models import (
    Edition,
    Invitation,
    Placement,
)


def forecast(
    session: Session, edition: Edition, pairs: Iterable[tuple[int, int]], *, now: datetime
) -> Drafts:
    """Return how many drafts there would be if these pairs were placed and nobody else.

    Parameters
    ----------
    pairs
        Numbers of (visitor, slot). What is no longer there is left out.
    """
    pairs = set(pairs)
    slots = queries.slots_by_number(session, edition, options=queries.SLOT_WITH_CONTACTS)
    visitors = queries.visitors_by_number(session, edition)
    # These placements are never added to the session: they only carry the question.
    placements = [
        Placement(visitor=visitors[visitor], slot=slots[slot], slot_id=slot)
        for visitor, slot in sorted(pairs, key=lambda pair: (pair[1], pair[0]))
        if visitor in visitors and slot in slots
    ]
    guests = guests_of(placements)
    wanted = still_to_come(wanted_of(placements), edition, now=now)
    live, waiting = _live(session, edition), waiting_of(session, edition)
    new = len(wanted.keys() - live.keys()) + count_silent(session, edition, pairs)
    changed = 0
    for key in wanted.keys() & live.keys():
        invitation, asked = live[key], wanted[key]
        if has_said_no(invitation):
            new += 1  # the entry that was declined ends in silence, and a new one invites
            continue
        if is_coming(waiting.get(invitation.id, ())):
            continue
        if invitation.said is None:
            new += 1
            continue
        then = Invitation(role=asked.role, slot=asked.slot, account=asked.account)
        changed += is_news(then, invitation.said, guests[asked.slot.id])
    gone = [live[key] for key in live.keys() - wanted.keys() if can_be_told(live[key], now=now)]
    return Drafts(
        new=new,
        changed=changed,
        cancelled=sum(
            invitation.said is not None
            and not has_said_no(invitation)
            and not is_called_off(waiting.get(invitation.id, ()))
            for invitation in gone
        ),
    )


def _live(session: Session, edition: Edition) -> dict[Key, Invitation]:
    """Return the invitations that hold, without what they are about: it is there already."""
    found = session.scalars(
        select(Invitation).where(
            Invitation.edition_id == edition.id, Invitation.cancelled_at.is_(None)
        )
    )
    return {key_of(invitation): invitation for invitation in found}
