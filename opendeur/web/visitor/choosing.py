"""Choosing visits where they are shown: a button puts one in the list, takes it out, swaps."""

from dataclasses import replace

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import offers, preferences
from opendeur.errors import OpendeurError
from opendeur.models import Visit, Visitor
from opendeur.web import auth
from opendeur.web.forms.visitor import numbers_in
from opendeur.web.i18n import translate
from opendeur.web.public.asked import Asked
from opendeur.web.public.reader import Reader, Said, say_next
from opendeur.web.public.rows import Rows
from opendeur.web.request import now
from opendeur.web.visitor.blueprint import blueprint
from opendeur.web.visitor.common import is_partial, tell_dropped, way_back


@blueprint.route("/preferences/add", methods=["POST"])
@auth.anybody
def choose() -> ResponseReturnValue:
    """Change the list; whoever is not known yet signs in or registers first.

    A button sends the visit's number, and the day under which it stood on the page.
    """
    act = next((name for name in _ACTS if name in request.form), "choose")
    numbers = numbers_in(request.form.get(act, ""))
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
    before = preferences.ranks_of(db.session(), visitor)
    try:
        said = _ACTS[act](visitor, visit)
    except OpendeurError as error:
        db.session().rollback()
        is_full = act != "unchoose" and len(before) >= g.edition.max_preferences
        said = Said(visit.id, "full" if is_full else "refused", translate(error))
    said = replace(said, where="".join(f"-{day}" for day in numbers[1:2]))
    # Before it ends: reading on would take the database's lock once more.
    answer = _changed(visitor, said, {*before}) if is_partial() else None
    db.session().commit()
    if answer is not None:
        return answer
    say_next(said)
    return redirect(f"{way_back() or there}#visit-{visit.id}{said.where}", code=303)


def _chosen(visitor: Visitor, visit: Visit) -> Said:
    ranking = preferences.add(db.session(), visitor, visit, now=now())
    tell_dropped(ranking)
    rank = ranking.rank_of(visit.id)
    return Said(visit.id, "chosen", str(_("Added as your choice %(rank)s.", rank=rank)))


def _left(visitor: Visitor, visit: Visit) -> Said:
    shown = preferences.ranking_of(db.session(), visitor).visit_ids
    if visit.id in shown:
        preferences.remove(db.session(), visitor, visit.id, shown=shown, now=now())
    return Said(visit.id, "left", str(_("No longer in your list.")))


def _swapped(visitor: Visitor, visit: Visit) -> Said:
    other = next(iter(numbers_in(request.form.get(f"instead-{visit.id}", ""))), 0)
    given_up = preferences.ranking_of(db.session(), visitor).find(other)
    ranking = preferences.swap(db.session(), visitor, visit, instead_of=other, now=now())
    tell_dropped(ranking)
    said = _(
        "Your choice %(rank)s, instead of %(host)s.",
        rank=ranking.rank_of(visit.id),
        host=given_up.host_name if given_up else "",
    )
    return Said(visit.id, "chosen", str(said))


#: The buttons that change the list from elsewhere than its own page.
_ACTS = {"choose": _chosen, "unchoose": _left, "swap": _swapped}


def _changed(visitor: Visitor, said: Said, before: set[int]) -> str:
    """Return what a change leaves of the page that has the buttons."""
    offer = offers.read_offer(db.session(), g.edition)
    reader = Reader(offer, visitor, preferences.ranking_of(db.session(), visitor), said)
    rows = Rows(reader, Asked.of_path(way_back() or ""))
    touched = {said.visit_id, *before, *reader.ranks} & offer.visits.keys()
    return render_template(
        "public/_changed.html",
        reader=reader,
        rows=rows.of_visits(offer.visits[number] for number in sorted(touched)),
    )
