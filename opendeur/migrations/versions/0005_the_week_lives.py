"""The week lives: seats end and are passed on, answers come in, calendars read along

Revision ID: 0005
Revises: 0004

What was told of an invitation is read back from the last message about it.
"""

import email
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op
from icalendar import Calendar

from opendeur.migrations.widening import allow, quoted

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

#: Of a table and a column: the name of its constraint, the values before, and those that came.
WIDENED = {
    ('placement', 'state'): (
        'placementstate', ('placed', 'withdrawn', 'cancelled', 'replaced'), ('declined',)
    ),
    ('message', 'state'): (
        'messagestate',
        ('draft', 'queued', 'sending', 'handed-over', 'sent', 'uncertain', 'failed'),
        ('superseded',),
    ),
    ('message', 'kind'): (
        'messagekind',
        ('sign-in', 'receipt', 'new', 'changed', 'cancelled'),
        ('seat-offer', 'no-place', 'no-guests', 'forwarded'),
    ),
}
#: Of a table: the column that came, its type and default, and what it may hold.
ADDED = {
    'placement': (
        'origin', "VARCHAR(20) NOT NULL DEFAULT 'run'", 'placementorigin',
        ('run', 'hand', 'free-seat', 'waiting-list'),
    ),
    'invitation': (
        'answered_through', 'VARCHAR(20)', 'door',
        ('page', 'link', 'mail', 'host', 'desk', 'run', 'chain'),
    ),
}


