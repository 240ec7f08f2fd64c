"""The lines of a calendar file, unfolded and not interpreted."""

import re

#: What only a message has: what it asks, of whom.
ASKING = ("ATTENDEE", "X-MICROSOFT-DISALLOW-COUNTER")


def unfolded(file: bytes) -> list[str]:
    """Return the lines of a file, the long ones whole."""
    return file.decode().replace("\r\n ", "").split("\r\n")


def entries_of(file: bytes) -> list[list[str]]:
    """Return the lines of each entry in a file."""
    text = "\n".join(unfolded(file))
    return [block.split("\n") for block in re.findall(r"BEGIN:VEVENT\n(.*?)\nEND", text, re.S)]


def asking_nothing(lines: list[str]) -> list[str]:
    """Return the lines of an entry but what only a message has."""
    return [line for line in lines if not line.startswith(ASKING)]
