"""A seat that is held for somebody: taking it or passing it on, with the link of a letter."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import passing
from opendeur.enums import OfferState
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.answer import OfferForm
from opendeur.web.i18n import PREFIX, translate
from opendeur.web.public.blueprint import blueprint
from opendeur.web.request import now


@blueprint.route(f"{PREFIX}/offer/<token>", methods=["GET", "POST"])
@auth.anybody
def offer(token: str) -> ResponseReturnValue:
    """Show a seat that is held, and two buttons: mail scanners follow links, no more."""
    found = passing.find_offer(db.session(), token) or abort(404)
    g.edition = found.visitor.edition
    form = OfferForm()
    if form.validate_on_submit():
        with attempt(form):
            if form.takes:
                passing.accept(db.session(), found, now=now())
                told = _("The place is yours. The invitation is on its way to your mailbox.")
            else:
                passing.decline(db.session(), found, now=now())
                told = _("Thank you. The next person is asked.")
            db.session().commit()
            jobs.of_app().wake_passing()
            flash(told)
            return redirect(url_for(".offer", token=token), code=303)
    has_it = found.state is OfferState.ACCEPTED
    refusal = None if has_it else passing.refusal_of_offer(found, now=now())
    return render_template(
        "public/offer.html",
        form=form,
        offer=found,
        has_it=has_it,
        rank=passing.rank_of(db.session(), found),
        deadline=g.edition.local(found.expires_at),
        refusal=translate(refusal) if refusal else "",
    ), form.status
