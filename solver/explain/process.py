"""A process that answers questions, with HiGHS in it: the other end of the engine.

HiGHS and OR-Tools, which has a HiGHS inside, cannot live in one process. So this file is run
by its path, and sees to it that what it imports of this package comes without the rest.

It is told a programme, then asked questions; each answer is a ruling, or None. It ends when
whoever asks has gone.
"""

import sys
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from types import ModuleType


def stand_in(name: str, folder: Path) -> None:
    """Put an empty package where the real one would import OR-Tools."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def main(handle: int) -> None:
    """Answer until there is nobody who asks."""
    here = Path(__file__).parent
    stand_in("solver", here.parent)
    stand_in("solver.explain", here)
    branching = import_module("solver.explain.branching")
    with Connection(handle) as asker:
        try:
            programme, seconds = asker.recv()
            judge = branching.Judge(programme, deadline=monotonic() + seconds)
            while True:
                question, wants_cost = asker.recv()
                try:
                    asker.send(judge.decide(question, wants_cost=wants_cost))
                except branching.UndecidedError:
                    asker.send(None)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
