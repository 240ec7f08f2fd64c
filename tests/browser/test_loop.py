"""The whole week as three people live it, with JavaScript and without."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.inspection import DESKTOP, PHONE
from tests.browser.people import Host, Organiser, Visitor
from tests.browser.site import Site, calendar_of, text_of

pytestmark = pytest.mark.real_clock

DAY_CENTRE = "Dagcentrum Zavelput"
OTHERS = ("La Grande Tablée", "Maison médicale du Verger Sud")


@pytest.mark.parametrize("has_javascript", [True, False])
def test_week_goes_from_an_offer_to_everybodys_calendar(
    meet: Meet, running_site: Site, has_javascript: bool
) -> None:
    host = meet(
        Host,
        email="greet.maes@zavelput.example",
        language="nl",
        width=PHONE,
        has_javascript=has_javascript,
    )
    visitor = meet(
        Visitor,
        email="camille.lambert@ecureuil.example",
        language="fr",
        width=PHONE,
        has_javascript=has_javascript,
    )
    organiser = meet(
        Organiser,
        email="ilse.baert@opendeur.example",
        language="nl",
        width=DESKTOP,
        has_javascript=has_javascript,
    )

    host.sign_in_with_link("host/")
    host.look_for_organisation()
    host.take_part()
    host.offer_in_two_languages()
    host.change_moments()
    host.look_around()

    visitor.choose_and_sign_in(DAY_CENTRE)
    visitor.introduce(given_name="Camille", family_name="Lambert")
    for name in reversed(OTHERS):
        visitor.choose(name)
    visitor.put_up(OTHERS[0])
    assert visitor.ranking() == [DAY_CENTRE, *OTHERS]
    visitor.limit(most_visits="2")
    visitor.submit()
    receipt = running_site.wait_for_mail(
        visitor.email, lambda mail: DAY_CENTRE in text_of(mail)
    )
    assert calendar_of(receipt) is None

    organiser.sign_in_with_link("desk/")
    organiser.look_around()
    organiser.run_assignment()
    foreseen = organiser.adopt()
    assert organiser.send() == foreseen

    invitation = running_site.wait_for_mail(
        visitor.email, lambda mail: DAY_CENTRE in str(mail["Subject"])
    )
    calendar = calendar_of(invitation) or ""
    assert "METHOD:REQUEST" in calendar
    visitor.look_at_answer(text_of(invitation))
    organiser.read_messages()
    visits = visitor.look_at_week()
    assert DAY_CENTRE in visits
    assert "Camille Lambert" in host.look_at_week()

    if has_javascript:  # what follows is of pages without any
        host.look_at_changes()
        [other] = [name for name in visits if name != DAY_CENTRE]
        visitor.give_up(other)
        visitor.pass_on(running_site.hold_seat_for(visitor.email, other))
        visitor.take_what_is_free()
        organiser.look_at_moment(other)
