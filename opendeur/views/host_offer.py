"""What a host offers: visits, and the moments at which they take place."""

from datetime import date, time, timedelta

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import auth, db, formatting
from opendeur.domain import directory, offers
from opendeur.domain.offers import SlotData, VisitData, open_days
from opendeur.errors import OpendeurError
from opendeur.forms.base import EmptyForm
from opendeur.forms.fields import options
from opendeur.forms.offer import SlotForm, VisitForm
from opendeur.i18n import language
from opendeur.models import Slot, Visit
from opendeur.views.errors import status_of
from opendeur.views.host import blueprint as blueprint

#: What a first moment proposes: a visit of an hour and a half in the morning.
FIRST_START, FIRST_END = time(9, 30), time(11)
FIRST_MINIMUM, FIRST_CAPACITY = 3, 10
LONGEST_TITLE_IN_MESSAGE = 80


@blueprint.route("/<int:host_id>/visits/new", methods=["GET", "POST"])
@auth.host
def visit_new(host_id: int) -> ResponseReturnValue:
    """Describe a new visit; its moments come next."""
    host = offers.find_host(db.session(), g.edition, auth.require_account(), host_id) or abort(
        404
    )
    form = _visit_form(VisitForm())
    if form.validate_on_submit():
        try:
            visit = offers.add_visit(db.session(), host, _visit_data(form), now=auth.now())
        except OpendeurError as error:
            form.attach(error)
            page = render_template("host/visit.html", form=form, host=host, visit=None)
            return page, status_of(error)
        db.session().commit()
        flash(_("Saved as a draft. Now say when people can come."))
        return redirect(url_for(".slot_new", visit_id=visit.id), code=303)
    return render_template("host/visit.html", form=form, host=host, visit=None)


@blueprint.route("/visits/<int:visit_id>", methods=["GET", "POST"])
@auth.host
def visit(visit_id: int) -> ResponseReturnValue:
    """Change how a visit is described."""
    found = _own_visit(visit_id)
    form = _visit_form(VisitForm(data=_as_described(found)))
    if form.validate_on_submit():
        try:
            offers.change_visit(db.session(), found, _visit_data(form), now=auth.now())
        except OpendeurError as error:
            form.attach(error)
            page = render_template("host/visit.html", form=form, host=found.host, visit=found)
            return page, status_of(error)
        db.session().commit()
        flash(_("Saved."))
        return _to_overview(found)
    return render_template("host/visit.html", form=form, host=found.host, visit=found)


@blueprint.route("/visits/<int:visit_id>/publish", methods=["POST"])
@auth.host
def publish(visit_id: int) -> ResponseReturnValue:
    """Put a visit in the programme."""
    found = _own_visit(visit_id)
    offers.publish_visit(db.session(), found, now=auth.now())
    db.session().commit()
    flash(_("“%(title)s” is in the programme.", title=_short_title(found)))
    return _to_overview(found)


@blueprint.route("/visits/<int:visit_id>/withdraw", methods=["GET", "POST"])
@auth.host
def withdraw(visit_id: int) -> ResponseReturnValue:
    """Say what withdrawing a visit means, and do it."""
    found = _own_visit(visit_id)
    form = EmptyForm()
    if form.validate_on_submit():
        try:
            offers.withdraw_visit(db.session(), found, now=auth.now())
        except OpendeurError as error:
            form.attach(error)
            page = render_template("host/withdraw.html", form=form, visit=found)
            return page, status_of(error)
        db.session().commit()
        flash(_("“%(title)s” is withdrawn.", title=_short_title(found)))
        return _to_overview(found)
    return render_template("host/withdraw.html", form=form, visit=found)


@blueprint.route("/visits/<int:visit_id>/slots/new", methods=["GET", "POST"])
@auth.host
def slot_new(visit_id: int) -> ResponseReturnValue:
    """Add a moment to a visit; most of it is as in the moment before."""
    found = _own_visit(visit_id)
    form = _slot_form(SlotForm(data=_proposal(found)))
    if form.validate_on_submit():
        try:
            offers.add_slot(
                db.session(), found, _slot_data(form), language=language(), now=auth.now()
            )
        except OpendeurError as error:
            form.attach(error)
            return _slot_page(form, found, None), status_of(error)
        db.session().commit()
        flash(_("The moment is added."))
        if request.form.get("then") == "another":
            return redirect(url_for(".slot_new", visit_id=found.id), code=303)
        return _to_overview(found)
    return _slot_page(form, found, None)


