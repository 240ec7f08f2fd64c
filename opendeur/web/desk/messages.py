"""What became of every message."""

from flask import Response, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import db, jobs
from opendeur.domain import invitations, mail
from opendeur.domain.mail import open_mail
from opendeur.enums import MessageState
from opendeur.models import Message
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import find_message
from opendeur.web.desk.listing import PAGE, Page, asked, page_at
from opendeur.web.forms.base import EmptyForm
from opendeur.web.request import now

#: States in the order in which the outbox offers them; drafts have a page of their own.
SHOWN_STATES = tuple(state for state in MessageState if state is not MessageState.DRAFT)
#: The last message comes first.
ORDERS = {order: order == "when" for order in mail.MESSAGE_ORDERS}


@blueprint.route("/messages", endpoint="messages")
@auth.organiser
def message_list() -> ResponseReturnValue:
    """List the outbox, all of it or one state, a page at a time."""
    question = asked(ORDERS, state=SHOWN_STATES)
    chosen = question.chosen["state"]

    def found(start: int) -> tuple[list[mail.MessageLine], int]:
        return mail.list_messages(
            db.session(),
            g.edition,
            state=MessageState(chosen) if chosen else None,
            words=question.words,
            order=question.order,
            is_falling=question.is_falling,
            start=start,
            most=PAGE,
        )

    rows, total = found((question.number - 1) * PAGE)
    number = page_at(question.number, total).number
    if number != question.number:
        rows, total = found((number - 1) * PAGE)
    counts = mail.count_messages(db.session(), g.edition)
    return render_template(
        "desk/messages.html",
        question=question,
        page=Page(rows, total, number),
        counts=[(state, counts[state]) for state in SHOWN_STATES if state in counts],
        total=sum(counts.get(state, 0) for state in SHOWN_STATES),
        failed=counts.get(MessageState.FAILED, 0),
        outage=mail.outage(db.session()),
    )


@blueprint.route("/messages/again", methods=["POST"])
@auth.organiser
def messages_again() -> ResponseReturnValue:
    """Send what all messages that failed should say now."""
    with attempt():
        count = invitations.send_failed(db.session(), g.edition, now=now())
        db.session().commit()
        _tell_sent(count)
    return redirect(url_for("desk.messages"), code=303)


def _tell_sent(count: int) -> None:
    if not count:
        flash(_("Nothing had to be sent: nobody has to be told this any more."))
        return
    jobs.of_app().wake_messages()
    flash(
        ngettext(
            "%(num)s message is on its way again, as what holds now.",
            "%(num)s messages are on their way again, as what holds now.",
            count,
        )
    )


@blueprint.route("/messages/<int:message_id>")
@auth.organiser
def message(message_id: int) -> ResponseReturnValue:
    """Show one message as it was written for its reader."""
    found = find_message(message_id)
    if found.state is MessageState.DRAFT:
        return redirect(url_for("desk.draft", message_id=message_id), code=303)
    latest = _latest(found)
    return render_template(
        "desk/message.html",
        message=found,
        mail=open_mail(found.raw) if found.raw else None,
        can_send_again=found.can_be_sent_again and latest is found,
        latest=latest,
        form=EmptyForm(formdata=None),
    )


def _latest(message: Message) -> Message:
    """Return the last message about the same invitation, drafts left out: they say nothing
    yet."""
    if message.invitation is None:
        return message
    gone_out = [m for m in message.invitation.messages if m.state is not MessageState.DRAFT]
    return gone_out[-1]


@blueprint.route("/messages/<int:message_id>/again", methods=["POST"])
@auth.organiser
def message_again(message_id: int) -> ResponseReturnValue:
    """Send what a message that failed, or that may not have arrived, should say now."""
    found = find_message(message_id)
    count = invitations.send_again(db.session(), found, now=now())
    db.session().commit()
    _tell_sent(count)
    return redirect(url_for("desk.message", message_id=message_id), code=303)


@blueprint.route("/messages/<int:message_id>.eml")
@auth.organiser
def message_file(message_id: int) -> ResponseReturnValue:
    """Give a message as a file, byte for byte as it was sent."""
    raw = find_message(message_id).raw or abort(404)
    return Response(
        raw,
        mimetype="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="message-{message_id}.eml"'},
    )
