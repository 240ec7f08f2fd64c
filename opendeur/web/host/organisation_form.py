"""The form of an organisation, filled in and read."""

from dataclasses import asdict

from flask_babel import gettext as _

from opendeur import db
from opendeur.domain import directory
from opendeur.domain.directory import OrganisationData
from opendeur.domain.offers import PracticalData
from opendeur.enums import WheelchairAccess
from opendeur.models import Host
from opendeur.web.forms.fields import options
from opendeur.web.forms.host import OrganisationForm
from opendeur.web.i18n import language


def with_choices(form: OrganisationForm) -> OrganisationForm:
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


def filled_in(host: Host) -> OrganisationForm:
    known = asdict(known_organisation(host)) | asdict(known_practical(host))
    known["sectors"] = sorted(known["sectors"])
    known["wheelchair"] = host.wheelchair or ""
    return OrganisationForm(data=known)


def known_organisation(host: Host) -> OrganisationData:
    """Return what an organisation says about itself as it stands."""
    found = host.organisation
    return OrganisationData(
        name=found.name,
        street=found.street,
        postcode=found.postcode_code or "",
        sectors=frozenset(sector.code for sector in found.sectors),
        phone=found.phone,
        website=found.website,
        description_nl=found.description_nl,
        description_fr=found.description_fr,
    )


def known_practical(host: Host) -> PracticalData:
    """Return what visitors need to know of a host as it stands."""
    return PracticalData(
        contact_name=host.contact_name,
        contact_phone=host.contact_phone,
        wheelchair=host.wheelchair,
        access_nl=host.access_nl,
        access_fr=host.access_fr,
        directions_nl=host.directions_nl,
        directions_fr=host.directions_fr,
    )


def wheelchair_of(chosen: str) -> WheelchairAccess | None:
    return WheelchairAccess(chosen) if chosen else None


def organisation_data(form: OrganisationForm) -> OrganisationData:
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


def practical_data(form: OrganisationForm) -> PracticalData:
    return PracticalData(
        contact_name=form.contact_name.data,
        contact_phone=form.contact_phone.data,
        wheelchair=wheelchair_of(form.wheelchair.data),
        access_nl=form.access_nl.data,
        access_fr=form.access_fr.data,
        directions_nl=form.directions_nl.data,
        directions_fr=form.directions_fr.data,
    )
