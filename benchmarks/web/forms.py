"""The forms of a page, found as a browser finds them, with nothing but the standard library.

Pages are redrawn; what a form is called and sends changes less.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

Pair = tuple[str, str]
#: All that is read of a page: who reads it for the load shares the cores with the site.
TAGS = re.compile(r"</?(?:form|button|input|select|option)\b[^>]*>")


@dataclass
class Button:
    """A button that sends a form, what it sends along, and where, if that is elsewhere."""

    name: str
    value: str
    is_off: bool
    action: str = ""

    def says(self, word: str) -> bool:
        """Tell whether it is the button for something, by its name or by its value."""
        return word in (self.name, self.value)


@dataclass
class Form:
    """A form: where it goes, what it sends in any case, and its buttons."""

    action: str
    method: str
    fields: list[Pair] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def sent_with(self, button: Button) -> list[Pair]:
        """Return what is sent when a button is pressed."""
        return [*self.fields, (button.name, button.value)] if button.name else self.fields


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page in their order."""
    reader = _Reader()
    reader.feed("".join(TAGS.findall(page)))
    by_id = {identity: form for identity, form in reader.found if identity}
    for owner, button in reader.elsewhere:
        if owner in by_id:
            by_id[owner].buttons.append(button)
    return [form for _, form in reader.found]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Form]] = []
        self.elsewhere: list[tuple[str, Button]] = []
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append((given.get("id", ""), self._form))
        elif tag == "button":
            self._take_button(given)
        elif self._form is not None:
            self._take_field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _take_button(self, given: dict[str, str]) -> None:
        is_off = "disabled" in given or given.get("aria-disabled") == "true"
        action = given.get("formaction", "")
        button = Button(given.get("name", ""), given.get("value", ""), is_off, action)
        if "form" in given:
            self.elsewhere.append((given["form"], button))
        elif self._form is not None and given.get("type", "submit") == "submit":
            self._form.buttons.append(button)

    def _take_field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "select":
            self._select = given.get("name")
        elif tag == "option" and self._select and "selected" in given:
            self._form.fields.append((self._select, given.get("value", "")))
        elif tag == "input" and given.get("name"):
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self._form.fields.append((given["name"], given.get("value", "")))
