"""A time that a calendar proposed is refused by a mail of its own kind

Revision ID: 0007
Revises: 0006

What may stand in a column is widened as in version 0005.
"""

from alembic import op

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
    _allow('message', 'kind', 'messagekind', old=BEFORE, new=(*BEFORE, *MORE))


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE kind = 'proposal-refused'")
    _allow('message', 'kind', 'messagekind', old=(*BEFORE, *MORE), new=BEFORE)


def _quoted(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)


def _allow(
    table: str, column: str, name: str, *, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    """Let a column hold other values than before."""
    connection, constraint = op.get_bind(), f'ck_{table}_{name}'
    if connection.dialect.name != 'sqlite':
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {constraint}')
        op.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT {constraint} '
            f'CHECK ({column} IN ({_quoted(new)}))'
        )
        return
    version: int = connection.exec_driver_sql('PRAGMA schema_version').scalar_one()
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    done = connection.exec_driver_sql(
        'UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = ? AND name = ? '
        'AND instr(sql, ?) > 0',
        (f'{column} IN ({_quoted(old)})', f'{column} IN ({_quoted(new)})', 'table', table,
         f'{column} IN ({_quoted(old)})'),
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = OFF')
    if done.rowcount != 1:
        raise RuntimeError(f'{constraint} is not as the version before left it')
