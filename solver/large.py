"""Models that are too large to be searched as a whole at once: come close first.

The relaxation says which itineraries a good plan would use, and what every other one would
cost. A plan is built along it, then the best plan is searched that uses only itineraries
that cost little: a model of a tenth of the size, and nearly the same best plan.

References
----------
C. Barnhart et al. (1998), Branch-and-price: column generation for solving huge integer
programs, section on heuristics. https://doi.org/10.1287/opre.46.3.316
"""

from collections.abc import Callable, Iterator
from itertools import chain
from time import monotonic

from solver.construct import construct
from solver.linear import Expression, LinearModel
from solver.model import PlanModel
from solver.search import Relaxation, Search, whole_bound

LARGE = 60_000
"""Itineraries from which on a model is large."""
HUGE = 400_000
"""Itineraries from which on a part of the model is searched first."""
SHARE_OF_PART = 0.5
"""Of the time that is left, what the search of the part may use."""
MARGIN = 0.01
"""What an itinerary in the part may cost, as a share of the largest figure of one visitor."""


def is_large(linear: LinearModel) -> bool:
    """Tell whether a model is large."""
    return len(linear.implied) > LARGE


class Approach:
    """Good plans and a bound for a large model. ``bound`` is None where there was no time."""

    def __init__(
        self,
        model: PlanModel,
        search: Search,
        expression: Expression,
        *,
        deadline: float,
        should_stop: Callable[[], bool],
    ) -> None:
        self._model = model
        self._search = search
        self._expression = expression
        self._deadline = deadline
        self._should_stop = should_stop
        self._relaxation: Relaxation | None = search.relax(
            expression, deadline=deadline, should_stop=should_stop
        )
        self.bound: int | None = None
        if self._relaxation is not None and self._relaxation.bound is not None:
            self.bound = whole_bound(self._relaxation.bound)

    def plans(self, start: list[int] | None) -> Iterator[list[int]]:
        """Yield a plan along the relaxation, then the best one near it; each valid."""
        relaxation = self._relaxation
        assert relaxation is not None, "a bound comes from a relaxation"
        costs, values = relaxation.reduced_costs, relaxation.values
        largest = max(self._expression.values(), default=0)
        along = construct(
            self._model,
            worth=lambda x: costs[x] + largest * values[x],
            is_over=self._should_stop,
        )
        if along is not None:
            yield along
            start = along
        linear = self._model.linear
        if len(linear.implied) < HUGE:
            return
        margin = MARGIN * largest
        left_out = [
            x
            for x in chain.from_iterable(linear.choices)
            if costs[x] < -margin and not (start and start[x]) and linear.upper[x]
        ]
        for x in left_out:
            linear.upper[x] = 0
        try:
            now = monotonic()
            outcome = self._search.maximise(
                self._expression,
                start=start,
                deadline=now + SHARE_OF_PART * (self._deadline - now),
                should_stop=self._should_stop,
                report=lambda found: None,
            )
        finally:
            for x in left_out:
                linear.upper[x] = 1
        if outcome.values is not None:
            found = linear.complete(outcome.values)
            if linear.allows(found):
                yield found
