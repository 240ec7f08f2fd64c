"""What the letters say, in text, in HTML and in the calendar."""

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from opendeur.enums import MessageKind, WheelchairAccess
from opendeur.letters import (
    Change,
    Changes,
    Guest,
    Letter,
    Passage,
    RankedVisit,
    Title,
    calendar_words,
    render,
)
from tests.gateways.facts import (
    SITE,
    make_head,
    make_host_invitation,
    make_proposal_refused,
    make_receipt,
    make_sign_in,
    make_visit,
    make_visitor_invitation,
)
from tests.gateways.pages import TAGS, page, words

VISITOR_TEXT = """\
Lotte Peeters, you are welcome at De Jacht

You got your choice 2.
The group is small: it counts that you come.

Monday 15 November 2027, 9:30 to 11:00
Local time: Brussels

De Jacht
Jachtlaan 40, 1040 Etterbeek

Hoe een forfaitaire praktijk werkt
Van onthaal tot huisbezoek.
Met koffie.
Languages: Dutch and French

Are you coming? Answer in your calendar, or here:
Yes, I am coming: https://opendeur.example/answer/yes
I cannot come: https://opendeur.example/answer/no

Good to know
- Tram 81, halte Jacht
- Bel aan bij 40B
- Accessible by wheelchair
- On the spot, ask for Samir Haddad, 02 000 00 01
- Can you not come? Say so as early as you can, so that your host knows.

See your whole week: https://opendeur.example/en/week

--
The big bath, South-East zone
15 to 19 November 2027
You get this message because you gave preferences for The big bath.
Questions? Write to south-east@opendeur.example or call 02 000 00 00.
"""

VISITOR_DESCRIPTION = """\
Hoe een forfaitaire praktijk werkt
Van onthaal tot huisbezoek.
Met koffie.
Languages: Dutch and French

Monday 15 November 2027, 9:30 to 11:00
Local time: Brussels

De Jacht
Jachtlaan 40, 1040 Etterbeek

- Tram 81, halte Jacht
- Bel aan bij 40B
- Accessible by wheelchair
- On the spot, ask for Samir Haddad, 02 000 00 01

Yes, I am coming: https://opendeur.example/answer/yes
I cannot come: https://opendeur.example/answer/no

See your whole week: https://opendeur.example/en/week

Questions? Write to south-east@opendeur.example or call 02 000 00 00.
"""

INVITATION_KINDS = [MessageKind.NEW, MessageKind.CHANGED, MessageKind.CANCELLED]
LETTERS: dict[str, Letter] = {
    **{f"visitor {kind}": make_visitor_invitation(kind=kind) for kind in INVITATION_KINDS},
    **{f"host {kind}": make_host_invitation(kind=kind) for kind in INVITATION_KINDS},
    "receipt": make_receipt(),
    "sign-in": make_sign_in(),
    "another time refused": make_proposal_refused(),
    "time refused": make_proposal_refused(
        proposed_at=datetime(2027, 11, 16, 8, 30, tzinfo=UTC)
    ),
}


def test_a_visitor_is_told_everything_in_plain_text() -> None:
    letter = render(make_visitor_invitation())

    assert letter.subject == "Invitation: De Jacht, Monday 15 November at 9:30"
    assert letter.text == VISITOR_TEXT


def test_the_calendar_says_the_same() -> None:
    said = calendar_words(make_visitor_invitation())

    assert said.summary == "Visit to De Jacht"
    assert said.description == VISITOR_DESCRIPTION
    assert said.location == "De Jacht, Jachtlaan 40, 1040 Etterbeek"


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    letter = render(replace(LETTERS[name], head=make_head(language=language)))

    soup = page(letter)
    said = words(soup).lower()
    body = letter.text.split("\n--\n")[0]
    links = re.findall(rf"{SITE}\S+", body)
    without_links = re.sub(rf".*\s{SITE}\S+", "", body)
    items = re.split(r"\n+(?:- |\d\. )?|, ", without_links)
    assert [item for item in items if " ".join(item.split()).lower() not in said] == []
    assert [link["href"] for link in soup.select("a:not([href^=mailto])")] == links


@pytest.mark.parametrize("name", LETTERS)
def test_the_html_is_a_page_that_stands_alone(name: str) -> None:
    letter = render(LETTERS[name])

    soup = page(letter)
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    assert [title.text for title in soup.select("title")] == [letter.subject]
    assert len(soup.select("h1")) == 1
    assert {tag.name for tag in soup.find_all(True)} <= TAGS
    assert soup.select("[src], link, style, script, ul:empty, ol:empty") == []


