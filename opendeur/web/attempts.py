"""Trying what a form asks for: what the domain refuses is shown where it was typed."""

from types import TracebackType

from flask import flash

from opendeur import db
from opendeur.errors import OpendeurError
from opendeur.web.errors import status_of
from opendeur.web.forms.base import Form
from opendeur.web.i18n import translate


class attempt:  # noqa: N801  # reads as a statement: with attempt(form):
    """Do something that the domain may refuse.

    A refusal ends the block: nothing of it is kept, the form shows why and has the status of
    the answer, and what stands behind the block shows the form again. Without a form the
    refusal is told at the top of the next page.

    Parameters
    ----------
    keeps_count
        Whether what was written before the refusal is kept: the count of wrong codes.
    """

    def __init__(self, form: Form | None = None, *, keeps_count: bool = False) -> None:
        self._form = form
        self._keeps_count = keeps_count

    def __enter__(self) -> None:
        """Begin; there is nothing to hold."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Show a refusal; anything else passes."""
        if not isinstance(error, OpendeurError):
            return False
        if self._keeps_count:
            db.session().commit()
        else:
            db.session().rollback()
        if self._form is None:
            flash(translate(error), "warn")
        else:
            self._form.attach(error)
            self._form.status = status_of(error)
        return True
