"""How an edition stands, and what asks for action."""

from datetime import datetime
from math import ceil

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from opendeur import db
from opendeur.domain import inbox, invitations, mail, placements, preferences
from opendeur.enums import FeedRole, MessageState
from opendeur.web import auth
from opendeur.web.calendars import block, change
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import demand
from opendeur.web.request import now

#: How many groups the overview shows before it links to all of them.
SHORT_LIST = 8


@blueprint.route("/")
@auth.organiser
def overview() -> ResponseReturnValue:
    """Show how the edition stands: before everybody's week is known by what people ask for,
    afterwards by what they got and answered."""
    messages = mail.count_messages(db.session(), g.edition)
    lost = messages.get(MessageState.FAILED, 0), messages.get(MessageState.UNCERTAIN, 0)
    common = {
        "drafts": messages.get(MessageState.DRAFT, 0),
        "failed": lost[0],
        "uncertain": lost[1],
        "waiting": inbox.count_waiting(db.session(), g.edition),
        "outage": mail.outage(db.session()),
    }
    if g.edition.shows_results:
        groups = preferences.groups_of_edition(db.session(), g.edition)
        running = [group for group in groups if group.people]
        watched = sorted(
            (
                group
                for group in running
                if group.people <= group.minimum and group.starts_at > now()
            ),
            key=lambda group: (group.people - group.minimum, group.starts_at),
        )
        return render_template(
            "desk/overview_after.html",
            running=running,
            total=len(groups),
            thin=[group for group in running if group.is_undecided and group.starts_at > now()],
            watched=watched[:SHORT_LIST],
            held=placements.seats_held_by_slot(db.session(), g.edition),
            answers=invitations.answers_of(db.session(), g.edition),
            days_to_go=days_left(g.edition.at(g.edition.starts_on, g.edition.day_starts_at)),
            calendar=block(FeedRole.ORGANISER, url_for(".calendar_address")),
            **common,
        )
    survey = demand()
    hosts = preferences.hosts_of_edition(db.session(), g.edition, survey.slots)
    return render_template(
        "desk/overview.html",
        survey=survey,
        hosts=hosts,
        offers_nothing=sum(not host.slots for host in hosts),
        asked_by_nobody=sum(bool(host.slots) and not host.people for host in hosts),
        days_left=days_left(g.edition.preferences_end_at),
        hosting_left=days_left(g.edition.hosting_ends_at),
        **common,
    )


@blueprint.route("/calendar", methods=["POST"])
@auth.organiser
def calendar_address() -> ResponseReturnValue:
    """Make or end the address at which a calendar reads all groups."""
    return change(FeedRole.ORGANISER, back=url_for(".overview"))


def days_left(deadline: datetime) -> int:
    """Return how many days are left, the last one as a whole; 0 where it is over."""
    return max(0, ceil((deadline - now()).total_seconds() / 86_400))
