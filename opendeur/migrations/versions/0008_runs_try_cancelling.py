"""Runs try what cancelling a moment would bring: which moment each does without

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        'ALTER TABLE assignment_run ADD COLUMN closes_slot_id INTEGER '
        'CONSTRAINT fk_assignment_run_closes_slot_id_slot REFERENCES slot (id)'
    )


def downgrade() -> None:
    op.drop_column('assignment_run', 'closes_slot_id')
