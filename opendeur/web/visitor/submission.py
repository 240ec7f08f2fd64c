"""Submitting a list."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from opendeur import db, jobs
from opendeur.domain import mail, preferences
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import RankForm
from opendeur.web.request import now, settings
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import me, ranking_now, tell_dropped
from opendeur.web.visitor.my_list import MyList


@blueprint.route("/submit", methods=["POST"])
@auth.visitor
def submit() -> ResponseReturnValue:
    """Keep what the page says, submit the list that was shown, and mail a receipt."""
    visitor, mine = me(), MyList()
    if not mine.has_sound_limits:
        return mine.refused()
    with attempt(mine.form):
        mine.keep_limits()
        ranking = preferences.submit(
            db.session(), visitor, shown=RankForm().shown_ids, now=now()
        )
        mail.queue_receipt(db.session(), visitor, settings=settings(), now=now())
        db.session().commit()
        jobs.of_app().wake_messages()
        tell_dropped(ranking)
        return redirect(url_for(".submitted"), code=303)
    return mine.refused()


@blueprint.route("/submitted")
@auth.visitor
def submitted() -> ResponseReturnValue:
    """Confirm what was submitted, and say what happens next."""
    if me().submitted_at is None:
        return redirect(url_for(".preferences"), code=303)
    return render_template("visitor/submitted.html", visitor=me(), ranking=ranking_now())
