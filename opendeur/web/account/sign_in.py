"""Signing in by a link or a code from an e-mail, and signing out."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from opendeur import db, jobs, limits
from opendeur.domain import mail, people
from opendeur.enums import Language
from opendeur.errors import OpendeurError
from opendeur.models import Account, SignInRequest
from opendeur.web import auth
from opendeur.web.account.blueprint import blueprint
from opendeur.web.arrival import Arrival
from opendeur.web.attempts import attempt
from opendeur.web.errors import status_of
from opendeur.web.forms.account import CodeForm, SignInForm
from opendeur.web.forms.base import EmptyForm
from opendeur.web.i18n import language
from opendeur.web.request import client, now, settings
from opendeur.web.security import own_path

BROWSER = "sign-in-browser"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@auth.anybody
def sign_in() -> ResponseReturnValue:
    """Ask for an address and mail a link and a code to it."""
    form, next_path = SignInForm(), _next_path()
    arrival = Arrival(next_path)
    if form.validate_on_submit():
        with attempt(form, keeps_count=True):
            made = people.request_sign_in(
                db.session(),
                email=form.email.data,
                language=Language(language()),
                next_path="" if next_path == "/" else next_path[: limits.LONGEST_LINE],
                client=client(),
                pepper=settings().secret_key,
                now=now(),
            )
            mail.queue_sign_in(
                db.session(),
                email=form.email.data,
                made=made,
                link=_outside("account.link", token=made.link),
                language=Language(language()),
                settings=settings(),
                now=now(),
            )
            db.session().commit()
            session[BROWSER] = made.browser
            jobs.of_app().wake_sign_ins()
            return redirect(url_for("account.code", next=_next_arg()), code=303)
    arrival.show_edition()
    return render_template("account/sign_in.html", form=form, visit=arrival.visit), form.status


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@auth.anybody
def code() -> ResponseReturnValue:
    """Say that a mail was sent, and take the code from it."""
    if BROWSER not in session:
        return redirect(url_for("account.sign_in", next=_next_arg()), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        with attempt(form, keeps_count=True):
            account, used = people.use_code(
                db.session(),
                form.code.data,
                browser=session[BROWSER],
                client=client(),
                pepper=settings().secret_key,
                now=now(),
            )
            return _enter(account, used)
    arrival = Arrival(_next_path())
    arrival.show_edition()
    page = render_template(
        "account/code.html", form=form, visit=arrival.visit, next_arg=_next_arg()
    )
    return page, form.status


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@auth.anybody
def link(token: str) -> ResponseReturnValue:
    """Show a button; only pressing it uses the link, because mail scanners follow links."""
    form = EmptyForm()
    pepper = settings().secret_key
    try:
        if form.validate_on_submit():
            account, used = people.use_link(db.session(), token, pepper=pepper, now=now())
            return _enter(account, used)
        found = people.find_link(db.session(), token, pepper=pepper, now=now())
    except OpendeurError as error:
        return render_template("account/link_over.html"), status_of(error)
    arrival = Arrival(found.next_path)
    arrival.show_edition()
    return render_template(
        "account/link.html", form=form, email=found.email, visit=arrival.visit
    )


def _enter(account: Account, used: SignInRequest) -> ResponseReturnValue:
    previous = auth.login()
    if previous is not None:
        people.end_session(db.session(), previous.account, previous.id, now=now())
    token = people.open_session(
        db.session(),
        account,
        browser=request.user_agent.string,
        pepper=settings().secret_key,
        now=now(),
    )
    db.session().commit()
    session.clear()
    generate_csrf()
    Arrival(used.next_path).choose(account)
    target = own_path(used.next_path) if used.next_path else url_for("public.home")
    response = redirect(target, code=303)
    auth.remember(response, token)
    return response


@blueprint.route("/sign-out", methods=["POST"])
@auth.signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    found = auth.login() or abort(404)
    people.end_session(db.session(), found.account, found.id, now=now())
    db.session().commit()
    session.clear()
    flash(_("You are signed out."))
    response = redirect(url_for("public.home"), code=303)
    auth.forget(response)
    return response


def _next_path() -> str:
    """Return where the person wanted to go: a path of this site."""
    return own_path(request.args.get("next", ""))


def _next_arg() -> str | None:
    """Return the same for a link, which needs none for the front page."""
    path = _next_path()
    return None if path == "/" else path


def _outside(endpoint: str, **values: Any) -> str:
    """Return an address for a mail: it starts with the site's own, whatever was asked."""
    return settings().base_url.rstrip("/") + url_for(endpoint, **values)
