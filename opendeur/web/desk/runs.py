"""The desk's assignment: runs are started, watched, and compared."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import assignment
from opendeur.enums import RunState
from opendeur.models import AssignmentRun
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import can_adopt, find_run, result_or_none
from opendeur.web.desk.listing import asked, page_of
from opendeur.web.filters import moment
from opendeur.web.forms.desk import RunForm
from opendeur.web.request import now

#: What makes htmx stop asking: https://htmx.org/docs/#polling
STOP_POLLING = 286

#: What the list of runs can be put in order by; the last comes first.
ORDERS: dict[str, Callable[[AssignmentRun], Any]] = {
    "run": lambda run: run.number,
    "state": lambda run: (run.state, run.number),
    "took": lambda run: _took(run) or timedelta(0),
}


def _took(run: AssignmentRun) -> timedelta | None:
    return run.finished_at - run.started_at if run.finished_at and run.started_at else None


@blueprint.route("/assignment")
@auth.organiser
def runs() -> ResponseReturnValue:
    """List the runs, and offer to start one."""
    return _runs_page(RunForm(were_told=g.edition.shows_results))


@blueprint.route("/assignment", methods=["POST"])
@auth.organiser
def run_start() -> ResponseReturnValue:
    """Queue a run and wake the worker."""
    form = RunForm(were_told=g.edition.shows_results)
    if not form.validate():
        return _runs_page(form), 422
    with attempt(form):
        run = assignment.request_run(
            db.session(),
            g.edition,
            by=auth.require_account(),
            time_limit_seconds=form.time_limit_seconds.data,
            keeps_places=bool(form.keeps_places and form.keeps_places.data),
            now=now(),
        )
        db.session().commit()
        jobs.of_app().wake_runs()
        return redirect(url_for("desk.run", number=run.number), code=303)
    return _runs_page(form), form.status


def _runs_page(form: RunForm) -> str:
    question = asked(dict.fromkeys(ORDERS, True))
    page = page_of(
        question,
        assignment.runs_of(db.session(), g.edition),
        texts=lambda run: (
            str(run.number),
            moment(run.created_at),
            run.created_by.name if run.created_by else "",
        ),
        key=ORDERS[question.order],
    )
    return render_template(
        "desk/runs.html",
        form=form,
        question=question,
        page=page,
        reports={run.id: assignment.report_of(run) for run in page.rows},
        goals={
            run.id: len(assignment.goals_of(g.edition, keeps_places=run.keeps_places))
            for run in page.rows
        },
        adopted=assignment.adopted_run(db.session(), g.edition),
        can_run=g.edition.takes_runs,
    )


@blueprint.route("/assignment/<int:number>")
@auth.organiser
def run(number: int) -> ResponseReturnValue:
    """Show one run: its progress while it goes on, then what it gives."""
    found = find_run(number)
    result = result_or_none(found)
    if result is None:
        conflict = assignment.report_of(found).conflict
        return render_template("desk/run.html", run=found, conflict=conflict)
    report = assignment.report_of(found)
    adopted = assignment.adopted_run(db.session(), g.edition)
    is_in_force = adopted is not None and adopted.id == found.id
    return render_template(
        "desk/run.html",
        run=found,
        result=result,
        is_settled=report.proves(result.goals),
        stages=report.stages,
        faults=report.faults,
        adopted=adopted,
        is_in_force=is_in_force,
        changes=[] if is_in_force else _changes(found),
        can_adopt=can_adopt(found),
    )


@blueprint.route("/assignment/<int:number>/visitors")
@auth.organiser
def run_visitors(number: int) -> ResponseReturnValue:
    """Show who gets what from a run."""
    found = find_run(number)
    result = result_or_none(found) or abort(404)
    adopted = assignment.adopted_run(db.session(), g.edition)
    is_in_force = adopted is None or adopted.id == found.id
    return render_template(
        "desk/run_visitors.html",
        run=found,
        result=result,
        adopted=adopted,
        changed=() if is_in_force else result.losers + result.winners,
    )


@blueprint.route("/assignment/<int:number>/moments")
@auth.organiser
def run_slots(number: int) -> ResponseReturnValue:
    """Show which moments take place by a run, with how many, and which do not."""
    found = find_run(number)
    result = result_or_none(found) or abort(404)
    return render_template("desk/run_slots.html", run=found, result=result)


def _changes(found: AssignmentRun) -> list[str]:
    return assignment.changes_since(db.session(), g.edition, found)


@blueprint.route("/assignment/<int:number>/progress")
@auth.organiser
def run_progress(number: int) -> ResponseReturnValue:
    """Answer a run's page that asks how far the run is; reload it when the run has ended."""
    found = find_run(number)
    response = make_response(render_template("desk/_progress.html", run=found))
    if found.state in (RunState.DONE, RunState.FAILED):
        response.status_code = STOP_POLLING
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.route("/assignment/<int:number>/stop", methods=["POST"])
@auth.organiser
def run_stop(number: int) -> ResponseReturnValue:
    """Ask the worker to end a run with the best plan it has."""
    found = find_run(number)
    assignment.stop_run(found, now=now())
    db.session().commit()
    flash(_("The run stops as soon as it can, and keeps the best that it found."))
    return redirect(url_for("desk.run", number=number), code=303)
