"""A time that a calendar proposed is refused by a mail of its own kind

Revision ID: 0007
Revises: 0006
"""

from alembic import op

from opendeur.migrations.widening import allow

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BEFORE = (
    'sign-in', 'receipt', 'new', 'changed', 'cancelled', 'seat-offer', 'no-place', 'no-guests',
    'forwarded',
)
MORE = ('proposal-refused',)


def upgrade() -> None:
    allow('message', 'kind', 'messagekind', old=BEFORE, new=(*BEFORE, *MORE))


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE kind = 'proposal-refused'")
    allow('message', 'kind', 'messagekind', old=(*BEFORE, *MORE), new=BEFORE)
