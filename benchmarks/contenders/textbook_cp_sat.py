"""The textbook model in CP-SAT, with its default parameters and two workers."""

from argparse import Namespace

from ortools.sat.python import cp_model

from benchmarks.contenders.protocol import run, seconds_since_start
from benchmarks.contenders.textbook import Textbook
from benchmarks.market import Market, Result

UNLIMITED = 1 << 50


class Trace(cp_model.CpSolverSolutionCallback):
    """Notes when each better plan was found."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[float, float]] = []

    def on_solution_callback(self) -> None:
        """Note one."""
        self.found.append((seconds_since_start(), self.objective_value))


def find(market: Market, options: Namespace) -> Result:
    """Solve the model until it is proven or time is up."""
    book = Textbook(market)
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in book.model.uppers]

    def total(terms: dict[int, int]) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum(
            [variables[number] for number in terms], list(terms.values())
        )

    for terms, least, most in book.model.rows:
        model.add_linear_constraint(
            total(terms),
            -UNLIMITED if least is None else least,
            UNLIMITED if most is None else most,
        )
    model.maximize(total(book.model.objective))
    solver, trace = cp_model.CpSolver(), Trace()
    solver.parameters.max_time_in_seconds = max(1, options.time_limit - seconds_since_start())
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = options.seed
    status = solver.solve(model, trace)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Nothing is proven yet either: the bound that it has then is not one.
        return Result(placements=())
    return Result(
        placements=book.placements([solver.value(variable) for variable in variables]),
        is_proven=status == cp_model.OPTIMAL,
        bound=solver.best_objective_bound,
        trace=tuple(trace.found),
    )


if __name__ == "__main__":
    run(__doc__.splitlines()[0], find)
