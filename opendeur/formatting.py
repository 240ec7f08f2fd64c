"""Dates, times and numbers as people read them, in Dutch, French and English.

Used by pages and letters alike. Hours are counted to 24. All functions take local values:
convert an instant with `Edition.local` first.
"""

from datetime import date, datetime, time

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}


def day(value: date, language: str) -> str:
    """Return the weekday, day and month: "maandag 15 november"."""
    return format_date(value, "EEEE d MMMM", locale=LOCALES[language])


def full_day(value: date, language: str) -> str:
    """Return a day with its year: "maandag 15 november 2027"."""
    return format_date(value, "EEEE d MMMM y", locale=LOCALES[language])


def short_day(value: date, language: str) -> str:
    """Return a short day: "ma 15"."""
    return format_date(value, "EEE d", locale=LOCALES[language]).replace(".", "")


def weekday(value: date, language: str) -> str:
    """Return the name of the weekday."""
    return format_date(value, "EEEE", locale=LOCALES[language])


def short_weekday(value: date, language: str) -> str:
    """Return the short name of the weekday: "ma"."""
    return format_date(value, "EEE", locale=LOCALES[language]).replace(".", "")


def day_and_month(value: date, language: str) -> str:
    """Return a day and month without weekday or year: "15 november"."""
    return format_date(value, "d MMMM", locale=LOCALES[language])


def clock(value: time | datetime, language: str) -> str:
    """Return a time of day: "9:30"; in French "9 h 30", or "9 h" on the hour."""
    if language == "fr":
        minutes = f"\N{NO-BREAK SPACE}{value.minute:02}" if value.minute else ""
        return f"{value.hour}\N{NO-BREAK SPACE}h{minutes}"
    return f"{value.hour}:{value.minute:02}"


def period(first: date, last: date, language: str) -> str:
    """Return a span of days within a year: "15 tot 19 november 2027"."""
    joint = {"nl": "tot", "fr": "au", "en": "to"}[language]
    end = format_date(last, "d MMMM y", locale=LOCALES[language])
    if first == last:
        return end
    same_month = (first.year, first.month) == (last.year, last.month)
    start = format_date(first, "d" if same_month else "d MMMM", locale=LOCALES[language])
    lead = "du " if language == "fr" else ""
    return f"{lead}{start} {joint} {end}"


def number(value: float, language: str) -> str:
    """Return a number with the language's separators."""
    return format_decimal(value, locale=LOCALES[language])


def percent(share: float, language: str) -> str:
    """Return a share, 0 to 1, as whole percents."""
    return format_percent(share, locale=LOCALES[language])


def listed(values: list[str], language: str) -> str:
    """Return values as a phrase: "Nederlands en Frans"."""
    return format_list(values, locale=LOCALES[language])
