"""Pages that everybody may read."""

from opendeur.web.public import answer, components, home, programme, site, visit
from opendeur.web.public.blueprint import blueprint

__all__ = ["answer", "blueprint", "components", "home", "programme", "site", "visit"]
