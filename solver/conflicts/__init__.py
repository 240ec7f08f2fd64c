"""Why no plan exists: a smallest set of pins and rules that contradict each other.

Without pins nobody has to go anywhere, so a contradiction always starts from pins. What pins
alone contradict is found by counting, at once at any size; what is left is a minimum that
nobody can make up for, and found by solving the slots with pins, parts left out.

In every answer all pins and rules are needed: with any one of them left out, the others have
a plan, all pins and rules that are not named being left out as well. A pin that is left out
no longer has to be kept, but stays allowed. One pin that is enough is always found, and found
by counting, the pins are the fewest there can be for their rule. Otherwise none can be
missed, but a contradiction with fewer may exist.
"""

from solver.conflicts.filling import PinnedSlots
from solver.conflicts.parts import Kept, Part, all_pins, all_rules, pin
from solver.conflicts.smallest import smallest
from solver.plan import StopCallback
from solver.problem import Problem


def plain_conflict(
    problem: Problem, *, should_stop: StopCallback | None = None
) -> tuple[str, ...] | None:
    """Return pins and rules that contradict each other, in words, if they are easy to find.

    That is: pins that contradict a rule whoever else comes, and single pins in a slot that
    cannot reach its minimum. Takes no time to speak of, whatever the size of the problem.
    None where there is nothing of the kind; other contradictions are possible then.
    """
    return _Finder(problem, should_stop=should_stop).plain()


def find_conflict(
    problem: Problem, *, should_stop: StopCallback | None = None
) -> tuple[str, ...]:
    """Return pins and rules that contradict each other, in words; empty where a plan exists.

    The answer depends on nothing but the problem. Where ``should_stop`` says so before the
    end, it is a contradiction still, but perhaps with parts that could be missed.
    """
    finder = _Finder(problem, should_stop=should_stop)
    return finder.plain() or finder.any()


class _Finder:
    """The search for a contradiction in one problem."""

    def __init__(self, problem: Problem, *, should_stop: StopCallback | None) -> None:
        self._slots = PinnedSlots(problem)
        self._should_stop = should_stop or (lambda: False)
        self._pins, self._rules = all_pins(problem), all_rules(problem)

    def _have_plan(self, parts: list[Part]) -> bool | None:
        return self._slots.have_plan(Kept(parts), should_stop=self._should_stop)

    def _contradict(self, parts: list[Part]) -> bool:
        return self._have_plan(parts) is False

    def plain(self) -> tuple[str, ...] | None:
        """Return what counting finds, the fewest pins first; None where it finds nothing."""
        found = self._slots.rules.broken(Kept(self._pins + self._rules))
        first = min(found, key=lambda pins_and_rules: len(pins_and_rules[0]), default=None)
        if first is None or len(first[0]) > 1:
            for alone in self._pins:
                if self._contradict([alone, *self._rules]):
                    return self._words([alone])
        if first is None:
            return None
        pins, rules = first
        return tuple(part.words for part in [*map(pin, pins), *rules])

    def any(self) -> tuple[str, ...]:
        """Return what solving finds; nothing where a plan exists."""
        if self._have_plan(self._pins + self._rules):
            return ()
        return self._words(
            smallest(self._pins, contradicts=lambda some: self._contradict(some + self._rules))
        )

    def _words(self, pins: list[Part]) -> tuple[str, ...]:
        """Return pins that contradict the rules, with those rules that are needed for it."""
        rules = smallest(self._rules, contradicts=lambda some: self._contradict(pins + some))
        return tuple(part.words for part in pins + rules)
