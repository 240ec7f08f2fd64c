"""What a visitor does: say who they are, rank visits, submit, and see their week."""

from opendeur.web.visitor import choosing, free, preferences, registration, submission, week
from opendeur.web.visitor.blueprint import blueprint

__all__ = ["blueprint", "choosing", "free", "preferences", "registration", "submission", "week"]
