"""Signing in and out, the second factor, and what a person says about themselves."""

from typing import Any

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from opendeur import auth, db, jobs, limits
from opendeur.domain import mail, people
from opendeur.enums import Language
from opendeur.errors import OpendeurError
from opendeur.forms.account import AccountForm, CodeForm, SignInForm
from opendeur.forms.base import EmptyForm
from opendeur.i18n import language
from opendeur.models import Account, SignInRequest
from opendeur.security import own_path
from opendeur.views.errors import status_of

blueprint = Blueprint("account", __name__)

BROWSER = "sign-in-browser"
NEW_SECRET = "new-totp-secret"  # noqa: S105  # a key of the form cookie, not a secret


@blueprint.route("/sign-in", methods=["GET", "POST"])
@auth.anybody
def sign_in() -> ResponseReturnValue:
    """Ask for an address and mail a link and a code to it."""
    form = SignInForm()
    next_path = own_path(request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            made = people.request_sign_in(
                db.session(),
                email=form.email.data,
                language=Language(language()),
                next_path="" if next_path == "/" else next_path[: limits.LONGEST_LINE],
                client=auth.client(),
                pepper=auth.settings().secret_key,
                now=auth.now(),
            )
        except OpendeurError as error:
            db.session().commit()  # the count of tries
            form.attach(error)
            return render_template("account/sign_in.html", form=form), status_of(error)
        mail.queue_sign_in(
            db.session(),
            email=form.email.data,
            made=made,
            link=_outside("account.link", token=made.link),
            language=Language(language()),
            settings=auth.settings(),
            now=auth.now(),
        )
        db.session().commit()
        session[BROWSER] = made.browser
        jobs.of_app().wake_messages()
        return redirect(url_for("account.code"), code=303)
    return render_template("account/sign_in.html", form=form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@auth.anybody
def code() -> ResponseReturnValue:
    """Say that a mail was sent, and take the code from it."""
    if BROWSER not in session:
        return redirect(url_for("account.sign_in"), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            account, used = people.use_code(
                db.session(),
                form.code.data,
                browser=session[BROWSER],
                client=auth.client(),
                pepper=auth.settings().secret_key,
                now=auth.now(),
            )
        except OpendeurError as error:
            db.session().commit()  # the count of wrong codes
            form.attach(error)
            return render_template("account/code.html", form=form), status_of(error)
        return _enter(account, used)
    return render_template("account/code.html", form=form)


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@auth.anybody
def link(token: str) -> ResponseReturnValue:
    """Show a button; only pressing it uses the link, because mail scanners follow links."""
    form = EmptyForm()
    pepper = auth.settings().secret_key
    try:
        if form.validate_on_submit():
            account, used = people.use_link(db.session(), token, pepper=pepper, now=auth.now())
            return _enter(account, used)
        found = people.find_link(db.session(), token, pepper=pepper, now=auth.now())
    except OpendeurError as error:
        return render_template("account/link_over.html"), status_of(error)
    return render_template("account/link.html", form=form, email=found.email)


def _enter(account: Account, used: SignInRequest) -> ResponseReturnValue:
    previous = auth.login()
    if previous is not None:
        people.end_session(db.session(), previous.account, previous.id, now=auth.now())
    token = people.open_session(
        db.session(),
        account,
        browser=request.user_agent.string,
        pepper=auth.settings().secret_key,
        now=auth.now(),
    )
    db.session().commit()
    session.clear()
    generate_csrf()
    target = own_path(used.next_path) if used.next_path else url_for("public.home")
    response = redirect(target, code=303)
    auth.remember(response, token)
    return response


@blueprint.route("/sign-out", methods=["POST"])
@auth.signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    found = auth.login() or abort(404)
    people.end_session(db.session(), found.account, found.id, now=auth.now())
    db.session().commit()
    session.clear()
    flash(_("You are signed out."))
    response = redirect(url_for("public.home"), code=303)
    auth.forget(response)
    return response


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
    form = CodeForm()
    status = 200
    if form.validate_on_submit():
        try:
            people.confirm_second_factor(
                db.session(), found, form.code.data, new_secret=secret, now=auth.now()
            )
        except OpendeurError as error:
            db.session().commit()  # the count of tries
            form.attach(error)
            status = status_of(error)
        else:
            db.session().commit()
            session.pop(NEW_SECRET, None)
            return redirect(own_path(request.args.get("next", "/")), code=303)
    picture = ""
    if secret:
        uri = people.provisioning_uri(found.account, secret)
        picture = segno.make(uri, micro=False).svg_inline(scale=4, omitsize=True)
    page = render_template(
        "account/second_factor.html", form=form, secret=secret, picture=picture
    )
    return page, status


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
    people.end_session(db.session(), account, session_id, now=auth.now()) or abort(404)
    db.session().commit()
    flash(_("That browser is signed out."))
    return redirect(url_for("account.show"), code=303)


def _outside(endpoint: str, **values: Any) -> str:
    """Return an address for a mail: it starts with the site's own, whatever was asked."""
    return auth.settings().base_url.rstrip("/") + url_for(endpoint, **values)
