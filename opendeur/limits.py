"""Numbers that a form, a rule, an import and the database share. Each stands here, once."""

# -- texts, in characters ------------------------------------------------------------------

#: A name, a title, a street: what stands on one line.
LONGEST_LINE = 200
#: A description in several lines.
LONGEST_TEXT = 4000
#: How to get there and in: read on the way, so shorter.
LONGEST_DIRECTIONS = 1000
#: An e-mail address (RFC 5321 4.5.3.1.3, without the angle brackets).
LONGEST_EMAIL = 254
LONGEST_PHONE = 60
#: A given or a family name; both fit on one line.
LONGEST_PERSON_NAME = 100
#: The stable name of a row in files.
LONGEST_REFERENCE = 100
#: An edition's name in addresses.
LONGEST_SLUG = 60
#: Why something failed, as it is kept beside a message or a run.
LONGEST_REASON = 1000

# -- people and groups ---------------------------------------------------------------------

#: Seats in one slot.
MOST_SEATS = 200
#: Colleagues who sign up as one; a bigger group asks the team.
MOST_COLLEAGUES = 10
#: Contacts of one organisation.
MOST_CONTACTS = 12
#: Visits that an edition's rules can allow one visitor, and preferences they can give.
MOST_VISITS = 100
#: Hours that a free seat is held for somebody who is asked.
LONGEST_SEAT_OFFER_HOURS = 72
#: Organisations that a search of the directory shows.
MOST_FOUND = 20

# -- runs of the solver, in seconds --------------------------------------------------------

DEFAULT_RUN_SECONDS = 300
LONGEST_RUN_SECONDS = 3600

# -- the database --------------------------------------------------------------------------

#: The largest number of a row, and the largest seed, in every database that we run on.
LARGEST_NUMBER = 2**31 - 1
