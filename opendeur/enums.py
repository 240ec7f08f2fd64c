"""Closed sets of values that are stored in the database."""

from enum import StrEnum


class Language(StrEnum):
    """A language of the interface and of visits, as its ISO 639-1 code."""

    NL = "nl"
    FR = "fr"
    EN = "en"


class EditionPhase(StrEnum):
    """Where an edition stands in its year; the order of the members is the order in time."""

    DRAFT = "draft"
    HOSTING = "hosting"
    PROGRAMME = "programme"
    PREFERENCES = "preferences"
    ASSIGNMENT = "assignment"
    PUBLISHED = "published"
    WEEK = "week"
    EVALUATION = "evaluation"
    CLOSED = "closed"

    @property
    def number(self) -> int:
        """Position in the year, from 0."""
        return list(EditionPhase).index(self)

    def is_from(self, first: "EditionPhase") -> bool:
        """Tell whether this phase is `first` or comes after it."""
        return self.number >= first.number


#: Hosts can register and change what they offer.
HOSTING_PHASES = frozenset(
    {EditionPhase.HOSTING, EditionPhase.PROGRAMME, EditionPhase.PREFERENCES}
)

#: People can offer a visit, choose one or make one; in the others they wait or look back.
LIVELY_PHASES = HOSTING_PHASES | {EditionPhase.WEEK}


#: Runs can be asked for and adopted.
RUN_PHASES = frozenset(
    {EditionPhase.PREFERENCES, EditionPhase.ASSIGNMENT, EditionPhase.PUBLISHED}
)


class Objective(StrEnum):
    """What a plan can be optimised for; the meaning stands in ``docs/solver.md``."""

    PLACED = "placed"
    HOSTS = "hosts"
    WELFARE = "welfare"
    POINTS = "points"
    TOP3 = "top3"
    LOWEST = "lowest"
    SLOTS = "slots"
    MIX = "mix"
    AWAY = "away"
    KEPT = "kept"


DEFAULT_OBJECTIVES = (
    Objective.PLACED,
    Objective.HOSTS,
    Objective.WELFARE,
    Objective.SLOTS,
    Objective.MIX,
    Objective.AWAY,
)


class WheelchairAccess(StrEnum):
    """Whether a place can be reached and used in a wheelchair."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class SlotState(StrEnum):
    """What was decided about a slot: the solver decides, it runs, or it does not."""

    OPEN = "open"
    FORCED = "forced"
    CLOSED = "closed"


class RunState(StrEnum):
    """Where an assignment run stands. *Failed* means that it ended without a plan."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PlacementState(StrEnum):
    """Where a placement stands: *placed*, or why it no longer holds a seat.

    *Withdrawn* by the visitor, *declined* by answering no to the invitation, *cancelled* by
    host or organiser, *replaced* by the adoption of a later run.
    """

    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REPLACED = "replaced"

    @property
    def is_given_up(self) -> bool:
        """Whether its visitor gave the seat up; only then can they have it back."""
        return self in (PlacementState.WITHDRAWN, PlacementState.DECLINED)


#: How a seat ends when somebody decided that this person does not come there. A run that
#: replaced it decided nothing of the kind.
GONE_FOR_GOOD = (
    PlacementState.WITHDRAWN,
    PlacementState.DECLINED,
    PlacementState.CANCELLED,
)


class PlacementOrigin(StrEnum):
    """Where a seat comes from: a run, somebody's hand, the free seats, or a waiting list."""

    RUN = "run"
    HAND = "hand"
    FREE_SEAT = "free-seat"
    WAITING_LIST = "waiting-list"


class Door(StrEnum):
    """Through which door a change came: whose page, or which way of answering."""

    PAGE = "page"
    LINK = "link"
    MAIL = "mail"
    HOST = "host"
    DESK = "desk"
    RUN = "run"
    CHAIN = "chain"


class WaitingEnd(StrEnum):
    """How somebody's wait ended: with a seat, by leaving, or because the visit is off."""

    SEATED = "seated"
    LEFT = "left"
    OFF = "off"


