"""The web server: some processes that share one port, each with some threads.

Waitress reads a request whole before a thread works on it, so that clients who send half of
one, by chance or on purpose, hold no thread: with a server of threads alone, as many of them
as there are threads make the site stand still.
"""

import logging
import multiprocessing
import os
import re
import signal
import socket
import sys
import threading
import time
from multiprocessing.process import BaseProcess
from types import FrameType

import waitress

from opendeur.app import MAX_BODY_BYTES, create_app
from opendeur.config import Settings

logger = logging.getLogger(__name__)

#: Connections of one process; most of them wait for their client.
MOST_CONNECTIONS = 1000
#: After so long without a word a connection is closed.
SILENCE_SECONDS = 30
#: A process that ends by itself is replaced, but never faster than this.
PAUSE_SECONDS = 1.0

#: A path in a sentence of the server's: it can hold a secret.
_PATH = re.compile(r"(?<![\w.:/])/[^\s'\"]*")

_fork = multiprocessing.get_context("fork")


def serve(settings: Settings, *, host: str, port: int, processes: int, threads: int) -> None:
    """Serve the site until interrupted or terminated.

    Parameters
    ----------
    processes
        How many cores the site may use.
    threads
        Of each process: how many requests it works on at a time.

    Raises
    ------
    OSError
        When the port is taken.
    """
    listener = socket.create_server((host, port), backlog=1024)
    for how in (signal.SIGTERM, signal.SIGINT):  # a shell may have its jobs ignore the second
        signal.signal(how, _end)

    alive, parent = os.pipe()  # closes when this process ends, however it ends

    def start() -> BaseProcess:
        words = (settings, listener, threads, alive, parent)
        process = _fork.Process(target=_work, args=words, daemon=True)
        process.start()
        return process

    working = [start() for _ in range(processes)]
    try:
        while True:
            time.sleep(PAUSE_SECONDS)
            for place, process in enumerate(working):
                if not process.is_alive():
                    logger.error("a process ended by itself (%s)", process.exitcode)
                    working[place] = start()
    except SystemExit:
        pass
    finally:
        for process in working:
            process.terminate()
        for process in working:
            process.join()


def keep_paths_out_of_the_log() -> None:
    """Let the server write no path to the log: links from mail are secrets in a path."""
    logging.getLogger("waitress").addFilter(_without_paths)


def _without_paths(record: logging.LogRecord) -> bool:
    record.msg, record.args = _PATH.sub("/…", record.getMessage()), None
    return True


def _work(
    settings: Settings, listener: socket.socket, threads: int, alive: int, parent: int
) -> None:
    os.close(parent)
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
    # Ctrl-C in a terminal reaches everybody; the parent tells its children to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    keep_paths_out_of_the_log()
    waitress.serve(
        create_app(settings),
        sockets=[listener],
        threads=threads,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENCE_SECONDS,
        cleanup_interval=SILENCE_SECONDS // 3,
        max_request_body_size=MAX_BODY_BYTES,
        asyncore_use_poll=True,
        # How many proxies to believe is a setting of ours: see `create_app`.
        clear_untrusted_proxy_headers=False,
        ident=None,
        _quiet=True,
    )


def _end_with(alive: int) -> None:
    """End this process when the one that started it is gone: nobody else would replace it."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
