"""Invitations: drafted from the placements, queued by an organiser, written by the worker.

A visitor has one invitation for each visit, a host's contact one for each slot that runs.
Drafts compare what should be known with what was said last; nothing is sent before an
organiser has seen the counts. A queued message is written by the worker that takes it, from
the facts of that moment, and keeps its bytes from then on.
"""

from opendeur.services.invitations.drafts import Drafts, draft, drafts_of, queue_drafts
from opendeur.services.invitations.forecast import forecast
from opendeur.services.invitations.writing import make_up, preview

__all__ = ["Drafts", "draft", "drafts_of", "forecast", "make_up", "preview", "queue_drafts"]
