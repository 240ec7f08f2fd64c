"""Phrases that text, HTML and calendar share, in the language of the reader.

They come out as plain text, and are escaped where they are put into HTML.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from babel.support import NullTranslations

from opendeur import formatting
from opendeur.enums import Participation, WheelchairAccess
from opendeur.letters.kinds import Change, Changes, Invitation, VisitFacts


class Phrases:
    """What can be said about moments, places and people.

    Parameters
    ----------
    time_zone
        Whose wall clock all times are told by.
    """

    def __init__(self, catalogue: NullTranslations, *, language: str, time_zone: str) -> None:
        self._catalogue = catalogue
        self._language = language
        self._zone = ZoneInfo(time_zone)

    def day(self, moment: datetime) -> str:
        """Return "maandag 15 november"."""
        return formatting.day(self._local(moment), self._language)

    def full_day(self, moment: datetime) -> str:
        """Return "maandag 15 november 2027"."""
        return formatting.full_day(self._local(moment), self._language)

    def clock(self, moment: datetime) -> str:
        """Return "9:30", or "9 h 30" in French."""
        return formatting.clock(self._local(moment), self._language)

    def period(self, first: date, last: date) -> str:
        """Return "15 tot 19 november 2027"."""
        return formatting.period(first, last, self._language)

    def hours(self, start: datetime, end: datetime) -> str:
        """Return "9:30 tot 11:00"."""
        _ = self._catalogue.gettext
        times = {"start": self.clock(start), "end": self.clock(end)}
        return _("%(start)s to %(end)s") % times

    def span(self, start: datetime, end: datetime) -> str:
        """Return "maandag 15 november 2027, 9:30 tot 11:00", with two days if there are two."""
        _ = self._catalogue.gettext
        if self._local(start).date() == self._local(end).date():
            return f"{self.full_day(start)}, {self.hours(start, end)}"
        return _("%(first_day)s, %(start)s to %(last_day)s, %(end)s") % {
            "first_day": self.full_day(start),
            "start": self.clock(start),
            "last_day": self.full_day(end),
            "end": self.clock(end),
        }

    def zone(self) -> str:
        """Say whose clock it is: "Lokale tijd: Brussel"."""
        _ = self._catalogue.gettext
        locale = formatting.LOCALES[self._language]
        city = get_timezone_location(self._zone, locale=locale, return_city=True)
        return _("Local time: %(city)s") % {"city": city}

    def languages(self, visit: VisitFacts) -> str:
        """Say in which languages the visit is: "Talen: Nederlands en Frans"."""
        _ = self._catalogue.gettext
        names = {"nl": _("Dutch"), "fr": _("French"), "en": _("English")}
        spoken = [name for code, name in names.items() if code in visit.languages]
        if not spoken:
            return ""
        return _("Languages: %(languages)s") % {
            "languages": formatting.listed(spoken, self._language)
        }

    def wheelchair(self, visit: VisitFacts) -> str:
        """Say whether a wheelchair can come in, where that is known."""
        _ = self._catalogue.gettext
        return {
            WheelchairAccess.YES: _("Accessible by wheelchair"),
            WheelchairAccess.PARTLY: _("Partly accessible by wheelchair"),
            WheelchairAccess.NO: _("Not accessible by wheelchair"),
            None: "",
        }[visit.wheelchair]

    def contact(self, visit: VisitFacts) -> str:
        """Say whom to ask for on the spot, where that is known."""
        _ = self._catalogue.gettext
        person = {"name": visit.contact_name, "phone": formatting.phone(visit.contact_phone)}
        if visit.contact_name and visit.contact_phone:
            return _("On the spot, ask for %(name)s, %(phone)s") % person
        if visit.contact_name:
            return _("On the spot, ask for %(name)s") % person
        if visit.contact_phone:
            return _("On the spot, call %(phone)s") % person
        return ""

    def answer_given(self, letter: Invitation) -> str:
        """Say what the reader answered, where that still holds and can be changed here."""
        _ = self._catalogue.gettext
        if not letter.answers_here:
            return ""
        return {
            Participation.ACCEPTED: _("You said yes. If that changes, say so here:"),
            Participation.DECLINED: _("You said no. If that changes, say so here:"),
            Participation.TENTATIVE: _("You said maybe. Do you know by now? Say so here:"),
            Participation.NEEDS_ACTION: "",
        }[letter.participation]

    def changes(self, changes: Changes) -> list[str]:
        """Say what is different, one sentence or two for each thing."""
        _ = self._catalogue.gettext
        said = []
        if Change.TIME in changes.what:
            start, end = changes.earlier_starts_at, changes.earlier_ends_at
            said.append(
                _("The time. It was %(moment)s.") % {"moment": self.span(start, end)}
                if start and end
                else _("The time.")
            )
        if Change.PLACE in changes.what:
            said.append(
                _("The place. It was %(place)s.") % {"place": changes.earlier_place}
                if changes.earlier_place
                else _("The place.")
            )
        if Change.CONTACT in changes.what:
            said.append(_("Whom to ask for on the spot."))
        if Change.GUESTS in changes.what:
            said.append(_("Who comes."))
        if Change.WORDS in changes.what or not said:
            said.append(_("The description, or what is good to know."))
        return said

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)
