"""What a visitor does: say who they are, rank visits, submit, and see their week."""

from opendeur.web.visitor import choosing, preferences, registration, submission, week
from opendeur.web.visitor.blueprint import blueprint

__all__ = ["blueprint", "choosing", "preferences", "registration", "submission", "week"]
