"""A small folder to import: two hosts, a service, three slots and two visitors."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain.importing import Fault
from opendeur.models import Base, Edition, Slot, Visitor

DEMO = Path(__file__).parent.parent / "demo"

FILES = {
    "edition.toml": """\
[edition]
slug = "small"
zones = ["zuid-oost"]
name_nl = "Het kleine bad"
name_fr = "Le petit bain"
starts_on = 2027-11-15
ends_on = 2027-11-19
phase = "preferences"
day_starts_at = 08:00:00
day_ends_at = 18:00:00
hosting_ends_at = 2027-08-31T18:00:00
preferences_end_at = 2027-09-28T12:00:00
results_on = 2027-10-05
seed = 7
objectives = ["placed", "welfare"]

[edition.rules]
max_preferences = 3
max_visits = 4
max_visits_per_day = 2
host_staff_weight = 1.2

[edition.travel]
overhead_minutes = 10
detour = 1.3
speed_km_per_hour = 15

[[edition.closed]]
starts_at = 2027-11-19T12:30:00
ends_at = 2027-11-19T18:00:00
reason_nl = "Slotmoment"
reason_fr = "Clôture"

[[edition.organisers]]
email = "ilse.baert@opendeur.example"
given_name = "Ilse"
family_name = "Baert"
language = "nl"
""",
    "organisations.csv": """\
organisation,name,host,sectors,street,postcode,latitude,longitude,phone,website,\
description_nl,description_fr,access_nl,access_fr,directions_nl,directions_fr,wheelchair,\
contact_email,contact_given_name,contact_family_name,contact_language
zavelput,Dagcentrum Zavelput,yes,ouderen,Zavelputstraat 3,1200,50.84758,4.4549,02 000 00 35,\
https://zavelput.example,"Koffie,
turnen.",,Gelijkvloers.,,,,yes,greet.maes@zavelput.example,Greet,Maes,nl
passerelle,La Passerelle,yes,ggz welzijn,Rue des Tilleuls 12,1040,50.82427,4.38902,,,,,,,,,,\
nadia.lambert@passerelle.example,Nadia,Lambert,fr
kastanje,Thuiszorg Kastanje,no,thuiszorg,,,,,,,,,,,,,,,,,
""",
    "visits.csv": """\
visit,organisation,title_nl,title_fr,description_nl,description_fr,audience
zavelput-1,zavelput,Een dag in huis,Une journée chez nous,,,
passerelle-1,passerelle,,Sans rendez-vous,,"Un accueil ""ouvert"".",thuiszorg ouderen
""",
    "slots.csv": """\
slot,visit,date,start,end,minimum,capacity,languages,state,street,postcode,latitude,longitude
zavelput-1-a,zavelput-1,2027-11-15,09:30,11:00,2,8,nl fr,open,,,,
zavelput-1-b,zavelput-1,2027-11-17,14:00,15:30,2,8,nl,open,Vijverdreef 1,1170,50.797,4.41
passerelle-1-a,passerelle-1,2027-11-16,10:00,11:30,3,6,fr,open,,,,
""",
    "visitors.csv": """\
visitor,email,given_name,family_name,language,organisation,sectors,languages,seats,max_visits,\
max_visits_per_day,speed_km_per_hour,busy,submitted
lotte,lotte@kastanje.example,Lotte,Vermeiren,nl,kastanje,thuiszorg,nl fr,1,2,,,\
2027-11-15T08:00/2027-11-15T12:30 2027-11-18T13:00/2027-11-18T14:00,yes
nour,nour@praktijk.example,Nour,Abbasi,fr,,eerstelijn,fr,2,,1,12,,no
""",
    "preferences.csv": """\
visitor,rank,visit
lotte,1,passerelle-1
lotte,2,zavelput-1
nour,1,zavelput-1
""",
}


def write_folder(folder: Path, **files: str) -> Path:
    """Write the small folder; `files` replaces contents, by the stem of the name."""
    folder.mkdir(exist_ok=True)
    for name, content in FILES.items():
        stem = name.partition(".")[0]
        (folder / name).write_text(files.get(stem, content), encoding="utf-8", newline="")
    return folder


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Put `new` in the one place of a file where `old` stands."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8", newline="")


def edition_of(session: Session) -> Edition:
    return session.scalars(select(Edition).where(Edition.slug == "small")).one()


def visitor_of(session: Session, reference: str = "lotte") -> Visitor:
    return session.scalars(select(Visitor).where(Visitor.reference == reference)).one()


def slot_of(session: Session, reference: str) -> Slot:
    return session.scalars(select(Slot).where(Slot.reference == reference)).one()


def shown(faults: tuple[Fault, ...] | list[Fault]) -> list[str]:
    """Return faults as the command line prints them."""
    return [str(fault) for fault in faults]


def table_sizes(session: Session) -> dict[str, int]:
    """Return how many rows every table has that has any; zones and such are left out."""
    facts = {"zone", "postcode", "sector"}
    return {name: size for name, size in _sizes(session) if size and name not in facts}


def _sizes(session: Session) -> Iterator[tuple[str, int]]:
    for table in Base.metadata.sorted_tables:
        yield table.name, len(session.execute(select(table)).all())
