"""Taking part with an organisation of the directory, or a new one."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, limits
from opendeur.domain import directory, offers
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.host import OrganisationForm, SearchForm, TakePartForm
from opendeur.web.forms.offer import first_language
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.organisation_form import (
    organisation_data,
    practical_data,
    with_choices,
)
from opendeur.web.request import now


@blueprint.route("/take-part", methods=["GET", "POST"])
@auth.signed_in
def take_part() -> ResponseReturnValue:
    """Let an organisation of the directory take part, or look for it."""
    account = auth.require_account()
    form = TakePartForm()
    if form.validate_on_submit():
        organisation = directory.find(db.session(), form.organisation.data) or abort(404)
        host = offers.take_part(db.session(), g.edition, organisation, by=account, now=now())
        db.session().commit()
        if organisation.postcode_code and organisation.street and organisation.sectors:
            flash(_("%(name)s takes part. Now say what you show.", name=organisation.name))
            return redirect(url_for(".visit_new", host_id=host.id), code=303)
        flash(
            _("%(name)s takes part. Check what visitors need to know.", name=organisation.name)
        )
        return redirect(url_for(".organisation", host_id=host.id), code=303)
    search = SearchForm(request.args)
    found = directory.search(db.session(), search.q.data) if search.validate() else []
    return render_template(
        "host/take_part.html",
        mine=offers.organisations_waiting(db.session(), g.edition, account),
        search=search,
        found=found,
        most_found=limits.MOST_FOUND,
        can_change=g.edition.is_hosting(now()),
    )


@blueprint.route("/register", methods=["GET", "POST"])
@auth.signed_in
def register() -> ResponseReturnValue:
    """Add an organisation that is not in the directory, and let it take part."""
    account = auth.require_account()
    form = with_choices(OrganisationForm())
    if request.method == "GET":
        form.name.data = request.args.get("name", "")[: limits.LONGEST_LINE]
        form.contact_name.data = account.full_name
    if form.validate_on_submit():
        with attempt(form):
            host = offers.register_host(
                db.session(),
                g.edition,
                organisation_data(form),
                practical_data(form),
                by=account,
                now=now(),
            )
            db.session().commit()
            flash(_("%(name)s takes part. Now say what you show.", name=form.name.data))
            return redirect(url_for(".visit_new", host_id=host.id), code=303)
    return render_template(
        "host/register.html", form=form, first_language=first_language()
    ), form.status
