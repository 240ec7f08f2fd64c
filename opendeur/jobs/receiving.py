"""Receiving: mails are taken from the mailbox one by one, read, committed, and moved away.

What lies in the inbox is still to be read; nothing else says so. Whoever dies in the middle
leaves the mail there, and the same bytes are read once (`domain.inbox.receive`).
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import inbox
from opendeur.enums import InboundState
from opendeur.errors import Busy
from opendeur.gateways.incoming import LARGEST_MAIL
from opendeur.gateways.mailbox import Mailbox, MailboxRefused, MailboxUnreachable
from opendeur.imap_urls import ImapAddress

logger = logging.getLogger(__name__)

#: Where mails lie afterwards: those that were read, and those that somebody has to look at.
DONE = ("Opendeur", "Done")
UNREAD = ("Opendeur", "Unread")
#: After trouble the mailbox is tried again, each time after twice as long, up to the longest.
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0
#: A mail that is being read when the worker stops has this long; it is read again otherwise.
LAST_SECONDS = 5.0
#: What is no fault of the mail: the database is busy or gone, and the others would fail too.
_NO_FAULT_OF_THE_MAIL = (Busy, OperationalError, InterfaceError)


class Receiver:
    """Reads the mailbox of an installation, as long as it is told to.

    Parameters
    ----------
    on_applied
        Called after a mail changed something: there may be something to send.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        address: ImapAddress,
        *,
        on_applied: Callable[[], None],
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self.database = database
        self.settings = settings
        self.address = address
        self.should_stop = threading.Event()
        self.on_applied = on_applied
        self._first_pause = self._pause = first_pause_seconds
        self._trouble = ""

    def run(self) -> None:
        """Read what is there and what comes, until `should_stop`; nothing ends it earlier."""
        while not self.should_stop.is_set():
            try:
                with Mailbox(self.address) as mailbox:
                    while not self.should_stop.is_set():
                        self.read_all(mailbox)
                        self._goes_well()
                        mailbox.wait(self.should_stop)
            except MailboxUnreachable as error:
                self._goes_wrong(f"the mailbox cannot be read: {error.reason}")
            except _NO_FAULT_OF_THE_MAIL as error:
                self._goes_wrong(f"mail waits for the database: {error}")
            except Exception as error:  # a fault of ours, which must not end the reading
                self._goes_wrong(f"the mailbox is not read: {error!r}", error)

    def read_all(self, mailbox: Mailbox) -> int:
        """Read every mail that is in the inbox, the oldest first; return how many were there.

        Raises
        ------
        MailboxUnreachable, Busy
            When the others would fail as well. One that the server would not move is raised
            after the others were read.
        """
        read = 0
        refused: MailboxRefused | None = None
        for number in mailbox.numbers():
            if self.should_stop.is_set():
                break
            try:
                read += self._read_one(mailbox, number)
            except MailboxRefused as error:
                refused = error
        if refused is not None:
            raise refused
        return read

    def _read_one(self, mailbox: Mailbox, number: int) -> int:
        raw = mailbox.fetch(number, most=LARGEST_MAIL + 1)
        if raw is None:  # another worker was faster
            return 0
        folder = DONE
        try:
            state = self._receive(raw)
        except _NO_FAULT_OF_THE_MAIL:
            raise
        except Exception:
            # It would fail again, and hold up the others each time.
            logger.exception("mail %s cannot be read: it goes to %s", number, "/".join(UNREAD))
            folder = UNREAD
        else:
            if state is InboundState.APPLIED:
                self.on_applied()
            if len(raw) > LARGEST_MAIL:  # of it only the head was read
                logger.warning("mail %s is too large: it goes to %s", number, "/".join(UNREAD))
                folder = UNREAD
        mailbox.move(number, *folder)
        return 1

    def _receive(self, raw: bytes) -> InboundState:
        with self.database.session() as session:
            became = inbox.receive(
                session, raw, settings=self.settings, now=datetime.now(UTC)
            ).state
            session.commit()
        return became

    def _goes_well(self) -> None:
        if self._trouble:
            logger.info("the mailbox is read again")
        self._trouble, self._pause = "", self._first_pause

    def _goes_wrong(self, trouble: str, error: Exception | None = None) -> None:
        """Say once what is the matter, and pause, each time for longer."""
        if trouble != self._trouble:
            logger.warning("%s", trouble, exc_info=error)
        self._trouble = trouble
        self.should_stop.wait(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)


@contextmanager
def receiving(
    database: Database, settings: Settings, *, on_applied: Callable[[], None]
) -> Iterator[None]:
    """Read the mailbox in a thread of its own until the block ends, where there is one."""
    address = settings.mailbox
    if address is None:
        yield
        return
    receiver = Receiver(database, settings, address, on_applied=on_applied)
    thread = threading.Thread(target=receiver.run, name="receiving", daemon=True)
    thread.start()
    try:
        yield
    finally:
        receiver.should_stop.set()
        thread.join(LAST_SECONDS)
