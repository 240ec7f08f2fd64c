"""Sweeping: what dead workers left is taken back, and what is over is deleted."""

import logging
from datetime import UTC, datetime

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import mail, people

logger = logging.getLogger(__name__)


def sweep(database: Database, settings: Settings) -> None:
    """Take back what dead workers left, and tidy up."""
    now = datetime.now(UTC)
    with database.session() as session:
        found = mail.sweep_outbox(session, is_idempotent=not settings.smtp_url, now=now)
        people.forget_sign_ins(session, now=now)
        people.forget_counts(session, now=now)
        session.commit()
    if found:
        logger.warning("%s messages of a dead worker were found", found)
