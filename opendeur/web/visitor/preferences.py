"""The list of a visitor: choosing visits, their order, and when the person cannot come."""

from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import editions, offers, preferences
from opendeur.domain.editions import HalfDay
from opendeur.domain.preferences import Ranking
from opendeur.models import Visit, Visitor
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import LimitsForm, RankForm, numbers_in
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import (
    may_change,
    me,
    placed,
    ranking_now,
    tell_dropped,
    way_back,
)


@blueprint.route("/preferences", endpoint="preferences")
@auth.visitor
def show_preferences() -> ResponseReturnValue:
    """Show the list, when the person cannot come, and what is still to do."""
    return _page(_limits())


@blueprint.route("/preferences/add", methods=["POST"])
@auth.anybody
def preference_add() -> ResponseReturnValue:
    """Put a visit in the list; whoever is not known yet signs in or registers first.

    The button sends the visit's number, and that of the slot where it stood on the page.
    """
    numbers = numbers_in(request.form.get("choose", ""))
    there = url_for("public.visit", visit_id=numbers[0]) if numbers else None
    visitor = auth.roles().visitor
    if visitor is None:
        registering = url_for(".register", choose=next(iter(numbers), None), next=there)
        if auth.account() is None:
            return redirect(url_for("account.sign_in", next=registering), code=303)
        return redirect(registering, code=303)
    if there is None:
        abort(400)
    visit = offers.find_in_programme(db.session(), g.edition, numbers[0]) or abort(404)
    with attempt():
        ranking = preferences.add(db.session(), visitor, visit, now=now())
        db.session().commit()
        flash(placed(ranking, visit))
        tell_dropped(ranking)
    anchor = "".join(f"#moment-{slot_id}" for slot_id in numbers[1:2])
    back = way_back()
    return redirect(f"{back}{anchor}" if back else there, code=303)


@blueprint.route("/preferences/change", methods=["POST"])
@auth.visitor
def preference_change() -> ResponseReturnValue:
    """Move a visit in the list, or take it out."""
    form, visitor = RankForm(), me()
    if form.act.data not in ("up", "down", "to", "remove"):
        abort(400)
    stood = ranking_now()
    before = {visit.id: visit for visit in (*stood.dropped, *(c.visit for c in stood.choices))}
    limits = _limits()
    with attempt(limits):
        ranking = _changed(form, visitor)
        db.session().commit()
        return _after_change(form, ranking, before[form.visit])
    if _is_partial():
        # A swap of a part would hide the refusal: the whole page is loaded with it.
        flash(limits.problems[0][1], "warn")
        return "", 200, {"HX-Redirect": url_for(".preferences")}
    return _page(limits)


def _changed(form: RankForm, visitor: Visitor) -> Ranking:
    """Do what the form asks, on the list that it showed."""
    if form.is_removal:
        return preferences.remove(
            db.session(), visitor, form.visit, shown=form.shown_ids, now=now()
        )
    return preferences.move(
        db.session(), visitor, form.visit, to=form.rank, shown=form.shown_ids, now=now()
    )


def _after_change(form: RankForm, ranking: Ranking, visit: Visit) -> ResponseReturnValue:
    """Say where the visit stands now: in the part that is swapped, or on the page anew."""
    said = placed(ranking, visit)
    if _is_partial():
        return _page(_limits(), said=said, is_removal=form.is_removal)
    flash(said)
    tell_dropped(ranking)
    anchor = "order" if form.is_removal else f"rank-{form.visit}"
    return redirect(url_for(".preferences", _anchor=anchor), code=303)


@blueprint.route("/busy", methods=["POST"])
@auth.visitor
def busy() -> ResponseReturnValue:
    """Keep when somebody cannot come and how many visits they want."""
    form = _limits()
    if not form.validate_on_submit():
        return _page(form)
    with attempt(form):
        preferences.set_limits(
            db.session(),
            me(),
            busy=frozenset(form.half_days.data),
            max_visits=form.max_visits.data or 0,
            now=now(),
        )
        db.session().commit()
        if _is_partial():
            return _page(form, said=_("Saved."))
        if "check" in request.form:
            return redirect(url_for(".check"), code=303)
        flash(_("Saved."))
        return redirect(url_for(".preferences", _anchor="when"), code=303)
    return _page(form)


def _page(form: LimitsForm, *, said: str = "", is_removal: bool = False) -> ResponseReturnValue:
    visitor = me()
    page = render_template(
        "visitor/preferences.html",
        form=form,
        visitor=visitor,
        ranking=ranking_now(),
        days=_days(),
        others=editions.other_periods(editions.half_days_of(g.edition), visitor.busy_periods),
        is_open=may_change(),
        said=said,
        is_removal=is_removal,
    )
    return page, form.status


def _limits() -> LimitsForm:
    """Return the form of half days, filled with what is kept unless this is its answer."""
    visitor = me()
    week = editions.half_days_of(g.edition)
    form = LimitsForm(
        data={
            "half_days": [
                half.key for half in editions.ticked_half_days(week, visitor.busy_periods)
            ],
            "max_visits": preferences.most_visits(visitor),
        },
        formdata=request.form if request.endpoint == "visitor.busy" else None,
    )
    form.offer([half.key for half in week], g.edition.max_visits)
    return form


def _days() -> dict[date, dict[bool, HalfDay]]:
    """Return the half days of each day, the morning under True."""
    days: dict[date, dict[bool, HalfDay]] = {}
    for half in editions.half_days_of(g.edition):
        days.setdefault(half.day, {})[half.is_morning] = half
    return days


def _is_partial() -> bool:
    """Tell whether a part of the page is asked for, by htmx."""
    return "HX-Request" in request.headers
