"""What the words of a calendar entry say of their language and place."""

from sqlalchemy.orm import Session

from opendeur.enums import Language
from tests.domain.invited import event_of, make_case, send_all, to_visitor


def test_description_in_two_languages_is_marked_as_neither(session: Session) -> None:
    case = make_case(session)
    case.visit.title_nl = case.visit.description_nl = ""
    case.visit.title_fr, case.visit.description_fr = "Une maison", "Un lit pour la nuit."
    case.placement.visitor.account.language = Language.NL

    event = event_of(to_visitor(send_all(session, case.edition)))

    assert "Un lit pour la nuit." in event.description.value
    assert event.description.params == {}
    assert event.summary.params == {"LANGUAGE": ["nl"]}


def test_location_without_an_address_is_the_host_alone(session: Session) -> None:
    case = make_case(session)
    organisation = case.visit.host.organisation
    organisation.name, organisation.street = "Zavelput", ""
    organisation.postcode_code = None

    event = event_of(to_visitor(send_all(session, case.edition)))

    assert event.location.value == "Zavelput"
