"""Write a folder without faults into the database: new rows are added, known ones changed.

A row that the folder does not name stays. So does what the files cannot say: confirmations,
publications, placements, the phase after the first import, and what people who have signed
in say of themselves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain import people
from opendeur.domain.importing.database_state import Current
from opendeur.domain.importing.edition_file import EditionFile
from opendeur.domain.importing.folder import Folder
from opendeur.domain.importing.summary import ImportSummary
from opendeur.models import (
    Account,
    Base,
    ClosedPeriod,
    Edition,
    EditionZone,
    Organisation,
    Sector,
    Zone,
)

_CLOSED = ("starts_at", "ends_at", "reason_nl", "reason_fr", "reason_en")


@dataclass(slots=True)
class Import:
    """One import on its way: what is read, what was there, and what came of it.

    `organisations` are by reference, `accounts` by e-mail address; `changed_people` are the
    addresses whose account is new or described otherwise than before.
    """

    session: Session
    folder: Folder
    current: Current
    now: datetime
    summary: ImportSummary = field(default_factory=ImportSummary)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    changed_people: set[str] = field(default_factory=set)

    def sectors(self, codes: frozenset[str]) -> list[Sector]:
        """Return sectors in their order."""
        found = (self.current.sectors[code] for code in codes)
        return sorted(found, key=lambda sector: sector.position)


def assign(target: Base, attributes: dict[str, Any]) -> bool:
    """Set attributes that differ; tell whether there were any."""
    differing = {
        name: value for name, value in attributes.items() if getattr(target, name) != value
    }
    for name, value in differing.items():
        setattr(target, name, value)
    return bool(differing)


def write_people(job: Import) -> None:
    """Make or describe the account of everybody in the folder.

    Name and language of somebody who has signed in are theirs: no file changes them.
    """
    for email, person in job.folder.people.found.items():
        account = job.current.accounts.get(email)
        details = {
            "given_name": person.given_name,
            "family_name": person.family_name,
            "language": person.language,
        }
        if account is None:
            account = Account(email=email, created_at=job.now, **details)
            job.session.add(account)
            job.changed_people.add(email)
        elif account.id not in job.current.signed_in and assign(account, details):
            job.changed_people.add(email)
        job.accounts[email] = account
    job.session.flush()


def write_edition(job: Import, file: EditionFile) -> Edition:
    """Make or change the edition. Its phase is the site's business once it is there."""
    edition = job.current.edition
    is_new = edition is None
    if edition is None:
        edition = Edition(slug=file.slug, phase=file.phase, **file.attributes)
        job.session.add(edition)
        job.session.flush()
    # Also after making it: an insert takes None for the column's default.
    is_changed = any(
        [
            assign(edition, file.attributes),
            _write_zones(job.session, edition, file.zones),
            _write_closed(edition, file),
            _write_organisers(job, edition, file),
        ]
    )
    job.session.flush()
    job.summary.edition.add(is_new=is_new, is_changed=is_changed)
    return edition


def _write_zones(session: Session, edition: Edition, codes: tuple[str, ...]) -> bool:
    if tuple(zone.code for zone in edition.zones) == codes:
        return False
    for link in session.scalars(select(EditionZone).filter_by(edition_id=edition.id)).all():
        session.delete(link)
    session.flush()
    session.add_all(
        EditionZone(edition_id=edition.id, zone_code=code, position=position)
        for position, code in enumerate(codes)
    )
    session.flush()
    session.expire(edition, ["zones"])
    return True


def _write_closed(edition: Edition, file: EditionFile) -> bool:
    wanted = sorted(
        tuple(getattr(closed, name) for name in _CLOSED) for closed in file.week.closed
    )
    known = sorted(
        tuple(getattr(closed, name) for name in _CLOSED) for closed in edition.closed_periods
    )
    if wanted == known:
        return False
    edition.closed_periods = [
        ClosedPeriod(**dict(zip(_CLOSED, values, strict=True))) for values in wanted
    ]
    return True


def _write_organisers(job: Import, edition: Edition, file: EditionFile) -> bool:
    is_changed = False
    for person in file.organisers:
        account = job.accounts[person.email]
        for code in file.zones:
            if not any(organiser.zone_code == code for organiser in account.organised):
                people.let_organise(job.session, account, job.session.get_one(Zone, code))
                is_changed = True
        is_changed |= person.email in job.changed_people
    return is_changed
