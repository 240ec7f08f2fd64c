"""The worker: a lane for each kind of work, woken through the queue."""

import logging
from collections.abc import Callable
from typing import Any

from flask import current_app
from huey import crontab

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.jobs.lanes import Lane
from opendeur.jobs.passing import pass_seats_on
from opendeur.jobs.queue import open_queue
from opendeur.jobs.receiving import receiving
from opendeur.jobs.runs import work_on_runs
from opendeur.jobs.sending import send_messages
from opendeur.jobs.sweeps import sweep

logger = logging.getLogger(__name__)

#: Runs that one worker solves at a time: one of an hour must not keep another zone waiting.
RUNS_AT_A_TIME = 2


class Jobs:
    """The jobs of one installation: woken by the site, done by the worker.

    There are as many threads as the lanes have places, so that one is free whenever a lane
    is: sign-in mail goes out within seconds whatever else is going on.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.huey = open_queue(settings)
        self._lanes: list[Lane] = []
        self._sign_in_task = self._lane("send_sign_ins", self._send_sign_ins)
        self._message_task = self._lane("send_messages", self._send_others)
        self._passing_task = self._lane("pass_seats_on", self.pass_seats_on)
        self._run_task = self._lane("work_on_runs", self.work_on_runs, width=RUNS_AT_A_TIME)
        self._lane("sweep", self._sweep, every_minute=True)

    def _lane(
        self, name: str, work: Callable[[], int], *, width: int = 1, every_minute: bool = False
    ) -> Callable[[], Any]:
        """Give a kind of work a lane; return what wakes it."""
        lane = Lane(work, width=width)
        self._lanes.append(lane)
        if every_minute:
            task = self.huey.periodic_task(crontab(minute="*"), name=name)(lane.run)
        else:
            task = self.huey.task(name=name)(lane.run)
        wake: Callable[[], Any] = task
        return wake

    @property
    def threads(self) -> int:
        """How many threads a worker has: one for each place in a lane."""
        return sum(lane.width for lane in self._lanes)

    def wake_sign_ins(self) -> None:
        """Have the worker send sign-in mail; a lost call is made up for by the sweep."""
        self._wake(self._sign_in_task)

    def wake_messages(self) -> None:
        """Have the worker look for messages; a lost call is made up for by the sweep."""
        self._wake(self._message_task)

    def wake_passing(self) -> None:
        """Have the worker pass free seats on, and send what that brings about; a lost call is
        made up for by the sweep."""
        self._wake(self._passing_task)
        self._wake(self._message_task)

    def wake_runs(self) -> None:
        """Have the worker look for runs; a lost call is made up for by the sweep."""
        self._wake(self._run_task)

    def _wake(self, task: Callable[[], Any]) -> None:
        try:
            task()
        except Exception:  # the row is committed: the sweep will find it
            logger.exception("the worker could not be woken")

    def consume(self) -> None:
        """Work until interrupted. What an earlier worker left is taken up first."""
        self._sweep()
        consumer = self.huey.create_consumer(
            workers=self.threads,
            worker_type="thread",
            check_worker_health=False,
            max_delay=1.0,
        )
        # Listening to a mailbox is no task that ends: it has a thread of its own.
        with receiving(self.database, self.settings, on_applied=self.wake_passing):
            consumer.run()

    def work_on_runs(self) -> int:
        """Solve every run that waits; return how many were worked on."""
        return work_on_runs(self.database)

    def pass_seats_on(self) -> int:
        """Ask for every free seat whoever is next; return how many people were asked."""
        asked = pass_seats_on(self.database)
        if asked:
            self.wake_messages()
        return asked

    def send_messages(self) -> int:
        """Send every message that is due, sign-in mail first; return how many were tried."""
        return self._send_sign_ins() + self._send_others()

    def _send_sign_ins(self) -> int:
        return send_messages(self.database, self.settings, urgent=True)

    def _send_others(self) -> int:
        return send_messages(self.database, self.settings, urgent=False)

    def _sweep(self) -> int:
        sweep(self.database, self.settings)
        self.wake_sign_ins()
        self.wake_passing()
        self.wake_runs()
        return 1


def of_app() -> Jobs:
    """Return the jobs of the running application."""
    found: Jobs = current_app.extensions["jobs"]
    return found
