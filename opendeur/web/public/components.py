"""For developers: every component of the pages, in every state, on one page."""

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from opendeur.web import auth
from opendeur.web.forms.samples import SampleForm
from opendeur.web.i18n import PREFIX
from opendeur.web.public.blueprint import blueprint
from opendeur.web.request import settings


@blueprint.route(f"{PREFIX}/components")
@auth.anybody
def components() -> ResponseReturnValue:
    """Show the components, where an installation is for developers."""
    if not (settings().shows_components or current_app.debug):
        abort(404)
    faulty = SampleForm(MultiDict({"email": "lotte"}), prefix="faulty-")
    faulty.fail()
    return render_template(
        "public/components.html", filled=SampleForm(None, prefix="filled-"), form=faulty
    )
