"""Assignment: an edition as a problem, runs of the solver, what they give, adoption."""

from opendeur.domain.assignment.exports import export_plan, export_problem
from opendeur.domain.assignment.problems import build_problem
from opendeur.domain.assignment.results import (
    Result,
    StageResult,
    conflict_of,
    faults_of,
    invitations_of,
    result_of,
    stages_of,
)
from opendeur.domain.assignment.runs import (
    RUN_PHASES,
    active_run,
    adopt,
    adopted_run,
    beat_run,
    changes_since,
    claim_run,
    fail_run,
    find_run,
    finish_run,
    live_placements,
    request_run,
    runs_of,
    stop_run,
)

__all__ = [
    "RUN_PHASES",  # phases in which a run can be asked for and adopted
    "Result",  # what a run gives
    "StageResult",  # one objective of a run
    "active_run",  # the run that is queued or running
    "adopt",  # make a run's placements the real ones
    "adopted_run",  # the run whose placements hold
    "beat_run",  # prolong a run's lease
    "build_problem",  # the edition's problem
    "changes_since",  # what changed since a run was asked for
    "claim_run",  # lease the next run that waits
    "conflict_of",  # why no plan exists
    "export_plan",  # a run's plan as text
    "export_problem",  # a problem as text
    "fail_run",  # note that a run ended without a plan
    "faults_of",  # the broken rules that the checker found
    "find_run",  # one run with its plan
    "finish_run",  # store a run's outcome
    "invitations_of",  # drafts that adopting a run would leave
    "live_placements",  # placements that hold a seat
    "request_run",  # queue a run of the solver
    "result_of",  # what a run gives
    "runs_of",  # the edition's runs
    "stages_of",  # the objectives that a run worked on
    "stop_run",  # ask the worker to end a run
]
