"""``edition.toml``: the week, its deadlines and rules, and who organises it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from opendeur import limits
from opendeur.domain import intervals
from opendeur.domain.importing import values
from opendeur.domain.importing.faults import BadValue, Fault, Spot
from opendeur.domain.importing.people import People, Person
from opendeur.domain.importing.tables import read_text
from opendeur.domain.importing.toml_sections import Section, key_lines, read_toml
from opendeur.domain.intervals import Span
from opendeur.enums import EditionPhase, Language, Objective

NAME = "edition.toml"
MOST_DAYS = 31
#: Stands for an instant that is missing.
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Closed:
    """A period in which no visit can take place."""

    starts_at: datetime
    ends_at: datetime
    reason_nl: str
    reason_fr: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class EditionWeek:
    """When visits can take place: the dates, the hours of a day, and what is closed."""

    spot: Spot
    starts_on: date
    ends_on: date
    day_starts_at: time
    day_ends_at: time
    closed: tuple[Closed, ...]

    def blame_slot(self, spot: Spot, day: date, start: time, end: time) -> None:
        """Blame a slot that lies outside the week, outside the day, or where it is closed."""
        if not self.starts_on <= day <= self.ends_on:
            spot.blame(
                "date",
                "The edition is from %(first)s to %(last)s. Write a date within it.",
                first=self.starts_on,
                last=self.ends_on,
            )
        if start < self.day_starts_at or end > self.day_ends_at:
            spot.blame(
                "start" if start < self.day_starts_at else "end",
                "Visits take place from %(first)s to %(last)s. Write a time within the day.",
                first=f"{self.day_starts_at:%H:%M}",
                last=f"{self.day_ends_at:%H:%M}",
            )
        moment = Span(values.instant(day, start), values.instant(day, end))
        for closed in self.closed:
            if intervals.overlap(closed, moment):
                spot.blame(
                    "start",
                    'The edition is closed then: "%(reason)s". Choose another moment.',
                    reason=closed.reason_nl,
                )


@dataclass(frozen=True, slots=True)
class EditionFile:
    """What the file says; `attributes` are those of the model with the same names."""

    slug: str
    phase: EditionPhase
    zones: tuple[str, ...]
    week: EditionWeek
    max_preferences: int
    attributes: dict[str, Any]
    organisers: tuple[Person, ...]


def read_edition(
    path: Path, *, zones: Collection[str], people: People, faults: list[Fault]
) -> EditionFile | None:
    """Return what the file says, or None where it has a fault."""
    text = read_text(path, faults)
    content = None if text is None else read_toml(text, file=NAME, faults=faults)
    if text is None or content is None:
        return None
    before = len(faults)
    root = Section(faults, file=NAME, lines=key_lines(text), path="", content=content)
    edition = _edition(root.section("edition"), zones=zones, people=people)
    root.close()
    return edition if len(faults) == before else None


def _edition(section: Section, *, zones: Collection[str], people: People) -> EditionFile:
    slug = section.text("slug", _slug)
    phase = section.chosen("phase", values.one_of(EditionPhase))
    codes = section.chosen_list("zones", values.code(zones))
    week = _week(section)
    objectives = section.chosen_list("objectives", values.one_of(Objective))
    rules = section.section("rules")
    max_preferences = rules.number("max_preferences", int, 1, limits.MOST_VISITS)
    attributes = {
        "name_nl": section.text("name_nl", values.one_line(limits.LONGEST_LINE)),
        "name_fr": section.text("name_fr", values.one_line(limits.LONGEST_LINE)),
        "name_en": section.text("name_en", values.one_line(limits.LONGEST_LINE), empty=True),
        "email": section.text("email", values.email, empty=True),
        "phone": section.text("phone", values.one_line(limits.LONGEST_LINE), empty=True),
        "time_zone": values.TIME_ZONE.key,
        "starts_on": week.starts_on,
        "ends_on": week.ends_on,
        "day_starts_at": week.day_starts_at,
        "day_ends_at": week.day_ends_at,
        "hosting_ends_at": _instant(section, "hosting_ends_at"),
        "preferences_end_at": _instant(section, "preferences_end_at"),
        "results_on": section.required("results_on", date),
        "seed": section.number("seed", int, 0, limits.LARGEST_NUMBER),
        "objectives": [str(objective) for objective in objectives],
        "max_preferences": max_preferences,
        "max_visits": rules.number("max_visits", int, 1, limits.MOST_VISITS),
        "max_visits_per_day": rules.number("max_visits_per_day", int, 1, limits.MOST_VISITS),
        "max_same_organisation_per_slot": rules.limit("max_same_organisation_per_slot"),
        "max_absent_per_organisation": rules.limit("max_absent_per_organisation"),
        "host_staff_weight": rules.number("host_staff_weight", float, 1, 10),
        **_travel(section.section("travel")),
    }
    rules.close()
    organisers = tuple(_organiser(each, people) for each in section.sections("organisers"))
    section.close()
    return EditionFile(slug, phase, tuple(codes), week, max_preferences, attributes, organisers)


def _travel(section: Section) -> dict[str, Any]:
    travel = {
        "overhead_minutes": section.number("overhead_minutes", int, 0, 240),
        "detour": section.number("detour", float, 1, 5),
        "speed_km_per_hour": section.number("speed_km_per_hour", float, 1, 200),
    }
    section.close()
    return travel


def _week(section: Section) -> EditionWeek:
    starts_on, ends_on = section.required("starts_on", date), section.required("ends_on", date)
    opens, closes = (
        section.required("day_starts_at", time),
        section.required("day_ends_at", time),
    )
    if starts_on and ends_on and not timedelta(0) <= ends_on - starts_on < timedelta(MOST_DAYS):
        section.blame(
            "ends_on", "Write a date from starts_on to %(days)s days later.", days=MOST_DAYS - 1
        )
    if opens and closes and opens >= closes:
        section.blame("day_ends_at", "Write a time after day_starts_at.")
    closed = sorted(
        (_closed(each) for each in section.sections("closed")), key=lambda each: each.starts_at
    )
    return EditionWeek(
        section.spot("starts_on"), starts_on, ends_on, opens, closes, tuple(closed)
    )


def _closed(section: Section) -> Closed:
    closed = Closed(
        starts_at=_instant(section, "starts_at"),
        ends_at=_instant(section, "ends_at"),
        reason_nl=section.text("reason_nl", values.one_line(limits.LONGEST_LINE)),
        reason_fr=section.text("reason_fr", values.one_line(limits.LONGEST_LINE)),
        reason_en=section.text("reason_en", values.one_line(limits.LONGEST_LINE), empty=True),
    )
    if _NEVER not in (closed.starts_at, closed.ends_at) and closed.starts_at >= closed.ends_at:
        section.blame("ends_at", "Write a time after starts_at.")
    section.close()
    return closed


def _organiser(section: Section, people: People) -> Person:
    person = Person(
        email=section.text("email", values.email),
        given_name=section.text("given_name", values.one_line(limits.LONGEST_LINE)),
        family_name=section.text("family_name", values.one_line(limits.LONGEST_LINE)),
        language=section.chosen("language", values.one_of(Language)),
    )
    section.close()
    if person.email and person.given_name and person.family_name and person.language:
        people.add(person, section.spot("email"))
    return person


def _instant(section: Section, key: str) -> datetime:
    """Return an instant; without an offset it is on the clocks of Brussels."""
    local = section.required(key, datetime)
    if local is None:
        return _NEVER
    return local.replace(tzinfo=local.tzinfo or values.TIME_ZONE).astimezone(UTC)


def _slug(text: str) -> str:
    if len(text) > limits.LONGEST_SLUG:
        raise BadValue("Write at most %(limit)s characters.", limit=limits.LONGEST_SLUG)
    return values.reference(text)