class OfferState(StrEnum):
    """Where an offered seat stands. While it is *open*, the seat is held for one person.

    *Void*: the seat was taken back, because the moment was cancelled or changed.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOID = "void"


class InboundKind(StrEnum):
    """What a mail that came in is: an answer of a calendar, a bounce, or something else."""

    REPLY = "reply"
    REFRESH = "refresh"
    COUNTER = "counter"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    WORDS = "words"
    OTHER = "other"


class InboundState(StrEnum):
    """What became of it. *Quarantined* waits for an organiser, who applies or dismisses it."""

    APPLIED = "applied"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    DISMISSED = "dismissed"


class InboundReason(StrEnum):
    """Why a mail that came in was not applied, or what was done with it instead."""

    # The mail itself.
    TOO_BIG = "too-big"
    UNREADABLE = "unreadable"
    SEVERAL_EVENTS = "several-events"
    AUTOMATIC = "automatic"
    FAILED_DMARC = "failed-dmarc"
    ONLY_ORGANISER = "only-organiser"
    # Whose it is.
    UNKNOWN_INVITATION = "unknown-invitation"
    OTHER_ADDRESS = "other-address"
    OTHER_INVITATION = "other-invitation"
    OTHER_PERSON = "other-person"
    # What it says.
    DELEGATED = "delegated"
    UNKNOWN_ANSWER = "unknown-answer"
    SAYS_NOTHING = "says-nothing"
    PROPOSAL = "proposal"
    # When.
    AHEAD = "ahead"
    EARLIER_TIME = "earlier-time"
    REPEATED = "repeated"
    OLDER = "older"
    CANCELLED = "cancelled"
    OVER = "over"
    NO_SEAT = "no-seat"
    NOT_ALLOWED = "not-allowed"
    # Sending again, bounces and people's own words.
    COMING = "coming"
    TOO_OFTEN = "too-often"
    NEVER_SENT = "never-sent"
    NOT_FOR_GOOD = "not-for-good"
    BOUNCE_OF_ANOTHER = "bounce-of-another"
    NOBODY_TO_FORWARD_TO = "nobody-to-forward-to"


class FeedRole(StrEnum):
    """Whose week a calendar feed shows."""

    VISITOR = "visitor"
    HOST = "host"
    ORGANISER = "organiser"


class InvitationRole(StrEnum):
    """Whom an invitation is for: somebody who comes, or somebody who receives."""

    VISITOR = "visitor"
    HOST = "host"


class Participation(StrEnum):
    """The answer to an invitation (iCalendar PARTSTAT)."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"

    @property
    def is_yes(self) -> bool:
        """Whether the person comes, or receives the visitors."""
        return self is Participation.ACCEPTED

    @property
    def is_no(self) -> bool:
        """Whether the person said that it does not suit."""
        return self is Participation.DECLINED


class MessageKind(StrEnum):
    """What a message is about."""

    SIGN_IN = "sign-in"
    RECEIPT = "receipt"
    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    NO_PLACE = "no-place"
    NO_GUESTS = "no-guests"
    FORWARDED = "forwarded"
    SEAT_OFFER = "seat-offer"
    PROPOSAL_REFUSED = "proposal-refused"

    @property
    def is_change(self) -> bool:
        """Whether it says that something differs from what was said before."""
        return self is MessageKind.CHANGED

    @property
    def is_cancellation(self) -> bool:
        """Whether it says that a visit is off."""
        return self is MessageKind.CANCELLED


#: Kinds of messages that carry an invitation.
INVITATION_KINDS = (MessageKind.NEW, MessageKind.CHANGED, MessageKind.CANCELLED)

#: Kinds of letters to those who get nothing: a visitor without a place, a host without guests.
NOTHING_KINDS = (MessageKind.NO_PLACE, MessageKind.NO_GUESTS)


class MessageState(StrEnum):
    """Where a message stands.

    A *draft* waits for the organiser; *queued* waits for the worker; *sending* is leased by
    a worker; *handed-over* was given to the mail server, whose answer is not known yet;
    *uncertain* stays that way because the worker died in that moment: it may have arrived,
    so it is never sent again by itself. *Superseded*: it did not go out, and a later message
    about the same invitation says what holds now.
    """

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed-over"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SUPERSEDED = "superseded"
