"""Ending a place or a moment, on the host's pages and the desk's: said first, then done."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import invitations, placements
from opendeur.enums import Door, PlacementState
from opendeur.models import Placement, Slot
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.cancelling import CancelForm, DismissForm
from opendeur.web.request import now


def dismiss(
    placement: Placement, *, door: Door, template: str, done: str, back: str
) -> ResponseReturnValue:
    """Say what it means that somebody will not come; free the place, say `done`, go `back`."""
    if placement.state is not PlacementState.PLACED:
        flash(_("This place is free already."))
        return redirect(back, code=303)
    form = DismissForm()
    if form.validate_on_submit():
        with attempt(form):
            invitations.dismiss(
                db.session(),
                placement,
                door=door,
                by=auth.require_account(),
                reason=form.reason.data,
                now=now(),
            )
            db.session().commit()
            jobs.of_app().wake_passing()
            flash(done)
            return redirect(back, code=303)
    return render_template(template, form=form, placement=placement), form.status


def cancel(
    slot: Slot,
    *,
    people: int,
    door: Door,
    template: str,
    shown: Mapping[str, Any],
    done: str,
    after: str,
    back: str,
) -> ResponseReturnValue:
    """Say whom cancelling a moment touches and which letters that makes, and do it.

    Parameters
    ----------
    people
        How many have a place at this moment.
    shown
        What the template shows of them.
    done, after
        What is said when it is cancelled, and where that leads.
    back
        Where somebody goes who finds it cancelled already.
    """
    if slot.is_closed and not people:
        flash(_("This moment is cancelled already."))
        return redirect(back, code=303)
    form = CancelForm(data={"seen": people})
    if form.validate_on_submit():
        with attempt(form):
            invitations.cancel(
                db.session(),
                slot,
                door=door,
                by=auth.require_account(),
                reason=form.reason.data,
                seen=form.people,
                now=now(),
            )
            db.session().commit()
            flash(done)
            return redirect(after, code=303)
    page = render_template(
        template,
        form=form,
        fresh=CancelForm(formdata=None, data={"seen": people}),
        slot=slot,
        people=people,
        letters=invitations.letters_of_cancelling(db.session(), slot),
        **shown,
    )
    return page, form.status


def let_run(slot: Slot, *, back: str) -> ResponseReturnValue:
    """Decide that a moment takes place, however few people come."""
    with attempt():
        placements.let_run(db.session(), slot, now=now())
        db.session().commit()
        flash(_("The moment takes place, however few people come."))
    return redirect(back, code=303)
