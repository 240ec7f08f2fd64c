"""The moments of a visit."""

from datetime import date, time, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, formatting
from opendeur.domain import directory, offers
from opendeur.domain.offers import SlotData, open_days
from opendeur.models import Slot, Visit
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.fields import options
from opendeur.web.forms.offer import SlotForm
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_slot, own_visit, to_overview
from opendeur.web.i18n import language
from opendeur.web.request import now

#: What a first moment proposes: a visit of an hour and a half in the morning.
FIRST_START, FIRST_END = time(9, 30), time(11)


FIRST_MINIMUM, FIRST_CAPACITY = 3, 10


@blueprint.route("/visits/<int:visit_id>/slots/new", methods=["GET", "POST"])
@auth.host
def slot_new(visit_id: int) -> ResponseReturnValue:
    """Add a moment to a visit; most of it is as in the moment before."""
    found = own_visit(visit_id)
    form = _slot_form(SlotForm(data=_proposal(found)))
    if form.validate_on_submit():
        with attempt(form):
            offers.add_slot(
                db.session(), found, _slot_data(form), language=language(), now=now()
            )
            db.session().commit()
            flash(_("The moment is added."))
            if request.form.get("then") == "another":
                return redirect(url_for(".slot_new", visit_id=found.id), code=303)
            return to_overview(found)
    return _slot_page(form, found, None), form.status


@blueprint.route("/slots/<int:slot_id>", methods=["GET", "POST"])
@auth.host
def slot(slot_id: int) -> ResponseReturnValue:
    """Change a moment."""
    found = own_slot(slot_id)
    form = _slot_form(SlotForm(data=_as_typed(found)), also=found.local_starts_at.date())
    if form.validate_on_submit():
        with attempt(form):
            offers.change_slot(
                db.session(), found, _slot_data(form), language=language(), now=now()
            )
            db.session().commit()
            flash(_("Saved."))
            return to_overview(found.visit)
    return _slot_page(form, found.visit, found), form.status


@blueprint.route("/slots/<int:slot_id>/close", methods=["POST"])
@auth.host
def slot_close(slot_id: int) -> ResponseReturnValue:
    """Close a moment, so that nobody is placed there."""
    found = own_slot(slot_id)
    offers.close_slot(db.session(), found, now=now())
    db.session().commit()
    flash(_("The moment is closed. You can open it again."))
    return to_overview(found.visit)


@blueprint.route("/slots/<int:slot_id>/open", methods=["POST"])
@auth.host
def slot_open(slot_id: int) -> ResponseReturnValue:
    """Open a closed moment."""
    found = own_slot(slot_id)
    offers.reopen_slot(db.session(), found, now=now())
    db.session().commit()
    flash(_("The moment is open again."))
    return to_overview(found.visit)


@blueprint.route("/slots/<int:slot_id>/remove", methods=["POST"])
@auth.host
def slot_remove(slot_id: int) -> ResponseReturnValue:
    """Remove a moment for good."""
    found = own_slot(slot_id)
    visit = found.visit
    offers.remove_slot(db.session(), found, now=now())
    db.session().commit()
    flash(_("The moment is removed."))
    return to_overview(visit)


def _slot_page(form: SlotForm, visit: Visit, slot: Slot | None) -> str:
    return render_template(
        "host/slot.html",
        form=form,
        visit=visit,
        slot=slot,
        can_change=g.edition.is_hosting(now()),
    )


def _slot_form(form: SlotForm, *, also: date | None = None) -> SlotForm:
    # A moment that stands on a closed day keeps its day in the list, or it would move
    # unseen to the first one.
    days = sorted({*open_days(g.edition), *([also] if also else [])})
    form.day.choices = options(
        (day.isoformat(), formatting.day(day, language())) for day in days
    )
    form.postcode.choices = options(
        [
            ("", _("At your own address")),
            *(
                (place.code, f"{place.code} {place.name(language())}")
                for place in directory.postcodes(db.session())
            ),
        ]
    )
    return form


def _slot_data(form: SlotForm) -> SlotData:
    starts, ends = form.starts.data, form.ends.data
    if starts is None or ends is None:
        raise ValueError("only a form that was checked has both times")
    return SlotData(
        day=date.fromisoformat(form.day.data),
        starts=starts,
        ends=ends,
        minimum=form.minimum.data,
        capacity=form.capacity.data,
        languages=frozenset(form.languages.data),
        street=form.street.data,
        postcode=form.postcode.data or "",
    )


def _proposal(visit: Visit) -> dict[str, object]:
    """Return what a new moment starts from: the last one added, on the next open day."""
    if not visit.slots:
        titles = {"nl": visit.title_nl, "fr": visit.title_fr}
        return {
            "starts": FIRST_START,
            "ends": FIRST_END,
            "minimum": FIRST_MINIMUM,
            "capacity": FIRST_CAPACITY,
            "languages": [code for code, title in titles.items() if title],
        }
    last = max(visit.slots, key=lambda slot: slot.id)
    days = list(open_days(g.edition))
    after = last.local_starts_at.date() + timedelta(days=1)
    day = next((day for day in days if day >= after), last.local_starts_at.date())
    return {**_as_typed(last), "day": day.isoformat()}


def _as_typed(slot: Slot) -> dict[str, object]:
    return {
        "day": slot.local_starts_at.date().isoformat(),
        "starts": slot.local_starts_at.time(),
        "ends": slot.local_ends_at.time(),
        "minimum": slot.minimum,
        "capacity": slot.capacity,
        "languages": sorted(slot.languages),
        "street": slot.street,
        "postcode": slot.postcode_code or "",
    }
