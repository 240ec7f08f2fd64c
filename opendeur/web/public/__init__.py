"""Pages that everybody may read."""

from opendeur.web.public import (
    answer,
    calendars,
    components,
    home,
    offer,
    programme,
    site,
    visit,
)
from opendeur.web.public.blueprint import blueprint

__all__ = [
    "answer",
    "blueprint",
    "calendars",
    "components",
    "home",
    "offer",
    "programme",
    "site",
    "visit",
]
