"""Assignment: an edition as a problem, runs of the solver, what they give, adoption."""

from opendeur.domain.assignment.adoption import Adoption, adopt
from opendeur.domain.assignment.exports import export_plan, export_problem
from opendeur.domain.assignment.fitting import Fitting, has_room_for, kept_from
from opendeur.domain.assignment.free_moments import free_moments
from opendeur.domain.assignment.problems import build_problem, goals_of
from opendeur.domain.assignment.reasons import Reason
from opendeur.domain.assignment.results import Result, placements_of, report_of, result_of
from opendeur.domain.assignment.runs import (
    active_run,
    adopted_run,
    beat_run,
    changes_since,
    claim_run,
    fail_run,
    find_run,
    finish_run,
    request_run,
    runs_of,
    stop_run,
)
from opendeur.gateways.interchange import Report, Stage
from opendeur.gateways.solver import Outcome

__all__ = [
    "Adoption",  # what adopting changed
    "Fitting",  # which more seats would fit
    "Outcome",  # what the solver gives back
    "Reason",  # why somebody gets nothing
    "Report",  # what a run came to
    "Result",  # what a run gives
    "Stage",  # one objective of a run
    "active_run",  # the run that is queued or running
    "adopt",  # make a run's placements the real ones
    "adopted_run",  # the run whose placements hold
    "beat_run",  # prolong a run's lease
    "build_problem",  # the edition's problem
    "changes_since",  # what changed since a run was asked for
    "claim_run",  # lease the next run that waits
    "export_plan",  # a run's plan as text
    "export_problem",  # a problem as text
    "fail_run",  # note that a run ended without a plan
    "find_run",  # one run with its plan
    "finish_run",  # store a run's outcome
    "free_moments",  # moments that somebody could still take
    "goals_of",  # the goals of a run in their order
    "has_room_for",  # whether one more seat breaks no rule
    "kept_from",  # who cannot be at a moment beside their week
    "placements_of",  # the pairs in a run's plan
    "report_of",  # what a run came to beside its plan
    "request_run",  # queue a run of the solver
    "result_of",  # what a run gives
    "runs_of",  # the edition's runs
    "stop_run",  # ask the worker to end a run
]
