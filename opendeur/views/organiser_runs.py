"""The desk's assignment: runs are started, watched, compared and adopted."""

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import auth, db, jobs
from opendeur.domain import assignment, invitations
from opendeur.domain.assignment import RUN_PHASES, Result
from opendeur.enums import RunState
from opendeur.errors import OpendeurError
from opendeur.forms.organiser import AdoptForm, RunForm
from opendeur.models import AssignmentRun
from opendeur.views.errors import status_of
from opendeur.views.organiser import blueprint as blueprint

#: What makes htmx stop asking: https://htmx.org/docs/#polling
STOP_POLLING = 286


@blueprint.route("/assignment")
@auth.organiser
def runs() -> ResponseReturnValue:
    """List the runs, and offer to start one."""
    return _runs_page(RunForm())


@blueprint.route("/assignment", methods=["POST"])
@auth.organiser
def run_start() -> ResponseReturnValue:
    """Queue a run and wake the worker."""
    form = RunForm()
    if not form.validate():
        return _runs_page(form), 422
    try:
        run = assignment.request_run(
            db.session(),
            g.edition,
            by=auth.require_account(),
            time_limit_seconds=form.time_limit_seconds.data,
            now=auth.now(),
        )
    except OpendeurError as error:
        form.attach(error)
        return _runs_page(form), status_of(error)
    db.session().commit()
    jobs.of_app().wake_runs()
    return redirect(url_for("organiser.run", number=run.number), code=303)


def _runs_page(form: RunForm) -> str:
    adopted = assignment.adopted_run(db.session(), g.edition)
    return render_template(
        "organiser/runs.html",
        form=form,
        runs=assignment.runs_of(db.session(), g.edition),
        stages_of=assignment.stages_of,
        adopted=adopted,
        can_run=g.edition.phase in RUN_PHASES,
    )


@blueprint.route("/assignment/<int:number>")
@auth.organiser
def run(number: int) -> ResponseReturnValue:
    """Show one run: its progress while it goes on, then what it gives."""
    found = _find(number)
    result = _result(found)
    if result is None:
        conflict = assignment.conflict_of(found)
        return render_template("organiser/run.html", run=found, conflict=conflict)
    adopted = assignment.adopted_run(db.session(), g.edition)
    is_in_force = adopted is not None and adopted.id == found.id
    return render_template(
        "organiser/run.html",
        run=found,
        result=result,
        stages=assignment.stages_of(found),
        faults=assignment.faults_of(found),
        adopted=adopted,
        is_in_force=is_in_force,
        changes=[] if is_in_force else _changes(found),
        can_adopt=_can_adopt(found),
    )


@blueprint.route("/assignment/<int:number>/visitors")
@auth.organiser
def run_visitors(number: int) -> ResponseReturnValue:
    """Show who gets what from a run."""
    found = _find(number)
    result = _result(found) or abort(404)
    return render_template("organiser/run_visitors.html", run=found, result=result)


@blueprint.route("/assignment/<int:number>/moments")
@auth.organiser
def run_slots(number: int) -> ResponseReturnValue:
    """Show which moments take place by a run, with how many, and which do not."""
    found = _find(number)
    result = _result(found) or abort(404)
    return render_template("organiser/run_slots.html", run=found, result=result)


def _find(number: int) -> AssignmentRun:
    return assignment.find_run(db.session(), g.edition, number) or abort(404)


def _result(found: AssignmentRun) -> Result | None:
    if found.state is not RunState.DONE or found.plan_status == "infeasible":
        return None
    return assignment.result_of(db.session(), g.edition, found)


def _changes(found: AssignmentRun) -> list[str]:
    return assignment.changes_since(db.session(), g.edition, found)


def _can_adopt(found: AssignmentRun) -> bool:
    return g.edition.phase in RUN_PHASES and not assignment.faults_of(found)


@blueprint.route("/assignment/<int:number>/progress")
@auth.organiser
def run_progress(number: int) -> ResponseReturnValue:
    """Answer a run's page that asks how far the run is; reload it when the run has ended."""
    found = _find(number)
    response = make_response(render_template("organiser/_progress.html", run=found))
    if found.state in (RunState.DONE, RunState.FAILED):
        response.status_code = STOP_POLLING
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.route("/assignment/<int:number>/stop", methods=["POST"])
@auth.organiser
def run_stop(number: int) -> ResponseReturnValue:
    """Ask the worker to end a run with the best plan it has."""
    found = _find(number)
    assignment.stop_run(found, now=auth.now())
    db.session().commit()
    flash(_("The run stops as soon as it can, and keeps the best that it found."))
    return redirect(url_for("organiser.run", number=number), code=303)


@blueprint.route("/assignment/<int:number>/adopt", methods=["GET", "POST"])
@auth.organiser
def run_adopt(number: int) -> ResponseReturnValue:
    """Say what adopting means; then make the placements real, and draft the invitations."""
    found = _find(number)
    result = _result(found) or abort(404)
    form = AdoptForm(losers=len(result.losers))
    if not form.is_submitted():
        return _adopt_page(found, result, form)
    if not form.validate():
        return _adopt_page(found, result, form), 422
    try:
        assignment.adopt(db.session(), g.edition, found, now=auth.now())
        invitations.draft(db.session(), g.edition, now=auth.now())
    except OpendeurError as error:
        db.session().rollback()
        form.attach(error)
        return _adopt_page(found, result, form), status_of(error)
    db.session().commit()
    flash(_("Assignment %(number)s is adopted. Nothing has been sent yet.", number=number))
    return redirect(url_for("organiser.drafts"), code=303)


def _adopt_page(found: AssignmentRun, result: Result, form: AdoptForm) -> str:
    # What changed since the run stands on the run's page; adopting refuses what does not fit.
    return render_template(
        "organiser/run_adopt.html",
        run=found,
        result=result,
        form=form,
        can_adopt=_can_adopt(found),
        drafts=assignment.invitations_of(db.session(), g.edition, found),
    )
