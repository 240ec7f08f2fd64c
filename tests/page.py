"""A page as somebody meets it. Getting one checks what must hold for every page."""

import re
from itertools import pairwise
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

ERROR_PREFIXES = ("Error: ", "Fout: ", "Erreur : ", "Erreur\u00a0: ")
HIDDEN = {"hidden", "submit", "button"}


class Page:
    """An HTML answer that passed the checks; `soup` is its document."""

    def __init__(self, response: TestResponse, status: int = 200) -> None:
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, "
            f"{response.headers.get('Location')}\n"
            f"{response.get_data(as_text=True)[:3000]}"
        )
        self.response = response
        self.soup = BeautifulSoup(response.text, "html.parser")
        #: All of them, found once: the checks take as long as the page itself otherwise.
        self.elements: list[Tag] = self.soup.find_all(True)
        self._check_document()
        self._check_headings()
        self._check_ids()
        self._check_labels()
        self._check_names()
        self._check_forms()

    @classmethod
    def get(cls, client: FlaskClient, url: str, status: int = 200) -> "Page":
        """Open a page."""
        return cls(client.get(url), status)

    @classmethod
    def post(cls, client: FlaskClient, url: str, status: int = 200, **data: Any) -> "Page":
        """Send a form, with a token as a browser would, and read the page that answers."""
        return cls(submit(client, url, **data), status)

    def text(self, selector: str) -> str:
        """Return the text of the only match, with white space collapsed."""
        [found] = self.texts(selector)
        return found

    def texts(self, selector: str) -> list[str]:
        """Return the text of every match, with white space collapsed."""
        return [_words(found) for found in self.soup.select(selector)]

    @property
    def errors(self) -> dict[str, str]:
        """Map the target of every link in the error summary to its message."""
        links = self.soup.select(".error-summary a")
        return {str(link["href"]).removeprefix("#"): link.get_text() for link in links}

    @property
    def problems(self) -> list[str]:
        """Every message in the error summary."""
        return self.texts(".error-summary li")

    def _check_document(self) -> None:
        html = self.soup.find("html")
        assert isinstance(html, Tag)
        assert html.get("lang") in ("nl", "fr", "en"), "the document has no language"
        assert not self._with("style"), "style attributes are blocked by our policy"
        assert not self._named("style"), "style elements are blocked by our policy"
        for script in self._named("script"):
            assert script.get("src"), "a script without a source is blocked by our policy"
        names = {name for element in self.elements for name in element.attrs}
        handlers = [name for name in names if re.fullmatch(r"on[a-z]+", name)]
        assert handlers == [], "event handlers are blocked by our policy"

    def _check_headings(self) -> None:
        [h1] = [_words(found) for found in self._named("h1")]
        [title] = [_words(found) for found in self._named("title") if found.find_parent("head")]
        prefix = next((p for p in ERROR_PREFIXES if title.startswith(p.strip())), "")
        rest = title[len(prefix.strip()) :].strip() if prefix else title
        assert rest.startswith(h1), f"{title!r} hides {h1!r}"
        assert bool(prefix) == bool(self.soup.select(".error-summary")), title
        headings = self._named("h1", "h2", "h3", "h4")
        levels = [int(heading.name[1]) for heading in headings if heading.find_parent("main")]
        jumps = [b for a, b in pairwise(levels) if b > a + 1]
        assert jumps == [], f"a heading level is skipped: {levels}"

    def _check_ids(self) -> None:
        ids = [str(element["id"]) for element in self._with("id")]
        assert len(ids) == len(set(ids)), f"an id occurs twice: {sorted(ids)}"
        for name in ("aria-describedby", "aria-labelledby", "for", "headers"):
            for element in self._with(name):
                assert set(str(element[name]).split()) <= set(ids), f"{name} dangles: {element}"
        assert set(self.errors) <= set(ids), "an error links to a field that is not there"
        targets = [str(link.get("href", "")) for link in self._named("a")]
        inside = {target[1:] for target in targets if target.startswith("#")}
        assert inside <= set(ids), f"a link leads nowhere: {inside - set(ids)}"

    def _check_labels(self) -> None:
        labelled = {str(label.get("for")) for label in self._named("label")}
        for element in self._named("input", "select", "textarea"):
            if element.get("type") in HIDDEN:
                continue
            inside = element.find_parent("label") is not None
            assert inside or element.get("id") in labelled, f"no label: {element}"

    def _check_names(self) -> None:
        for element in self._named("a", "button", "summary"):
            name = element.get("aria-label") or element.get_text().strip()
            assert name, f"nothing says what this does: {element}"
        buttons = [_words(b) for b in self._named("button") if b.find_parent("main")]
        doubled = {name for name in buttons if buttons.count(name) > 1}
        assert not doubled, f"two buttons have one name: {doubled}"

    def _check_forms(self) -> None:
        for form in self._named("form"):
            if str(form.get("method", "get")).lower() == "post":
                tokens = form.find_all("input", attrs={"name": "csrf_token"})
                assert tokens, f"no token: {form}"
        for button in self._named("button"):
            # htmx would not see which button of a form was pressed, and leave its value out.
            is_bare = button.has_attr("form") and not button.has_attr("type")
            assert not is_bare, f"a button outside its form needs type=submit: {button}"

    def _named(self, *names: str) -> list[Tag]:
        """Return the elements with one of these names, in the order of the page."""
        return [element for element in self.elements if element.name in names]

    def _with(self, attribute: str) -> list[Tag]:
        """Return the elements that have an attribute."""
        return [element for element in self.elements if attribute in element.attrs]


def _words(element: Tag) -> str:
    """Return the text of an element with white space collapsed."""
    return " ".join(element.get_text().split())


def submit(client: FlaskClient, url: str, **data: Any) -> TestResponse:
    """Send a form with a valid token; lists send a field several times."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "raw"
    key = client.application.config["SECRET_KEY"]
    token = URLSafeTimedSerializer(key, "wtf-csrf-token").dumps("raw")
    return client.post(url, data={**data, "csrf_token": token})
