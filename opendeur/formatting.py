"""Dates, times and numbers as people read them, in Dutch, French and English.

Used by pages and letters alike. Hours are counted to 24. All functions take local values:
convert an instant with `Edition.local` first.
"""

import re
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date, get_month_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

#: A word that may be too long for a line on a phone.
_LONG_WORD = re.compile(r"[^\W\d_]{16,}")
_VOWEL, _CONSONANT = "[aeiouyàâäèéêëîïôöùûüœ]", "[bcdfghjklmnpqrstvwxzç]"
#: What a syllable begins with, at least four letters from either end of the word.
_BETWEEN_SYLLABLES = re.compile(
    f"(?<=[a-zà-ÿœ]{{4}})(?<={_VOWEL}|{_CONSONANT})"
    f"(?=(?:sch|ch|th|ph|qu|[bcdfgkptv][lr]|{_CONSONANT}){_VOWEL}[a-zà-ÿœ]{{2}})"
    "(?<!s(?=ch))(?<![bcdfgkptv](?=[lr]))(?<![cpt](?=h))(?<!q(?=u))",
    re.IGNORECASE,
)
#: The names of months, long ones, in every language of the site.
_MONTHS = {
    name
    for code in ("nl_BE", "fr_BE", "en_GB")
    for name in get_month_names("wide", locale=code).values()
}
#: The space in "15 november" and "1er novembre", and in no more than "ma 15".
_LOOSE = re.compile(
    rf"(?:(?<=\d)|(?<=\der)) (?=(?:{'|'.join(sorted(_MONTHS))})\b)"
    r"|(?:(?<=^\w\w)|(?<=^\w\w\w)) (?=\d+$)"
)

LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}


def _format(value: date, pattern: str, language: str) -> str:
    """Format a date by a pattern of Unicode; the first of a month is "1er" in French."""
    if language == "fr" and value.day == 1:
        pattern = re.sub(r"\bd\b", "d'er'", pattern)
    return _written(value, pattern, language)


def _written(value: date, pattern: str, language: str) -> str:
    # Only the date is remembered: two instants can be equal on different dates.
    return _remembered(date(value.year, value.month, value.day), pattern, language)


@lru_cache(maxsize=2048)
def _remembered(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=LOCALES[language])


def day(value: date, language: str) -> str:
    """Return the weekday, day and month: "maandag 15 november"."""
    return _format(value, "EEEE d MMMM", language)


def full_day(value: date, language: str) -> str:
    """Return a day with its year: "maandag 15 november 2027"."""
    return _format(value, "EEEE d MMMM y", language)


def short_day(value: date, language: str) -> str:
    """Return a short day: "ma 15"."""
    return _written(value, "EEE d", language).replace(".", "")


def weekday(value: date, language: str) -> str:
    """Return the name of the weekday."""
    return _written(value, "EEEE", language)


def short_weekday(value: date, language: str) -> str:
    """Return the short name of the weekday: "ma"."""
    return _written(value, "EEE", language).replace(".", "")


def day_and_month(value: date, language: str) -> str:
    """Return a day and month without weekday or year: "15 november"."""
    return _format(value, "d MMMM", language)


def month(value: date, language: str) -> str:
    """Return the short name of the month: "nov"."""
    return _written(value, "MMM", language).replace(".", "")


def clock(value: time | datetime, language: str) -> str:
    """Return a time of day: "9:30"; in French "9 h 30", or "9 h" on the hour."""
    if language == "fr":
        minutes = f"\N{NO-BREAK SPACE}{value.minute:02}" if value.minute else ""
        return f"{value.hour}\N{NO-BREAK SPACE}h{minutes}"
    return f"{value.hour}:{value.minute:02}"


def period(first: date, last: date, language: str) -> str:
    """Return a span of days within a year: "15 tot 19 november 2027"."""
    joint = {"nl": "tot", "fr": "au", "en": "to"}[language]
    end = _format(last, "d MMMM y", language)
    if first == last:
        return end
    same_month = (first.year, first.month) == (last.year, last.month)
    start = _format(first, "d" if same_month else "d MMMM", language)
    lead = "du " if language == "fr" else ""
    return f"{lead}{start} {joint} {end}"


def ordinal(value: int, language: str) -> str:
    """Return a number that counts: "2e", in English "2nd"; of a masculine word in French."""
    if language == "en":
        is_teen = value % 100 in (11, 12, 13)
        return (
            f"{value}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"
        )
    return f"{value}er" if language == "fr" and value == 1 else f"{value}e"


@lru_cache(maxsize=2048)
def number(value: float, language: str) -> str:
    """Return a number with the language's separators."""
    return format_decimal(value, locale=LOCALES[language])


@lru_cache(maxsize=2048)
def percent(share: float, language: str) -> str:
    """Return a share, 0 to 1, as whole percents."""
    return format_percent(share, locale=LOCALES[language])


def parted(text: str) -> str:
    """Return a text in which long words can be parted at the end of a line, with a hyphen.

    Not every browser knows where words of Dutch and French part. A syllable begins with one
    consonant, or with several that a word can begin with.
    """
    return _LONG_WORD.sub(lambda word: _BETWEEN_SYLLABLES.sub("\N{SOFT HYPHEN}", word[0]), text)


def listed(values: list[str], language: str) -> str:
    """Return values as a phrase: "Nederlands en Frans"."""
    return format_list(values, locale=LOCALES[language])


def phone(text: str) -> str:
    """Return a phone number that no line breaks: "02 000 00 00"."""
    return "\N{NO-BREAK SPACE}".join(text.split())


@lru_cache(maxsize=2048)
def unbroken(date_text: str) -> str:
    """Return a date that no line breaks between a day and its month: "maandag 15 november"."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", date_text)
