"""The desk's mail: drafts of invitations, sending them, and what became of every message."""

from collections import Counter

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import auth, db, jobs
from opendeur.domain import invitations, mail
from opendeur.domain.mail import open_mail
from opendeur.enums import MessageState
from opendeur.errors import OpendeurError
from opendeur.forms.base import EmptyForm
from opendeur.forms.organiser import SendForm
from opendeur.models import Message
from opendeur.views.errors import status_of
from opendeur.views.organiser_runs import blueprint as blueprint

#: States in the order in which the outbox offers them; drafts have a page of their own.
SHOWN_STATES = tuple(state for state in MessageState if state is not MessageState.DRAFT)


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
        "organiser/drafts.html", drafts=found, form=form or fresh, send_form=fresh
    )


@blueprint.route("/invitations/<int:message_id>")
@auth.organiser
def draft(message_id: int) -> ResponseReturnValue:
    """Show one draft as it would be sent now."""
    found = _find(message_id)
    if found.state is not MessageState.DRAFT:
        return redirect(url_for("organiser.message", message_id=message_id), code=303)
    letter = invitations.preview(db.session(), found, settings=auth.settings(), now=auth.now())
    return render_template("organiser/draft.html", message=found, letter=letter)


@blueprint.route("/invitations", methods=["POST"])
@auth.organiser
def send() -> ResponseReturnValue:
    """Queue the drafts that the organiser saw; a second press finds none of them."""
    form = SendForm()
    try:
        count = invitations.queue_drafts(
            db.session(), g.edition, expected=form.counts, now=auth.now()
        )
    except OpendeurError as error:
        form.attach(error)
        return _drafts_page(form), status_of(error)
    db.session().commit()
    jobs.of_app().wake_messages()
    flash(
        ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", count)
    )
    return redirect(url_for("organiser.messages"), code=303)


@blueprint.route("/invitations/again", methods=["POST"])
@auth.organiser
def draft_again() -> ResponseReturnValue:
    """Compare what people were told with what holds now, and draft what they must know."""
    found = invitations.draft(db.session(), g.edition, now=auth.now())
    db.session().commit()
    if not found.total:
        flash(_("Nothing changed: everybody was told what holds now."))
    return redirect(url_for("organiser.drafts"), code=303)


@blueprint.route("/messages", endpoint="messages")
@auth.organiser
def message_list() -> ResponseReturnValue:
    """List the outbox, all of it or one state."""
    found = mail.messages_of(db.session(), g.edition)
    counts = Counter(message.state for message in found)
    chosen = request.args.get("state", "")
    if chosen in SHOWN_STATES:
        found = [message for message in found if message.state == chosen]
    return render_template(
        "organiser/messages.html",
        messages=found,
        counts=[(state, counts[state]) for state in SHOWN_STATES if counts[state]],
        total=counts.total(),
        chosen=chosen if chosen in SHOWN_STATES else "",
    )


@blueprint.route("/messages/<int:message_id>")
@auth.organiser
def message(message_id: int) -> ResponseReturnValue:
    """Show one message as it was written for its reader."""
    found = _find(message_id)
    if found.state is MessageState.DRAFT:
        return redirect(url_for("organiser.draft", message_id=message_id), code=303)
    return render_template(
        "organiser/message.html",
        message=found,
        mail=open_mail(found.raw) if found.raw else None,
        can_send_again=found.state in (MessageState.FAILED, MessageState.UNCERTAIN),
        form=EmptyForm(formdata=None),
    )


@blueprint.route("/messages/<int:message_id>/again", methods=["POST"])
@auth.organiser
def message_again(message_id: int) -> ResponseReturnValue:
    """Queue a message again that failed, or of which nobody knows whether it arrived."""
    found = _find(message_id)
    mail.send_again(db.session(), found, now=auth.now())
    db.session().commit()
    jobs.of_app().wake_messages()
    flash(_("The message is on its way again."))
    return redirect(url_for("organiser.message", message_id=message_id), code=303)


@blueprint.route("/messages/<int:message_id>.eml")
@auth.organiser
def message_file(message_id: int) -> ResponseReturnValue:
    """Give a message as a file, byte for byte as it was sent."""
    raw = _find(message_id).raw or abort(404)
    return Response(
        raw,
        mimetype="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="message-{message_id}.eml"'},
    )


def _find(message_id: int) -> Message:
    return mail.find_message(db.session(), g.edition, message_id) or abort(404)
