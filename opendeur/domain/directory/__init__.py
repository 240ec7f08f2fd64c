"""The directory: organisations, the places and sectors they are known by, their names."""

from opendeur.domain.directory.contacts import add_contact, remove_contact
from opendeur.domain.directory.organisations import (
    OrganisationData,
    change,
    find,
    find_postcode,
    find_sectors,
    organisations_of,
    postcodes,
    register,
    search,
    sectors,
)
from opendeur.domain.directory.references import folded, readable_reference, unique_reference

__all__ = [
    "OrganisationData",  # what an organisation says about itself
    "add_contact",  # let one more person speak for an organisation
    "change",  # change an organisation's data
    "find",  # one organisation
    "find_postcode",  # a postcode, or a refusal
    "find_sectors",  # sectors by their codes, or a refusal
    "folded",  # text for comparing
    "organisations_of",  # the organisations that a person speaks for
    "postcodes",  # all postcodes
    "readable_reference",  # a reference made from a text
    "register",  # add an organisation with a first contact
    "remove_contact",  # stop a person from speaking for an organisation
    "search",  # organisations whose name holds some words
    "sectors",  # all sectors
    "unique_reference",  # a reference that is not taken
]
