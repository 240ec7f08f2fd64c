"""The revision of an edition

Revision ID: 0003
Revises: 0002

A plain column that is added and dropped, so that no table is made anew on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'edition', sa.Column('revision', sa.BigInteger(), nullable=False, server_default='0')
    )


def downgrade() -> None:
    op.drop_column('edition', 'revision')
