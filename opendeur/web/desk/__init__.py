"""The organisers' desk: how an edition stands, assignment, invitations, mail."""

from opendeur.web.desk import (
    adoption,
    inbox,
    invitations,
    messages,
    moment,
    overview,
    people_and_moments,
    runs,
    settings,
)
from opendeur.web.desk.blueprint import blueprint

__all__ = [
    "adoption",
    "blueprint",
    "inbox",
    "invitations",
    "messages",
    "moment",
    "overview",
    "people_and_moments",
    "runs",
    "settings",
]
