"""Write every calendar of the demonstration into a folder, as its site serves them."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from opendeur.app import create_app
from opendeur.config import Settings
from opendeur.db import Database
from opendeur.domain import calendars
from opendeur.enums import FeedRole
from opendeur.models import Account, Edition, Invitation

folder = Path(sys.argv[1])
folder.mkdir()
settings = Settings.load()
database = Database(settings.database)
paths = []
with database.session() as session:
    for edition in session.scalars(select(Edition)):
        paths += [f"/{code}/{edition.slug}/programme.ics" for code in ("nl", "fr", "en")]
        pairs = {
            (invitation.account, FeedRole(invitation.role))
            for invitation in session.scalars(
                select(Invitation).where(Invitation.edition_id == edition.id)
            )
        }
        for account in session.scalars(select(Account)):
            if account.organises(edition.zones):
                pairs.add((account, FeedRole.ORGANISER))
        for account, role in sorted(pairs, key=lambda pair: (pair[0].id, pair[1])):
            now = datetime.now(UTC)
            secret = calendars.make(session, account, edition, role, now=now)
            paths.append(f"/calendar/{secret}.ics")
    session.commit()
site = create_app(settings).test_client()
host = f"http://{urlsplit(settings.base_url).netloc}"
for number, path in enumerate(paths):
    answer = site.get(path, base_url=host)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status}")
    (folder / f"{number}.ics").write_bytes(answer.data)
sys.stdout.write(f"{len(paths)} calendars in {folder}\n")
