"""The moments of a visit."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import db
from opendeur.domain import offers
from opendeur.models import Slot, Visit
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.filters import moment
from opendeur.web.forms.offer import SlotForm, SlotsForm
from opendeur.web.host import moments
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_slot, own_visit, to_overview
from opendeur.web.i18n import language
from opendeur.web.request import now


@blueprint.route("/visits/<int:visit_id>/slots/new", methods=["GET", "POST"])
@auth.host
def slot_new(visit_id: int) -> ResponseReturnValue:
    """Add moments to a visit; all is as in the moment before, but the days."""
    found = own_visit(visit_id)
    titles = {"nl": found.title_nl, "fr": found.title_fr}
    written = [code for code, title in titles.items() if title]
    form = SlotsForm(data=moments.proposal(found.slots, languages=written))
    moments.fill_lists(form)
    if form.is_submitted():
        form.validate()
        days = moments.typed_days(form)
        moments.attach_faults(form, days)
        if not form.problems:
            with attempt(form):
                added = offers.add_slots(
                    db.session(),
                    found,
                    days,
                    moments.pattern(form),
                    anyway=form.anyway.data,
                    language=language(),
                    now=now(),
                )
                db.session().commit()
                return to_overview(
                    found,
                    ngettext("The moment is added.", "%(num)s moments are added.", len(added)),
                )
    return _slot_page(form, found, None), form.status


@blueprint.route("/slots/<int:slot_id>", methods=["GET", "POST"])
@auth.host
def slot(slot_id: int) -> ResponseReturnValue:
    """Change a moment."""
    found = own_slot(slot_id)
    day = found.local_starts_at.date()
    form = SlotForm(data={**moments.as_typed(found), "day": day.isoformat()})
    moments.fill_lists(form, also=day)
    if form.is_submitted() and (chosen := moments.checked_day(form)):
        with attempt(form):
            offers.change_slot(
                db.session(),
                found,
                moments.pattern(form).on(chosen),
                anyway=form.anyway.data,
                language=language(),
                now=now(),
            )
            db.session().commit()
            return to_overview(found.visit, _("Saved."))
    return _slot_page(form, found.visit, found), form.status


@blueprint.route("/slots/<int:slot_id>/close", methods=["POST"])
@auth.host
def slot_close(slot_id: int) -> ResponseReturnValue:
    """Close a moment, so that nobody is placed there."""
    found = own_slot(slot_id)
    offers.close_slot(db.session(), found, now=now())
    db.session().commit()
    return to_overview(found.visit, _("The moment is closed. You can open it again."))


@blueprint.route("/slots/<int:slot_id>/open", methods=["POST"])
@auth.host
def slot_open(slot_id: int) -> ResponseReturnValue:
    """Open a closed moment."""
    found = own_slot(slot_id)
    offers.reopen_slot(db.session(), found, now=now())
    db.session().commit()
    return to_overview(found.visit, _("The moment is open again."))


@blueprint.route("/slots/<int:slot_id>/remove", methods=["POST"])
@auth.host
def slot_remove(slot_id: int) -> ResponseReturnValue:
    """Remove a moment; the overview offers to put it back."""
    found = own_slot(slot_id)
    visit = found.visit
    removed = offers.remove_slot(db.session(), found, now=now())
    db.session().commit()
    until = moment(offers.can_be_put_back_until(removed))
    return to_overview(
        visit, _("The moment is removed. You can put it back until %(day)s.", day=until)
    )


@blueprint.route("/removed/<int:removed_id>/restore", methods=["POST"])
@auth.host
def slot_restore(removed_id: int) -> ResponseReturnValue:
    """Put a removed moment back."""
    account = auth.require_account()
    removed = offers.find_removed_slot(db.session(), g.edition, account, removed_id) or abort(
        404
    )
    back = offers.restore_slot(db.session(), removed, now=now())
    overlaps = offers.overlaps_of(db.session(), back, language=language())
    db.session().commit()
    said = _("The moment stands where it was.")
    if overlaps:
        said = _(
            "The moment stands where it was. But you receive people then already: %(moments)s. "
            "Change one of them if you cannot do both.",
            moments=overlaps,
        )
    return to_overview(back.visit, said)


def _slot_page(form: SlotForm | SlotsForm, visit: Visit, slot: Slot | None) -> str:
    return render_template(
        "host/slot.html" if slot else "host/slots.html",
        form=form,
        visit=visit,
        slot=slot,
        can_change=g.edition.is_hosting(now()),
    )
