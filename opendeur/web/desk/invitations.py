"""Drafts of invitations: compared, read, and sent."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import db, jobs
from opendeur.domain import invitations
from opendeur.enums import MessageState
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import find_message
from opendeur.web.forms.desk import SendForm
from opendeur.web.request import now, settings


@blueprint.route("/invitations")
@auth.organiser
def drafts() -> ResponseReturnValue:
    """Show the drafts of invitations, how many they are, and offer to send them."""
    return _drafts_page()


def _drafts_page(form: SendForm | None = None) -> str:
    found = invitations.drafts_of(db.session(), g.edition)
    fresh = SendForm(
        formdata=None,
        data={"new": found.new, "changed": found.changed, "cancelled": found.cancelled},
    )
    return render_template(
        "desk/drafts.html", drafts=found, form=form or fresh, send_form=fresh
    )


@blueprint.route("/invitations/<int:message_id>")
@auth.organiser
def draft(message_id: int) -> ResponseReturnValue:
    """Show one draft as it would be sent now."""
    found = find_message(message_id)
    if found.state is not MessageState.DRAFT:
        return redirect(url_for("desk.message", message_id=message_id), code=303)
    letter = invitations.preview(db.session(), found, settings=settings(), now=now())
    return render_template("desk/draft.html", message=found, letter=letter)


@blueprint.route("/invitations", methods=["POST"])
@auth.organiser
def send() -> ResponseReturnValue:
    """Queue the drafts that the organiser saw; a second press finds none of them."""
    form = SendForm()
    with attempt(form):
        count = invitations.queue_drafts(
            db.session(), g.edition, expected=form.counts, now=now()
        )
        db.session().commit()
        jobs.of_app().wake_messages()
        flash(
            ngettext(
                "%(num)s message is on its way.", "%(num)s messages are on their way.", count
            )
        )
        return redirect(url_for("desk.messages"), code=303)
    return _drafts_page(form), form.status


@blueprint.route("/invitations/again", methods=["POST"])
@auth.organiser
def draft_again() -> ResponseReturnValue:
    """Compare what people were told with what holds now, and draft what they must know."""
    found = invitations.draft(db.session(), g.edition, now=now())
    db.session().commit()
    if not found.total:
        flash(_("Nothing changed: everybody was told what holds now."))
    return redirect(url_for("desk.drafts"), code=303)
