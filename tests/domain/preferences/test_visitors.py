from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from opendeur.domain import editions, mail, preferences
from opendeur.domain.preferences import Introduction
from opendeur.enums import EditionPhase
from opendeur.errors import InvalidInput, TooLate
from opendeur.models import Organisation, Visitor
from tests.domain.invited import SETTINGS
from tests.factories import (
    MONDAY,
    NOW,
    local,
    make_account,
    make_edition,
    make_organisation,
    make_visitor,
)

LOTTE = Introduction(
    given_name="Lotte",
    family_name="Vermeiren",
    languages=frozenset({"nl", "fr"}),
    sectors=frozenset({"ggz", "thuiszorg"}),
)


def periods_of(visitor):
    return [(busy.starts_at, busy.ends_at) for busy in visitor.busy_periods]


def test_introducing_oneself_makes_a_visitor_who_has_not_submitted(session):
    edition, account = make_edition(session), make_account(session, given_name="")

    visitor = preferences.introduce(session, edition, account, LOTTE, now=NOW)

    assert (visitor.edition, visitor.account) == (edition, account)
    assert (visitor.organisation, visitor.seats, visitor.submitted_at) == (None, 1, None)
    assert visitor.languages == {"nl", "fr"}
    assert {sector.code for sector in visitor.sectors} == {"ggz", "thuiszorg"}
    assert account.name == "Lotte Vermeiren"


def test_introducing_oneself_again_changes_the_same_visitor(session):
    edition, account = make_edition(session), make_account(session)
    first = preferences.introduce(session, edition, account, LOTTE, now=NOW)
    later = NOW + timedelta(hours=1)

    second = preferences.introduce(
        session,
        edition,
        account,
        replace(LOTTE, seats=2, sectors=frozenset({"jeugd"})),
        now=later,
    )

    assert (second.id, second.seats, second.registered_at) == (first.id, 2, NOW)
    assert [sector.code for sector in second.sectors] == ["jeugd"]
    assert second.changed_at == later
    assert session.scalars(select(Visitor)).all() == [first]


def test_an_organisation_of_the_directory_gives_its_sectors_to_who_ticks_none(session):
    organisation = make_organisation(session, sectors=("ouderen", "mantelzorg"))
    who = replace(LOTTE, organisation_id=organisation.id, sectors=frozenset())

    visitor = preferences.introduce(
        session, make_edition(session), make_account(session), who, now=NOW
    )

    assert visitor.organisation == organisation
    assert [sector.code for sector in visitor.sectors] == ["ouderen", "mantelzorg"]


def test_a_name_that_is_not_listed_goes_into_the_directory(session):
    who = replace(LOTTE, organisation_name="Huis Écluse")

    visitor = preferences.introduce(
        session, make_edition(session), make_account(session), who, now=NOW
    )

    assert visitor.organisation is not None
    assert visitor.organisation.name == "Huis Écluse"
    assert [sector.code for sector in visitor.organisation.sectors] == ["thuiszorg", "ggz"]
    assert session.scalars(select(Organisation)).all() == [visitor.organisation]


def test_a_name_that_is_listed_in_other_case_does_not_double_the_directory(session):
    organisation = make_organisation(session, name="Huis Écluse")
    who = replace(LOTTE, organisation_name="HUIS  ECLUSE")

    visitor = preferences.introduce(
        session, make_edition(session), make_account(session), who, now=NOW
    )

    assert visitor.organisation == organisation
    assert session.scalars(select(Organisation)).all() == [organisation]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"languages": frozenset()}, "languages"),
        ({"languages": frozenset({"xx"})}, "languages"),
        ({"sectors": frozenset()}, "sectors"),
        ({"sectors": frozenset({"astrology"})}, "sectors"),
        ({"organisation_id": 999_999_999_999_999_999_999}, "organisation"),
        ({"seats": 0}, "seats"),
        ({"seats": 4}, "seats"),
    ],
)
def test_an_introduction_that_cannot_be_used_is_refused(session, change, field):
    edition = make_edition(session, max_same_organisation_per_slot=3)

    with pytest.raises(InvalidInput) as refusal:
        preferences.introduce(
            session, edition, make_account(session), replace(LOTTE, **change), now=NOW
        )

    assert refusal.value.field == field
    assert session.scalars(select(Visitor)).all() == []