@pytest.mark.parametrize(
    ("language", "day", "hours", "city"),
    [
        ("nl", "Maandag 15 november 2027", "9:30", "Brussel"),
        ("fr", "Lundi 15 novembre 2027", "9\xa0h\xa030", "Bruxelles"),
        ("en", "Monday 15 November 2027", "9:30", "Brussels"),
    ],
)
def test_dates_and_times_are_local_and_in_the_readers_language(
    language: str, day: str, hours: str, city: str, tmp_path: Path
) -> None:
    head = make_head(language=language)

    letter = render(make_visitor_invitation(head=head), translations=tmp_path)

    lines = letter.text.splitlines()
    [moment] = [line for line in lines if line.startswith(day)]
    assert moment.split(", ")[1].split(" to ")[0] == hours
    assert f"Local time: {city}" in lines


def test_words_come_from_the_catalogue(tmp_path: Path) -> None:
    catalogue = Catalog(locale="nl")
    catalogue.add("You are welcome at %(host)s", "U bent welkom bij %(host)s")
    plural = ("%(num)s person comes:", "%(num)s people come:")
    catalogue.add(plural, ("%(num)s persoon komt:", "%(num)s personen komen:"))
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    head = make_head(language="nl")

    visitor = render(make_visitor_invitation(head=head, visitor_name=""), translations=tmp_path)
    host = render(make_host_invitation(head=head), translations=tmp_path)

    assert [h1.text.strip() for h1 in page(visitor).select("h1")] == [
        "U bent welkom bij De Jacht"
    ]
    assert "4 personen komen:" in host.text.splitlines()


def test_a_change_says_what_it_was() -> None:
    changes = Changes(
        what=frozenset({Change.TIME, Change.PLACE, Change.CONTACT}),
        earlier_starts_at=datetime(2027, 11, 16, 8, 30, tzinfo=UTC),
        earlier_ends_at=datetime(2027, 11, 16, 10, 0, tzinfo=UTC),
        earlier_place="Elders 1, 1050 Elsene",
    )

    letter = render(make_visitor_invitation(kind=MessageKind.CHANGED, changes=changes))

    assert letter.subject == "Changed: De Jacht, Monday 15 November at 9:30"
    assert [item.text for item in page(letter).select("ul")[0].select("li")] == [
        "The time. It was Tuesday 16 November 2027, 9:30 to 11:00.",
        "The place. It was Elders 1, 1050 Elsene.",
        "Whom to ask for on the spot.",
    ]


def test_a_change_without_its_past_is_told_as_well() -> None:
    changes = Changes(what=frozenset({Change.TIME, Change.PLACE, Change.GUESTS, Change.WORDS}))

    letter = render(make_host_invitation(kind=MessageKind.CHANGED, changes=changes))

    assert [item.text for item in page(letter).select("ul")[0].select("li")] == [
        "The time.",
        "The place.",
        "Who comes.",
        "The description, or what is good to know.",
    ]


def test_a_cancellation_asks_for_no_answer() -> None:
    reason = Passage("Le service est fermé.", "fr")
    invitation = make_visitor_invitation(kind=MessageKind.CANCELLED, reason=reason)

    letter, entry = render(invitation), calendar_words(invitation)

    links = [link["href"] for link in page(letter).select("a")]
    assert links == [f"{SITE}/en/week", "mailto:south-east@opendeur.example"]
    assert [span.text for span in page(letter).select("[lang=fr]")] == [reason.text]
    assert "/answer/" not in letter.text + entry.description


def test_a_host_reads_who_comes_and_how_many() -> None:
    letter = render(make_host_invitation())

    assert letter.subject == "4 people come on Monday 15 November at 9:30"
    assert [item.text for item in page(letter).select("ul")[0].select("li")] == [
        "Lotte Peeters, OCMW Elsene",
        "Jan Claes, 3 people",
    ]
    assert calendar_words(make_host_invitation()).summary == "Open door: 4 people come"


def test_a_host_cannot_be_told_more_about_a_visitor_than_this() -> None:
    assert [item.name for item in fields(Guest)] == ["name", "organisation", "seats"]


