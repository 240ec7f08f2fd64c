"""What a person says about themselves, and where they are signed in."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import people
from opendeur.enums import Language
from opendeur.web import auth
from opendeur.web.account.blueprint import blueprint
from opendeur.web.forms.account import AccountForm
from opendeur.web.forms.base import EmptyForm
from opendeur.web.request import now


@blueprint.route("/account", methods=["GET", "POST"])
@auth.signed_in
def show() -> ResponseReturnValue:
    """Show and change name and language; list where the person is signed in."""
    account = auth.require_account()
    form = AccountForm(obj=account)
    if form.validate_on_submit():
        people.describe_account(
            account,
            given_name=form.given_name.data,
            family_name=form.family_name.data,
            language=Language(form.language.data),
        )
        db.session().commit()
        flash(_("Saved."))
        return redirect(url_for("account.show"), code=303)
    return render_template(
        "account/show.html",
        form=form,
        sessions=people.sessions_of(db.session(), account),
        this_login=auth.login(),
        end_form=EmptyForm(prefix="end"),
    )


@blueprint.route("/account/sessions/<int:session_id>/end", methods=["POST"])
@auth.signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign another browser out."""
    account = auth.require_account()
    people.end_session(db.session(), account, session_id, now=now()) or abort(404)
    db.session().commit()
    flash(_("That browser is signed out."))
    return redirect(url_for("account.show"), code=303)
