"""What the pages cost and how many people are served, now and at another commit, in turns."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from benchmarks.web import checkout, crowd, load, tables
from benchmarks.web.checkout import Checkout, World
from benchmarks.web.crowd import LARGE, SMALL, Size
from benchmarks.web.tables import Load, Page
from opendeur.demonstration import weeks_to_shift
from tests import postgresql

BEFORE = "eead58c"
SLUG = "zuid-oost-2027"


@dataclass(frozen=True)
class Effort:
    """How long it is looked at: rounds of each commit in turn, and seconds of each load."""

    rounds: int = 2
    seconds: int = 30


QUICK = Effort(rounds=1, seconds=10)


def report(*, commit: str = BEFORE, effort: Effort = Effort()) -> Iterator[str]:
    """Measure, and yield the lines of the page of results."""
    with tempfile.TemporaryDirectory(prefix="opendeur-bench-") as parent, ExitStack() as stack:
        both = [checkout.ours(), stack.enter_context(checkout.of(commit))]
        weeks = weeks_to_shift(datetime.now(UTC).date())
        folders = {}
        for size in (SMALL, LARGE):
            folders[size] = Path(parent) / f"{size.moments}"
            crowd.write(size, folders[size], weeks=weeks)
        yield (
            f"Beside commit {commit} (*before*), in turns, {effort.rounds} rounds. *ms* is CPU "
            "time of a request in process, the median; *304* that of one for a page that is "
            "still the same; *kB* the page, *sent* what of it goes over the line; *rows* those "
            "that the database hands over."
        )
        for size, folder in folders.items():
            yield f"\n### {size.moments} moments, {size.people:,} people\n"
            worlds = {code.name: _filled(code, Path(parent), folder) for code in both}
            yield from _pages(both, worlds, size, effort)
            if size is SMALL:
                yield "\n### First visit of the programme\n"
                found = both[0].ask("first", worlds[both[0].name], path=f"/nl/{SLUG}/")
                yield from tables.first_visit(found)
        yield "\n### Many at once\n"
        yield (
            "Two processes of four threads; "
            f"Locust on the same cores, {effort.seconds} s each time, nobody pauses. Who "
            "chooses asks for: programme, choose, list, order, check.\n"
        )
        yield from _loads(both, Path(parent), folders, effort)


def _filled(code: Checkout, parent: Path, folder: Path, database_url: str = "") -> World:
    """Return an instance with an edition in it."""
    world = World(Path(tempfile.mkdtemp(dir=parent)), database_url)
    _say(f"{code.name}: importing {folder.name} moments")
    code.run("migrate", world=world)
    code.run("import", str(folder), world=world)
    return world


def _pages(
    both: list[Checkout], worlds: dict[str, World], size: Size, effort: Effort
) -> Iterator[str]:
    people = {role: emails[0] for role, emails in crowd.emails(size).items()}
    found: dict[str, list[list[Page]]] = {code.name: [] for code in both}
    for number in range(effort.rounds):
        for code in both:
            _say(f"{code.name}: pages, {size.moments} moments, round {number + 1}")
            rows = code.ask("pages", worlds[code.name], slug=SLUG, people=people)
            found[code.name].append([Page(**row) for row in rows])
    yield from tables.pages(*(tables.median_of(found[code.name]) for code in both))


def _loads(
    both: list[Checkout], parent: Path, folders: dict[Size, Path], effort: Effort
) -> Iterator[str]:
    found: dict[tuple[str, str, str], list[Load]] = {}
    server = postgresql.find_server()
    if server is None:
        yield "PostgreSQL is neither running nor installed here.\n"
    for database in ("SQLite", "PostgreSQL") if server else ("SQLite",):
        for what, (_, _, size) in load.LOADS.items():
            sites = []
            for code in both:
                url = _database_of(server, code) if database == "PostgreSQL" else ""
                world = _filled(code, parent, folders[size], url)
                emails = crowd.emails(size)["visitor"][: load.CHOOSERS]
                sites.append((code, world, code.ask("people", world, emails=emails)))
            for number in range(effort.rounds):
                for code, world, tokens in sites:
                    _say(f"{code.name}: {what}, {database}, round {number + 1}")
                    with code.serving(world) as address:
                        run = load.put_on(
                            what, address, slug=SLUG, tokens=tokens, seconds=effort.seconds
                        )
                    found.setdefault((what, database, code.name), []).append(run)
    yield from tables.loads(found)


def _database_of(server: URL | None, code: Checkout) -> str:
    """Return the address of an empty database for a commit."""
    assert server is not None
    made = postgresql.make_database(server, suffix=f"_{code.name}")
    return made.render_as_string(hide_password=False)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
