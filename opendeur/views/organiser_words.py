"""What the desk calls the solver's objectives, states, and parts of an edition."""

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import formatting
from opendeur.enums import EditionPhase, MessageKind, MessageState, Objective, RunState
from opendeur.i18n import language
from opendeur.services.demand import Level, Strain


def objective_name(objective: str) -> str:
    """Return what an objective counts."""
    names = {
        Objective.PLACED: _("People with at least one visit"),
        Objective.HOSTS: _("Organisations that receive somebody"),
        Objective.WELFARE: _("Satisfaction, shared fairly"),
        Objective.POINTS: _("Points of all preferences that were granted"),
        Objective.TOP3: _("People with one of their first three choices"),
        Objective.LOWEST: _("Satisfaction of the worst-off tenth"),
        Objective.SLOTS: _("Moments that take place"),
        Objective.MIX: _("Sectors that meet in a moment"),
        Objective.AWAY: _("Minutes away from work"),
        Objective.KEPT: _("Places that stay as they were"),
    }
    return str(names[Objective(objective)])


def objective_sense(objective: str) -> str:
    """Say whether more or less of it is better."""
    if Objective(objective) in (Objective.SLOTS, Objective.AWAY):
        return str(_("as few as possible"))
    return str(_("as many as possible"))


def run_state_name(state: RunState) -> str:
    """Return the name of a run's state."""
    names = {
        RunState.QUEUED: _("Waiting"),
        RunState.RUNNING: _("Running"),
        RunState.DONE: _("Done"),
        RunState.FAILED: _("Failed"),
    }
    return str(names[state])


def message_state_name(state: MessageState) -> str:
    """Return the name of a message's state."""
    names = {
        MessageState.DRAFT: _("Draft"),
        MessageState.QUEUED: _("Waiting"),
        MessageState.SENDING: _("Being sent"),
        MessageState.HANDED_OVER: _("Handed over"),
        MessageState.SENT: _("Sent"),
        MessageState.UNCERTAIN: _("Uncertain"),
        MessageState.FAILED: _("Failed"),
    }
    return str(names[state])


def message_state_tag(state: MessageState) -> str:
    """Return the class of the tag that shows a message's state."""
    classes = {
        MessageState.SENT: "tag-good",
        MessageState.UNCERTAIN: "tag-warn",
        MessageState.FAILED: "tag-bad",
    }
    return f"tag {classes.get(state, '')}".strip()


def message_kind_name(kind: MessageKind) -> str:
    """Return what a message is about."""
    names = {
        MessageKind.SIGN_IN: _("Sign-in link"),
        MessageKind.RECEIPT: _("Receipt of preferences"),
        MessageKind.NEW: _("New invitation"),
        MessageKind.CHANGED: _("Changed invitation"),
        MessageKind.CANCELLED: _("Cancelled visit"),
    }
    return str(names[kind])


def level_name(level: Level) -> str:
    """Return the name of how demand relates to supply."""
    names = {
        Level.THIN: _("too thin"),
        Level.MODEST: _("modest"),
        Level.BALANCED: _("in balance"),
        Level.STRONG: _("much demand"),
        Level.OVERRUN: _("overrun"),
    }
    return str(names[level])


def strain_name(strain: Strain) -> str:
    """Return the name of what is the matter with a slot."""
    names = {
        Strain.NONE: _("Fine"),
        Strain.NOBODY: _("Nobody"),
        Strain.THIN: _("Too thin"),
        Strain.OVERRUN: _("Overrun"),
    }
    return str(names[strain])


def strain_tag(strain: Strain) -> str:
    """Return the class of the tag that shows what is the matter with a slot."""
    classes = {
        Strain.NONE: "tag-good",
        Strain.NOBODY: "tag-bad",
        Strain.THIN: "tag-warn",
        Strain.OVERRUN: "tag-info",
    }
    return f"tag {classes[strain]}"


def choices_got(ranks: Sequence[int | None]) -> str:
    """Say which choices somebody got: "choice 1 and 3", or "nothing"."""
    if not ranks:
        return str(_("nothing"))
    known = [str(rank) for rank in ranks if rank is not None]
    if not known:
        return str(_("outside the preferences"))
    numbers = formatting.listed(known, language())
    return str(ngettext("choice %(ranks)s", "choices %(ranks)s", len(known), ranks=numbers))


def phase_effect(phase: EditionPhase) -> str:
    """Say what an edition's phase means for hosts and visitors."""
    effects = {
        EditionPhase.DRAFT: _("only organisers know of this week"),
        EditionPhase.HOSTING: _("hosts register what they offer"),
        EditionPhase.PROGRAMME: _("everybody can read the programme, nobody can choose yet"),
        EditionPhase.PREFERENCES: _("visitors give their preferences"),
        EditionPhase.ASSIGNMENT: _("preferences are closed, and offers too"),
        EditionPhase.PUBLISHED: _("everybody sees their week"),
        EditionPhase.WEEK: _("the doors are open"),
        EditionPhase.EVALUATION: _("the week is over, people look back"),
        EditionPhase.CLOSED: _("nothing changes any more"),
    }
    return str(effects[phase])


def part_name(part: str) -> str:
    """Return the name of a part of an edition's problem, as the solver's files call it."""
    names = {
        "organisations": _("organisations"),
        "visits": _("visits"),
        "slots": _("moments of visits"),
        "visitors": _("visitors and their preferences"),
        "rules": _("rules"),
        "objectives": _("goals"),
        "travel": _("travel times"),
    }
    return str(names.get(part, part))


def duration(seconds: float) -> str:
    """Return a length of time: "6 min 12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return str(_("%(seconds)s s", seconds=rest))
    return str(_("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest))


def register(blueprint: Blueprint) -> None:
    """Make these words known to templates."""
    for function in (
        objective_name,
        objective_sense,
        run_state_name,
        message_state_name,
        message_state_tag,
        message_kind_name,
        level_name,
        strain_name,
        strain_tag,
        choices_got,
        phase_effect,
        part_name,
        duration,
    ):
        blueprint.add_app_template_filter(function)
