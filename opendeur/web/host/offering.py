"""A new visit in one form: the organisation on a card, what it shows, and when."""

from dataclasses import replace

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import offers
from opendeur.errors import OpendeurError
from opendeur.models import Host, Visit
from opendeur.web import auth
from opendeur.web.attempts import attempt
from opendeur.web.forms.fields import options
from opendeur.web.forms.offer import OfferForm, first_language
from opendeur.web.host import moments
from opendeur.web.host.blueprint import blueprint
from opendeur.web.host.finding import own_host, to_overview
from opendeur.web.host.organisation_form import (
    known_organisation,
    known_practical,
    wheelchair_of,
)
from opendeur.web.host.visits import visit_data, with_sectors
from opendeur.web.i18n import language
from opendeur.web.request import now

#: What the fields of the card are called in the domain.
CARD_FIELDS = {"street": "host_street", "postcode": "host_postcode"}


@blueprint.route("/<int:host_id>/visits/new", methods=["GET", "POST"])
@auth.host
def visit_new(host_id: int) -> ResponseReturnValue:
    """Offer a visit: say what it shows and when, and publish it or keep it as a draft."""
    host = own_host(host_id, with_offer=True)
    form = OfferForm(data=_proposal(host))
    with_sectors(form)
    moments.fill_lists(form)
    form.host_postcode.choices = [*options([("", _("Choose"))]), *form.postcode.choices[1:]]
    if form.is_submitted():
        form.validate()
        if form.has_moments:
            moments.attach_faults(form, moments.typed_days(form))
        if not form.problems:
            with attempt(form):
                visit = _offer(host, form)
                db.session().commit()
                return to_overview(
                    visit,
                    _("Saved as a draft. Only you see it, until you publish it.")
                    if form.keep.data
                    else _("Your visit is in the programme."),
                )
    page = render_template(
        "host/offer.html",
        form=form,
        host=host,
        first_language=first_language(),
        can_change=g.edition.is_hosting(now()),
    )
    return page, form.status


def _offer(host: Host, form: OfferForm) -> Visit:
    session, at = db.session(), now()
    _change_card(host, form)
    visit = offers.add_visit(session, host, visit_data(form), now=at)
    days = moments.typed_days(form)
    if days:
        offers.add_slots(
            session,
            visit,
            days,
            moments.pattern(form),
            anyway=form.anyway.data,
            language=language(),
            now=at,
        )
    if not form.keep.data:
        offers.publish_visit(session, visit, now=at)
    return visit


def _change_card(host: Host, form: OfferForm) -> None:
    organisation = replace(
        known_organisation(host),
        street=form.host_street.data,
        postcode=form.host_postcode.data,
    )
    practical = replace(
        known_practical(host),
        contact_name=form.contact_name.data,
        contact_phone=form.contact_phone.data,
        wheelchair=wheelchair_of(form.wheelchair.data),
    )
    if (organisation, practical) == (known_organisation(host), known_practical(host)):
        return
    try:
        offers.change_host(db.session(), host, organisation, practical, now=now())
    except OpendeurError as error:
        error.field = CARD_FIELDS.get(error.field or "", error.field)
        raise


def _proposal(host: Host) -> dict[str, object]:
    """Return what is known: the card, and the pattern of the moment that was added last."""
    organisation = host.organisation
    slots = [slot for visit in host.visits for slot in visit.slots]
    return {
        "contact_name": host.contact_name,
        "contact_phone": host.contact_phone,
        "host_street": organisation.street,
        "host_postcode": organisation.postcode_code or "",
        "wheelchair": host.wheelchair or "",
        **moments.proposal(slots, languages=[first_language()]),
    }
