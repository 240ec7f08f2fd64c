"""Saying yes or no to an invitation, with the link from its letter."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import invitations
from opendeur.enums import Participation
from opendeur.web import auth
from opendeur.web.forms.answer import AnswerForm
from opendeur.web.i18n import PREFIX
from opendeur.web.public.blueprint import blueprint
from opendeur.web.request import now, settings


@blueprint.route(f"{PREFIX}/answer/<name>", methods=["GET", "POST"])
@auth.anybody
def answer(name: str) -> ResponseReturnValue:
    """Show an invitation and two buttons; mail scanners follow links but press nothing."""
    invitation = invitations.find_invitation(db.session(), name, settings=settings()) or abort(
        404
    )
    g.edition = invitation.edition
    form = AnswerForm()
    if form.validate_on_submit():
        invitations.answer(invitation, Participation(form.answer.data), now=now())
        db.session().commit()
        flash(_("Thank you. Your answer was noted."))
        return redirect(url_for(".answer", name=name), code=303)
    return render_template(
        "public/answer.html", form=form, invitation=invitation, leans_to_no="no" in request.args
    )
