"""Who visits what: the best week for everyone, proven.

>>> problem = problem_from_json(json.load(file))
>>> plan = solve(problem, time_limit_seconds=60)
>>> report = check(problem, plan)
"""

from solver.advice import Advice, advice_to_json, advise
from solver.check import Report, best_points, broken_rules, check, points_of_rank
from solver.errors import InvalidPlan, InvalidProblem, NoPlanFound, SolverError
from solver.explain import Explanation, explain, explanation_to_json
from solver.files import plan_from_json, plan_to_json, problem_from_json
from solver.plan import SOLVER_VERSION, Plan, PlanStatus, Progress, Stage
from solver.problem import Objective, Problem
from solver.replanning import replan
from solver.stages import solve

__version__ = SOLVER_VERSION

__all__ = [
    "Advice",
    "Explanation",
    "InvalidPlan",
    "InvalidProblem",
    "NoPlanFound",
    "Objective",
    "Plan",
    "PlanStatus",
    "Problem",
    "Progress",
    "Report",
    "SolverError",
    "Stage",
    "__version__",
    "advice_to_json",
    "advise",
    "best_points",
    "broken_rules",
    "check",
    "explain",
    "explanation_to_json",
    "plan_from_json",
    "plan_to_json",
    "points_of_rank",
    "problem_from_json",
    "replan",
    "solve",
]