def upgrade() -> None:
    op.create_table(
        'calendar_feed',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('edition_id', sa.Integer(), nullable=False),
        sa.Column('role', sa.Enum('visitor', 'host', 'organiser', name='feedrole', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_feed_account_id_account'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_calendar_feed_edition_id_edition'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
        sa.UniqueConstraint('account_id', 'edition_id', 'role', name=op.f('uq_calendar_feed_account_id_edition_id_role')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_calendar_feed_token_digest'))
    )
    op.create_index(op.f('ix_calendar_feed_edition_id'), 'calendar_feed', ['edition_id'], unique=False)
    op.create_table(
        'waiting_list_entry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visitor_id', sa.Integer(), nullable=False),
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('slot_id', sa.Integer(), nullable=True),
        sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended', sa.Enum('seated', 'left', 'off', name='waitingend', native_enum=False, create_constraint=True, length=20), nullable=True),
        sa.CheckConstraint('(left_at IS NULL) = (ended IS NULL)', name=op.f('ck_waiting_list_entry_ends_at_once')),
        sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_waiting_list_entry_slot_id_slot'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_waiting_list_entry_visit_id_visit'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['visitor_id'], ['visitor.id'], name=op.f('fk_waiting_list_entry_visitor_id_visitor'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_list_entry'))
    )
    op.create_index(op.f('ix_waiting_list_entry_visit_id'), 'waiting_list_entry', ['visit_id'], unique=False)
    op.create_index('uq_waiting_list_entry_live', 'waiting_list_entry', ['visitor_id', 'visit_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
    op.create_table(
        'inbound_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('edition_id', sa.Integer(), nullable=True),
        sa.Column('invitation_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.Enum('reply', 'refresh', 'counter', 'bounce', 'automatic', 'words', 'other', name='inboundkind', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('state', sa.Enum('applied', 'ignored', 'quarantined', 'dismissed', name='inboundstate', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('from_address', sa.String(length=254), nullable=False),
        sa.Column('subject', sa.String(length=400), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('facts', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('raw', sa.LargeBinary(), nullable=True),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_inbound_message_edition_id_edition'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_inbound_message_invitation_id_invitation'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['settled_by_id'], ['account.id'], name=op.f('fk_inbound_message_settled_by_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_message')),
        sa.UniqueConstraint('digest', name=op.f('uq_inbound_message_digest'))
    )
    op.create_index(op.f('ix_inbound_message_invitation_id'), 'inbound_message', ['invitation_id'], unique=False)
    op.create_index('ix_inbound_message_waiting', 'inbound_message', ['edition_id', 'state'], unique=False)
    op.create_table(
        'placement_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('placement_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.Enum('placed', 'withdrawn', 'declined', 'cancelled', 'replaced', name='placementstate', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('door', sa.Enum('page', 'link', 'mail', 'host', 'desk', 'run', 'chain', name='door', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_placement_change_account_id_account')),
        sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_placement_change_placement_id_placement'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_placement_change'))
    )
    op.create_index(op.f('ix_placement_change_placement_id'), 'placement_change', ['placement_id'], unique=False)
    op.create_table(
        'seat_offer',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visitor_id', sa.Integer(), nullable=False),
        sa.Column('slot_id', sa.Integer(), nullable=False),
        sa.Column('entry_id', sa.Integer(), nullable=True),
        sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'expired', 'void', name='offerstate', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('token', sa.String(length=40), nullable=False),
        sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['entry_id'], ['waiting_list_entry.id'], name=op.f('fk_seat_offer_entry_id_waiting_list_entry')),
        sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_seat_offer_slot_id_slot'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['visitor_id'], ['visitor.id'], name=op.f('fk_seat_offer_visitor_id_visitor'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_offer')),
        sa.UniqueConstraint('token', name=op.f('uq_seat_offer_token'))
    )
    op.create_index(op.f('ix_seat_offer_slot_id'), 'seat_offer', ['slot_id'], unique=False)
    op.create_index('uq_seat_offer_open', 'seat_offer', ['visitor_id', 'slot_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        'mail_outage',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('retry_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_outage')),
    )
    op.add_column('message', sa.Column('said', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('account', sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('account', sa.Column('bounce', sa.Text(), nullable=True))
    op.add_column('assignment_run', sa.Column('keeps_places', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('edition', sa.Column('seat_offer_hours', sa.Integer(), server_default='24', nullable=False))
    op.add_column('invitation', sa.Column('entry', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('invitation', sa.Column('answer_sequence', sa.Integer(), nullable=True))
    op.add_column('invitation', sa.Column('answer_stamp', sa.DateTime(timezone=True), nullable=True))
    for table, (column, kind, name, values) in ADDED.items():
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN {column} {kind} '
            f'CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({quoted(values)}))'
        )
    for (table, column), (name, before, more) in WIDENED.items():
        allow(table, column, name, old=before, new=(*before, *more))
    _keep_what_was_told()


def downgrade() -> None:
    # The version before knows neither: a no was a place given up, and what is behind failed.
    op.execute("UPDATE placement SET state = 'withdrawn' WHERE state = 'declined'")
    op.execute("UPDATE message SET state = 'failed' WHERE state = 'superseded'")
    op.execute("DELETE FROM message WHERE kind IN ('seat-offer', 'no-place', 'no-guests', 'forwarded')")
    for (table, column), (name, before, more) in WIDENED.items():
        allow(table, column, name, old=(*before, *more), new=before)
    for table, (column, *_) in ADDED.items():
        op.drop_column(table, column)
    op.drop_column('invitation', 'answer_stamp')
    op.drop_column('invitation', 'answer_sequence')
    op.drop_column('message', 'said')
    op.drop_column('invitation', 'entry')
    op.drop_column('edition', 'seat_offer_hours')
    op.drop_column('assignment_run', 'keeps_places')
    op.drop_column('account', 'bounce')
    op.drop_column('account', 'bounced_at')
    for table in (
        'seat_offer', 'placement_change', 'inbound_message', 'waiting_list_entry', 'calendar_feed',
        'mail_outage',
    ):
        op.drop_table(table)


def _keep_what_was_told() -> None:
    """Fill `invitation.entry` from the messages that were written, the last of each."""
    message = sa.table(
        'message', *map(sa.column, ('id', 'invitation_id', 'revision')),
        sa.column('raw', sa.LargeBinary),
    )
    invitation = sa.table('invitation', sa.column('id'), sa.column('entry', sa.JSON))
    connection = op.get_bind()
    numbers = connection.execute(
        sa.select(message.c.invitation_id, message.c.id)
        .where(message.c.invitation_id.is_not(None), message.c.raw.is_not(None))
        .order_by(message.c.revision)
    )
    last = {invitation_id: message_id for invitation_id, message_id in numbers}
    for invitation_id, message_id in last.items():
        raw: Any = connection.scalar(sa.select(message.c.raw).where(message.c.id == message_id))
        connection.execute(
            sa.update(invitation)
            .where(invitation.c.id == invitation_id)
            .values(entry=_entry_in(raw))
        )


def _entry_in(raw: bytes) -> dict[str, Any] | None:
    """Return the calendar entry in a mail of ours, as `domain.calendars` keeps it."""
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_type() != 'text/calendar':
            continue
        file: Any = part.get_payload(decode=True)
        event: Any = Calendar.from_ical(file).walk('VEVENT')[0]
        place, organizer = event.get('GEO'), event['ORGANIZER']
        return {
            'uid': str(event['UID']),
            'sequence': int(event['SEQUENCE']),
            'stamp': event.decoded('DTSTAMP').astimezone(UTC).isoformat(),
            'starts_at': event.decoded('DTSTART').astimezone(UTC).isoformat(),
            'ends_at': event.decoded('DTEND').astimezone(UTC).isoformat(),
            'time_zone': event['DTSTART'].params['TZID'],
            'summary': str(event['SUMMARY']),
            'description': str(event['DESCRIPTION']),
            'location': str(event['LOCATION']),
            'url': str(event['URL']),
            'latitude': place.latitude if place else None,
            'longitude': place.longitude if place else None,
            'categories': list(event.categories),
            'language': event['SUMMARY'].params['LANGUAGE'],
            'organizer_name': organizer.params.get('CN', ''),
            'organizer_address': str(organizer).removeprefix('mailto:'),
            'is_cancelled': event['STATUS'] == 'CANCELLED',
            'is_theirs': True,
        }
    return None
