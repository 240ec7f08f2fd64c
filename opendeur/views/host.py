"""What a host does: take part, say where and how to come in, see who is interested."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import auth, db, limits
from opendeur.domain import directory, offers, placements
from opendeur.domain.directory import OrganisationData
from opendeur.domain.offers import PracticalData
from opendeur.enums import Language, WheelchairAccess
from opendeur.errors import OpendeurError
from opendeur.forms.base import EmptyForm
from opendeur.forms.fields import options
from opendeur.forms.host import ContactForm, OrganisationForm, SearchForm, TakePartForm
from opendeur.i18n import language
from opendeur.models import Host
from opendeur.views.errors import status_of

blueprint = Blueprint("host", __name__)


@blueprint.route("/")
@auth.signed_in
def overview() -> ResponseReturnValue:
    """Show what a person's hosts offer, against what people want."""
    account = auth.require_account()
    mine = offers.hosts_of(db.session(), g.edition, account)
    return render_template(
        "host/overview.html",
        hosts=mine,
        waiting=offers.organisations_waiting(db.session(), g.edition, account),
        interest=placements.demand_of_hosts(db.session(), mine),
        coming=placements.coming(db.session(), g.edition, mine),
        can_change=g.edition.is_hosting(auth.now()),
    )


@blueprint.route("/take-part", methods=["GET", "POST"])
@auth.signed_in
def take_part() -> ResponseReturnValue:
    """Let an organisation of the directory take part, or look for it."""
    account = auth.require_account()
    form = TakePartForm()
    if form.validate_on_submit():
        organisation = directory.find(db.session(), form.organisation.data) or abort(404)
        host = offers.take_part(
            db.session(), g.edition, organisation, by=account, now=auth.now()
        )
        db.session().commit()
        flash(
            _("%(name)s takes part. Check what visitors need to know.", name=organisation.name)
        )
        return redirect(url_for(".organisation", host_id=host.id), code=303)
    search = SearchForm(request.args)
    found = directory.search(db.session(), search.q.data) if search.validate() else []
    return render_template(
        "host/take_part.html",
        mine=offers.organisations_waiting(db.session(), g.edition, account),
        search=search,
        found=found,
        most_found=limits.MOST_FOUND,
        can_change=g.edition.is_hosting(auth.now()),
    )


@blueprint.route("/register", methods=["GET", "POST"])
@auth.signed_in
def register() -> ResponseReturnValue:
    """Add an organisation that is not in the directory, and let it take part."""
    account = auth.require_account()
    form = _organisation_form(OrganisationForm())
    if request.method == "GET":
        form.name.data = request.args.get("name", "")[: limits.LONGEST_LINE]
        form.contact_name.data = f"{account.given_name} {account.family_name}".strip()
    if form.validate_on_submit():
        try:
            host = offers.register_host(
                db.session(),
                g.edition,
                _organisation_data(form),
                _practical_data(form),
                by=account,
                now=auth.now(),
            )
        except OpendeurError as error:
            form.attach(error)
            return render_template("host/register.html", form=form), status_of(error)
        db.session().commit()
        flash(_("%(name)s takes part. Now describe what you show.", name=form.name.data))
        return redirect(url_for(".visit_new", host_id=host.id), code=303)
    return render_template("host/register.html", form=form)


@blueprint.route("/<int:host_id>/organisation", methods=["GET", "POST"])
@auth.host
def organisation(host_id: int) -> ResponseReturnValue:
    """Show and change what a host says about itself."""
    host = _own_host(host_id)
    form = _organisation_form(_filled_in(host))
    if form.validate_on_submit():
        try:
            offers.change_host(
                db.session(),
                host,
                _organisation_data(form),
                _practical_data(form),
                now=auth.now(),
            )
        except OpendeurError as error:
            form.attach(error)
            page = render_template("host/organisation.html", form=form, host=host)
            return page, status_of(error)
        db.session().commit()
        flash(_("Saved."))
        return redirect(url_for(".overview"), code=303)
    return render_template("host/organisation.html", form=form, host=host)


