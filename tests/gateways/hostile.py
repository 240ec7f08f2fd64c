"""Text that tries to break out of a line, a field, a page or a link."""

from hypothesis import settings
from hypothesis import strategies as st

HOSTILE = (
    "semicolon; comma, colon: backslash\\ quote\" apostrophe' caret^",
    "two\r\nlines\rand\nmore\u2028or\u2029less\x0b\x0c\x85end",
    "x\r\nATTENDEE:mailto:evil@evil.example",
    "x\r\nBcc: evil@evil.example\r\n\r\nbody",
    "END:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
    "\\nATTENDEE:mailto:evil@evil.example\\",
    "\x00\x01\x07\x08\x1b[31m\x7f\x9b",
    "\u202eevil\u202c \u2066isolate \u200fright to left: שלום العربية",
    "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 🇧🇪 𝔘𝔫𝔦",
    "é" * 300,
    "👍" * 150,
    "a" * 10_000,
    '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;&lt;',
    "{{ 7 * 7 }} {% raw %} %(name)s %s %",
    "http://evil.example/ www.evil.example evil.example/path me@evil.example",
    "javascript:alert(1) mailto:me@evil.example tel:+3220000000 HTTPS://EVIL.EXAMPLE",
    "=?utf-8?b?ZXZpbA==?= =?us-ascii?q?evil?=",
    ".",
    ".\r\n",
    "\ud800 lone surrogate \ufffe \ufeff",
    "",
    " \t ",
)

#: Anything at all, and often the worst.
hostile_text = st.sampled_from(HOSTILE) | st.text(st.characters(codec=None), max_size=300)

#: A busy machine is no fault of the text.
unhurried = settings(deadline=None)
