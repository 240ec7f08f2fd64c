"""HiGHS in a process of its own: the other end of :mod:`solver.highs`.

A process, because HiGHS cannot be stopped while it solves a relaxation, and a process can;
and because HiGHS and OR-Tools, which has a HiGHS inside, cannot live in one process. So this
file is run by its path, never imported, and imports neither OR-Tools nor this package.

It reads requests from standard input and writes answers to standard output, as pickles. It
ends when its input ends, also in the middle of a search: when whoever asked is gone, nobody
waits for the answer.
"""

import os
import pickle
import signal
import sys
import threading
import time
from queue import SimpleQueue
from typing import IO, Any

import highspy
import numpy as np

SECONDS_BETWEEN_BOUNDS = 0.1

Message = dict[str, Any]


def write(stream: IO[bytes], message: Message) -> None:
    """Send a message."""
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _model(request: Message) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_ = len(request["cost"])
    lp.num_row_ = len(request["row_lower"])
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
        request[name] for name in ("cost", "lower", "upper")
    )
    lp.row_lower_, lp.row_upper_ = request["row_lower"], request["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
        request[name] for name in ("starts", "columns", "coefficients")
    )
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    if request["integral"] is not None:
        lp.integrality_ = [whole if is_whole else real for is_whole in request["integral"]]
    return lp


def answer(request: Message, stream: IO[bytes]) -> None:
    """Solve one model, and send what is found on the way and in the end."""
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # a gap in HiGHS
    for name, value in ({"output_flag": False} | request["options"]).items():
        highs.setOptionValue(name, value)
    highs.passModel(_model(request))
    is_search = request["integral"] is not None
    if is_search:
        if request["start"] is not None:
            solution = highspy.HighsSolution()
            solution.col_value = request["start"]
            highs.setSolution(solution)
        _tell_on_the_way(highs, stream)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    solution = highs.getSolution()
    has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    done: Message = {
        "kind": "done",
        "status": highs.modelStatusToString(status),
        "value": info.objective_function_value,
        "bound": info.mip_dual_bound if is_search else info.objective_function_value,
        "values": _values(solution.col_value, is_search) if has_values else None,
        "reduced_costs": None if is_search else np.array(solution.col_dual),
    }
    write(stream, done)


def _values(values: Any, is_search: bool) -> Any:
    return _whole(values) if is_search else np.asarray(values)


def _whole(values: Any) -> "np.ndarray[Any, np.dtype[np.int64]]":
    whole: np.ndarray[Any, np.dtype[np.int64]] = np.rint(np.asarray(values)).astype(np.int64)
    return whole


def _tell_on_the_way(highs: Any, stream: IO[bytes]) -> None:
    told = {"bound": float("inf"), "at": 0.0}

    def better(event: Any) -> None:
        values = _whole(event.data_out.mip_solution)
        write(stream, {"kind": "better", "values": values})

    def bound(event: Any) -> None:
        now, found = time.monotonic(), event.data_out.mip_dual_bound
        if found < told["bound"] and now - told["at"] > SECONDS_BETWEEN_BOUNDS:
            told.update(bound=found, at=now)
            write(stream, {"kind": "bound", "bound": found})

    highs.cbMipImprovingSolution += better
    highs.cbMipInterrupt += bound


def main() -> None:
    """Answer requests until there are no more."""
    # Who stops a whole group of processes means whoever asks; when that one ends, so does this.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Whatever a library prints must not get between the messages.
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: SimpleQueue[Message] = SimpleQueue()

    def listen() -> None:
        try:
            while True:
                requests.put(pickle.load(sys.stdin.buffer))
        finally:
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        answer(requests.get(), stream)


if __name__ == "__main__":
    main()
