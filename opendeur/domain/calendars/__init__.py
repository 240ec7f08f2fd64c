"""Calendars: the entry of an invitation as it was told, and feeds that calendars read.

What a person is told of a visit is kept when their invitation is written, and repeated word
for word by their feed and by the file to take over. Before that there is nothing to read: a
feed tells nobody what an organiser has not sent.
"""

from opendeur.domain.calendars.addresses import end, feed_of, find, make
from opendeur.domain.calendars.entries import entry_of, to_keep
from opendeur.domain.calendars.feeds import read
from opendeur.domain.calendars.moments import CalendarFile, programme_calendar

__all__ = [
    "CalendarFile",  # a calendar to read, and since when it is so
    "end",  # end the address of a feed
    "entry_of",  # the visit of an invitation as a file to take over
    "feed_of",  # the feed that somebody has in a role
    "find",  # the feed at an address
    "make",  # make an address, in place of an earlier one
    "programme_calendar",  # the programme as a calendar
    "read",  # what a feed shows now
    "to_keep",  # the entry of an invitation as the database keeps it
]
