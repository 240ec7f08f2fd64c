"""Runs of the solver: claimed, solved with a heart that beats beside, and stored."""

import logging
from datetime import UTC, datetime
from threading import Event
from typing import Any

from opendeur.db import Database
from opendeur.domain import assignment
from opendeur.gateways import solver
from opendeur.jobs.heartbeat import beating
from opendeur.models import AssignmentRun

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0


def work_on_runs(database: Database) -> int:
    """Solve every run that waits; return how many were worked on."""
    done = 0
    while True:
        with database.session() as session:
            run = assignment.claim_run(session, now=datetime.now(UTC))
            session.commit()
        if run is None:
            return done
        _work(database, run)
        done += 1


def _work(database: Database, run: AssignmentRun) -> None:
    token = run.lease_token or ""
    should_stop = Event()
    progress: dict[str, Any] = {}

    def beat() -> None:
        with database.session() as session:
            goes_on = assignment.beat_run(
                session, run.id, token, progress=dict(progress) or None, now=datetime.now(UTC)
            )
            session.commit()
        if not goes_on:
            should_stop.set()

    try:
        with beating(beat, every_seconds=HEARTBEAT_SECONDS, name=f"run {run.id}"):
            outcome = solver.solve(
                run.problem,
                seed=run.seed,
                time_limit_seconds=run.time_limit_seconds,
                on_progress=progress.update,
                should_stop=should_stop.is_set,
            )
    except Exception as error:
        logger.exception("run %s failed", run.id)
        reason = str(error) or type(error).__name__
        with database.session() as session:
            assignment.fail_run(session, run.id, token, reason, now=datetime.now(UTC))
            session.commit()
    else:
        with database.session() as session:
            assignment.finish_run(session, run.id, token, outcome, now=datetime.now(UTC))
            session.commit()
