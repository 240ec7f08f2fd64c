"""The organisers' second factor: asked for, and set up the first time."""

import segno
from flask import abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import people
from opendeur.web import auth
from opendeur.web.account.blueprint import blueprint
from opendeur.web.arrival import Arrival
from opendeur.web.attempts import attempt
from opendeur.web.forms.account import CodeForm
from opendeur.web.request import now, settings
from opendeur.web.security import own_path

NEW_SECRET = "new-totp-secret"  # noqa: S105  # a key of the form cookie, not a secret


@blueprint.route("/second-factor", methods=["GET", "POST"])
@auth.signed_in
def second_factor() -> ResponseReturnValue:
    """Ask an organiser for the authenticator's code, and set one up the first time."""
    found = auth.login() or abort(404)
    if not found.account.is_organiser:
        abort(404)
    secret = None
    if found.account.totp_secret is None:
        secret = session.setdefault(NEW_SECRET, people.new_totp_secret())
    form, next_path = CodeForm(), own_path(request.args.get("next", "/"))
    if form.validate_on_submit():
        with attempt(form, keeps_count=True):
            people.confirm_second_factor(
                db.session(),
                found,
                form.code.data,
                key=settings().secret_key,
                new_secret=secret,
                now=now(),
            )
            db.session().commit()
            session.pop(NEW_SECRET, None)
            return redirect(next_path, code=303)
    picture = ""
    if secret:
        uri = people.provisioning_uri(found.account, secret)
        picture = segno.make(uri, micro=False).svg_inline(scale=4, omitsize=True)
    Arrival(next_path).show_edition()
    page = render_template(
        "account/second_factor.html", form=form, secret=secret, picture=picture
    )
    return page, form.status
