"""Why the plan is what it is: for each preference where it was granted, or why it was not.

Every claim is checked by solving again; ``docs/explanation.md`` tells what is claimed.
"""

from solver.explain.answers import (
    BusyHalfDay,
    Change,
    ChangeKind,
    Cost,
    Counterfactual,
    Explanation,
    Finding,
    Obstacle,
    ObstacleKind,
    PreferenceAnswer,
    Reason,
    SlotAnswer,
    VisitorAnswer,
)
from solver.explain.explaining import ExplainProgress, explain
from solver.explain.files import explanation_to_json
from solver.explain.words import sentences

__all__ = [
    "BusyHalfDay",
    "Change",
    "ChangeKind",
    "Cost",
    "Counterfactual",
    "ExplainProgress",
    "Explanation",
    "Finding",
    "Obstacle",
    "ObstacleKind",
    "PreferenceAnswer",
    "Reason",
    "SlotAnswer",
    "VisitorAnswer",
    "explain",
    "explanation_to_json",
    "sentences",
]
