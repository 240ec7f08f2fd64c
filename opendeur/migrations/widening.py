"""Letting a column hold other values than before, as several versions do.

On SQLite the text of the schema is changed, as its documentation describes
(https://www.sqlite.org/lang_altertable.html, 7): making a table anew would drop it, and with it
every row that refers to it.
"""

from alembic import op


def quoted(values: tuple[str, ...]) -> str:
    """Return values as SQL lists them."""
    return ", ".join(f"'{value}'" for value in values)


def allow(
    table: str, column: str, name: str, *, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    """Let a column hold the values `new` and no others; `old` are those of the version before.

    Raises
    ------
    RuntimeError
        When the constraint is not as the version before left it.
    """
    connection, constraint = op.get_bind(), f"ck_{table}_{name}"
    before, after = (f"{column} IN ({quoted(values)})" for values in (old, new))
    if connection.dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({after})")
        return
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    done = connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = ? AND name = ? "
        "AND instr(sql, ?) > 0",
        (before, after, "table", table, before),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    if done.rowcount != 1:
        raise RuntimeError(f"{constraint} is not as the version before left it")
