"""Write organisations, their part in the edition, their visits and slots."""

from opendeur.domain.importing.applying import Import, assign
from opendeur.domain.importing.people import Person
from opendeur.domain.importing.records import OrganisationRecord, SlotRecord, VisitRecord
from opendeur.models import Contact, Edition, Host, Organisation, Slot, Visit


def write_organisations(job: Import, edition: Edition) -> dict[str, Host]:
    """Write ``organisations.csv``; return the edition's hosts by reference."""
    hosts: dict[str, Host] = dict(job.current.hosts)
    job.organisations |= job.current.organisations
    offering = {visit.organisation for visit in job.folder.visits}
    for record in job.folder.organisations:
        known = job.current.organisations.get(record.reference)
        organisation = known or Organisation(
            reference=record.reference, created_at=job.now, **record.attributes
        )
        if known is None:
            job.session.add(organisation)
            job.organisations[record.reference] = organisation
        is_changed = any(
            [
                assign(organisation, record.attributes),
                assign(organisation, {"sectors": job.sectors(record.sectors)}),
                record.contact is not None
                and _write_contact(job, organisation, record.contact),
                _write_host(
                    job,
                    edition,
                    organisation,
                    record,
                    hosts,
                    offers=record.reference in offering,
                ),
            ]
        )
        job.summary.organisations.add(is_new=known is None, is_changed=is_changed)
    job.session.flush()
    job.summary.organisations.kept = len(hosts.keys() - job.folder.organisations.found.keys())
    return hosts


def _write_contact(job: Import, organisation: Organisation, person: Person) -> bool:
    account = job.accounts[person.email]
    if not any(contact.account is account for contact in organisation.contacts):
        organisation.contacts.append(Contact(account=account))
        return True
    return person.email in job.changed_people


def _write_host(
    job: Import,
    edition: Edition,
    organisation: Organisation,
    record: OrganisationRecord,
    hosts: dict[str, Host],
    *,
    offers: bool,
) -> bool:
    host = hosts.get(record.reference)
    if not record.is_host:
        if host is None:
            return False
        job.session.delete(hosts.pop(record.reference))
        return True
    if host is not None:
        return assign(host, record.host_attributes)
    contact = record.contact
    host = Host(
        edition=edition,
        organisation=organisation,
        # A visit in the file was offered by somebody; without one, a contact is still asked.
        confirmed_at=job.now if offers else None,
        contact_name=f"{contact.given_name} {contact.family_name}".strip() if contact else "",
        contact_phone=organisation.phone,
        **record.host_attributes,
    )
    job.session.add(host)
    hosts[record.reference] = host
    return True


def write_visits(job: Import, hosts: dict[str, Host]) -> dict[str, Visit]:
    """Write ``visits.csv``; return its visits by reference. New ones are in the programme."""
    known = {
        (organisation, visit.reference): visit
        for organisation, host in job.current.hosts.items()
        for visit in host.visits
    }
    visits = {}
    for record in job.folder.visits:
        found = known.pop((record.organisation, record.reference), None)
        visit = found or _new_visit(job, hosts[record.organisation], record)
        is_changed = any(
            [
                assign(visit, record.attributes),
                assign(visit, {"audience": job.sectors(record.audience)}),
            ]
        )
        job.summary.visits.add(is_new=found is None, is_changed=is_changed)
        visits[record.reference] = visit
    job.session.flush()
    job.summary.visits.kept = len(known)
    return visits


def _new_visit(job: Import, host: Host, record: VisitRecord) -> Visit:
    visit = Visit(
        host=host, reference=record.reference, published_at=job.now, **record.attributes
    )
    job.session.add(visit)
    return visit


def write_slots(job: Import, visits: dict[str, Visit]) -> None:
    """Write ``slots.csv``."""
    known = {(slot.visit_id, slot.reference): slot for slot in job.current.slots()}
    for record in job.folder.slots:
        visit = visits[record.visit]
        slot = known.pop((visit.id, record.reference), None)
        is_new = slot is None
        is_changed = slot is not None and assign(slot, record.attributes)
        if is_new:
            job.session.add(_new_slot(visit, record))
        job.summary.slots.add(is_new=is_new, is_changed=is_changed)
    job.session.flush()
    job.summary.slots.kept = len(known)


def _new_slot(visit: Visit, record: SlotRecord) -> Slot:
    return Slot(visit=visit, reference=record.reference, **record.attributes)