@blueprint.route("/<int:host_id>/contacts", methods=["GET", "POST"])
@auth.host
def contacts(host_id: int) -> ResponseReturnValue:
    """Show who speaks for a host, and add somebody."""
    host = _own_host(host_id)
    account = auth.require_account()
    form = ContactForm()
    status = 200
    if form.validate_on_submit():
        try:
            offers.add_contact(
                db.session(),
                host.organisation,
                form.email.data,
                by=account,
                replacing=form.replacing.data,
                language=Language(account.language),
                now=auth.now(),
            )
        except OpendeurError as error:
            form.attach(error)
            status = status_of(error)
        else:
            db.session().commit()
            flash(_("%(email)s is a contact now and can sign in.", email=form.email.data))
            return _after_contacts(host_id, still_mine=not form.replacing.data)
    page = render_template("host/contacts.html", form=form, host=host, remove_form=EmptyForm())
    return page, status


@blueprint.route("/<int:host_id>/contacts/<int:contact_id>/remove", methods=["POST"])
@auth.host
def contact_remove(host_id: int, contact_id: int) -> ResponseReturnValue:
    """Stop somebody from speaking for a host."""
    host = _own_host(host_id)
    removed = offers.remove_contact(db.session(), host.organisation, contact_id) or abort(404)
    db.session().commit()
    flash(_("%(email)s is no longer a contact.", email=removed.account.email))
    still_mine = removed.account_id != auth.require_account().id
    return _after_contacts(host_id, still_mine=still_mine)


@blueprint.route("/<int:host_id>/who-comes")
@auth.host
def who_comes(host_id: int) -> ResponseReturnValue:
    """Show who comes and when; before publication, in numbers only."""
    host = _own_host(host_id)
    return render_template(
        "host/who_comes.html",
        host=host,
        moments=sorted(
            (slot for visit in host.visits for slot in visit.slots),
            key=lambda slot: (slot.starts_at, slot.id),
        ),
        interest=placements.demand_of_hosts(db.session(), [host])[host.id],
        coming=placements.coming(db.session(), g.edition, [host]),
    )


def _own_host(host_id: int) -> Host:
    return offers.find_host(db.session(), g.edition, auth.require_account(), host_id) or abort(
        404
    )


def _after_contacts(host_id: int, *, still_mine: bool) -> ResponseReturnValue:
    if still_mine:
        return redirect(url_for(".contacts", host_id=host_id), code=303)
    return redirect(url_for(".overview"), code=303)


def _organisation_form(form: OrganisationForm) -> OrganisationForm:
    session = db.session()
    form.postcode.choices = options(
        [
            ("", _("Choose")),
            *(
                (place.code, f"{place.code} {place.name(language())}")
                for place in directory.postcodes(session)
            ),
        ]
    )
    form.sectors.choices = options(
        (sector.code, sector.name(language())) for sector in directory.sectors(session)
    )
    return form


def _filled_in(host: Host) -> OrganisationForm:
    found = host.organisation
    return OrganisationForm(
        data={
            "name": found.name,
            "street": found.street,
            "postcode": found.postcode_code or "",
            "sectors": [sector.code for sector in found.sectors],
            "phone": found.phone,
            "website": found.website,
            "description_nl": found.description_nl,
            "description_fr": found.description_fr,
            "wheelchair": host.wheelchair or "",
            "contact_name": host.contact_name,
            "contact_phone": host.contact_phone,
            "access_nl": host.access_nl,
            "access_fr": host.access_fr,
            "directions_nl": host.directions_nl,
            "directions_fr": host.directions_fr,
        },
    )


def _organisation_data(form: OrganisationForm) -> OrganisationData:
    return OrganisationData(
        name=form.name.data,
        street=form.street.data,
        postcode=form.postcode.data,
        sectors=frozenset(form.sectors.data),
        phone=form.phone.data,
        website=form.website.data,
        description_nl=form.description_nl.data,
        description_fr=form.description_fr.data,
    )


def _practical_data(form: OrganisationForm) -> PracticalData:
    return PracticalData(
        contact_name=form.contact_name.data,
        contact_phone=form.contact_phone.data,
        wheelchair=WheelchairAccess(form.wheelchair.data) if form.wheelchair.data else None,
        access_nl=form.access_nl.data,
        access_fr=form.access_fr.data,
        directions_nl=form.directions_nl.data,
        directions_fr=form.directions_fr.data,
    )
