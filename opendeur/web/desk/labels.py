"""What the desk calls the solver's objectives, states, and parts of an edition."""

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext, lazy_gettext, ngettext

from opendeur import formatting
from opendeur.domain.assignment import Reason
from opendeur.domain.mail import MessageLine
from opendeur.domain.preferences import Strain
from opendeur.enums import (
    EditionPhase,
    InboundReason,
    MessageKind,
    MessageState,
    Objective,
    OfferState,
    Participation,
    RunState,
)
from opendeur.models import Message
from opendeur.web.i18n import language

#: What the solver calls its last stage, which no plan lists: one of the best, by the seed.
TIES = "ties"

OBJECTIVES = {
    Objective.PLACED: lazy_gettext("People with at least one visit"),
    Objective.HOSTS: lazy_gettext("Organisations that receive somebody"),
    Objective.WELFARE: lazy_gettext("Satisfaction, shared fairly"),
    Objective.POINTS: lazy_gettext("Points of all preferences that were granted"),
    Objective.TOP3: lazy_gettext("People with one of their first three choices"),
    Objective.LOWEST: lazy_gettext("Satisfaction of the worst-off tenth"),
    Objective.SLOTS: lazy_gettext("Moments that take place"),
    Objective.MIX: lazy_gettext("Sectors that meet in a moment"),
    Objective.AWAY: lazy_gettext("Minutes away from work"),
    Objective.KEPT: lazy_gettext("Places that stay as they were"),
}

RUN_STATES = {
    RunState.QUEUED: lazy_gettext("Waiting"),
    RunState.RUNNING: lazy_gettext("Running"),
    RunState.DONE: lazy_gettext("Done"),
    RunState.FAILED: lazy_gettext("Failed"),
}

MESSAGE_STATES = {
    MessageState.DRAFT: lazy_gettext("Draft"),
    MessageState.QUEUED: lazy_gettext("Waiting"),
    MessageState.SENDING: lazy_gettext("Being sent"),
    MessageState.HANDED_OVER: lazy_gettext("Handed over"),
    MessageState.SENT: lazy_gettext("Sent"),
    MessageState.UNCERTAIN: lazy_gettext("Uncertain"),
    MessageState.FAILED: lazy_gettext("Failed"),
    MessageState.SUPERSEDED: lazy_gettext("Overtaken"),
}

MESSAGE_TAGS = {
    MessageState.SENT: "tag-good",
    MessageState.UNCERTAIN: "tag-warn",
    MessageState.FAILED: "tag-bad",
}

MESSAGE_KINDS = {
    MessageKind.SIGN_IN: lazy_gettext("Sign-in link"),
    MessageKind.RECEIPT: lazy_gettext("Receipt of preferences"),
    MessageKind.NEW: lazy_gettext("New invitation"),
    MessageKind.CHANGED: lazy_gettext("Changed invitation"),
    MessageKind.CANCELLED: lazy_gettext("Cancelled visit"),
    MessageKind.NO_PLACE: lazy_gettext("No place this time"),
    MessageKind.NO_GUESTS: lazy_gettext("Nobody comes this time"),
    MessageKind.FORWARDED: lazy_gettext("Forwarded answer"),
    MessageKind.PROPOSAL_REFUSED: lazy_gettext("No to a proposed time"),
    MessageKind.SEAT_OFFER: lazy_gettext("A place is free"),
}

OFFER_STATES = {
    OfferState.OPEN: lazy_gettext("was asked"),
    OfferState.ACCEPTED: lazy_gettext("took the place"),
    OfferState.DECLINED: lazy_gettext("passed it on"),
    OfferState.EXPIRED: lazy_gettext("did not answer in time"),
    OfferState.VOID: lazy_gettext("the place was taken back"),
}

