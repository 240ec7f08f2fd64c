"""The command line: what is done on the server. Thin, as a view is."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from opendeur import demonstration, migrating, private_files, serving
from opendeur.config import InvalidSettings, Settings
from opendeur.db import Database
from opendeur.domain import assignment, inbox, people
from opendeur.domain.importing import ImportRefused, import_folder
from opendeur.domain.people import LINK_LASTS
from opendeur.enums import Language
from opendeur.errors import OpendeurError
from opendeur.jobs import Jobs
from opendeur.models import Zone

pass_settings = click.make_pass_decorator(Settings)


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Opendeur: open-door weeks, from the first offer to everybody's calendar."""
    private_files.let_nobody_else_in()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "huey"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # that a request waits is no news
    if context.invoked_subcommand == "demo":
        return  # it writes its own settings
    try:
        context.obj = Settings.load()
    except InvalidSettings as error:
        raise click.ClickException(str(error)) from error
    context.obj.keep_private()


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    """Open a session, commit at the end, and show what the domain refuses in one line."""
    with Database(settings.database).session() as session:
        try:
            yield session
        except OpendeurError as error:
            raise click.ClickException(str(error)) from error
        session.commit()


@main.command()
@pass_settings
def migrate(settings: Settings) -> None:
    """Bring the database to this version, and load zones, postcodes and sectors."""
    migrating.upgrade(Database(settings.database))
    click.echo("The database is up to date.")


@main.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--move",
    "moves",
    is_flag=True,
    help="Move people who have a place, and draft the letters that tell them.",
)
@pass_settings
def import_command(settings: Settings, folder: Path, *, moves: bool) -> None:
    """Import an edition from a folder of CSV files and edition.toml (docs/import.md)."""
    try:
        with Database(settings.database).session() as session:
            summary = import_folder(session, folder, moves=moves, now=datetime.now(UTC))
            session.commit()
    except ImportRefused as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException("Nothing was imported.") from error
    click.echo(str(summary))


@main.command("sign-in-link")
@click.argument("email")
@pass_settings
def sign_in_link(settings: Settings, email: str) -> None:
    """Print a sign-in link for EMAIL that works once, for ten minutes."""
    with _writing(settings) as session:
        link = demonstration.link_for(
            session, email, settings=settings, lasts=LINK_LASTS, now=datetime.now(UTC)
        )
    click.echo(link)


@main.command("let-organise")
@click.argument("email")
@click.argument("zone")
@pass_settings
def let_organise(settings: Settings, email: str, zone: str) -> None:
    """Give EMAIL the right to organise the editions of ZONE, such as zuid-oost."""
    with _writing(settings) as session:
        found = session.get(Zone, zone)
        if found is None:
            raise click.ClickException(f'There is no zone "{zone}".')
        account = people.ensure_account(
            session, email, language=Language.NL, now=datetime.now(UTC)
        )
        people.let_organise(session, account, found)
    click.echo(f"{email} can organise the editions of {zone}.")


@main.command("reset-second-factor")
@click.argument("email")
@pass_settings
def reset_second_factor(settings: Settings, email: str) -> None:
    """Forget the authenticator of EMAIL, who lost it, and sign them out everywhere."""
    with _writing(settings) as session:
        account = people.find_account(session, email)
        if account is None:
            raise click.ClickException(f'There is no account "{email}".')
        people.reset_second_factor(session, account, now=datetime.now(UTC))
    click.echo(f"{email} is asked to set up an authenticator at the next sign-in.")


@main.command()
@pass_settings
def worker(settings: Settings) -> None:
    """Solve runs and send messages until interrupted."""
    Jobs(settings, Database(settings.database)).consume()


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE.eml...")
@pass_settings
def receive(settings: Settings, files: tuple[str, ...]) -> None:
    """Read mails that came in, from files: answers of calendars, bounces, people's words.

    Says for each what became of it: applied, ignored or quarantined, and why. A mail is read
    once, however often it comes. The exit status is 1 when a file cannot be read.
    """
    unread = False
    for name in files:
        try:
            raw = Path(name).read_bytes()
        except OSError as error:
            click.echo(f"{name}: {os.strerror(error.errno or 0)}", err=True)
            unread = True
            continue
        with _writing(settings) as session:
            became = inbox.receive(session, raw, settings=settings, now=datetime.now(UTC))
            said = f"{became.state}: {became.reason}" if became.reason else str(became.state)
        click.echo(f"{name}: {said}")
    if unread:
        sys.exit(1)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Of the site.")
@click.option("--processes", default=2, show_default=True, help="Cores that it may use.")
@click.option("--threads", default=4, show_default=True, help="Of each process.")
@pass_settings
def serve(settings: Settings, host: str, port: int, processes: int, threads: int) -> None:
    """Serve the site until interrupted."""
    try:
        serving.serve(settings, host=host, port=port, processes=processes, threads=threads)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"Port {port}: {reason}.") from error


@main.command("export-problem")
@click.argument("edition", required=False)
@pass_settings
def export_problem(settings: Settings, edition: str | None) -> None:
    """Write an edition's problem as JSON.

    It is the problem of the run that was adopted, or of the edition as it is now when none
    was. Without EDITION (its name in addresses): the edition adopted last.
    """
    with _writing(settings) as session:
        text = assignment.export_problem(session, edition)
    sys.stdout.write(f"{text}\n")


@main.command("export-plan")
@click.argument("run", required=False)
@pass_settings
def export_plan(settings: Settings, run: str | None) -> None:
    """Write a run's plan as JSON. RUN is EDITION/NUMBER; without it, the one adopted last."""
    with _writing(settings) as session:
        text = assignment.export_plan(session, run)
    sys.stdout.write(f"{text}\n")


@main.command()
@click.option("--serve/--no-serve", default=True, help="Start the site and the worker after.")
@click.option("--reset", is_flag=True, help="Throw the demonstration away and begin again.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Of the site.")
def demo(serve: bool, reset: bool, port: int) -> None:
    """Load the demonstration, do the main job on it from end to end, and serve it."""
    try:
        demonstration.run(serve=serve, reset=reset, port=port, say=click.echo)
    except (InvalidSettings, OpendeurError, demonstration.CannotDemonstrate) as error:
        raise click.ClickException(str(error)) from error
