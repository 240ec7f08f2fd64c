"""Which run or message a page of the desk is about; one of another edition does not exist."""

from flask import abort, g

from opendeur import db
from opendeur.domain import assignment, mail
from opendeur.domain.assignment import Result
from opendeur.enums import RunState
from opendeur.models import AssignmentRun, Message


def find_run(number: int) -> AssignmentRun:
    return assignment.find_run(db.session(), g.edition, number) or abort(404)


def result_or_none(found: AssignmentRun) -> Result | None:
    if found.state is not RunState.DONE or found.plan_status == "infeasible":
        return None
    return assignment.result_of(db.session(), g.edition, found)


def can_adopt(found: AssignmentRun) -> bool:
    return bool(g.edition.takes_runs and not assignment.report_of(found).faults)


def find_message(message_id: int) -> Message:
    return mail.find_message(db.session(), g.edition, message_id) or abort(404)
