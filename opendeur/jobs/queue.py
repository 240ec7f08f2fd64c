"""The queue that wakes workers: beside the data, in PostgreSQL or in a file of its own."""

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy.engine import make_url

from opendeur.config import Settings


def open_queue(settings: Settings) -> Huey:
    """Return the queue of an installation; it is made where there is none."""
    url = make_url(settings.database)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("opendeur", dsn=dsn, results=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(
        "opendeur",
        filename=str(settings.instance / "queue.sqlite3"),
        fsync=True,
        results=False,
    )
