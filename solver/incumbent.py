"""The best values so far, and the searches that improve them."""

from collections.abc import Callable
from dataclasses import replace

from solver.clock import Clock
from solver.construct import construct
from solver.goals import FINE, Goal
from solver.large import Approach, is_large
from solver.linear import Expression, value_of
from solver.model import PlanModel
from solver.search import News, Report, Search, SearchOutcome

WORTH_SHRINKING = 2_000
"""Variables of a model from which on it pays to look for those that can be left out."""


class Incumbent:
    """The best values of a model so far; None where none are known.

    ``is_impossible`` is true once it is proven that there are none.
    """

    def __init__(self, model: PlanModel, search: Search, clock: Clock) -> None:
        self._model = model
        self._linear = model.linear
        self._search = search
        self._clock = clock
        self.values = model.pins_only()
        self.is_impossible = False

    def of(self, figure: Callable[[list[int]], int]) -> int | None:
        """Return a figure of the best values, None where there are none."""
        return None if self.values is None else figure(self.complete(self.values))

    def complete(self, values: list[int]) -> list[int]:
        """Return values for all variables that there are by now."""
        if len(values) == len(self._linear.lower):
            return values
        return self._linear.complete(values)

    def begin(self, expression: Expression) -> None:
        """Take a plan that is quickly found, where it is at least as good."""
        self._take(
            construct(
                self._model,
                worth=lambda x: expression.get(x, 0),
                is_over=self._clock.is_over,
            ),
            expression,
        )

    def _take(self, values: list[int] | None, expression: Expression) -> bool:
        """Take values over that are at least as good as the best so far."""
        if values is None:
            return False
        before = self.of(lambda known: value_of(expression, known))
        if before is not None and value_of(expression, values) < before:
            return False
        self.values = values
        return True

    def improve(
        self,
        expression: Expression,
        *,
        deadline: float,
        report: Report,
        presolve: bool = False,
    ) -> SearchOutcome:
        """Search for the values with the highest value of an expression.

        See :meth:`solver.search.Search.maximise` for the parameters.
        """
        if self.values is not None:
            self.values = self.complete(self.values)
        most = None
        if is_large(self._linear):
            most = self._approach(expression, deadline=deadline, report=report)
        outcome = self._search.maximise(
            expression,
            start=self.values,
            deadline=deadline,
            should_stop=self._clock.is_over,
            report=report,
            presolve=presolve,
        )
        if outcome.values is None:
            self.is_impossible = outcome.is_proven and self.values is None
        else:
            outcome = self._checked(outcome, expression)
        if most is not None and (outcome.bound is None or most < outcome.bound):
            outcome = replace(outcome, bound=most)
        return outcome

    def _checked(self, outcome: SearchOutcome, expression: Expression) -> SearchOutcome:
        """Take the values of a search over, once they are held against every row."""
        assert outcome.values is not None, "there is something to check"
        found = self._linear.complete(outcome.values)
        # A solver that computes with rounding may be wrong: then what is known stays.
        if not self._linear.allows(found):
            return SearchOutcome(None, outcome.bound, is_proven=False)
        self._take(found, expression)
        value = value_of(expression, found)
        return SearchOutcome(
            found, value if outcome.is_proven else outcome.bound, outcome.is_proven
        )

    def _approach(
        self, expression: Expression, *, deadline: float, report: Report
    ) -> int | None:
        """Come close with a part of a large model; return a bound on the whole."""
        approach = Approach(
            self._model,
            self._search,
            expression,
            deadline=deadline,
            should_stop=self._clock.is_over,
        )
        if approach.bound is not None:
            report(News(bound=approach.bound))
            for found in approach.plans():
                if self._take(found, expression):
                    report(News(values=found))
        return approach.bound

    def shrink(self, goal: Goal) -> None:
        """Leave out what no values use that are as good as the best for a goal.

        Where a variable would cost the relaxation more than what is between it and the
        value that must not be given up, the variable stays where it is.

        References
        ----------
        G. B. Dantzig, R. Fulkerson, S. Johnson (1954), Solution of a large-scale
        traveling-salesman problem, https://doi.org/10.1287/opre.2.4.393
        """
        is_worth_it = len(self._linear.lower) >= WORTH_SHRINKING and goal.span > FINE
        value = self.of(goal.of_values)
        if not is_worth_it or value is None or self._clock.is_over():
            return
        relaxation = self._search.relax(
            goal.figure, deadline=self._clock.deadline, should_stop=self._clock.is_over
        )
        if relaxation is None or relaxation.bound is None:
            return
        # One more than needed: the relaxation is computed with rounding.
        slack = relaxation.bound - value + 1
        for variable, cost in enumerate(relaxation.reduced_costs):
            if cost < -slack:
                self._linear.upper[variable] = self._linear.lower[variable]
            elif cost > slack:
                self._linear.lower[variable] = self._linear.upper[variable]
