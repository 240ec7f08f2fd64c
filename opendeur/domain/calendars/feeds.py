"""What a feed shows: the entries that its holder was told, or every moment for organisers."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain.calendars.entries import CANCELLED_IS_SHOWN, told
from opendeur.domain.calendars.moments import CalendarFile, head_of, moments_that_run
from opendeur.enums import FeedRole, InvitationRole
from opendeur.gateways.calendar_files import PublishedEntry, feed_file
from opendeur.models import CalendarFeed, Contact, Host, Invitation, Slot, Visit


def read(
    session: Session, feed: CalendarFeed, *, settings: Settings, now: datetime
) -> CalendarFile:
    """Return what a feed shows now. The same state of the database gives the same bytes."""
    if feed.role is FeedRole.ORGANISER:
        entries = moments_that_run(
            session, feed.edition, language=feed.account.language, settings=settings
        )
        return _file(feed, entries, (), settings)
    invitations = _invitations(session, feed)
    shown = (told(invitation, now=now) for invitation in invitations)
    # What vanished is a change too.
    gone = (
        invitation.cancelled_at + CANCELLED_IS_SHOWN
        for invitation in invitations
        if invitation.cancelled_at and invitation.cancelled_at + CANCELLED_IS_SHOWN <= now
    )
    return _file(feed, (entry for entry in shown if entry), gone, settings)


def _file(
    feed: CalendarFeed,
    shown: Iterable[PublishedEntry],
    gone: Iterable[datetime],
    settings: Settings,
) -> CalendarFile:
    entries = sorted(shown, key=lambda entry: (entry.starts_at, entry.uid))
    head = head_of(feed.edition, feed.account.language, settings)
    file = feed_file(
        entries,
        name=letters.calendar_name(head, feed.role),
        time_zone=feed.edition.time_zone,
    )
    changed_at = max([feed.created_at, *(entry.stamp for entry in entries), *gone])
    return CalendarFile(file, changed_at)


def _invitations(session: Session, feed: CalendarFeed) -> list[Invitation]:
    """Return the invitations of which somebody may read, written or not."""
    mine = select(Invitation).where(
        Invitation.edition_id == feed.edition_id,
        Invitation.account_id == feed.account_id,
        Invitation.role == InvitationRole(feed.role),
    )
    if feed.role is FeedRole.HOST:
        # They name who comes: not for somebody who no longer speaks for the host.
        mine = mine.where(
            exists()
            .where(Slot.id == Invitation.slot_id)
            .where(Visit.id == Slot.visit_id, Host.id == Visit.host_id)
            .where(Contact.organisation_id == Host.organisation_id)
            .where(Contact.account_id == feed.account_id)
        )
    return list(session.scalars(mine))
