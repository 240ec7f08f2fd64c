"""The page of one's own list: what it shows, what it keeps, and how it answers."""

from datetime import date

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import editions, preferences
from opendeur.domain.editions import HalfDay
from opendeur.web.forms.visitor import LimitsForm
from opendeur.web.request import now
from opendeur.web.visitor.common import is_partial, may_change, me, ranking_now

#: The half days of one day: the morning, the afternoon; None where the week has none.
Day = tuple[date, HalfDay | None, HalfDay | None]


class MyList:
    """The list, the half days and the number of visits of whoever asks, on one page.

    Everything is one form, so that any of its buttons also keeps what is ticked beside it.
    """

    def __init__(self) -> None:
        visitor = me()
        self._week = editions.half_days_of(g.edition)
        self._ticked = [
            half.key for half in editions.ticked_half_days(self._week, visitor.busy_periods)
        ]
        self._most = preferences.most_visits(visitor)
        #: How it stood before this request changed something.
        self._had_all = visitor.has_handed_in_all
        self.is_sent = request.method == "POST" and "max_visits" in request.form
        self.form = LimitsForm(
            data={"half_days": self._ticked, "max_visits": self._most},
            formdata=request.form if self.is_sent else None,
        )
        self.form.offer([half.key for half in self._week], g.edition.max_visits)

    @property
    def has_sound_limits(self) -> bool:
        """Whether the half days and the number of visits, if they were sent, make sense."""
        return not self.is_sent or bool(self.form.validate())

    def keep_limits(self) -> None:
        """Keep when the person cannot come and how many visits they want, where it is new."""
        sent = set(self.form.half_days.data), self.form.max_visits.data
        if self.is_sent and sent != (set(self._ticked), self._most):
            preferences.set_limits(
                db.session(),
                me(),
                busy=frozenset(self.form.half_days.data),
                max_visits=self.form.max_visits.data or 0,
                now=now(),
            )

    def page(self) -> ResponseReturnValue:
        """Answer with the whole page."""
        page = render_template("visitor/preferences.html", days=self._days, **self._shown())
        return page, self.form.status

    def part(self, said: str, *, is_removal: bool, placed: int) -> ResponseReturnValue:
        """Answer with what a change leaves of the page: the list, and words about it.

        `placed` is the visit whose menu was used: the focus goes back to what opened it.
        """
        shown = self._shown()
        if not shown["choices"] or self._had_all:
            flash(said, "said")  # buttons come or go: the whole page is loaded
            return "", 200, {"HX-Redirect": url_for(".preferences")}
        return render_template(
            "visitor/_changed.html", said=said, is_removal=is_removal, placed=placed, **shown
        )

    def refused(self) -> ResponseReturnValue:
        """Answer with the page and all that is wrong, where it is read."""
        if is_partial():
            # A swap of a part would hide the refusal: the whole page is loaded with it.
            for _target, message in self.form.problems:
                flash(message, "warn")
            return "", 200, {"HX-Redirect": url_for(".preferences")}
        return self.page()

    def _shown(self) -> dict[str, object]:
        visitor, ranking = me(), ranking_now()
        return {
            "form": self.form,
            "visitor": visitor,
            "ranking": ranking,
            "choices": preferences.choices_of(db.session(), visitor, ranking),
            "others": editions.other_periods(self._week, visitor.busy_periods),
            "is_open": may_change(),
        }

    @property
    def _days(self) -> list[Day]:
        halves = {(half.day, half.is_morning): half for half in self._week}
        days = sorted({half.day for half in self._week})
        return [(day, halves.get((day, True)), halves.get((day, False))) for day in days]
