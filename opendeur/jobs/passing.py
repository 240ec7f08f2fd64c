"""Passing seats on: each slot is a step of its own, so that none holds another up."""

import logging
from datetime import UTC, datetime

from opendeur.db import Database
from opendeur.domain import passing
from opendeur.errors import Busy

logger = logging.getLogger(__name__)


def pass_seats_on(database: Database) -> int:
    """Take the next step wherever seats are passed on; return how many people are asked."""
    with database.reading() as session:
        slots = passing.slots_to_pass_on(session)
    asked = 0
    for slot in slots:
        try:
            with database.session() as session:
                asked += passing.pass_on(session, slot, now=datetime.now(UTC))
                session.commit()
        except Busy:  # the sweep tries again
            logger.warning("slot %s waits: the database is busy", slot)
        except Exception:  # the others go on
            logger.exception("the seats of slot %s were not passed on", slot)
    return asked
