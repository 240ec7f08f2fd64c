"""Who takes part. Each is a program of its own, ``python -m benchmarks.contenders.NAME``.

HiGHS and OR-Tools cannot be loaded into one process, fairpyx wants an older NumPy, Timefold
brings a Java machine: so nothing here imports another contender, nor this solver but for
:mod:`benchmarks.contenders.ours`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contender:
    """A program that takes part.

    ``is_guest`` is true for those that run in the environment of ``requirements/bench.txt``;
    ``most_visitors`` is the largest problem that it can be given, None for any.
    """

    title: str
    module: str
    arguments: tuple[str, ...] = ()
    is_guest: bool = False
    needs_java: bool = False
    most_visitors: int | None = None


OURS = Contender("this solver", "benchmarks.contenders.ours")
CONTENDERS = (
    OURS,
    Contender(
        "first come, first served",
        "benchmarks.contenders.queues",
        ("first-come",),
    ),
    Contender(
        "random serial dictatorship",
        "benchmarks.contenders.queues",
        ("dictatorship",),
    ),
    Contender(
        "round robin (fairpyx)",
        "benchmarks.contenders.round_robin",
        is_guest=True,
    ),
    Contender("textbook CP-SAT", "benchmarks.contenders.textbook_cp_sat"),
    Contender("textbook HiGHS", "benchmarks.contenders.textbook_highs"),
    Contender(
        "Timefold",
        "benchmarks.contenders.local_search",
        is_guest=True,
        needs_java=True,
        # Five minutes were not enough to turn 20,000 visitors into Java.
        most_visitors=5000,
    ),
)
