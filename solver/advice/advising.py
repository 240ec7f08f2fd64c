"""Advice on a plan: what to look at first, and what to say of it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest
from threading import Event
from time import monotonic
from typing import TypeVar

from solver.advice.actions import actions
from solver.advice.findings import (
    NOT_REACHED,
    Advice,
    Basis,
    Effect,
    IdleSlot,
    RuleName,
    RulePrice,
    SeatWorth,
    Withdrawal,
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
POLL_SECONDS = 0.1

AdviceProgress = Callable[[int, int, float], None]
"""Called with what was looked at, all that is looked at, and the seconds since the start."""


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
    withdraw, then the price of each rule, then in turn slots that do not run, seats, and slots
    that run with few.

    Parameters
    ----------
    problem, plan
        What was asked, and the plan that changes are compared with.
    time_limit_seconds
        Wall-clock limit, more than 0, for all of it.
    workers
        Threads to search with, at least 1. No figure that is proven depends on it.
    on_progress
        Called from this thread after each thing that was looked at.
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
    is_stopped = Event()
    resolver = Resolver(
        problem, plan, deadline=started + time_limit_seconds, should_stop=is_stopped.is_set
    )
    looker = Looker(resolver)
    found = _Found()
    with ThreadPoolExecutor(workers) as pool:

        def look_at(looks: Iterable[Callable[[], Finding]]) -> None:
            # Threads do the work, so that this one can report and be told to stop: what a
            # caller passes in is never called from another thread.
            asked = [pool.submit(_in_time, look, resolver) for look in looks]
            for done in _finished(asked, should_stop=should_stop, is_stopped=is_stopped):
                if on_progress is not None:
                    on_progress(done, len(asked), monotonic() - started)
            for future in asked:
                found.add(future.result())

        try:
            look_at(_looks(looker))
            look_at(_looks_at_several(looker, found.withdrawals))
        finally:
            # Also where the caller's functions raise: no thread outlives its caller.
            is_stopped.set()
    return Advice(
        problem_sha256=problem.sha256,
        is_optimal=resolver.is_optimal,
        is_complete=found.is_complete,
        seconds=monotonic() - started,
        withdrawals=tuple(found.withdrawals),
        rules=tuple(found.rules),
        idle=tuple(found.idle),
        seats=(*found.seats, *looker.roomy_slots()),
        actions=actions(found.withdrawals, found.rules, found.idle, found.seats),
    )


def _in_time(look: Callable[[], Finding], resolver: Resolver) -> Finding | None:
    return None if resolver.is_over() else look()


def _finished(
    futures: Iterable[Future[T]], *, should_stop: StopCallback | None, is_stopped: Event
) -> Iterator[int]:
    """Yield how many are finished when one is, asking in between whether to stop."""
    waiting, done = set(futures), 0
    while waiting:
        finished, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
        for future in finished:
            future.result()
            done += 1
            yield done
        if should_stop is not None and should_stop():
            is_stopped.set()


@dataclass
class _Found:
    """What was found so far."""

    withdrawals: list[WithdrawnSlots] = field(default_factory=list)
    rules: list[RulePrice] = field(default_factory=list)
    idle: list[IdleSlot] = field(default_factory=list)
    seats: list[SeatWorth] = field(default_factory=list)
    is_complete: bool = True

    def add(self, finding: Finding | None) -> None:
        """Add one finding to those of its kind; None is one that was not reached."""
        effects: tuple[Effect, ...] = (NOT_REACHED,)
        match finding:
            case WithdrawnSlots():
                self.withdrawals.append(finding)
                effects = (finding.effect,)
            case RulePrice():
                self.rules.append(finding)
                effects = (finding.effect,)
            case IdleSlot():
                self.idle.append(finding)
                effects = finding.lowered, finding.made_to_run
            case SeatWorth():
                self.seats.append(finding)
                effects = (finding.effect,)
        if any(effect.basis is Basis.NOT_REACHED for effect in effects):
            self.is_complete = False


def _looks(looker: Looker) -> Iterator[Callable[[], Finding]]:
    """Yield what is to be looked at, what matters most first."""
    yield looker.unused
    for objective in looker.after_fewer_slots():
        yield partial(looker.fewer_slots, objective)
    for rule in RuleName:
        yield partial(looker.price, rule)
    idle = (partial(looker.idle_slot, slot) for slot in looker.idle_slots())
    seats = (partial(looker.seat_worth, slot) for slot in looker.scarce_slots())
    thin = (partial(looker.withdrawn, (slot.id,)) for slot in looker.thin_slots())
    yield from filter(None, chain.from_iterable(zip_longest(idle, seats, thin)))


def _looks_at_several(
    looker: Looker, withdrawals: Iterable[WithdrawnSlots]
) -> Iterator[Callable[[], Finding]]:
    """Yield 2, 4, 8 and so on of the slots that each alone cost the least to withdraw."""
    single = [found for found in withdrawals if found.reason is Withdrawal.SINGLE]
    cheap = [found for found in single if found.effect.basis is Basis.SOLVED]
    cheap.sort(key=lambda found: found.effect.gains, reverse=True)
    count = 2
    while count < len(cheap):
        yield partial(looker.withdrawn, tuple(found.slots[0] for found in cheap[:count]))
        count *= 2
