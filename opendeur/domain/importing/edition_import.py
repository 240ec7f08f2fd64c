"""Importing a folder: read, held against the database, and only then written.

Everything is read and checked first, so that all faults are told at once; only then is
anything written.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from opendeur.domain import editions, invitations
from opendeur.domain.importing.applying import Import, write_edition, write_people
from opendeur.domain.importing.conflicts import blame_conflicts
from opendeur.domain.importing.database_state import known_codes, load
from opendeur.domain.importing.edition_file import EditionFile
from opendeur.domain.importing.faults import Fault, ImportRefused
from opendeur.domain.importing.folder import Folder, read_folder
from opendeur.domain.importing.summary import ImportSummary
from opendeur.domain.importing.write_offers import (
    write_organisations,
    write_slots,
    write_visits,
)
from opendeur.domain.importing.write_visitors import write_preferences, write_visitors


def import_folder(
    session: Session, folder: Path, *, moves: bool = False, now: datetime
) -> ImportSummary:
    """Import a folder, or change what an earlier import of it made. Sends nothing.

    Rows are known by the names in their first column, a visitor also by the e-mail address.

    Parameters
    ----------
    moves
        Whether people who have a place may come to have it at another time or place. What
        they must be told is then drafted.

    Raises
    ------
    ImportRefused
        With every fault of every file. Nothing of the folder is in the session then.
    """
    faults: list[Fault] = []
    read = read_folder(folder, known=known_codes(session), faults=faults)
    _lock(session, read)
    current = load(session, read)
    blame_conflicts(read, current, faults, moves=moves)
    if faults or read.edition is None:
        raise ImportRefused(faults)
    job = Import(session, read, current, now)
    with session.begin_nested(), session.no_autoflush:
        _write(job, read.edition)
    if moves and current.edition is not None:
        invitations.draft(session, current.edition, now=now)
    return job.summary


def _lock(session: Session, read: Folder) -> None:
    """Lock the edition that the folder changes, where it is there already."""
    known = editions.find(session, read.edition.slug) if read.edition else None
    if known is not None:
        editions.lock(session, known)


def _write(job: Import, file: EditionFile) -> None:
    write_people(job)
    edition = write_edition(job, file)
    visits = write_visits(job, write_organisations(job, edition))
    write_slots(job, visits)
    visitors = write_visitors(job, edition)
    write_preferences(job, visitors, visits)
