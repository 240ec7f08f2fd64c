"""An edition's phase and deadlines."""

from datetime import date, datetime

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import editions
from opendeur.enums import EditionPhase
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk import labels
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.filters import phase_name
from opendeur.web.forms.base import Form
from opendeur.web.forms.desk import DeadlinesForm, PhaseForm, SeatOfferForm
from opendeur.web.request import now


@blueprint.route("/settings")
@auth.organiser
def settings() -> ResponseReturnValue:
    """Show the edition's phase and deadlines, to change them."""
    return _settings_page()


@blueprint.route("/settings/phase", methods=["POST"])
@auth.organiser
def change_phase() -> ResponseReturnValue:
    """Move the edition to another phase."""
    form = _phase_form(is_sent=True)
    if not form.validate():
        return _settings_page(form), 422
    phase = EditionPhase(form.phase.data)
    with attempt(form):
        editions.change_phase(
            db.session(), g.edition, phase, seen=EditionPhase(form.seen.data), now=now()
        )
        db.session().commit()
        flash(_("The week is now in the phase “%(phase)s”.", phase=phase_name(phase)))
        return redirect(url_for("desk.overview"), code=303)
    return _settings_page(form), form.status


@blueprint.route("/settings/deadlines", methods=["POST"])
@auth.organiser
def extend_deadlines() -> ResponseReturnValue:
    """Give hosts or visitors more time."""
    form = DeadlinesForm()
    if not form.validate():
        return _settings_page(form), 422
    with attempt(form):
        editions.extend_deadlines(
            db.session(),
            g.edition,
            hosting_ends_at=_on_wall_clock(form.hosting_ends_at.data),
            preferences_end_at=_on_wall_clock(form.preferences_end_at.data),
            results_on=form.results_on.data,
            now=now(),
        )
        db.session().commit()
        flash(_("Saved. Everybody sees the new deadlines from now on."))
        return redirect(url_for("desk.settings"), code=303)
    return _settings_page(form), form.status


@blueprint.route("/settings/seat-offers", methods=["POST"])
@auth.organiser
def set_seat_offers() -> ResponseReturnValue:
    """Set how long somebody who is asked for a free seat may think about it."""
    form = SeatOfferForm()
    if not form.validate():
        return _settings_page(form), 422
    with attempt(form):
        editions.set_seat_offer_hours(db.session(), g.edition, form.hours.data)
        db.session().commit()
        flash(_("Saved. Whoever is asked from now on has that long."))
        return redirect(url_for("desk.settings"), code=303)
    return _settings_page(form), form.status


def _settings_page(form: Form | None = None) -> str:
    """Show the page; `form` is the one that was sent and has faults."""
    phase_form = form if isinstance(form, PhaseForm) else _phase_form()
    deadlines_form = form if isinstance(form, DeadlinesForm) else _deadlines_form()
    stored = SeatOfferForm(formdata=None, data={"hours": g.edition.seat_offer_hours})
    return render_template(
        "desk/settings.html",
        phase_form=phase_form,
        deadlines_form=deadlines_form,
        seat_offer_form=form if isinstance(form, SeatOfferForm) else stored,
        form=form,
    )


def _phase_form(*, is_sent: bool = False) -> PhaseForm:
    options = {} if is_sent else {"formdata": None}
    form = PhaseForm(data={"seen": str(g.edition.phase)}, **options)
    form.offer(
        (str(phase), f"{phase_name(phase)}: {labels.phase_effect(phase)}")
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
