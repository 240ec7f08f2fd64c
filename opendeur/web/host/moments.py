"""What the forms of moments share: their lists, what they propose, and what was typed."""

from collections.abc import Iterable
from datetime import date, time

from flask import g
from flask_babel import gettext as _

from opendeur import db, formatting
from opendeur.domain import directory, offers
from opendeur.domain.offers import Pattern, open_days
from opendeur.models import Slot
from opendeur.web.errors import status_of
from opendeur.web.forms.fields import options
from opendeur.web.forms.offer import DayForm, DaysForm, MomentForm, SlotForm
from opendeur.web.i18n import language

#: What a first moment proposes: a visit of an hour and a half in the morning.
FIRST_START, FIRST_END = time(9, 30), time(11)
FIRST_MINIMUM, FIRST_CAPACITY = 3, 10


def fill_lists(form: MomentForm, *, also: date | None = None) -> None:
    """Fill in which days and postcodes there are.

    `also` is the day of the moment that changes: where that closed later it stays in the
    list, or the moment would move unseen to the first one.
    """
    form.postcode.choices = options([("", _("At your own address")), *postcode_options()])
    if isinstance(form, DaysForm):
        form.days.choices = options(
            (day.isoformat(), formatting.short_day(day, language()))
            for day in open_days(g.edition)
        )
    if isinstance(form, DayForm):
        days = sorted({*open_days(g.edition), *([also] if also else [])})
        form.day.choices = options(
            (day.isoformat(), formatting.day(day, language())) for day in days
        )


def postcode_options() -> list[tuple[str, str]]:
    return [
        (place.code, f"{place.code} {place.name(language())}")
        for place in directory.postcodes(db.session())
    ]


def attach_faults(form: MomentForm, days: Iterable[date]) -> None:
    """Show every rule that what was typed breaks, beside what could not be read."""
    faults = offers.faults_of(g.edition, list(days), pattern(form), language=language())
    for fault in faults:
        told = len(form.problems)
        form.attach(fault)
        if len(form.problems) > told:
            form.status = status_of(fault)


def checked_day(form: SlotForm) -> date | None:
    """Check the form of one moment, all faults at once; return its day when it has none."""
    form.validate()
    days = [] if form.day.errors else [date.fromisoformat(form.day.data)]
    attach_faults(form, days)
    return None if form.problems else days[0]


def typed_days(form: DaysForm) -> list[date]:
    """Return the days that are ticked; only those that the form offers can be."""
    offered = {choice.value for choice in form.days.choices or []}
    return [date.fromisoformat(day) for day in form.days.data or [] if day in offered]


def pattern(form: MomentForm) -> Pattern:
    return Pattern(
        starts=form.starts.data,
        ends=form.ends.data,
        minimum=form.minimum.data,
        capacity=form.capacity.data,
        languages=frozenset(form.languages.data or []),
        street=form.street.data,
        postcode=form.postcode.data or "",
    )


def proposal(slots: Iterable[Slot], *, languages: Iterable[str]) -> dict[str, object]:
    """Return what new moments start from: the one that was added last."""
    last = max(slots, key=lambda slot: slot.id, default=None)
    if last is not None:
        return as_typed(last)
    return {
        "starts": FIRST_START,
        "ends": FIRST_END,
        "minimum": FIRST_MINIMUM,
        "capacity": FIRST_CAPACITY,
        "languages": list(languages),
    }


def as_typed(slot: Slot) -> dict[str, object]:
    return {
        "starts": slot.local_starts_at.time(),
        "ends": slot.local_ends_at.time(),
        "minimum": slot.minimum,
        "capacity": slot.capacity,
        "languages": sorted(slot.languages),
        "street": slot.street,
        "postcode": slot.postcode_code or "",
    }
