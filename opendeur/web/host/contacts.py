"""Who speaks for a host."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import directory
from opendeur.enums import Language
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.base import EmptyForm
from opendeur.web.forms.host import ContactForm
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_host
from opendeur.web.request import now


@blueprint.route("/<int:host_id>/contacts", methods=["GET", "POST"])
@auth.host
def contacts(host_id: int) -> ResponseReturnValue:
    """Show who speaks for a host, and add somebody."""
    host = own_host(host_id)
    account = auth.require_account()
    form = ContactForm()
    if form.validate_on_submit():
        with attempt(form):
            directory.add_contact(
                db.session(),
                host.organisation,
                form.email.data,
                by=account,
                replacing=form.replacing.data,
                language=Language(account.language),
                now=now(),
            )
            db.session().commit()
            flash(_("%(email)s is a contact now and can sign in.", email=form.email.data))
            return _after_contacts(host_id, still_mine=not form.replacing.data)
    page = render_template("host/contacts.html", form=form, host=host, remove_form=EmptyForm())
    return page, form.status


@blueprint.route("/<int:host_id>/contacts/<int:contact_id>/remove", methods=["POST"])
@auth.host
def contact_remove(host_id: int, contact_id: int) -> ResponseReturnValue:
    """Stop somebody from speaking for a host."""
    host = own_host(host_id)
    removed = directory.remove_contact(db.session(), host.organisation, contact_id) or abort(
        404
    )
    db.session().commit()
    flash(_("%(email)s is no longer a contact.", email=removed.account.email))
    still_mine = removed.account_id != auth.require_account().id
    return _after_contacts(host_id, still_mine=still_mine)


def _after_contacts(host_id: int, *, still_mine: bool) -> ResponseReturnValue:
    if still_mine:
        return redirect(url_for(".contacts", host_id=host_id), code=303)
    return redirect(url_for(".overview"), code=303)
