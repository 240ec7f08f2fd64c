"""An irreducible part of what contradicts itself.

References
----------
U. Junker (2004), QuickXplain: preferred explanations and relaxations for over-constrained
problems, AAAI-04, 167-172.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def smallest(items: Sequence[T], *, contradicts: Callable[[list[T]], bool]) -> list[T]:
    """Return items that contradict each other, and of which none can be missed.

    Parameters
    ----------
    items
        All of them together are known to contradict each other. Where there is a choice,
        the ones that come first are named.
    contradicts
        Tells it of some of them. What contradicts with some does so with more.
    """

    def explain(kept: list[T], candidates: list[T], *, grew: bool) -> list[T]:
        if grew and contradicts(kept):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = explain(kept + first, second, grew=True)
        of_first = explain(kept + of_second, first, grew=bool(of_second))
        return of_first + of_second

    if not items or contradicts([]):
        return []
    return explain([], list(items), grew=False)
