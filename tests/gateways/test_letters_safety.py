"""What a stranger typed, in a letter: it is read, and does nothing."""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings

from opendeur.enums import MessageKind
from opendeur.letters import (
    Change,
    Changes,
    Guest,
    Invitation,
    Letter,
    Passage,
    RankedVisit,
    Title,
    calendar_words,
    render,
)
from opendeur.letters.kinds import LINK, OURS
from opendeur.letters.safety import LINE_LENGTH, PASSAGE_LENGTH, safe_copy
from tests.gateways.facts import (
    SITE,
    make_head,
    make_host_invitation,
    make_receipt,
    make_sign_in,
    make_visit,
    make_visitor_invitation,
)
from tests.gateways.hostile import HOSTILE, hostile_text, unhurried
from tests.gateways.pages import TAGS, page, words


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_worst_text_becomes_neither_markup_nor_link(text: str) -> None:
    check_with_hostile(text, text)


@settings(unhurried, max_examples=40)
@given(hostile_text, hostile_text)
def test_no_text_becomes_markup_or_a_link(line: str, passage: str) -> None:
    check_with_hostile(line, passage)


def check_with_hostile(line: str, passage: str) -> None:
    visit = make_visit(
        title=Title(line, "fr"),
        description=Passage(passage, "fr"),
        host_name=line,
        place=line,
        access=Passage(passage, "nl"),
        directions=Passage(passage, "en"),
        contact_name=line,
        contact_phone=line,
    )
    head = make_head(edition_name=line, zone_name=line)
    guests = (Guest(name=line, organisation=line, seats=2),)
    changed = MessageKind.CHANGED
    changes = Changes(what=frozenset({Change.PLACE}), earlier_place=line)
    invitations: list[Invitation] = [
        make_visitor_invitation(head=head, visit=visit, visitor_name=line),
        make_visitor_invitation(head=head, visit=visit, kind=changed, changes=changes),
        make_visitor_invitation(
            head=head, visit=visit, kind=MessageKind.CANCELLED, reason=Passage(passage, "nl")
        ),
        make_host_invitation(head=head, visit=visit, guests=guests),
    ]
    receipt = make_receipt(
        head=head,
        visitor_name=line,
        preferences=(RankedVisit(title=Title(line, "nl"), host_name=line),),
    )
    letters: list[Letter] = [*invitations, receipt]
    for facts in letters:
        letter = render(facts)
        soup = page(letter)
        assert {tag.name for tag in soup.find_all(True)} <= TAGS
        assert {key for tag in soup.find_all(True) for key in tag.attrs} <= {
            "lang",
            "charset",
            "name",
            "content",
            "style",
            "href",
        }
        assert letter.subject.splitlines() == [letter.subject]
        for text in (letter.subject, letter.text, words(soup)):
            assert live_links(text) == []
    for invitation in invitations:
        entry = calendar_words(invitation)
        for text in (entry.summary, entry.description, entry.location):
            assert live_links(text) == []


def live_links(text: str) -> list[str]:
    """Find what a mail program would turn into a link, besides those to the site and zone."""
    text = re.sub(rf"{SITE}/[a-z/]+|south-east@opendeur\.example", "", text)
    patterns = (
        r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\d]\S*",
        r"[\w.+-]+@[\w-]+[\w.-]*\w",
        r"(?<![@\w])(?:[\w-]+\.)+[^\W\d_]{2,}(?!@)",
    )
    return [match for pattern in patterns for match in re.findall(pattern, text)]


def test_text_is_cut_where_a_reader_would_stop() -> None:
    visit = make_visit(title=Title("a" * 5000, "en"), description=Passage("b" * 5000, "en"))

    lines = render(make_visitor_invitation(visit=visit)).text.splitlines()

    assert [line for line in lines if line.startswith("aaa")] == ["a" * (LINE_LENGTH - 1) + "…"]
    assert [line for line in lines if line.startswith("bbb")] == [
        "b" * (PASSAGE_LENGTH - 1) + "…"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://opendeur.example.evil.example/",
        "https://opendeur.example@evil.example/",
        "//opendeur.example/",
        "javascript:alert(1)",
        f"{SITE}/ x",
        f"{SITE}/\r\nx",
    ],
)
def test_a_link_that_leaves_the_site_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="leads to"):
        render(make_sign_in(link_url=url))


@dataclass(frozen=True)
class Newcomer:
    note: str
    code: str = field(metadata=OURS)
    page_url: str = field(metadata=LINK)


def test_a_field_is_unsafe_until_it_says_otherwise() -> None:
    facts = Newcomer("see\nevil.example", "see evil.example", f"{SITE}/x")

    safe = safe_copy(facts, base_url=SITE)

    assert safe == Newcomer("see evil.\u200cexample", "see evil.example", f"{SITE}/x")
