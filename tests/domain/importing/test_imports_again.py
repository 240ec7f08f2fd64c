"""Importing a folder again: rows change, and what the files cannot say stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.domain.importing import Count, ImportRefused, ImportSummary, import_folder
from opendeur.enums import EditionPhase, Language, PlacementState
from opendeur.models import (
    Account,
    Contact,
    LoginSession,
    Organisation,
    Placement,
    Preference,
    Visit,
    Visitor,
)
from tests.factories import make_account, make_host, make_visit
from tests.folders import (
    edition_of,
    replace,
    slot_of,
    table_sizes,
    visitor_of,
    write_folder,
)

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "small")


def ranking(session: Session, reference: str) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Preference.rank, Visit.reference)
        .join(Visit, Visit.id == Preference.visit_id)
        .join(Visitor, Visitor.id == Preference.visitor_id)
        .where(Visitor.reference == reference)
        .order_by(Preference.rank)
    )
    return [(rank, visit) for rank, visit in rows]


def test_a_changed_row_is_updated_alone(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()
    replace(folder, "slots.csv", "2,8,nl fr", "2,10,nl fr")
    replace(folder, "organisations.csv", "Gelijkvloers.", "Bel aan.")
    replace(folder, "visits.csv", "thuiszorg ouderen", "ouderen")
    replace(folder, "edition.toml", '"Slotmoment"', '"Slotfeest"')

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary == ImportSummary(
        edition=Count(updated=1),
        organisations=Count(updated=1, unchanged=2),
        visits=Count(updated=1, unchanged=1),
        slots=Count(updated=1, unchanged=2),
        visitors=Count(unchanged=2),
        preferences=Count(unchanged=3),
    )
    assert str(summary) == (
        "edition 1 updated; organisations 1 updated, 2 unchanged; visits 1 updated, 1 "
        "unchanged; slots 1 updated, 2 unchanged; visitors 2 unchanged; preferences 3 unchanged"
    )
    assert slot_of(session, "zavelput-1-a").capacity == 10


def test_rows_that_the_files_no_longer_name_are_kept(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()
    before = table_sizes(session)
    for file in ("organisations", "visits", "slots", "visitors", "preferences"):
        path = folder / f"{file}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(header + "\n", encoding="utf-8")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary == ImportSummary(
        edition=Count(unchanged=1),
        organisations=Count(kept=2),
        visits=Count(kept=2),
        slots=Count(kept=3),
        visitors=Count(kept=2),
        preferences=Count(kept=3),
    )
    assert table_sizes(session) == before


def test_what_the_site_decided_since_stays(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    edition_of(session).phase = EditionPhase.PUBLISHED
    slot = slot_of(session, "zavelput-1-a")
    slot.visit.withdrawn_at = LATER
    slot.visit.host.confirmed_at = LATER
    placement = Placement(visitor=visitor_of(session), slot=slot, created_at=LATER)
    session.add(placement)
    session.commit()

    summary = import_folder(session, folder, now=LATER)
    session.commit()
    session.expire_all()

    assert summary.total == Count(unchanged=14)
    assert edition_of(session).phase is EditionPhase.PUBLISHED
    assert (slot.visit.withdrawn_at, slot.visit.host.confirmed_at) == (LATER, LATER)
    assert placement.state is PlacementState.PLACED


def test_what_hosts_added_on_the_site_stays(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    added = make_visit(session, make_host(session, edition_of(session)))
    organisation = session.scalars(
        select(Organisation).where(Organisation.reference == "zavelput")
    ).one()
    organisation.contacts.append(Contact(account=make_account(session)))
    session.commit()

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.total == Count(unchanged=14, kept=2)
    assert session.get(Visit, added.id) is added
    assert len(organisation.contacts) == 2


def test_a_new_contact_joins_the_old_one(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    replace(folder, "organisations.csv", "greet.maes@zavelput", "onthaal@zavelput")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    contacts = session.scalars(
        select(Account.email)
        .join(Contact)
        .join(Organisation)
        .where(Organisation.reference == "zavelput")
    )
    assert summary.organisations == Count(updated=1, unchanged=2)
    assert sorted(contacts) == ["greet.maes@zavelput.example", "onthaal@zavelput.example"]


def test_a_list_of_preferences_is_replaced_as_a_whole(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()
    write_folder(folder, preferences="visitor,rank,visit\nlotte,1,zavelput-1\n")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.preferences == Count(updated=1, removed=1, kept=1)
    assert ranking(session, "lotte") == [(1, "zavelput-1")]
    assert ranking(session, "nour") == [(1, "zavelput-1")]
    assert visitor_of(session, "lotte").changed_at == LATER
    assert visitor_of(session, "nour").changed_at == NOW


def test_preferences_can_change_places(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    session.commit()
    rows = "lotte,2,passerelle-1\nlotte,1,zavelput-1\n"
    write_folder(folder, preferences=f"visitor,rank,visit\n{rows}")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.preferences == Count(updated=2, kept=1)
    assert ranking(session, "lotte") == [(1, "zavelput-1"), (2, "passerelle-1")]


def test_a_name_is_mended_until_the_person_signs_in(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    nour, lotte = visitor_of(session, "nour").account, visitor_of(session).account
    session.add(LoginSession(account=lotte, token_hash=b"0" * 32, created_at=NOW, seen_at=NOW))
    session.commit()
    replace(folder, "visitors.csv", "Nour,Abbasi,fr", "Noor,Abbasi,nl")
    replace(folder, "visitors.csv", "Lotte,Vermeiren,nl", "Charlotte,Vermeiren,fr")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.visitors == Count(updated=1, unchanged=1)
    assert (nour.given_name, nour.language) == ("Noor", Language.NL)
    assert (lotte.given_name, lotte.language) == ("Lotte", Language.NL)


def test_a_visitor_of_the_site_is_known_by_address(session: Session, folder: Path) -> None:
    import_folder(session, folder, now=NOW)
    visitor = visitor_of(session)
    visitor.reference = None
    session.commit()

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.visitors == Count(updated=1, unchanged=1)
    assert visitor_of(session).id == visitor.id


def test_an_organisation_without_visits_can_stop_hosting(
    session: Session, folder: Path
) -> None:
    replace(folder, "organisations.csv", "Kastanje,no", "Kastanje,yes")
    import_folder(session, folder, now=NOW)
    session.commit()
    replace(folder, "organisations.csv", "Kastanje,yes", "Kastanje,no")

    summary = import_folder(session, folder, now=LATER)
    session.commit()

    assert summary.organisations == Count(updated=1, unchanged=2)
    assert table_sizes(session)["host"] == 2


def test_a_refusal_leaves_the_session_as_it_was(session: Session, folder: Path) -> None:
    replace(folder, "preferences.csv", "nour,1", "nour,2")

    with pytest.raises(ImportRefused):
        import_folder(session, folder, now=NOW)

    assert (list(session.new), list(session.dirty), list(session.deleted)) == ([], [], [])
    session.commit()
    assert table_sizes(session) == {}
