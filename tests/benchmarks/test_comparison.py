"""The report of the comparison: what it says follows from what was seen."""

from benchmarks.comparison import gap, report
from benchmarks.judging import Entry


def entry(contender: str, **values: object) -> Entry:
    about = {"problem": "tiny", "visitors": 20, "contender": contender, "limit": 5.0}
    return Entry(**(about | values))  # type: ignore[arg-type]


def test_the_gap_is_to_the_best_bound_of_anybody() -> None:
    good = entry("good", metrics={"welfare": 90}, bound=100.0)
    weak = entry("weak", metrics={"welfare": 50}, bound=400.0)

    assert (gap(good, [good, weak]), gap(weak, [good, weak])) == (1 - 90 / 100, 0.5)


def test_without_any_bound_there_is_no_gap() -> None:
    alone = entry("alone", metrics={"welfare": 90})

    assert gap(alone, [alone]) is None


def test_who_was_skipped_has_a_line_that_says_why() -> None:
    lines = list(report([], [entry("absent", note="skipped: no Java here")], picture="p.svg"))

    assert "| absent | skipped: no Java here | | | | | | |" in lines


def test_a_bound_that_a_plan_is_better_than_is_told() -> None:
    liar = entry("liar", metrics={"welfare": 10}, bound=80.0)
    good = entry("good", metrics={"welfare": 90}, bound=100.0)

    assert list(report([], [liar, good], picture="p.svg"))[-2:] == [
        "Faults that were found:\n",
        "- liar, tiny: the bound 80.0 is false",
    ]


def test_plans_without_faults_are_said_to_be_so() -> None:
    good = entry("good", metrics={"welfare": 90}, bound=100.0)

    assert list(report([], [good], picture="p.svg"))[-1] == (
        "The checker found no fault in any plan."
    )
