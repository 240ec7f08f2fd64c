"""Removed moments can be put back

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'removed_slot',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('slot_number', sa.Integer(), nullable=False),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reference', sa.String(length=100), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('minimum', sa.Integer(), nullable=False),
        sa.Column('capacity', sa.Integer(), nullable=False),
        sa.Column('languages', sa.String(length=60), nullable=False),
        sa.Column('state', sa.Enum('open', 'forced', 'closed', name='slotstate', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('street', sa.String(length=200), nullable=False),
        sa.Column('postcode_code', sa.String(length=4), nullable=True),
        sa.Column('latitude', sa.Double(), nullable=True),
        sa.Column('longitude', sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(['postcode_code'], ['postcode.code'], name=op.f('fk_removed_slot_postcode_code_postcode')),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_removed_slot_visit_id_visit'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_removed_slot')),
    )
    op.create_index(op.f('ix_removed_slot_visit_id'), 'removed_slot', ['visit_id'])


def downgrade() -> None:
    op.drop_table('removed_slot')
