"""Drafts of invitations: read by kind, tried on oneself, and sent."""

from collections import Counter

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from opendeur import db, jobs
from opendeur.domain import invitations
from opendeur.domain.invitations import DraftLine
from opendeur.domain.searching import folded
from opendeur.enums import NOTHING_KINDS, InvitationRole, MessageKind, MessageState
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.desk.blueprint import blueprint
from opendeur.web.desk.finding import find_message
from opendeur.web.desk.listing import asked, page_of
from opendeur.web.forms.desk import SendForm
from opendeur.web.request import now, settings

ORDERS = {
    "to": lambda line: (folded(line.to), line.id),
    "as": lambda line: (line.role, folded(line.to)),
    "what": lambda line: (line.kind, folded(line.to)),
    "when": lambda line: (line.starts_at is None, str(line.starts_at or ""), folded(line.to)),
    "host": lambda line: (folded(line.host_name), folded(line.to)),
}


@blueprint.route("/invitations")
@auth.organiser
def drafts() -> ResponseReturnValue:
    """Show the drafts by kind with the first one beside, and offer to send them all."""
    return _drafts_page()


@blueprint.route("/invitations/<int:message_id>")
@auth.organiser
def draft(message_id: int) -> ResponseReturnValue:
    """Show the drafts by kind with this one beside, as it would be sent now."""
    found = find_message(message_id)
    if found.state is not MessageState.DRAFT:
        return redirect(url_for("desk.message", message_id=message_id), code=303)
    return _drafts_page(message_id=message_id)


def _drafts_page(form: SendForm | None = None, message_id: int | None = None) -> str:
    lines = invitations.draft_lines(db.session(), g.edition)
    kinds = Counter(line.kind for line in lines)
    fresh = SendForm(
        formdata=None,
        data={
            "new": sum(kinds[kind] for kind in (MessageKind.NEW, *NOTHING_KINDS)),
            "changed": kinds[MessageKind.CHANGED],
            "cancelled": kinds[MessageKind.CANCELLED],
        },
    )
    if not lines:
        return render_template("desk/drafts.html", lines=lines, form=form)
    current = next((line for line in lines if line.id == message_id), lines[0])
    alike = [line for line in lines if line.group == current.group]
    position = alike.index(current)
    letter = invitations.preview(
        db.session(), find_message(current.id), settings=settings(), now=now()
    )
    return render_template(
        "desk/drafts.html",
        lines=lines,
        piles=_piles(lines),
        people=_addresses(lines, InvitationRole.VISITOR),
        hosts=_addresses(lines, InvitationRole.HOST),
        current=current,
        position=position + 1,
        alike=len(alike),
        earlier=alike[position - 1].id if position else None,
        later=alike[position + 1].id if position + 1 < len(alike) else None,
        letter=letter,
        form=form or fresh,
        send_form=fresh,
    )


def _piles(
    lines: list[DraftLine],
) -> dict[InvitationRole, list[tuple[MessageKind, int, int]]]:
    """Return kind, how many, and the first of each, by whom they are for."""
    counts = Counter(line.group for line in lines)
    firsts: dict[tuple[InvitationRole, MessageKind], int] = {}
    for line in lines:
        firsts.setdefault(line.group, line.id)
    piles: dict[InvitationRole, list[tuple[MessageKind, int, int]]] = {}
    for (role, kind), first in firsts.items():
        piles.setdefault(role, []).append((kind, counts[role, kind], first))
    return piles


def _addresses(lines: list[DraftLine], role: InvitationRole) -> int:
    return len({line.to_address for line in lines if line.role is role})


@blueprint.route("/invitations/all")
@auth.organiser
def draft_list() -> ResponseReturnValue:
    """List the drafts by whom they are for."""
    question = asked(dict.fromkeys(ORDERS, False))
    lines = invitations.draft_lines(db.session(), g.edition)
    return render_template(
        "desk/draft_list.html",
        question=question,
        page=page_of(
            question,
            lines,
            texts=lambda line: (line.to_name, line.to_address, line.host_name),
            key=ORDERS[question.order],
        ),
        total=len(lines),
    )


@blueprint.route("/invitations", methods=["POST"])
@auth.organiser
def send() -> ResponseReturnValue:
    """Queue the drafts that the organiser saw; a second press finds none of them."""
    form = SendForm()
    if not form.validate():
        return _drafts_page(form), 422
    with attempt(form):
        count = invitations.queue_drafts(
            db.session(), g.edition, expected=form.counts, now=now()
        )
        db.session().commit()
        jobs.of_app().wake_passing()
        flash(
            ngettext(
                "%(num)s message is on its way.", "%(num)s messages are on their way.", count
            )
        )
        return redirect(url_for("desk.messages"), code=303)
    return _drafts_page(form), form.status


@blueprint.route("/invitations/<int:message_id>/example", methods=["POST"])
@auth.organiser
def send_example(message_id: int) -> ResponseReturnValue:
    """Send a draft to the organiser who asks, as an example; the draft stays what it is."""
    account = auth.require_account()
    found = find_message(message_id)
    if found.state is not MessageState.DRAFT:
        return redirect(url_for("desk.message", message_id=message_id), code=303)
    with attempt():
        invitations.queue_example(
            db.session(), found, to=account, settings=settings(), now=now()
        )
        db.session().commit()
        jobs.of_app().wake_messages()
        flash(_("An example is on its way to %(address)s.", address=account.email))
    return redirect(url_for("desk.draft", message_id=message_id), code=303)


@blueprint.route("/invitations/again", methods=["POST"])
@auth.organiser
def draft_again() -> ResponseReturnValue:
    """Compare what people were told with what holds now, and draft what they must know."""
    found = invitations.draft(db.session(), g.edition, now=now())
    db.session().commit()
    if not found.total:
        flash(_("Nothing changed: everybody was told what holds now."))
    return redirect(url_for("desk.drafts"), code=303)
