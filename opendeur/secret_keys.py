"""Whether a secret key can be guessed: a long one can still be a placeholder."""

from itertools import pairwise

SHORTEST = 32
FEWEST_CHARACTERS = 8
#: Of the pieces of three characters, how many must be different from one another. Of a random
#: key in hexadecimal hardly any are the same; a word written twice has a half.
DIFFERENT_PIECES = 0.6
PIECE = 3
#: Steps from each character to the next; "abcdef" takes one kind.
FEWEST_STEPS = 8
#: Letters and digits of what people copy from instructions, the example file's among them.
PLACEHOLDERS = (
    "opensslrand",
    "atleast32characters",
    "changeme",
    "changethis",
    "replaceme",
    "replacethis",
    "yoursecret",
    "secretkey",
    "supersecret",
    "verysecret",
    "topsecret",
    "notsosecret",
    "password",
    "insecure",
    "example",
    "placeholder",
)


def weakness_of(key: str) -> str | None:
    """Return what makes a key easy to guess, as the end of a sentence; None for a good one."""
    if len(key) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(set(key)) < FEWEST_CHARACTERS:
        return f"has fewer than {FEWEST_CHARACTERS} different characters"
    plain = "".join(character for character in key.lower() if character.isalnum())
    if any(placeholder in plain for placeholder in PLACEHOLDERS):
        return "is copied from instructions"
    start = key[: 2 * SHORTEST]
    pieces = [start[at : at + PIECE] for at in range(len(start) - PIECE + 1)]
    if len(set(pieces)) < DIFFERENT_PIECES * len(pieces):
        return "repeats itself"
    if len({ord(b) - ord(a) for a, b in pairwise(key)}) < FEWEST_STEPS:
        return "is a row of neighbours"
    return None
