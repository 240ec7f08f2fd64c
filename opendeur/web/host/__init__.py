"""What a host does: take part, offer visits and moments, see who comes."""

from opendeur.web.host import (
    calling_off,
    contacts,
    joining,
    moving,
    offering,
    organisation,
    overview,
    slots,
    visits,
)
from opendeur.web.host.blueprint import blueprint

__all__ = [
    "blueprint",
    "calling_off",
    "contacts",
    "joining",
    "moving",
    "offering",
    "organisation",
    "overview",
    "slots",
    "visits",
]
