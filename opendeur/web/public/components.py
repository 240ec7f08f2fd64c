"""For developers: every component of the pages, in every state, on one page."""

from collections.abc import Mapping
from datetime import date

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from opendeur.web import auth
from opendeur.web.calendars import CalendarBlock
from opendeur.web.forms.samples import SampleForm
from opendeur.web.i18n import PREFIX
from opendeur.web.public.blueprint import blueprint
from opendeur.web.request import settings


class SampleList:
    """A list as the desk has them: searched, in an order, on its second page."""

    search, order, is_falling = "Zavel", "name", False
    kept: Mapping[str, str] = {}
    chosen: Mapping[str, str] = {"state": "late"}
    total, number, count, first, last = 120, 2, 3, 51, 100

    def url(self, **news: object) -> str:
        """Return where a link of the list leads: to it."""
        return "#list"

    def url_by(self, order: str) -> str:
        """Return where a link that puts the list in order leads: to it."""
        return "#list"


@blueprint.route(f"{PREFIX}/components")
@auth.anybody
def components() -> ResponseReturnValue:
    """Show the components, where an installation is for developers."""
    if not (settings().shows_components or current_app.debug):
        abort(404)
    faulty = SampleForm(MultiDict({"email": "lotte"}), prefix="faulty-")
    faulty.fail()
    return render_template(
        "public/components.html",
        filled=SampleForm(None, prefix="filled-"),
        form=faulty,
        listed=SampleList(),
        calendars=[
            CalendarBlock("#calendar-1", None),
            CalendarBlock("#calendar-2", date(2027, 9, 28)),
            CalendarBlock(
                "#calendar-3",
                date(2027, 9, 28),
                f"https://opendeur.example/calendar/{'x' * 43}.ics",
            ),
        ],
    )
