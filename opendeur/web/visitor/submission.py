"""Checking a list, and submitting it."""

from flask import (
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from opendeur import db, jobs
from opendeur.domain import mail, preferences
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.base import EmptyForm
from opendeur.web.forms.visitor import RankForm
from opendeur.web.request import now, settings
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import may_change, me, ranking_now, tell_dropped


@blueprint.route("/check")
@auth.visitor
def check() -> ResponseReturnValue:
    """Show everything that will be submitted."""
    return _check_page(EmptyForm())


@blueprint.route("/submit", methods=["POST"])
@auth.visitor
def submit() -> ResponseReturnValue:
    """Submit the list that was shown, and mail a receipt."""
    visitor = me()
    form = EmptyForm()
    with attempt(form):
        ranking = preferences.submit(
            db.session(), visitor, shown=RankForm().shown_ids, now=now()
        )
        mail.queue_receipt(db.session(), visitor, settings=settings(), now=now())
        db.session().commit()
        jobs.of_app().wake_messages()
        tell_dropped(ranking)
        return redirect(url_for(".submitted"), code=303)
    return _check_page(form)


@blueprint.route("/submitted")
@auth.visitor
def submitted() -> ResponseReturnValue:
    """Confirm what was submitted, and say what happens next."""
    if me().submitted_at is None:
        return redirect(url_for(".preferences"), code=303)
    return render_template("visitor/submitted.html", visitor=me(), ranking=ranking_now())


def _check_page(form: EmptyForm) -> ResponseReturnValue:
    page = render_template(
        "visitor/check.html",
        form=form,
        visitor=me(),
        ranking=ranking_now(),
        most_visits=preferences.most_visits(me()),
        is_open=may_change(),
    )
    return page, form.status
