"""Advice on a plan: what to look at first, and what to say of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest
from time import monotonic
from typing import TypeVar

from solver.advice.actions import actions
from solver.advice.findings import (
    Advice,
    Basis,
    IdleSlot,
    RuleName,
    RulePrice,
    SeatWorth,
    WithdrawnSlots,
)
from solver.advice.looking import Looker
from solver.advice.resolving import Resolver
from solver.check import check
from solver.errors import InvalidPlan
from solver.plan import Plan, PlanStatus, StopCallback
from solver.problem import Problem

T = TypeVar("T")
Finding = WithdrawnSlots | RulePrice | IdleSlot | SeatWorth
AdviceProgress = Callable[[str, float], None]
"""Called with what is looked at next, and the seconds since the start."""


def advise(
    problem: Problem,
    plan: Plan,
    *,
    time_limit_seconds: float = 300.0,
    workers: int = 1,
    on_progress: AdviceProgress | None = None,
    should_stop: StopCallback | None = None,
) -> Advice:
    """Say what an organiser could change, and what each change would bring.

    What matters most is looked at first, so that what time allows is worth having: slots to
    withdraw, then the price of each rule, then slots that do not run and seats in turn, then
    slots that run with few.

    Parameters
    ----------
    problem, plan
        What was asked, and the plan that changes are compared with.
    time_limit_seconds
        Wall-clock limit, more than 0, for all of it.
    workers
        Threads to search with, at least 1.
    on_progress
        Called from this thread before each thing that is looked at.
    should_stop
        Asked often; once it is true, the rest is left out.

    Returns
    -------
    Advice
        Each figure with the value that a plan reaches and the bound that was proven.

    Raises
    ------
    InvalidPlan
        When the plan is not one of this problem, breaks a rule, or places nobody because
        there is no plan: one line for each fault.
    ValueError
        When there is no time or no worker.
    """
    if time_limit_seconds <= 0:
        raise ValueError("time_limit_seconds must be more than 0")
    if workers < 1:
        raise ValueError("workers must be at least 1")
    started = monotonic()
    if plan.status is PlanStatus.INFEASIBLE:
        raise InvalidPlan(["the plan says that there is none: its conflict is the advice"])
    report = check(problem, plan)
    if report.faults:
        raise InvalidPlan(report.faults)
    resolver = Resolver(
        problem,
        plan,
        deadline=started + time_limit_seconds,
        workers=workers,
        should_stop=should_stop,
    )
    found = _Found()
    for words, look in _tasks(Looker(resolver)):
        if resolver.is_over():
            found.is_complete = False
            break
        if on_progress is not None:
            on_progress(words, monotonic() - started)
        found.add(look())
    return Advice(
        problem_sha256=problem.sha256,
        is_optimal=plan.status is PlanStatus.OPTIMAL,
        is_complete=found.is_complete,
        seconds=monotonic() - started,
        withdrawals=tuple(found.withdrawals),
        rules=tuple(found.rules),
        idle=tuple(found.idle),
        seats=tuple(found.seats),
        actions=actions(problem, found.withdrawals, found.rules, found.idle, found.seats),
    )


@dataclass
class _Found:
    """What was found so far."""

    withdrawals: list[WithdrawnSlots] = field(default_factory=list)
    rules: list[RulePrice] = field(default_factory=list)
    idle: list[IdleSlot] = field(default_factory=list)
    seats: list[SeatWorth] = field(default_factory=list)
    is_complete: bool = True

    def add(self, finding: Finding) -> None:
        """Add one finding to those of its kind."""
        match finding:
            case WithdrawnSlots():
                self.withdrawals.append(finding)
            case RulePrice():
                self.rules.append(finding)
            case IdleSlot():
                self.idle.append(finding)
            case SeatWorth():
                self.seats.append(finding)
        effects = (
            (finding.lowered, finding.made_to_run)
            if isinstance(finding, IdleSlot)
            else (finding.effect,)
        )
        if any(effect.basis is Basis.NOT_REACHED for effect in effects):
            self.is_complete = False


def _tasks(looker: Looker) -> Iterator[tuple[str, Callable[[], Finding]]]:
    """Yield what is to be looked at, in order, and what it is in words."""
    yield "slots that do not run", looker.unused
    for objective in looker.after_fewer_slots():
        yield f"fewer slots before {objective}", partial(looker.fewer_slots, objective)
    for rule in RuleName:
        yield f"without rule {rule}", partial(looker.price, rule)
    idle = (
        (f"slot {slot.id}", partial(looker.idle_slot, slot)) for slot in looker.idle_slots()
    )
    seats = (
        (f"a seat more in slot {slot.id}", partial(looker.seat_worth, slot))
        for slot in looker.scarce_slots()
    )
    yield from (task for task in chain.from_iterable(zip_longest(idle, seats)) if task)
    for slot in looker.thin_slots():
        yield f"without slot {slot.id}", partial(looker.withdrawn, slot)
