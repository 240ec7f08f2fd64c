"""The visits of a host: described anew, published, withdrawn, deleted."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import directory, offers
from opendeur.domain.offers import VisitData
from opendeur.models import Visit
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.base import EmptyForm
from opendeur.web.forms.fields import options
from opendeur.web.forms.offer import VisitForm, first_language
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_visit, to_overview
from opendeur.web.i18n import language
from opendeur.web.request import now

LONGEST_TITLE_IN_MESSAGE = 80


@blueprint.route("/visits/<int:visit_id>", methods=["GET", "POST"])
@auth.host
def visit(visit_id: int) -> ResponseReturnValue:
    """Change how a visit is described."""
    found = own_visit(visit_id)
    form = with_sectors(VisitForm(data=_as_described(found)))
    if form.validate_on_submit():
        with attempt(form):
            offers.change_visit(db.session(), found, visit_data(form), now=now())
            db.session().commit()
            return to_overview(found, _("Saved."))
    page = render_template(
        "host/visit.html", form=form, visit=found, first_language=first_language()
    )
    return page, form.status


@blueprint.route("/visits/<int:visit_id>/publish", methods=["POST"])
@auth.host
def publish(visit_id: int) -> ResponseReturnValue:
    """Put a visit in the programme."""
    found = own_visit(visit_id)
    offers.publish_visit(db.session(), found, now=now())
    db.session().commit()
    return to_overview(found, _("“%(title)s” is in the programme.", title=_short_title(found)))


@blueprint.route("/visits/<int:visit_id>/withdraw", methods=["GET", "POST"])
@auth.host
def withdraw(visit_id: int) -> ResponseReturnValue:
    """Say what withdrawing a visit means, and do it."""
    found = own_visit(visit_id)
    form = EmptyForm()
    if form.validate_on_submit():
        with attempt(form):
            offers.withdraw_visit(db.session(), found, now=now())
            db.session().commit()
            return to_overview(found, _("“%(title)s” is withdrawn.", title=_short_title(found)))
    return render_template("host/withdraw.html", form=form, visit=found), form.status


@blueprint.route("/visits/<int:visit_id>/delete", methods=["GET", "POST"])
@auth.host
def visit_delete(visit_id: int) -> ResponseReturnValue:
    """Say that a deleted draft is gone for good, and delete it."""
    found = own_visit(visit_id)
    form = EmptyForm()
    if form.validate_on_submit():
        with attempt(form):
            title = _short_title(found)
            offers.delete_draft(db.session(), found, now=now())
            db.session().commit()
            flash(_("“%(title)s” is deleted.", title=title))
            return redirect(url_for(".overview"), code=303)
    return render_template("host/delete.html", form=form, visit=found), form.status


def _short_title(visit: Visit) -> str:
    title = visit.title(language()).text
    if len(title) <= LONGEST_TITLE_IN_MESSAGE:
        return title
    return title[: LONGEST_TITLE_IN_MESSAGE - 1].rstrip() + "…"


def with_sectors(form: VisitForm) -> VisitForm:
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


def visit_data(form: VisitForm) -> VisitData:
    return VisitData(
        title_nl=form.title_nl.data,
        title_fr=form.title_fr.data,
        description_nl=form.description_nl.data,
        description_fr=form.description_fr.data,
        audience=frozenset(form.audience.data),
    )
