"""What can go wrong in the domain, in words that the user may read.

The domain raises one of these; it knows nothing of HTTP. ``opendeur/web/errors.py``
turns each class into a status code and a page.

OpendeurError
├── NotAllowed      this person may not do this
├── TooLate         a deadline has passed
├── TooOften        somebody tries too often
├── InvalidInput    what was given breaks a rule of the domain
└── Conflict        the world changed; look again and retry

The message is English with ``%(name)s`` places; it is translated where it is shown, which
is why it must be a literal: the class names are keywords of the message extraction.
"""

from typing import Any


class OpendeurError(Exception):
    """Base class. ``str(error)`` is a full sentence that says what to do next.

    Parameters
    ----------
    message
        English sentence, a literal, with ``%(name)s`` for each of ``values``.
    field
        Name of the form field that the message belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.field = field
        self.values = values


class NotAllowed(OpendeurError):
    """The person is known but does not have the right to do this."""


class TooLate(OpendeurError):
    """A deadline of the edition or of the visit has passed, or has not begun."""


class TooOften(OpendeurError):
    """The same thing was asked too many times in a short while."""


class InvalidInput(OpendeurError):
    """A value breaks a rule of the domain, such as a slot on a closed day."""


class Conflict(OpendeurError):
    """Someone else was first, or the thing is no longer as it was shown."""


class Busy(Exception):
    """The database was held by others for too long. Nothing was changed; try again.

    Not an `OpendeurError`: nobody's input is wrong, and no form can show it, because showing
    a form needs the database too.
    """