@pytest.mark.parametrize(
    "values",
    [
        {"phase": EditionPhase.PROGRAMME},
        {"phase": EditionPhase.ASSIGNMENT},
        {"preferences_end_at": NOW},
    ],
)
def test_nobody_registers_outside_the_time_for_preferences(session, values):
    with pytest.raises(TooLate):
        preferences.introduce(
            session, make_edition(session, **values), make_account(session), LOTTE, now=NOW
        )


def test_limits_replace_half_days_and_keep_imported_periods(session):
    meeting = (local(2, "10:00"), local(2, "11:00"))
    monday = (local(0, "8:00"), local(0, "12:30"))
    visitor = make_visitor(session, make_edition(session), busy=[monday, meeting])
    friday = MONDAY + timedelta(days=4)

    preferences.set_limits(
        session, visitor, busy={f"{friday}-afternoon"}, max_visits=2, now=NOW
    )

    assert periods_of(visitor) == [meeting, (local(4, "12:30"), local(4, "18:00"))]
    assert preferences.most_visits(visitor) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"busy": {"2020-01-01-morning"}}, "half_days"),
        ({"busy": {"<script>"}}, "half_days"),
        ({"max_visits": 0}, "max_visits"),
        ({"max_visits": 5}, "max_visits"),
    ],
)
def test_limits_that_cannot_be_used_are_refused_and_change_nothing(session, values, field):
    visitor = make_visitor(session, make_edition(session, max_visits=4))

    with pytest.raises(InvalidInput) as refusal:
        preferences.set_limits(
            session, visitor, **{"busy": set(), "max_visits": 1, **values}, now=NOW
        )

    assert refusal.value.field == field
    assert (visitor.max_visits, visitor.busy_periods) == (None, [])


def test_limits_are_refused_from_the_deadline_on(session):
    edition = make_edition(session)
    visitor = make_visitor(session, edition)

    with pytest.raises(TooLate):
        preferences.set_limits(
            session, visitor, busy=set(), max_visits=1, now=edition.preferences_end_at
        )


def test_an_imported_maximum_above_the_rule_counts_as_the_rule(session):
    visitor = make_visitor(session, make_edition(session, max_visits=3), max_visits=9)

    assert preferences.most_visits(visitor) == 3


def test_longest_names_fit_where_a_message_keeps_them(session):
    edition = make_edition(session)
    account = make_account(session, given_name="x" * 100, family_name="y" * 100)
    visitor = make_visitor(session, edition, account=account)

    message = mail.queue_receipt(session, visitor, settings=SETTINGS, now=NOW)

    assert len(message.to_name) == 200


def test_limits_go_as_far_as_the_whole_week_and_all_that_the_edition_gives(session):
    edition = make_edition(session, max_visits=4)
    visitor = make_visitor(session, edition)
    week = editions.half_days_of(edition)

    preferences.set_limits(
        session, visitor, busy={half.key for half in week}, max_visits=4, now=NOW
    )

    assert periods_of(visitor) == [(half.starts_at, half.ends_at) for half in week]
    assert preferences.most_visits(visitor) == 4


def test_what_somebody_said_last_is_remembered_in_the_next_edition(session):
    account = make_account(session)
    now, before = make_edition(session), make_edition(session)
    latest = make_visitor(session, now, account=account, changed_at=NOW)
    make_visitor(session, before, account=account, changed_at=NOW - timedelta(days=300))
    make_visitor(session, before, changed_at=NOW + timedelta(days=1))

    assert preferences.last_introduction(session, account) is latest
    assert preferences.last_introduction(session, make_account(session)) is None


def test_somebody_is_another_visitor_in_another_edition(session):
    account = make_account(session)
    before, now = make_edition(session), make_edition(session, zones=["zuid"])
    first = preferences.introduce(session, before, account, LOTTE, now=NOW)

    second = preferences.introduce(session, now, account, LOTTE, now=NOW)

    assert [visitor.edition for visitor in (first, second)] == [before, now]
