"""The organisers' desk: how an edition stands, assignment, invitations, mail."""

from opendeur.web.desk import adoption, drafts, lists, messages, overview, runs, settings
from opendeur.web.desk.blueprint import blueprint

__all__ = [
    "adoption",
    "blueprint",
    "drafts",
    "lists",
    "messages",
    "overview",
    "runs",
    "settings",
]
