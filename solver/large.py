"""Models that are too large to be searched as a whole at once: come close first.

The relaxation says which itineraries a good plan would use, and what every other one would
cost. A plan is built along it. Where that plan and the relaxation agree on a visitor, the
visitor is left as is; for the others, the best plan is searched that uses itineraries that
do not cost much. That is a model of a quarter of the size, and nearly the same best plan.

References
----------
C. Barnhart et al. (1998), Branch-and-price: column generation for solving huge integer
programs, section on heuristics. https://doi.org/10.1287/opre.46.3.316
"""

from collections.abc import Callable, Iterator
from time import monotonic

from solver.construct import construct
from solver.linear import Expression, LinearModel
from solver.model import PlanModel
from solver.search import Relaxation, Search, whole_bound

LARGE = 60_000
"""Itineraries from which on a model is large."""
SHARE_OF_PART = 0.5
"""Of the time that is left, what the search of the part may use."""
MARGIN = 0.125
"""What an itinerary in the part may cost, as a share of the largest figure of one visitor."""
NEARLY = 0.999
"""More is one, in a relaxation that is computed with rounding."""


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
        self._largest = max(expression.values(), default=0)
        self.bound: int | None = None
        if self._relaxation is not None and self._relaxation.bound is not None:
            self.bound = whole_bound(self._relaxation.bound)

    def plans(self) -> Iterator[list[int]]:
        """Yield a plan along the relaxation, then the best one near it; each valid."""
        relaxation = self._relaxation
        assert relaxation is not None, "a bound comes from a relaxation"
        costs, values = relaxation.reduced_costs, relaxation.values
        along = construct(
            self._model,
            worth=lambda x: costs[x] + self._largest * values[x],
            is_over=self._should_stop,
        )
        if along is None:
            return
        yield along
        linear = self._model.linear
        left_out = list(self._far_from(along))
        for x in left_out:
            linear.upper[x] = 0
        try:
            now = monotonic()
            outcome = self._search.maximise(
                self._expression,
                start=along,
                deadline=now + SHARE_OF_PART * (self._deadline - now),
                should_stop=self._should_stop,
                report=lambda found: None,
                presolve=True,
            )
        finally:
            for x in left_out:
                linear.upper[x] = 1
        if outcome.values is not None:
            found = linear.complete(outcome.values)
            if linear.allows(found):
                yield found

    def _far_from(self, along: list[int]) -> Iterator[int]:
        """Yield the itineraries that the search of the part does without."""
        assert self._relaxation is not None, "there is a relaxation to agree with"
        costs, values = self._relaxation.reduced_costs, self._relaxation.values
        linear = self._model.linear
        for choice in linear.choices:
            is_settled = any(along[x] and values[x] > NEARLY for x in choice)
            for x in choice:
                is_dear = costs[x] < -MARGIN * self._largest
                if linear.upper[x] and not along[x] and (is_settled or is_dear):
                    yield x
