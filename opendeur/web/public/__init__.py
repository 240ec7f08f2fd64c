"""Pages that everybody may read."""

from opendeur.web.public import answer, components, programme, site
from opendeur.web.public.blueprint import blueprint

__all__ = ["answer", "blueprint", "components", "programme", "site"]
