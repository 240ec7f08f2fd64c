"""The desk's lists: moments with their demand, hosts, people."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import editions, placements, preferences
from opendeur.domain.placements import VisitorLine
from opendeur.domain.preferences import HostLine, SlotLine, Strain
from opendeur.domain.searching import folded
from opendeur.web import auth
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import demand
from opendeur.web.desk.listing import asked, page_of

SLOT_ORDERS: dict[str, Callable[[SlotLine], Any]] = {
    "when": lambda slot: (slot.starts_at, slot.slot_id),
    "host": lambda slot: (folded(slot.host_name), slot.starts_at),
    "people": lambda slot: (slot.people, slot.share, slot.starts_at),
    "seats": lambda slot: (slot.capacity, slot.starts_at),
    "least": lambda slot: (slot.minimum, slot.starts_at),
    "stand": lambda slot: (slot.share, slot.starts_at),
}
#: Which moments a filter lets through, by its value.
SLOT_STATES: dict[str, frozenset[Strain]] = {
    "attention": frozenset(Strain) - {Strain.NONE},
    "short": frozenset(strain for strain in Strain if strain.is_short),
    **{str(strain): frozenset({strain}) for strain in Strain},
}
HOST_ORDERS: dict[str, Callable[[HostLine], Any]] = {
    "host": lambda host: (folded(host.name), host.host_id),
    "confirmed": lambda host: (host.confirmed_at is not None, str(host.confirmed_at or "")),
    "moments": lambda host: len(host.slots),
    "seats": lambda host: host.seats,
    "people": lambda host: host.people,
    "stand": lambda host: (host.short, host.overrun),
}
HOST_GROUPS: dict[str, Callable[[HostLine], bool]] = {
    "": lambda host: True,
    "unconfirmed": lambda host: host.confirmed_at is None,
    "nothing": lambda host: not host.slots,
    "nobody": lambda host: bool(host.slots) and not host.people,
    "short": lambda host: host.short > 0,
}
VISITOR_ORDERS: dict[str, Callable[[VisitorLine], Any]] = {
    "name": lambda line: line.order,
    "organisation": lambda line: (folded(line.organisation_name or ""), line.order),
    "people": lambda line: line.seats,
    "submitted": lambda line: (line.has_submitted, str(line.submitted_at or "")),
    "preferences": lambda line: line.preferences,
    "has": lambda line: len(line.ranks),
}
VISITOR_GROUPS: dict[str, Callable[[VisitorLine], bool]] = {
    "": lambda line: True,
    "submitted": lambda line: line.has_submitted,
    "began": lambda line: line.has_begun,
    "silent": lambda line: not line.has_submitted and not line.preferences,
    "nothing": lambda line: line.has_submitted and not line.ranks,
    "unanswered": lambda line: line.owes_answer,
}
#: Numbers are asked for the largest first.
FALLING = {"people", "seats", "least", "moments", "stand", "preferences", "has"}


def _orders(keys: dict[str, Any]) -> dict[str, bool]:
    return {name: name in FALLING for name in keys}


def _slots_now() -> tuple[SlotLine, ...]:
    """Return the moments by what people ask for, or by who comes once that is known."""
    if g.edition.shows_results:
        return preferences.groups_of_edition(db.session(), g.edition)
    return demand().slots


@blueprint.route("/moments")
@auth.organiser
def slots() -> ResponseReturnValue:
    """List the moments in the programme with their demand, all or some of them."""
    lines = _slots_now()
    sectors = preferences.sectors_of(db.session(), lines)
    halves = {half.key: half for half in editions.half_days_of(g.edition)}
    question = asked(
        _orders(SLOT_ORDERS),
        state=SLOT_STATES,
        sector={sector.code for sector in sectors},
        half=halves,
    )
    state, sector, half = (question.chosen[name] for name in ("state", "sector", "half"))
    found = [
        slot
        for slot in lines
        if (not state or slot.strain in SLOT_STATES[state])
        and (not sector or sector in slot.sectors)
        and (not half or slot.half_day == halves[half])
    ]
    return render_template(
        "desk/slots.html",
        question=question,
        page=page_of(
            question,
            found,
            texts=lambda slot: (slot.host_name, *slot.titles),
            key=SLOT_ORDERS[question.order],
        ),
        count=len(found),
        people=sum(slot.people for slot in found),
        seats=sum(slot.capacity for slot in found),
        total=len(lines),
        sectors=sectors,
        halves=[half for half in halves.values() if not half.is_closed],
        states=list(Strain),
    )


@blueprint.route("/hosts")
@auth.organiser
def hosts() -> ResponseReturnValue:
    """List the hosts with what they offer and how much that is asked for."""
    lines = preferences.hosts_of_edition(db.session(), g.edition, _slots_now())
    question = asked(_orders(HOST_ORDERS), show=HOST_GROUPS)
    chosen = HOST_GROUPS[question.chosen["show"]]
    return render_template(
        "desk/hosts.html",
        question=question,
        page=page_of(
            question,
            filter(chosen, lines),
            texts=lambda host: (host.name,),
            key=HOST_ORDERS[question.order],
        ),
        counts={name: sum(map(group, lines)) for name, group in HOST_GROUPS.items()},
    )


@blueprint.route("/visitors")
@auth.organiser
def visitors() -> ResponseReturnValue:
    """List who signed up, with what they said and what they have."""
    lines = placements.roster_of(db.session(), g.edition)
    question = asked(_orders(VISITOR_ORDERS), show=VISITOR_GROUPS)
    chosen = list(filter(VISITOR_GROUPS[question.chosen["show"]], lines))
    return render_template(
        "desk/visitors.html",
        question=question,
        page=page_of(
            question,
            chosen,
            texts=lambda line: (line.name, line.email, line.organisation_name),
            key=VISITOR_ORDERS[question.order],
        ),
        counts={name: sum(map(group, lines)) for name, group in VISITOR_GROUPS.items()},
        people=sum(line.seats for line in chosen),
        is_assigned=any(line.ranks for line in lines),
    )
