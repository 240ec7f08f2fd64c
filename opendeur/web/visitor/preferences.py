"""The list of a visitor: choosing visits, their order, and when the person cannot come."""

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import offers, preferences
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import RankForm, numbers_in
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import (
    is_partial,
    me,
    placed,
    ranking_now,
    tell_dropped,
    way_back,
)
from opendeur.web.visitor.my_list import MyList


@blueprint.route("/preferences", endpoint="preferences")
@auth.visitor
def show_preferences() -> ResponseReturnValue:
    """Show the list, when the person cannot come, and what is still to do."""
    return MyList().page()


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
        flash(placed(ranking, ranking.visits[(ranking.rank_of(visit.id) or 0) - 1]))
        tell_dropped(ranking)
    anchor = "".join(f"#moment-{slot_id}" for slot_id in numbers[1:2])
    back = way_back()
    return redirect(f"{back}{anchor}" if back else there, code=303)


@blueprint.route("/preferences/change", methods=["POST"])
@auth.visitor
def preference_change() -> ResponseReturnValue:
    """Keep what the page says: half days, the number of visits, and a move in the list."""
    form, mine = RankForm(), MyList()
    if not (form.act or mine.is_sent):
        abort(400)
    if not mine.has_sound_limits:
        return mine.refused()
    with attempt(mine.form):
        mine.keep_limits()
        said = _move(form) if form.act else _("Saved.")
        db.session().commit()
        if is_partial():
            return mine.part(said, is_removal=form.is_removal)
        flash(said, "said")
        return redirect(url_for(".preferences", _anchor=_place_of(form)), code=303)
    return mine.refused()


def _move(form: RankForm) -> str:
    """Do what the button asks, on the list that was shown; say where the visit is now."""
    session, visitor = db.session(), me()
    if not form.is_removal:
        ranking = preferences.move(
            session, visitor, form.visit, to=form.rank, shown=form.shown_ids, now=now()
        )
        moved = ranking.find(form.visit)
    else:
        moved = ranking_now().find(form.visit)
        ranking = preferences.remove(
            session, visitor, form.visit, shown=form.shown_ids, now=now()
        )
    tell_dropped(ranking)
    return placed(ranking, moved) if moved else ""


def _place_of(form: RankForm) -> str:
    """Return where on the page the eye is."""
    if not form.act:
        return "when"
    return "order" if form.is_removal else f"rank-{form.visit}"
