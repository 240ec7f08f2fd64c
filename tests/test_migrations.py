from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from opendeur import migrating
from opendeur.db import Database
from opendeur.models import Base, Postcode, Sector, Zone


def test_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    migrating.downgrade(database, "base")
    left = set(inspect(database.engine).get_table_names())
    migrating.upgrade(database)
    made = set(inspect(database.engine).get_table_names())

    assert left == {"alembic_version"}
    assert made == {"alembic_version", *Base.metadata.tables}


def test_upgrading_twice_keeps_one_of_each_place(database: Database) -> None:
    migrating.upgrade(database)

    with database.session() as session:
        counts = [session.query(table).count() for table in (Zone, Postcode, Sector)]

    assert counts == [5, 22, 16]
