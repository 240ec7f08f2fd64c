"""What a host says about itself."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import offers
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.offer import first_language
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_host
from opendeur.web.host.organisation_form import (
    filled_in,
    organisation_data,
    practical_data,
    with_choices,
)
from opendeur.web.request import now


@blueprint.route("/<int:host_id>/organisation", methods=["GET", "POST"])
@auth.host
def organisation(host_id: int) -> ResponseReturnValue:
    """Show and change what a host says about itself."""
    host = own_host(host_id)
    form = with_choices(filled_in(host))
    if form.validate_on_submit():
        with attempt(form):
            offers.change_host(
                db.session(),
                host,
                organisation_data(form),
                practical_data(form),
                now=now(),
            )
            db.session().commit()
            flash(_("Saved."))
            if host.visits or not g.edition.is_hosting(now()):
                return redirect(url_for(".overview"), code=303)
            return redirect(url_for(".visit_new", host_id=host.id), code=303)
    return render_template(
        "host/organisation.html", form=form, host=host, first_language=first_language()
    ), form.status
