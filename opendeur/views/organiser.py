"""The organisers' desk: how an edition stands, who offers, who comes, and its phase."""

from datetime import date, datetime
from math import ceil

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import auth, db
from opendeur.domain import editions, invitations, placements, preferences
from opendeur.domain.placements import VisitorLine
from opendeur.domain.preferences import EditionDemand, SlotDemand, Strain
from opendeur.enums import EditionPhase
from opendeur.errors import OpendeurError
from opendeur.forms.organiser import DeadlinesForm, PhaseForm
from opendeur.views import organiser_words
from opendeur.views.errors import status_of
from opendeur.views.filters import phase_name

blueprint = Blueprint("organiser", __name__)
organiser_words.register(blueprint)

#: How many rows of a list the overview shows before it links to all of them.
SHORT_LIST = 8


@blueprint.route("/")
@auth.organiser
def overview() -> ResponseReturnValue:
    """Show how the edition stands, and what asks for attention."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    return render_template(
        "organiser/overview.html",
        survey=survey,
        attention=survey.attention[:SHORT_LIST],
        silent=survey.silent[:SHORT_LIST],
        drafts=invitations.drafts_of(db.session(), g.edition).total,
        days_left=_days_left(g.edition.preferences_end_at),
    )


def _days_left(deadline: datetime) -> int:
    return max(0, ceil((deadline - auth.now()).total_seconds() / 86_400))


@blueprint.route("/moments")
@auth.organiser
def slots() -> ResponseReturnValue:
    """List the moments in the programme with their demand, all or some of them."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    chosen = {name: request.args.get(name, "") for name in ("sector", "half", "state")}
    found = [line for line in survey.slots if _matches(line, survey, chosen)]
    return render_template(
        "organiser/slots.html", survey=survey, slots=found, chosen=chosen, strains=list(Strain)
    )


def _matches(line: SlotDemand, survey: EditionDemand, chosen: dict[str, str]) -> bool:
    """Tell whether a moment is within every filter; an unknown value matches nothing."""
    sectors = {sector.code for sector in line.slot.visit.host.organisation.sectors}
    halves = {
        half.key
        for half in survey.half_days
        if half.starts_at <= line.slot.starts_at < half.ends_at
    }
    states = {str(line.strain)} | ({"attention"} if line.strain is not Strain.NONE else set())
    wanted = ((chosen["sector"], sectors), (chosen["half"], halves), (chosen["state"], states))
    return all(not value or value in allowed for value, allowed in wanted)


@blueprint.route("/hosts")
@auth.organiser
def hosts() -> ResponseReturnValue:
    """List the hosts with what they offer and how much that is asked for."""
    survey = preferences.demand_of_edition(db.session(), g.edition)
    return render_template("organiser/hosts.html", survey=survey)


@blueprint.route("/visitors")
@auth.organiser
def visitors() -> ResponseReturnValue:
    """List the visitors with what they said and what they have."""
    lines = placements.roster_of(db.session(), g.edition)
    groups: dict[str, list[VisitorLine]] = {
        "": lines,
        "submitted": [line for line in lines if line.has_submitted],
        "silent": [line for line in lines if not line.has_submitted],
        "nothing": [line for line in lines if line.has_submitted and not line.ranks],
    }
    chosen = request.args.get("show", "")
    return render_template(
        "organiser/visitors.html",
        groups=groups,
        chosen=chosen if chosen in groups else "",
        is_assigned=any(line.ranks for line in lines),
    )


@blueprint.route("/settings")
@auth.organiser
def settings() -> ResponseReturnValue:
    """Show the edition's phase and deadlines, to change them."""
    return _settings_page(_phase_form(), _deadlines_form())


@blueprint.route("/settings/phase", methods=["POST"])
@auth.organiser
def change_phase() -> ResponseReturnValue:
    """Move the edition to another phase."""
    form = _phase_form(is_sent=True)
    if not form.validate():
        return _settings_page(form, _deadlines_form(), form), 422
    phase = EditionPhase(form.phase.data)
    try:
        editions.change_phase(
            g.edition, phase, seen=EditionPhase(form.seen.data), now=auth.now()
        )
    except OpendeurError as error:
        form.attach(error)
        return _settings_page(form, _deadlines_form(), form), status_of(error)
    db.session().commit()
    flash(_("The week is now in the phase “%(phase)s”.", phase=phase_name(phase)))
    return redirect(url_for("organiser.overview"), code=303)


@blueprint.route("/settings/deadlines", methods=["POST"])
@auth.organiser
def extend_deadlines() -> ResponseReturnValue:
    """Give hosts or visitors more time."""
    form = DeadlinesForm()
    if not form.validate():
        return _settings_page(_phase_form(), form, form), 422
    try:
        editions.extend_deadlines(
            g.edition,
            hosting_ends_at=_on_wall_clock(form.hosting_ends_at.data),
            preferences_end_at=_on_wall_clock(form.preferences_end_at.data),
            results_on=form.results_on.data,
            now=auth.now(),
        )
    except OpendeurError as error:
        form.attach(error)
        return _settings_page(_phase_form(), form, form), status_of(error)
    db.session().commit()
    flash(_("Saved. Everybody sees the new deadlines from now on."))
    return redirect(url_for("organiser.settings"), code=303)


def _settings_page(
    phase_form: PhaseForm,
    deadlines_form: DeadlinesForm,
    form: PhaseForm | DeadlinesForm | None = None,
) -> str:
    return render_template(
        "organiser/settings.html",
        phase_form=phase_form,
        deadlines_form=deadlines_form,
        form=form,
    )


def _phase_form(*, is_sent: bool = False) -> PhaseForm:
    options = {} if is_sent else {"formdata": None}
    form = PhaseForm(data={"seen": str(g.edition.phase)}, **options)
    form.offer(
        (str(phase), f"{phase_name(phase)}: {organiser_words.phase_effect(phase)}")
        for phase in editions.phases_from(g.edition)
    )
    return form


def _deadlines_form() -> DeadlinesForm:
    edition = g.edition
    data: dict[str, datetime | date] = {
        "hosting_ends_at": edition.local(edition.hosting_ends_at),
        "preferences_end_at": edition.local(edition.preferences_end_at),
        "results_on": edition.results_on,
    }
    return DeadlinesForm(formdata=None, data=data)


def _on_wall_clock(value: datetime) -> datetime:
    aware: datetime = value.replace(tzinfo=g.edition.zone_info)
    return aware
