"""Work that a worker takes on for a while: rows hold the truth, queues only wake workers."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Leased:
    """Columns of a row that one worker at a time works on.

    Whoever holds `lease_token` may work until `lease_until`; when that passes without a new
    heartbeat, the worker is taken for dead and another one may take the row.
    """

    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
