"""Seats are passed on: how many of a slot are, and which letter asks for each

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('slot', sa.Column('freed_seats', sa.Integer(), server_default='0', nullable=False))
    op.create_index(
        'ix_slot_freed', 'slot', ['freed_seats'], unique=False,
        sqlite_where=sa.text('freed_seats > 0'), postgresql_where=sa.text('freed_seats > 0'),
    )
    op.execute(
        'ALTER TABLE seat_offer ADD COLUMN message_id INTEGER '
        'CONSTRAINT fk_seat_offer_message_id_message REFERENCES message (id)'
    )
    op.create_index(op.f('ix_seat_offer_message_id'), 'seat_offer', ['message_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_seat_offer_message_id'), table_name='seat_offer')
    op.drop_column('seat_offer', 'message_id')
    op.drop_index('ix_slot_freed', table_name='slot')
    op.drop_column('slot', 'freed_seats')
