"""What the pages of a visitor share: who asks, their list as it counts now, the way back."""

from flask import (
    abort,
    flash,
    g,
    request,
)
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import preferences
from opendeur.domain.preferences import Listed, Ranking
from opendeur.models import Visitor
from opendeur.web import auth
from opendeur.web.request import now
from opendeur.web.security import own_path


def me() -> Visitor:
    """Return the visitor who asks; 404 for anybody else."""
    return auth.roles().visitor or abort(404)


def may_change() -> bool:
    """Tell whether preferences can be given now."""
    return bool(g.edition.takes_preferences(now()))


def ranking_now() -> Ranking:
    """Return the list as it counts now."""
    return preferences.ranking_of(db.session(), me())


def tell_dropped(ranking: Ranking) -> None:
    """Say which visits could not stay in the list."""
    for visit in ranking.dropped:
        flash(
            _(
                "%(host)s can no longer be chosen and left your list. The others moved up.",
                host=visit.host_name,
            ),
            "warn",
        )


def placed(ranking: Ranking, visit: Listed) -> str:
    """Say where a visit stands now."""
    rank = ranking.rank_of(visit.id)
    if rank is None:
        return str(_("%(host)s is no longer in your list.", host=visit.host_name))
    return str(
        _("%(host)s is now number %(rank)s in your list.", host=visit.host_name, rank=rank)
    )


def way_back() -> str | None:
    """Return the path on this site that the person came from, if the form or link has it."""
    target = own_path(request.form.get("back") or request.args.get("next", ""))
    return None if target == "/" else target


def is_partial() -> bool:
    """Tell whether a part of the page is asked for, by htmx."""
    return "HX-Request" in request.headers
