"""Saying yes or no to an invitation, with the link from its letter."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import invitations
from opendeur.enums import Door, Participation
from opendeur.errors import NotAllowed
from opendeur.web import auth
from opendeur.web.forms.answer import AnswerForm
from opendeur.web.i18n import PREFIX, translate
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
    moved = None
    if form.validate_on_submit():
        moved = invitations.overtaken(db.session(), invitation, form.sequence.data)
        if moved is None or moved[0] == moved[1]:
            invitations.answer(
                db.session(),
                invitation,
                Participation(form.answer.data),
                door=Door.LINK,
                now=now(),
                sequence=form.sequence.data,
            )
            db.session().commit()
            jobs.of_app().wake_passing()
            flash(_("Thank you. Your answer was noted."))
            return redirect(url_for(".answer", name=name), code=303)
    refusal = invitations.refusal_of(db.session(), invitation, now=now())
    if isinstance(refusal, NotAllowed):
        raise refusal
    return render_template(
        "public/answer.html",
        form=form,
        invitation=invitation,
        sequence=invitations.said_sequence(invitation),
        times=[
            invitation.edition.local(moment) for moment in invitations.said_times(invitation)
        ],
        moved_from=[invitation.edition.local(moment) for moment in moved[0]] if moved else None,
        refusal=translate(refusal) if refusal else "",
        leans_to_no="no" in request.args,
    ), 409 if moved else 200