def test_a_visitor_without_rank_name_links_or_facts_reads_a_whole_letter() -> None:
    letter = render(
        make_visitor_invitation(
            head=make_head(zone_name="", starts_on=None, contact_email="", contact_phone=""),
            visit=make_visit(
                description=Passage(),
                directions=Passage(),
                access=Passage(),
                wheelchair=None,
                contact_name="",
                contact_phone="",
                languages=frozenset(),
            ),
            visitor_name="",
            rank=None,
            is_small_group=False,
            accept_url="",
            decline_url="",
        )
    )

    assert letter.text == (
        "You are welcome at De Jacht\n\n"
        "Monday 15 November 2027, 9:30 to 11:00\nLocal time: Brussels\n\n"
        "De Jacht\nJachtlaan 40, 1040 Etterbeek\n\n"
        "Hoe een forfaitaire praktijk werkt\n\n"
        "Are you coming? Answer in your calendar.\n\n"
        "Good to know\n"
        "- Can you not come? Say so as early as you can, so that your host knows."
        "\n\n"
        "See your whole week: https://opendeur.example/en/week\n\n"
        "--\nThe big bath\n"
        "You get this message because you gave preferences for The big bath.\n"
    )


@pytest.mark.parametrize(
    ("wheelchair", "said"),
    [
        (WheelchairAccess.YES, "- Accessible by wheelchair"),
        (WheelchairAccess.PARTLY, "- Partly accessible by wheelchair"),
        (WheelchairAccess.NO, "- Not accessible by wheelchair"),
    ],
)
def test_it_says_whether_a_wheelchair_can_come_in(
    wheelchair: WheelchairAccess, said: str
) -> None:
    letter = render(make_visitor_invitation(visit=make_visit(wheelchair=wheelchair)))

    assert [line for line in letter.text.splitlines() if "wheelchair" in line] == [said]


def test_a_receipt_repeats_what_the_visitor_said() -> None:
    letter = render(make_receipt())

    soup = page(letter)
    assert letter.subject == "We have your preferences for The big bath"
    assert [item.text for item in soup.select("ol li")] == [
        "Le bain, Maison médicale",
        "De wachtzaal, De Jacht",
    ]
    assert [item.text for item in soup.select("ul li")] == [
        "Monday 15 November 2027, 9:30 to 11:00"
    ]
    paragraphs = [words(paragraph) for paragraph in soup.select("main > p")]
    assert paragraphs[1:3] == [
        "You can change them until Friday 1 October 2027 at 17:00. Only then are the places "
        "given out: being early or late makes no difference.",
        "You want at most 2 visits.",
    ]


def test_a_while_of_several_days_names_both() -> None:
    span = replace(
        make_receipt().unavailable[0],
        starts_at=datetime(2027, 11, 15, 23, tzinfo=UTC),
        ends_at=datetime(2027, 11, 15, 23, tzinfo=UTC) + timedelta(days=2),
    )

    letter = render(make_receipt(unavailable=(span,)))

    assert [item.text for item in page(letter).select("ul li")] == [
        "Tuesday 16 November 2027, 0:00 to Thursday 18 November 2027, 0:00"
    ]


def test_a_receipt_without_preferences_says_so() -> None:
    letter = render(make_receipt(preferences=(), unavailable=()))

    lines = letter.text.splitlines()
    assert "None yet. Without preferences you get no visit." in lines
    assert "You can come on every day of the week." in lines


def test_a_sign_in_mail_has_a_link_and_a_code_and_no_secret_in_its_subject() -> None:
    letter = render(make_sign_in())

    soup = page(letter)
    assert letter.subject == "Sign in to The big bath"
    assert [link["href"] for link in soup.select("main > p:not(:last-child) a")] == [
        f"{SITE}/en/sign-in/token"
    ]
    assert [words(code) for code in soup.select("div")] == ["012345"]
    assert "Link and code work once, for 10 minutes." in letter.text.splitlines()


@pytest.mark.parametrize(
    ("door", "paint"),
    [("noord", "#1f4079"), ("centrum-west", "#644114"), ("elsewhere", "#14493c")],
)
def test_a_letter_has_the_paint_of_the_zones_door(door: str, paint: str) -> None:
    letter = render(make_sign_in(head=make_head(door=door)))

    assert page(letter).select(f'main[style*="border-top:8px solid {paint}"]') != []


def test_words_in_another_language_than_the_letters_are_marked() -> None:
    head = make_head(language="nl")
    preferences = (
        RankedVisit(title=Title("Le bain", "fr"), host_name="Maison médicale"),
        RankedVisit(title=Title("De wachtzaal", "nl"), host_name="De Jacht"),
    )

    letter = render(make_receipt(head=head, preferences=preferences))

    marked = [(part["lang"], part.text) for part in page(letter).select("main [lang]")]
    assert marked == [("fr", "Le bain")]
