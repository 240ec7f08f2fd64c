"""What may happen, and when: a package for each subject, and what others may call in its list.

A subject may use those before it, and what stands here beside them: people, editions,
directory, offers, preferences, placements, assignment, calendars, mail, invitations, inbox,
importing.
"""
