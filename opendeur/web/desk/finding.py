"""Which run or message a page of the desk is about; one of another edition does not exist."""

from flask import abort, g

from opendeur import db
from opendeur.domain import assignment, mail, preferences
from opendeur.domain.assignment import Result
from opendeur.domain.preferences import EditionDemand
from opendeur.enums import RunState
from opendeur.keeping import keep
from opendeur.models import AssignmentRun, Message

#: About how many bytes supply and demand take for each slot.
SLOT_BYTES = 800


def find_run(number: int) -> AssignmentRun:
    return assignment.find_run(db.session(), g.edition, number) or abort(404)


def result_or_none(found: AssignmentRun) -> Result | None:
    if found.state is not RunState.DONE or found.plan_status == "infeasible":
        return None
    return assignment.result_of(db.session(), g.edition, found)


def can_adopt(found: AssignmentRun) -> bool:
    return bool(g.edition.takes_runs and not assignment.report_of(found).faults)


def demand() -> EditionDemand:
    """Return supply and demand, which may be half a minute old: many choose at once."""
    return keep(
        db.session(),
        g.edition,
        "demand",
        lambda: preferences.demand_of_edition(db.session(), g.edition),
        ages=True,
        weigh=lambda found: SLOT_BYTES * len(found.slots),
    )


def find_message(message_id: int) -> Message:
    return mail.find_message(db.session(), g.edition, message_id) or abort(404)
