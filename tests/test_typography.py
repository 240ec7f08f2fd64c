"""French and Dutch are set as their readers are used to, and break where they may."""

import re
from datetime import date, time

import pytest
from flask import Flask, render_template_string

from opendeur import formatting
from opendeur.config import ROOT
from opendeur.translations import collect
from opendeur.translations.typography import typeset

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Attention !", f"Attention{NARROW}!"),
        ("Venez-vous\u00a0?", f"Venez-vous{NARROW}?"),
        ("Annulé: %(host)s", f"Annulé{NARROW}: %(host)s"),
        ("%(num)s personnes :", f"%(num)s personnes{NARROW}:"),
        ("%(host)s ; %(day)s", f"%(host)s{NARROW}; %(day)s"),
        ("« Offre »", f"«{NARROW}Offre{NARROW}»"),
        ("la phase «%(phase)s»: rien", f"la phase «{NARROW}%(phase)s{NARROW}»{NARROW}: rien"),
        ("Vraiment ?!", f"Vraiment{NARROW}?!"),
        ("l'équipe", "l’équipe"),
        ("un e-mail", "un e\u2011mail"),
        ("à 9:30, 2027-09-28T12:00", "à 9:30, 2027-09-28T12:00"),
        ("https://opendeur.example/?a=b", "https://opendeur.example/?a=b"),
        (
            '<a href="mailto:%(email)s">ici</a> !',
            f'<a href="mailto:%(email)s">ici</a>{NARROW}!',
        ),
        ("le 1er novembre", f"le 1er{NO_BREAK}novembre"),
    ],
)
def test_french_has_narrow_spaces_that_do_not_break(typed: str, set_: str) -> None:
    assert typeset(typed, "fr") == set_
    assert typeset(set_, "fr") == set_


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Uw e-mailadres", "Uw e\u2011mailadres"),
        ("E-mail: nee", "E\u2011mail: nee"),
        ("tot 22 november", f"tot 22{NO_BREAK}november"),
        ("foto's", "foto’s"),
        ("naam@e-mail.example", "naam@e-mail.example"),
        ("Komt u?", "Komt u?"),
    ],
)
def test_dutch_does_not_break_where_it_must_not(typed: str, set_: str) -> None:
    assert typeset(typed, "nl") == set_
    assert typeset(set_, "nl") == set_


@pytest.mark.parametrize("language", collect.LANGUAGES)
def test_every_translation_is_set_like_that(language: str) -> None:
    strings = [message.string for message in collect.read(language) if message.id]
    texts = [
        str(text)
        for string in strings
        for text in (string if isinstance(string, list | tuple) else [string])
        if text
    ]

    assert [text for text in texts if typeset(text, language) != text] == []


def test_french_letters_and_pages_say_nothing_with_an_ordinary_space_before_a_sign() -> None:
    """What is typed into templates and not translated is of no language: punctuation alone."""
    folder = ROOT / "templates"
    found = {
        str(file.relative_to(folder)): re.findall(r"\}\} +[:;!?»]", text)
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".html", ".txt")
        for text in [file.read_text(encoding="utf-8")]
    }

    assert {name: signs for name, signs in found.items() if signs} == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ["maandag 22_november", "22_november", "ma_22", "15 tot 22_november 2027"]),
        ("fr", ["lundi 22_novembre", "22_novembre", "lun_22", "du 15 au 22_novembre 2027"]),
        ("en", ["Monday 22_November", "22_November", "Mon_22", "15 to 22_November 2027"]),
    ],
)
def test_day_and_month_stay_on_one_line(language: str, said: list[str]) -> None:
    day = date(2027, 11, 22)

    written = [
        formatting.day(day, language),
        formatting.day_and_month(day, language),
        formatting.short_day(day, language),
        formatting.period(date(2027, 11, 15), day, language),
    ]
    assert list(map(formatting.unbroken, written)) == [t.replace("_", NO_BREAK) for t in said]


def test_pages_show_dates_like_that(app: Flask) -> None:
    with app.test_request_context("/nl/"):
        shown = render_template_string(
            "{{ day | day }}, {{ day | full_day }}, {{ day | short_day }}, "
            "{{ day | day_and_month }}",
            day=date(2027, 11, 22),
        )

    assert shown == (
        "maandag 22_november, maandag 22_november 2027, ma_22, 22_november"
    ).replace("_", NO_BREAK)


def test_time_in_french_stays_on_one_line() -> None:
    assert formatting.clock(time(9, 30), "fr") == "9_h_30".replace("_", NO_BREAK)
