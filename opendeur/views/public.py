"""Pages that everybody may read."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from opendeur import auth, db
from opendeur.i18n import PREFIX
from opendeur.services import editions

site = Blueprint("public", __name__)
in_edition = Blueprint("programme", __name__)


@site.route("/")
@auth.anybody
def start() -> ResponseReturnValue:
    """Go to the home page in the browser's language."""
    return redirect(url_for("public.home"), code=303)


@site.route(f"{PREFIX}/")
@auth.anybody
def home() -> ResponseReturnValue:
    """Show the editions."""
    return render_template("public/home.html", editions=editions.listed(db.session()))


@site.route(f"{PREFIX}/accessibility")
@auth.anybody
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("public/accessibility.html")


@site.route(f"{PREFIX}/your-data")
@auth.anybody
def privacy() -> ResponseReturnValue:
    """Show what is kept about people, why, and for how long."""
    return render_template("public/privacy.html")


@in_edition.route("/")
@auth.anybody
def browse() -> ResponseReturnValue:
    """Show the programme of an edition."""
    return render_template("public/programme.html")
