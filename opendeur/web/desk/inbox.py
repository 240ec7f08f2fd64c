"""What came in by mail and waits for an organiser, and to whom mail came back."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db, jobs
from opendeur.domain import inbox
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.request import now, settings


@blueprint.route("/inbox", endpoint="inbox")
@auth.organiser
def waiting() -> ResponseReturnValue:
    """List what waits, each with its reason and what can be done."""
    return render_template(
        "desk/inbox.html",
        waiting=inbox.waiting_mail(db.session(), g.edition),
        unreachable=inbox.unreachable_people(db.session(), g.edition),
    )


@blueprint.route("/inbox/<int:mail_id>/note", methods=["POST"])
@auth.organiser
def inbox_note(mail_id: int) -> ResponseReturnValue:
    """Note the answer in a mail for the person who was invited."""
    found = inbox.find_waiting(db.session(), g.edition, mail_id) or abort(404)
    with attempt():
        inbox.apply(db.session(), found, by=auth.require_account(), now=now())
        db.session().commit()
        jobs.of_app().wake_passing()
        flash(_("The answer was noted."))
    return redirect(url_for(".inbox"), code=303)


@blueprint.route("/inbox/<int:mail_id>/dismiss", methods=["POST"])
@auth.organiser
def inbox_dismiss(mail_id: int) -> ResponseReturnValue:
    """Put a mail aside."""
    found = inbox.find_waiting(db.session(), g.edition, mail_id) or abort(404)
    with attempt():
        inbox.dismiss(db.session(), found, by=auth.require_account(), now=now())
        db.session().commit()
        flash(_("The mail was put aside. Nothing changed."))
    return redirect(url_for(".inbox"), code=303)


@blueprint.route("/inbox/<int:mail_id>/refuse", methods=["POST"])
@auth.organiser
def inbox_refuse(mail_id: int) -> ResponseReturnValue:
    """Say no to another time that somebody's calendar proposed."""
    found = inbox.find_waiting(db.session(), g.edition, mail_id) or abort(404)
    with attempt():
        inbox.refuse(
            db.session(), found, by=auth.require_account(), settings=settings(), now=now()
        )
        db.session().commit()
        jobs.of_app().wake_messages()
        flash(_("The person gets a message: the time stays as it is."))
    return redirect(url_for(".inbox"), code=303)


@blueprint.route("/inbox/people/<int:account_id>/again", methods=["POST"])
@auth.organiser
def inbox_write_again(account_id: int) -> ResponseReturnValue:
    """Let mail go to an address again from which it came back."""
    with attempt():
        inbox.write_again(db.session(), g.edition, account_id)
        db.session().commit()
        flash(_("Mail goes to this address again. What failed can be sent from the messages."))
    return redirect(url_for(".inbox"), code=303)
