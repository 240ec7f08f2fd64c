"""The list of a visitor: choosing visits, their order, and when the person cannot come."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import preferences
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.visitor import RankForm
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import (
    is_partial,
    me,
    placed,
    ranking_now,
    tell_dropped,
)
from opendeur.web.visitor.my_list import MyList


@blueprint.route("/preferences", endpoint="preferences")
@auth.visitor
def show_preferences() -> ResponseReturnValue:
    """Show the list, when the person cannot come, and what is still to do."""
    return MyList().page()


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
        # Before it ends: reading on would take the database's lock once more.
        placed = form.visit if form.act == "to" else 0
        part = (
            mine.part(said, is_removal=form.is_removal, placed=placed) if is_partial() else None
        )
        db.session().commit()
        if part is not None:
            return part
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
