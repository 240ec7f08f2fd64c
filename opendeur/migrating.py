"""Bring a database to the version of the models, and load the facts that all editions share."""

import csv
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from opendeur.config import ROOT
from opendeur.db import Database
from opendeur.models import Postcode, Sector, Zone

DATA = Path(__file__).parent / "data"


def alembic_config() -> Config:
    """Return Alembic's configuration, without a database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "opendeur" / "migrations"))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to `revision` and load zones, postcodes and sectors."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    if revision == "head":
        with database.session() as session:
            load_places(session)
            session.commit()


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to `revision`; ``base`` empties the database."""
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def load_places(session: Session) -> None:
    """Insert or update zones, postcodes and sectors from the files in ``data/``."""
    for row in _rows("zones.csv"):
        row["code"] = row.pop("zone")
        session.merge(Zone(**row))
    for row in _rows("postcodes.csv"):
        session.merge(
            Postcode(
                code=row["postcode"],
                name_nl=row["name_nl"],
                name_fr=row["name_fr"],
                zone_code=row["zone"],
                is_certain=row["certain"] == "yes",
                latitude=float(row["lat"]),
                longitude=float(row["lon"]),
            )
        )
    for position, row in enumerate(_rows("sectors.csv")):
        session.merge(Sector(position=position, **row))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
