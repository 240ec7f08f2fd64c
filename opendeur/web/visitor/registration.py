"""Saying who one is."""

from flask import (
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import directory, offers, preferences
from opendeur.domain.preferences import Introduction
from opendeur.models import Visitor
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import IntroductionForm, Named, numbers_in
from opendeur.web.i18n import language
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import may_change, placed, way_back


@blueprint.route("/register", methods=["GET", "POST"])
@auth.signed_in
def register() -> ResponseReturnValue:
    """Say who one is, for the first time or again; then go back to where one came from."""
    account, visitor = auth.require_account(), auth.roles().visitor
    if visitor is not None and request.method == "GET" and "choose" in request.args:
        return redirect(way_back() or url_for(".preferences"), code=303)  # is known already
    form = _form(visitor)
    onwards = url_for(".preferences" if visitor else "public.programme")
    # Looking up where one works sends everything along, so that nothing typed is lost.
    if "find" not in request.form and form.validate_on_submit():
        with attempt(form):
            visitor = preferences.introduce(
                db.session(), g.edition, account, _introduction(form), now=now()
            )
            db.session().commit()
            flash(_("Saved. Thank you, %(name)s.", name=account.given_name))
            _choose_what_led_here(visitor)
            return redirect(way_back() or onwards, code=303)
    page = render_template(
        "visitor/register.html",
        form=form,
        visitor=visitor,
        is_open=may_change(),
        is_looking=request.method == "POST" and ("find" in request.form or form.asks_which),
    )
    return page, form.status


@blueprint.route("/workplaces")
@auth.signed_in
def workplaces() -> ResponseReturnValue:
    """Give the organisations that somebody may be typing the name of, for the field's list."""
    found = preferences.find_workplaces(db.session(), request.args.get("organisation", ""))
    return render_template("visitor/_workplaces.html", found=found)


def _form(visitor: Visitor | None) -> IntroductionForm:
    form = IntroductionForm(data=_introduced(visitor))
    form.offer(
        sectors=[(s.code, s.name(language())) for s in directory.sectors(db.session())],
        most_seats=preferences.most_seats(g.edition),
        find=_meant,
    )
    return form


def _meant(typed: str) -> tuple[list[Named], bool]:
    """Return the organisations that a name can mean: only those called so, if there are."""
    if request.method == "GET":
        return [], False  # what is kept is not asked again
    session = db.session()
    exact = preferences.workplaces_named(session, typed)
    return list(exact or preferences.find_workplaces(session, typed)), bool(exact)


def _choose_what_led_here(visitor: Visitor) -> None:
    """Put the visit in the list whose button led to this form, so that one press is enough."""
    numbers = numbers_in(request.args.get("choose", ""))
    visit = offers.find_in_programme(db.session(), g.edition, numbers[0]) if numbers else None
    if visit is None:
        return
    with attempt():
        ranking = preferences.add(db.session(), visitor, visit, now=now())
        db.session().commit()
        if chosen := ranking.find(visit.id):
            flash(placed(ranking, chosen))


def _introduced(visitor: Visitor | None) -> dict[str, object]:
    account = auth.require_account()
    known: dict[str, object] = {
        "given_name": account.given_name,
        "family_name": account.family_name,
    }
    # Whoever came to an earlier week need not say it all again.
    said = visitor or preferences.last_introduction(db.session(), account)
    if said is None:
        return {**known, "languages": [account.language.value]}
    return {
        **known,
        "organisation": said.organisation.name if said.organisation else "",
        "self_employed": said.organisation is None,
        "languages": sorted(said.languages),
        "sectors": [sector.code for sector in said.sectors],
        "seats": visitor.seats if visitor else 1,
    }


def _introduction(form: IntroductionForm) -> Introduction:
    return Introduction(
        given_name=form.given_name.data,
        family_name=form.family_name.data,
        organisation_id=form.organisation_id,
        organisation_name=form.organisation_name,
        languages=frozenset(form.languages.data),
        sectors=frozenset(form.sectors.data),
        seats=form.seats.data,
    )
