"""Problems and plans as files, for whoever wants to check or repeat a run."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from opendeur import limits
from opendeur.domain import editions
from opendeur.domain.assignment import problems, runs
from opendeur.errors import InvalidInput
from opendeur.models import AssignmentRun, Edition


def export_problem(session: Session, slug: str | None) -> str:
    """Return the canonical text of a problem.

    Parameters
    ----------
    slug
        Of an edition: the problem of its adopted run, or of the edition as it is now when
        it has none. None: the run adopted last, of any edition.

    Raises
    ------
    InvalidInput
        When there is no such edition, or no adopted run.
    """
    if slug is None:
        return _adopted_last(session).problem
    edition = _edition(session, slug)
    run = runs.adopted_run(session, edition)
    if run is not None:
        return run.problem
    return problems.canonical(problems.build_problem(session, edition))


def export_plan(session: Session, name: str | None) -> str:
    """Return the text of a run's plan.

    Parameters
    ----------
    name
        The run as ``EDITION/NUMBER``. None: the run adopted last, of any edition.

    Raises
    ------
    InvalidInput
        When there is no such run, or it has no plan.
    """
    run = _adopted_last(session) if name is None else _named(session, name)
    if run.plan is None:
        raise InvalidInput("This run has no plan.")
    return run.plan


def _adopted_last(session: Session) -> AssignmentRun:
    run = session.scalars(
        select(AssignmentRun)
        .where(AssignmentRun.adopted_at.is_not(None))
        .options(
            joinedload(AssignmentRun.edition),
            undefer(AssignmentRun.problem),
            undefer(AssignmentRun.plan),
        )
        .order_by(AssignmentRun.adopted_at.desc(), AssignmentRun.id.desc())
        .limit(1)
    ).one_or_none()
    if run is None:
        raise InvalidInput("No run was adopted yet.")
    return run


def _edition(session: Session, slug: str) -> Edition:
    edition = editions.find(session, slug)
    if edition is None:
        raise InvalidInput('There is no edition "%(slug)s".', slug=slug)
    return edition


def _named(session: Session, name: str) -> AssignmentRun:
    slug, _, number = name.rpartition("/")
    edition = _edition(session, slug)
    can_exist = number.isdecimal() and int(number) <= limits.LARGEST_NUMBER
    run = runs.find_run(session, edition, int(number)) if can_exist else None
    if run is None:
        raise InvalidInput('There is no run "%(name)s".', name=name)
    return run
