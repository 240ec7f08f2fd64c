"""Pages about the site itself: accessibility, and data."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from opendeur.web import auth
from opendeur.web.i18n import PREFIX
from opendeur.web.public.blueprint import blueprint


@blueprint.route("/")
@auth.anybody
def start() -> ResponseReturnValue:
    """Go to the home page in the browser's language."""
    return redirect(url_for("public.home"), code=303)


@blueprint.route(f"{PREFIX}/accessibility")
@auth.anybody
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("public/accessibility.html")


@blueprint.route(f"{PREFIX}/your-data")
@auth.anybody
def privacy() -> ResponseReturnValue:
    """Show what is kept about people, why, and for how long."""
    return render_template("public/privacy.html")
