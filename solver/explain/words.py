"""An explanation in English, for the command line.

A site translates by the codes and their evidence (:mod:`solver.explain.answers`) instead.
"""

from collections.abc import Callable, Iterator

from solver.explain.answers import (
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
)
from solver.problem import Objective

_REASONS = {
    Reason.NO_SLOT: "No slot of it could be attended.",
    Reason.BAN: "The organiser decided against it.",
    Reason.NOT_RUN: "It does not run where it could be attended.",
    Reason.FULL: "It is full.",
    Reason.ORGANISATION: "Too many of the same organisation would be there, or out.",
    Reason.MAXIMUM: "There are no more visits to give: all that there are were wanted more.",
    Reason.CLASH: "It clashes with what was wanted more.",
    Reason.WORSE: "Nothing forbids it, but the plan as a whole would be worse.",
    Reason.DRAW: "Plans that are just as good grant it: the draw decided.",
    Reason.NOT_OPTIMAL: "A better plan grants it: this one is not the best.",
}


def sentences(explanation: Explanation) -> Iterator[str]:
    """Yield one line for each preference, and before them what is to be known of the plan."""
    if explanation.is_optimal is None:
        yield "No best plan was proven in the time given: what is not proven says so."
    elif not explanation.is_optimal:
        yield "This plan is not the best one: what is said below compares with best plans."
    for visitor in explanation.visitors:
        for preference in visitor.preferences:
            yield f"{visitor.visitor}: {_preference(preference)}"
        for slot in visitor.unasked:
            yield f"{visitor.visitor}: {slot}: pinned by the organiser, not asked for."


def _preference(answer: PreferenceAnswer) -> str:
    name = f"{answer.visit} (rank {answer.rank})"
    if answer.slot is not None:
        return f"{name}: granted, in slot {answer.slot}."
    assert answer.reason is not None, "what was not granted has a reason"
    parts = [f"{name}: not granted.", _REASONS[answer.reason]]
    parts += [_slot(slot) for slot in answer.slots]
    if answer.cost is not None:
        parts.append(_cost(answer.cost))
    if not answer.is_proven:
        parts.append("Whether a best plan grants it was not checked in time.")
    parts.append(_counterfactual(answer.counterfactual))
    return " ".join(part for part in parts if part)


def _slot(answer: SlotAnswer) -> str:
    if not answer.obstacles:
        return f"Slot {answer.slot} has a seat."
    return f"Slot {answer.slot}: {', '.join(map(_obstacle, answer.obstacles))}."


def _obstacle(obstacle: Obstacle) -> str:
    return _OBSTACLES[obstacle.kind](obstacle)


def _pins(obstacle: Obstacle) -> str:
    pins = " and ".join(obstacle.slots)
    if obstacle.has is None:
        return f"the pin to {pins} rules it out"
    return f"pins to {pins} use up the maximum of {obstacle.limit}"


_OBSTACLES: dict[ObstacleKind, Callable[[Obstacle], str]] = {
    ObstacleKind.CLOSED: lambda o: "closed",
    ObstacleKind.TOO_SMALL: lambda o: f"{o.limit} seats, {o.has} are needed together",
    ObstacleKind.BUSY: lambda o: "busy at the time",
    ObstacleKind.LANGUAGE: lambda o: "no language in common",
    ObstacleKind.AUDIENCE: lambda o: "for other sectors",
    ObstacleKind.OWN_ORGANISATION: lambda o: "the own organisation",
    ObstacleKind.TEAM_FOR_SLOT: lambda o: (
        f"{o.has} seats are needed together, {o.limit} of an organisation may be in a slot"
    ),
    ObstacleKind.TEAM_AWAY: lambda o: (
        f"{o.has} seats are needed together, {o.limit} of an organisation may be out at once"
    ),
    ObstacleKind.BAN: lambda o: "banned by the organiser",
    ObstacleKind.PINS: _pins,
    ObstacleKind.NO_VISITS: lambda o: "a maximum of no visits",
    ObstacleKind.NOT_RUN: lambda o: (
        f"does not run: {o.limit} seats are needed, {o.has} could come"
    ),
    ObstacleKind.FULL: lambda o: f"full, {o.has} of {o.limit} seats are taken",
    ObstacleKind.SAME_ORGANISATION: lambda o: (
        f"{o.has} seats of the organisation are there, at most {o.limit}"
    ),
    ObstacleKind.ABSENT: lambda o: (
        f"{o.has} seats of the organisation are out then, at most {o.limit}"
    ),
    ObstacleKind.MAXIMUM: lambda o: f"{o.has} of {o.limit} visits used",
    ObstacleKind.MAXIMUM_OF_DAY: lambda o: f"{o.has} of {o.limit} visits used that day",
    ObstacleKind.CLASH: lambda o: f"at odds with {' and '.join(o.slots)}",
}


def _cost(cost: Cost) -> str:
    is_minimised = Objective(cost.objective).is_minimised
    lost = abs(cost.best - cost.best_with)
    plan = f"The best plan with it has {cost.objective} {cost.best_with}, not {cost.best}"
    if cost.own is None or cost.own_with is None:
        return f"{plan}."
    brings = (cost.own - cost.own_with) if is_minimised else (cost.own_with - cost.own)
    return f"{plan}: it brings {brings} here, elsewhere {brings + lost}."


def _counterfactual(counterfactual: Counterfactual) -> str:
    match counterfactual.finding:
        case Finding.FOUND:
            assert counterfactual.change is not None, "it was found"
            would = "would be granted" if counterfactual.is_certain else "could be drawn"
            return f"{_change(counterfactual.change)} it {would} (checked)."
        case Finding.NONE:
            return "No single change would do (checked)."
        case Finding.NOT_CHECKED:
            return "What would have done was not checked in time."
        case Finding.NOT_NEEDED:
            return ""


def _change(change: Change) -> str:
    match change.kind:
        case ChangeKind.SEAT_MORE:
            return f"With one seat more in {change.slot}"
        case ChangeKind.MINIMUM_LOWER:
            return f"With one visitor more for {change.slot}, or a minimum of {change.figure},"
        case ChangeKind.HALF_DAY_FREED:
            assert change.half_day is not None, "a half day is freed"
            half = "morning" if change.half_day.is_morning else "afternoon"
            return f"With the {half} of {change.half_day.day} free"
        case ChangeKind.VISIT_MORE:
            return f"With a maximum of {change.figure} visits"
        case ChangeKind.VISIT_MORE_A_DAY:
            return f"With a maximum of {change.figure} visits a day"
        case ChangeKind.OTHER_RANK:
            return f"With rank {change.figure}"
