"""What can be asked of a model about where it stands, so that nobody compares values."""

from datetime import timedelta
from typing import Any

import pytest

from opendeur.enums import (
    EditionPhase,
    InvitationRole,
    MessageKind,
    MessageState,
    Participation,
    RunState,
    SlotState,
)
from opendeur.models import (
    AssignmentRun,
    Edition,
    Invitation,
    Message,
    Organisation,
    Slot,
    Visitor,
)
from tests.factories import NOW


def phases_with(question: str) -> list[str]:
    return [str(phase) for phase in EditionPhase if getattr(Edition(phase=phase), question)]


@pytest.mark.parametrize(
    ("question", "phases"),
    [
        ("is_draft", ["draft"]),
        ("is_lively", ["hosting", "programme", "preferences", "week"]),
        ("is_in_preferences", ["preferences"]),
        (
            "has_opened_preferences",
            ["preferences", "assignment", "published", "week", "evaluation", "closed"],
        ),
        ("awaits_results", ["preferences", "assignment"]),
    ],
)
def test_edition_answers_by_its_phase(question: str, phases: list[str]) -> None:
    assert phases_with(question) == phases


def test_slot_says_whether_it_is_closed_or_takes_place_for_certain() -> None:
    answers = {s: (Slot(state=s).is_closed, Slot(state=s).is_forced) for s in SlotState}

    assert answers == {
        SlotState.OPEN: (False, False),
        SlotState.FORCED: (False, True),
        SlotState.CLOSED: (True, False),
    }


def test_slot_is_over_from_the_moment_at_which_it_ends() -> None:
    slot = Slot(ends_at=NOW)

    assert not slot.is_over(NOW - timedelta(seconds=1))
    assert slot.is_over(NOW)


RUN_QUESTIONS = (
    "is_queued",
    "goes_on",
    "is_done",
    "has_failed",
    "is_infeasible",
    "is_proven_best",
    "breaks_rules",
)


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        ({"state": RunState.QUEUED}, {"is_queued", "goes_on"}),
        ({"state": RunState.RUNNING}, {"goes_on"}),
        ({"state": RunState.FAILED}, {"has_failed"}),
        ({"state": RunState.DONE, "plan_status": "feasible"}, {"is_done"}),
        (
            {"state": RunState.DONE, "plan_status": "infeasible"},
            {"is_done", "is_infeasible"},
        ),
        (
            {"state": RunState.DONE, "plan_status": "optimal", "metrics": {"faults": []}},
            {"is_done", "is_proven_best"},
        ),
        (
            {"state": RunState.DONE, "plan_status": "feasible", "metrics": {"faults": ["x"]}},
            {"is_done", "breaks_rules"},
        ),
    ],
)
def test_run_says_how_it_stands(values: dict[str, Any], answers: set[str]) -> None:
    run = AssignmentRun(**values)

    assert {question for question in RUN_QUESTIONS if getattr(run, question)} == answers


@pytest.mark.parametrize(
    ("progress", "breaks_ties"),
    [(None, False), ({"objective": "placed"}, False), ({"objective": "ties"}, True)],
)
def test_run_says_whether_only_ties_are_left(
    progress: dict[str, object] | None, breaks_ties: bool
) -> None:
    assert AssignmentRun(progress=progress).breaks_ties is breaks_ties


def test_invitation_says_whom_it_is_for() -> None:
    assert Invitation(role=InvitationRole.VISITOR).is_for_visitor
    assert not Invitation(role=InvitationRole.HOST).is_for_visitor


def test_message_says_whether_it_got_lost() -> None:
    uncertain = [state for state in MessageState if Message(state=state).is_uncertain]
    failed = [state for state in MessageState if Message(state=state).has_failed]

    assert (uncertain, failed) == ([MessageState.UNCERTAIN], [MessageState.FAILED])


def test_kind_of_message_says_whether_it_changes_or_cancels() -> None:
    changes = [kind for kind in MessageKind if kind.is_change]
    cancellations = [kind for kind in MessageKind if kind.is_cancellation]

    assert (changes, cancellations) == ([MessageKind.CHANGED], [MessageKind.CANCELLED])


def test_answer_to_an_invitation_is_yes_no_or_neither() -> None:
    said_yes = [answer for answer in Participation if answer.is_yes]
    said_no = [answer for answer in Participation if answer.is_no]

    assert (said_yes, said_no) == ([Participation.ACCEPTED], [Participation.DECLINED])


@pytest.mark.parametrize(
    ("submitted_at", "changed_at", "answer"),
    [
        (None, NOW, False),
        (NOW, NOW, False),
        (NOW, NOW + timedelta(minutes=1), True),
    ],
)
def test_visitor_says_whether_the_list_changed_since_it_was_submitted(
    submitted_at: Any, changed_at: Any, answer: bool
) -> None:
    visitor = Visitor(submitted_at=submitted_at, changed_at=changed_at)

    assert visitor.has_changed_since_submitting is answer


@pytest.mark.parametrize(("organisation_id", "answer"), [(1, True), (2, False), (None, False)])
def test_visitor_works_at_one_organisation_or_none(
    organisation_id: int | None, answer: bool
) -> None:
    visitor = Visitor(organisation_id=organisation_id)

    assert visitor.works_at(Organisation(id=1)) is answer
