"""The textbook model in HiGHS, with its default options."""

from argparse import Namespace
from math import isfinite

import highspy
import numpy as np

from benchmarks.contenders.protocol import run, seconds_since_start
from benchmarks.contenders.textbook import Rows, Textbook
from benchmarks.market import Market, Result


def find(market: Market, options: Namespace) -> Result:
    """Solve the model until it is proven or time is up."""
    book = Textbook(market)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("random_seed", options.seed)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.passModel(_model(book.model))
    trace: list[tuple[float, float]] = []
    highs.cbMipImprovingSolution.subscribe(
        lambda event: trace.append(
            (seconds_since_start(), event.data_out.objective_function_value)
        )
    )
    highs.setOptionValue("time_limit", max(1.0, options.time_limit - seconds_since_start()))
    highs.run()
    info = highs.getInfo()
    bound = info.mip_dual_bound if isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Result(placements=(), bound=bound)
    return Result(
        placements=book.placements([round(x) for x in highs.getSolution().col_value]),
        is_proven=highs.getModelStatus() == highspy.HighsModelStatus.kOptimal,
        bound=bound,
        trace=tuple(trace),
    )


def _model(rows: Rows) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(rows.uppers), len(rows.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    costs = np.zeros(lp.num_col_)
    for number, weight in rows.objective.items():
        costs[number] = weight
    lp.col_cost_ = costs
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.array(rows.uppers, dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    infinity = highspy.kHighsInf
    lp.row_lower_ = np.array([-infinity if r[1] is None else float(r[1]) for r in rows.rows])
    lp.row_upper_ = np.array([infinity if r[2] is None else float(r[2]) for r in rows.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(terms) for terms, _, _ in rows.rows]
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    lp.a_matrix_.index_ = np.array([n for terms, _, _ in rows.rows for n in terms], np.int32)
    lp.a_matrix_.value_ = np.array(
        [float(weight) for terms, _, _ in rows.rows for weight in terms.values()]
    )
    return lp


if __name__ == "__main__":
    run(__doc__.splitlines()[0], find)
