"""Room for sealed secrets of the second factor

Revision ID: 0002
Revises: 0001

On SQLite by way of a new column: making the table anew, as Alembic does, would drop it, and
with it delete every row that refers to an account.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

SEALED = 200
CLEAR = 64


def upgrade() -> None:
    _resize(SEALED)


def downgrade() -> None:
    # The version before cannot read a sealed secret: its owner sets an authenticator up again.
    op.execute("UPDATE account SET totp_secret = NULL WHERE totp_secret LIKE '1:%'")
    _resize(CLEAR)


def _resize(length: int) -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column('account', 'totp_secret', type_=sa.String(length))
        return
    op.add_column('account', sa.Column('resized', sa.String(length), nullable=True))
    op.execute('UPDATE account SET resized = totp_secret')
    op.execute('ALTER TABLE account DROP COLUMN totp_secret')
    op.execute('ALTER TABLE account RENAME COLUMN resized TO totp_secret')