INBOUND_REASONS = {
    InboundReason.TOO_BIG: lazy_gettext("The mail is too large to be read."),
    InboundReason.UNREADABLE: lazy_gettext("The calendar part cannot be read."),
    InboundReason.SEVERAL_EVENTS: lazy_gettext("It answers several invitations at once."),
    InboundReason.AUTOMATIC: lazy_gettext("An automatic reply."),
    InboundReason.FAILED_DMARC: lazy_gettext(
        "It may not come from who it says: the check of its sender failed."
    ),
    InboundReason.ONLY_ORGANISER: lazy_gettext(
        "It invites or cancels by itself, which only the team may do."
    ),
    InboundReason.UNKNOWN_INVITATION: lazy_gettext("It is about no invitation that we know."),
    InboundReason.OTHER_ADDRESS: lazy_gettext(
        "It did not come to the address of the invitation."
    ),
    InboundReason.OTHER_INVITATION: lazy_gettext(
        "It came to the address of another invitation."
    ),
    InboundReason.OTHER_PERSON: lazy_gettext("It answers for somebody who was not invited."),
    InboundReason.DELEGATED: lazy_gettext("The place was passed on to somebody else."),
    InboundReason.UNKNOWN_ANSWER: lazy_gettext("It is neither yes, no nor maybe."),
    InboundReason.SAYS_NOTHING: lazy_gettext("It says nothing."),
    InboundReason.PROPOSAL: lazy_gettext("It proposes another time."),
    InboundReason.AHEAD: lazy_gettext("It answers something that we have not sent."),
    InboundReason.EARLIER_TIME: lazy_gettext(
        "It answers an earlier time or place; the visit has moved since."
    ),
    InboundReason.REPEATED: lazy_gettext("It was read before."),
    InboundReason.OLDER: lazy_gettext("A later answer was noted already."),
    InboundReason.CANCELLED: lazy_gettext("The visit was called off."),
    InboundReason.OVER: lazy_gettext("The visit is over, or has begun."),
    InboundReason.NO_SEAT: lazy_gettext("This person no longer has a place in the visit."),
    InboundReason.NOT_ALLOWED: lazy_gettext("This person may no longer answer."),
    InboundReason.COMING: lazy_gettext("What it asks for is on its way."),
    InboundReason.TOO_OFTEN: lazy_gettext("There were too many in one day."),
    InboundReason.NEVER_SENT: lazy_gettext("Nothing was sent yet."),
    InboundReason.NOT_FOR_GOOD: lazy_gettext("It did not come back for good."),
    InboundReason.BOUNCE_OF_ANOTHER: lazy_gettext(
        "It says that mail to another address came back."
    ),
    InboundReason.NOBODY_TO_FORWARD_TO: lazy_gettext(
        "Somebody’s own words, and this week has no mailbox to pass them on to."
    ),
}

STRAINS = {
    Strain.NONE: lazy_gettext("Fine"),
    Strain.NOBODY: lazy_gettext("Nobody"),
    Strain.THIN: lazy_gettext("Too thin"),
    Strain.OVERRUN: lazy_gettext("Overrun"),
}

#: The same once it is known who comes.
GROUPS = {
    Strain.NONE: lazy_gettext("Takes place"),
    Strain.NOBODY: lazy_gettext("Does not take place"),
    Strain.THIN: lazy_gettext("Under its minimum"),
    Strain.OVERRUN: lazy_gettext("More people than seats"),
}

STRAIN_TAGS = {
    Strain.NONE: "tag-good",
    Strain.NOBODY: "tag-bad",
    Strain.THIN: "tag-warn",
    Strain.OVERRUN: "tag-info",
}

PHASES = {
    EditionPhase.DRAFT: lazy_gettext("only organisers know of this week"),
    EditionPhase.HOSTING: lazy_gettext("hosts register what they offer"),
    EditionPhase.PROGRAMME: lazy_gettext(
        "everybody can read the programme, nobody can choose yet"
    ),
    EditionPhase.PREFERENCES: lazy_gettext("visitors give their preferences"),
    EditionPhase.ASSIGNMENT: lazy_gettext("preferences are closed, and offers too"),
    EditionPhase.PUBLISHED: lazy_gettext("everybody sees their week"),
    EditionPhase.WEEK: lazy_gettext("the doors are open"),
    EditionPhase.EVALUATION: lazy_gettext("the week is over, people look back"),
    EditionPhase.CLOSED: lazy_gettext("nothing changes any more"),
}

PARTS = {
    "organisations": lazy_gettext("organisations"),
    "visits": lazy_gettext("visits"),
    "slots": lazy_gettext("moments of visits"),
    "visitors": lazy_gettext("visitors and their preferences"),
    "rules": lazy_gettext("rules"),
    "objectives": lazy_gettext("goals"),
    "travel": lazy_gettext("travel times"),
}


def objective_name(objective: str) -> str:
    """Return what an objective counts; breaking ties comes after all of them."""
    if objective == TIES:
        return str(gettext("Drawing lots among equally good plans"))
    return str(OBJECTIVES[Objective(objective)])


def objective_sense(objective: str) -> str:
    """Say whether more or less of it is better."""
    if objective in (Objective.SLOTS, Objective.AWAY):
        return str(gettext("as few as possible"))
    return str(gettext("as many as possible"))


def objective_value(value: float, objective: str) -> str:
    """Return a value of an objective; satisfactions are counted in ten-thousandths."""
    if objective in (Objective.WELFARE, Objective.LOWEST):
        value = round(value / 10_000, 2)
    return formatting.number(round(value, 2), language())


def run_state_name(state: RunState) -> str:
    """Return the name of a run's state."""
    return str(RUN_STATES[state])


def message_state_name(state: MessageState) -> str:
    """Return the name of a message's state."""
    return str(MESSAGE_STATES[state])


