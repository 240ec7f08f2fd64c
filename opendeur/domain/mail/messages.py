"""Letters that are written at once, and finding messages in the outbox."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, undefer

from opendeur import letters
from opendeur.config import Settings
from opendeur.domain import queries
from opendeur.domain.people import SignInSecrets
from opendeur.enums import Language, MessageKind, MessageState
from opendeur.gateways import mime
from opendeur.models import Edition, Host, Invitation, Message, Preference, Visit, Visitor


def letterhead(
    edition: Edition | None, language: Language, *, settings: Settings
) -> letters.Letterhead:
    """Return what a letter shares with all others of its edition, or of the site."""
    if edition is None:
        return letters.Letterhead(
            language=language, edition_name="Opendeur", base_url=settings.base_url
        )
    return letters.Letterhead(
        language=language,
        edition_name=edition.name(language),
        zone_name=edition.zone.name(language),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        time_zone=edition.time_zone,
        door=edition.zone.code,
        contact_email=edition.email,
        contact_phone=edition.phone or edition.zone.phone,
        base_url=settings.base_url,
    )


def address_of(path: str, *, language: Language, edition: Edition, settings: Settings) -> str:
    """Return the address of a page of an edition, for a letter."""
    return f"{settings.base_url.rstrip('/')}/{language}/{edition.slug}/{path}"


def new_message_id(settings: Settings) -> str:
    """Return an identifier for a message, unique and on our own domain."""
    return f"<{uuid4()}@{settings.mail_domain}>"


def queue_sign_in(
    session: Session,
    *,
    email: str,
    made: SignInSecrets,
    link: str,
    language: Language,
    settings: Settings,
    now: datetime,
) -> Message:
    """Queue the mail with a sign-in link and code. The row forgets it once it was sent."""
    letter = letters.SignIn(
        head=letterhead(None, language, settings=settings), link_url=link, code=made.code
    )
    return queue_written(
        session,
        letters.render(letter),
        kind=MessageKind.SIGN_IN,
        to_address=email.strip().lower(),
        to_name="",
        language=language,
        edition=None,
        settings=settings,
        now=now,
    )


def queue_receipt(
    session: Session, visitor: Visitor, *, settings: Settings, now: datetime
) -> Message | None:
    """Queue the mail that tells a visitor what was understood of their preferences.

    None when a receipt was queued since the visitor last changed something: a second press of
    the button is not a second mail.
    """
    edition, account = visitor.edition, visitor.account
    if _has_receipt(session, visitor):
        return None
    language = account.language
    preferences = session.scalars(
        select(Preference)
        .where(Preference.visitor_id == visitor.id)
        .options(
            joinedload(Preference.visit).joinedload(Visit.host).joinedload(Host.organisation)
        )
        .order_by(Preference.rank)
    )
    letter = letters.Receipt(
        head=letterhead(edition, language, settings=settings),
        visitor_name=account.given_name,
        preferences=tuple(
            letters.RankedVisit(
                title=letters.Title(*preference.visit.title(language)),
                host_name=preference.visit.host.organisation.name,
            )
            for preference in preferences
        ),
        unavailable=tuple(
            letters.Period(starts_at=busy.starts_at, ends_at=busy.ends_at)
            for busy in visitor.busy_periods
        ),
        max_visits=visitor.max_visits or edition.max_visits,
        deadline_at=edition.preferences_end_at,
        change_url=address_of(
            "me/preferences", language=language, edition=edition, settings=settings
        ),
    )
    return queue_written(
        session,
        letters.render(letter),
        kind=MessageKind.RECEIPT,
        to_address=account.email,
        to_name=account.name,
        language=language,
        edition=edition,
        settings=settings,
        # Never before the change that it is about: see `Visitor.note_change`.
        now=max(now, visitor.changed_at),
    )


def _has_receipt(session: Session, visitor: Visitor) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Message.kind == MessageKind.RECEIPT,
                    Message.edition_id == visitor.edition_id,
                    Message.to_address == visitor.account.email,
                    Message.created_at >= visitor.changed_at,
                )
            )
        )
    )


def queue_written(
    session: Session,
    written: letters.Rendered,
    *,
    kind: MessageKind,
    to_address: str,
    to_name: str,
    language: Language,
    edition: Edition | None,
    reply_to: str | None = None,
    calendar: bytes | None = None,
    method: str | None = None,
    settings: Settings,
    now: datetime,
) -> Message:
    """Queue a letter whose words are written already, with a calendar where one is given.

    Who answers it writes to `reply_to`, or else to the people of the edition.
    """
    message = Message(
        kind=kind,
        state=MessageState.QUEUED,
        edition=edition,
        to_address=to_address,
        to_name=to_name,
        language=language,
        created_at=now,
        due_at=now,
    )
    session.add(message)
    write(
        session,
        message,
        written,
        reply_to=reply_to,
        calendar=calendar,
        method=method,
        settings=settings,
        now=now,
    )
    return message


def write(
    session: Session,
    message: Message,
    written: letters.Rendered,
    *,
    reply_to: str | None = None,
    calendar: bytes | None = None,
    method: str | None = None,
    settings: Settings,
    now: datetime,
) -> None:
    """Write a message for good, with a calendar where one is given.

    Who answers it writes to `reply_to`, or else to the people of the edition.
    """
    edition = message.edition
    message.message_id = new_message_id(settings)
    message.subject = written.subject[:400]
    message.raw = mime.compose(
        mime.Mail(
            sender_name=sender_name(edition, message.language),
            sender_address=settings.sender,
            reply_to=reply_to or ((edition.email or None) if edition else None),
            to_name=message.to_name,
            to_address=message.to_address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=message.message_id,
            sent_at=now,
            language=message.language,
            calendar=calendar,
            method=method,
        )
    )
    session.flush()


def sender_name(edition: Edition | None, language: Language) -> str:
    """Return whom a mail comes from: the week and its zone."""
    if edition is None:
        return "Opendeur"
    return f"{edition.name(language)} {edition.zone.name(language)}"


def find_message(session: Session, edition: Edition, message_id: int) -> Message | None:
    """Return one message of an edition with its bytes."""
    return session.scalars(
        select(Message)
        .where(Message.edition_id == edition.id, Message.id == message_id)
        .options(
            undefer(Message.raw),
            joinedload(Message.invitation).options(
                joinedload(Invitation.account),
                joinedload(Invitation.slot).options(*queries.SLOT_WITH_PLACE),
            ),
        )
    ).one_or_none()