@blueprint.route("/slots/<int:slot_id>", methods=["GET", "POST"])
@auth.host
def slot(slot_id: int) -> ResponseReturnValue:
    """Change a moment."""
    found = _own_slot(slot_id)
    form = _slot_form(SlotForm(data=_as_typed(found)), also=found.local_starts_at.date())
    if form.validate_on_submit():
        try:
            offers.change_slot(
                db.session(), found, _slot_data(form), language=language(), now=auth.now()
            )
        except OpendeurError as error:
            form.attach(error)
            return _slot_page(form, found.visit, found), status_of(error)
        db.session().commit()
        flash(_("Saved."))
        return _to_overview(found.visit)
    return _slot_page(form, found.visit, found)


@blueprint.route("/slots/<int:slot_id>/close", methods=["POST"])
@auth.host
def slot_close(slot_id: int) -> ResponseReturnValue:
    """Close a moment, so that nobody is placed there."""
    found = _own_slot(slot_id)
    offers.close_slot(db.session(), found, now=auth.now())
    db.session().commit()
    flash(_("The moment is closed. You can open it again."))
    return _to_overview(found.visit)


@blueprint.route("/slots/<int:slot_id>/open", methods=["POST"])
@auth.host
def slot_open(slot_id: int) -> ResponseReturnValue:
    """Open a closed moment."""
    found = _own_slot(slot_id)
    offers.reopen_slot(db.session(), found, now=auth.now())
    db.session().commit()
    flash(_("The moment is open again."))
    return _to_overview(found.visit)


@blueprint.route("/slots/<int:slot_id>/remove", methods=["POST"])
@auth.host
def slot_remove(slot_id: int) -> ResponseReturnValue:
    """Remove a moment for good."""
    found = _own_slot(slot_id)
    visit = found.visit
    offers.remove_slot(db.session(), found, now=auth.now())
    db.session().commit()
    flash(_("The moment is removed."))
    return _to_overview(visit)


def _own_visit(visit_id: int) -> Visit:
    account = auth.require_account()
    return offers.find_visit(db.session(), g.edition, account, visit_id) or abort(404)


def _own_slot(slot_id: int) -> Slot:
    account = auth.require_account()
    return offers.find_slot(db.session(), g.edition, account, slot_id) or abort(404)


def _to_overview(visit: Visit) -> ResponseReturnValue:
    return redirect(url_for(".overview", _anchor=f"visit-{visit.id}"), code=303)


def _short_title(visit: Visit) -> str:
    title = visit.title(language()).text
    if len(title) <= LONGEST_TITLE_IN_MESSAGE:
        return title
    return title[: LONGEST_TITLE_IN_MESSAGE - 1].rstrip() + "…"


def _visit_form(form: VisitForm) -> VisitForm:
    form.audience.choices = options(
        (sector.code, sector.name(language())) for sector in directory.sectors(db.session())
    )
    return form


def _as_described(visit: Visit) -> dict[str, object]:
    return {
        "title_nl": visit.title_nl,
        "title_fr": visit.title_fr,
        "description_nl": visit.description_nl,
        "description_fr": visit.description_fr,
        "audience": [sector.code for sector in visit.audience],
    }


def _visit_data(form: VisitForm) -> VisitData:
    return VisitData(
        title_nl=form.title_nl.data,
        title_fr=form.title_fr.data,
        description_nl=form.description_nl.data,
        description_fr=form.description_fr.data,
        audience=frozenset(form.audience.data),
    )


def _slot_page(form: SlotForm, visit: Visit, slot: Slot | None) -> str:
    return render_template(
        "host/slot.html",
        form=form,
        visit=visit,
        slot=slot,
        can_change=g.edition.is_hosting(auth.now()),
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