def message_state_tag(state: MessageState) -> str:
    """Return the class of the tag that shows a message's state."""
    return f"tag {MESSAGE_TAGS.get(state, '')}".strip()


def message_kind_name(kind: MessageKind) -> str:
    """Return what a message is about."""
    return str(MESSAGE_KINDS[kind])


def offer_state_name(state: OfferState) -> str:
    """Return what became of the offer of a seat."""
    return str(OFFER_STATES[state])


def message_name(message: Message | MessageLine) -> str:
    """Return what a message is about; an example says that it is one."""
    return (
        str(gettext("Example for you"))
        if message.is_example
        else str(MESSAGE_KINDS[message.kind])
    )


def standing_name(strain: Strain, is_known: bool) -> str:
    """Return how a slot stands: by what is asked for, or by who comes once that is known."""
    return str(GROUPS[strain] if is_known else STRAINS[strain])


def strain_tag(strain: Strain) -> str:
    """Return the class of the tag that shows what is the matter with a slot."""
    return f"tag {STRAIN_TAGS[strain]}"


def choices_got(ranks: Sequence[int | None]) -> str:
    """Say which choices somebody got: "choice 1 and 3", or "nothing"."""
    if not ranks:
        return str(gettext("nothing"))
    known = [str(rank) for rank in sorted(rank for rank in ranks if rank is not None)]
    if not known:
        return str(gettext("outside the preferences"))
    numbers = formatting.listed(known, language())
    return str(ngettext("choice %(ranks)s", "choices %(ranks)s", len(known), ranks=numbers))


def answers_given(answers: Sequence[Participation]) -> str:
    """Say what somebody answered: "2 yes, 1 no answer yet"; nothing where nothing was asked."""
    yes = sum(answer.is_yes for answer in answers)
    no = sum(answer.is_no for answer in answers)
    parts = (
        (yes, gettext("%(count)s yes", count=yes)),
        (no, gettext("%(count)s no", count=no)),
        (len(answers) - yes - no, gettext("%(count)s open", count=len(answers) - yes - no)),
    )
    return ", ".join(text for count, text in parts if count)


def reason_said(reason: Reason, choices: int) -> str:
    """Say why somebody gets nothing, of so many choices."""
    said = {
        Reason.NOTHING: gettext("Prefers nothing that is still on offer"),
        Reason.OWN: ngettext(
            "The only choice is a visit to the own organisation",
            "All %(num)s choices are visits to the own organisation",
            choices,
        ),
        Reason.LANGUAGE: ngettext(
            "Shares no language with the only choice",
            "Shares no language with any of the %(num)s choices",
            choices,
        ),
        Reason.AUDIENCE: ngettext(
            "The only choice is meant for other sectors",
            "All %(num)s choices are meant for other sectors",
            choices,
        ),
        Reason.SEATS: ngettext(
            "Comes with more people than the only choice has seats",
            "Comes with more people than any of the %(num)s choices has seats",
            choices,
        ),
        Reason.BUSY: ngettext(
            "Not free at any moment of the only choice",
            "Not free at any moment of the %(num)s choices",
            choices,
        ),
        Reason.SEVERAL: ngettext(
            "Cannot attend the only choice: language, own organisation, sector or not free",
            "Cannot attend any of the %(num)s choices: language, own organisation, sector or "
            "not free",
            choices,
        ),
        Reason.FULL: ngettext(
            "The only choice was full",
            "Of the %(num)s choices, what could be attended was full",
            choices,
        ),
        Reason.IDLE: ngettext(
            "The only choice does not take place",
            "Of the %(num)s choices, what could be attended does not take place",
            choices,
        ),
        Reason.RULES: ngettext(
            "The only choice had no place left within the rules",
            "Of the %(num)s choices, none had a place left within the rules",
            choices,
        ),
    }
    return str(said[reason])


def phase_effect(phase: EditionPhase) -> str:
    """Say what an edition's phase means for hosts and visitors."""
    return str(PHASES[phase])


def part_name(part: str) -> str:
    """Return the name of a part of an edition's problem, as the solver's files call it."""
    return str(PARTS.get(part, part))


def inbound_reason(reason: InboundReason) -> str:
    """Say why a mail that came in was not applied."""
    return str(INBOUND_REASONS[reason])


def duration(seconds: float) -> str:
    """Return a length of time: "6 min 12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return str(gettext("%(seconds)s s", seconds=rest))
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest))


def register(blueprint: Blueprint) -> None:
    """Make these words known to templates."""
    for function in (
        objective_name,
        objective_sense,
        objective_value,
        run_state_name,
        message_state_name,
        message_state_tag,
        message_kind_name,
        message_name,
        offer_state_name,
        standing_name,
        strain_tag,
        choices_got,
        answers_given,
        reason_said,
        phase_effect,
        part_name,
        inbound_reason,
        duration,
    ):
        blueprint.add_app_template_filter(function)
