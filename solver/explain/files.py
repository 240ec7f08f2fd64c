"""Explanations as JSON: ``opendeur-explanation/1``. What does not apply is left out."""

from typing import Any

from solver.explain.answers import (
    Change,
    Cost,
    Counterfactual,
    Explanation,
    Obstacle,
    PreferenceAnswer,
    SlotAnswer,
    VisitorAnswer,
)

EXPLANATION_FORMAT = "opendeur-explanation/1"

Data = dict[str, Any]


def explanation_to_json(explanation: Explanation) -> Data:
    """Return the explanation as data for a JSON file."""
    return {
        "format": EXPLANATION_FORMAT,
        "problem_sha256": explanation.problem_sha256,
        "is_optimal": explanation.is_optimal,
        "seconds": round(explanation.seconds, 3),
        "visitors": [_visitor(answer) for answer in explanation.visitors],
    }


def _visitor(answer: VisitorAnswer) -> Data:
    return {
        "visitor": answer.visitor,
        "preferences": [_preference(preference) for preference in answer.preferences],
        "unasked": list(answer.unasked),
    }


def _preference(answer: PreferenceAnswer) -> Data:
    data: Data = {"visit": answer.visit, "rank": answer.rank}
    if answer.slot is not None:
        return data | {"granted": True, "slot": answer.slot}
    data |= {
        "granted": False,
        "reason": str(answer.reason),
        "is_proven": answer.is_proven,
        "slots": [_slot(slot) for slot in answer.slots],
        "counterfactual": _counterfactual(answer.counterfactual),
    }
    if answer.cost is not None:
        data["cost"] = _cost(answer.cost)
    return data


def _slot(answer: SlotAnswer) -> Data:
    return {
        "slot": answer.slot,
        "is_possible": answer.is_possible,
        "obstacles": [_obstacle(obstacle) for obstacle in answer.obstacles],
    }


def _obstacle(obstacle: Obstacle) -> Data:
    data: Data = {"kind": str(obstacle.kind), "rule": obstacle.kind.rule}
    if obstacle.has is not None:
        data |= {"has": obstacle.has, "limit": obstacle.limit}
    if obstacle.slots:
        data["slots"] = list(obstacle.slots)
    return data


def _cost(cost: Cost) -> Data:
    data: Data = {
        "objective": cost.objective,
        "best": cost.best,
        "best_with": cost.best_with,
    }
    if cost.own is not None:
        data |= {"own": cost.own, "own_with": cost.own_with}
    return data


def _counterfactual(counterfactual: Counterfactual) -> Data:
    data: Data = {"finding": str(counterfactual.finding)}
    if counterfactual.change is not None:
        data["change"] = _change(counterfactual.change)
        data["is_certain"] = counterfactual.is_certain
    return data


def _change(change: Change) -> Data:
    data: Data = {"kind": str(change.kind)}
    if change.slot is not None:
        data["slot"] = change.slot
    if change.figure is not None:
        data["figure"] = change.figure
    if change.half_day is not None:
        data["half_day"] = {
            "day": change.half_day.day.isoformat(),
            "is_morning": change.half_day.is_morning,
        }
    return data
