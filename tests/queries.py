"""How many statements something sends to the database: lists must not ask row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Count:
    statements: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Count]:
    """Count the statements that are executed within the block."""
    count = Count()

    def note(*_: Any) -> None:
        count.statements += 1

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", note)
