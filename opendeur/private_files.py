"""Files of an installation are its owner's only: they hold people, and keys to the site."""

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

OTHERS = stat.S_IRWXG | stat.S_IRWXO
#: What SQLite keeps beside a database; it makes these with the mode of the database.
BESIDE = ("", "-wal", "-shm", "-journal")
#: Files by which a folder is known to be an installation's, and not a folder of many things.
OURS = ("config.toml", "opendeur.sqlite3")


def let_nobody_else_in() -> None:
    """Have everything that this process makes from now on be its owner's only."""
    os.umask(OTHERS)


def keep_folder(path: Path) -> None:
    """Make a folder that only its owner can enter; one of before is closed if it is ours."""
    path.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
    if any((path / name).exists() for name in OURS):
        close(path)


def keep_database(path: Path) -> None:
    """Make a file for SQLite that only its owner can read, or close the one that is there.

    It is never opened when it is there: closing it would lift SQLite's locks of this process.
    """
    with suppress(OSError):  # no such folder, for one: SQLite says so in better words
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for suffix in BESIDE:
        close(path.with_name(f"{path.name}{suffix}"))


def close(path: Path) -> None:
    """Take away what others may do with a file or folder, where it is there."""
    try:
        mode = path.stat().st_mode
        if mode & OTHERS and not mode & stat.S_ISVTX:  # a sticky folder is everybody's
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except FileNotFoundError:
        return
    except PermissionError:
        logger.warning("%s can be read by others: have its owner chmod it to go-rwx", path)
