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
        return [" ".join(found.get_text().split()) for found in self.soup.select(selector)]

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
        assert not self.soup.select("[style]"), "style attributes are blocked by our policy"
        assert not self.soup.select("style"), "style elements are blocked by our policy"
        for script in self.soup.select("script"):
            assert script.get("src"), "a script without a source is blocked by our policy"
        handlers = [
            name
            for element in self.soup.find_all(True)
            for name in element.attrs
            if re.fullmatch(r"on[a-z]+", name)
        ]
        assert handlers == [], "event handlers are blocked by our policy"

    def _check_headings(self) -> None:
        [h1] = self.texts("h1")
        [title] = [
            " ".join(found.get_text().split()) for found in self.soup.select("head title")
        ]
        prefix = next((p for p in ERROR_PREFIXES if title.startswith(p.strip())), "")
        rest = title[len(prefix.strip()) :].strip() if prefix else title
        assert rest.startswith(h1), f"{title!r} hides {h1!r}"
        assert bool(prefix) == bool(self.soup.select(".error-summary")), title
        levels = [int(heading.name[1]) for heading in self.soup.select("main :is(h1,h2,h3,h4)")]
        jumps = [b for a, b in pairwise(levels) if b > a + 1]
        assert jumps == [], f"a heading level is skipped: {levels}"

    def _check_ids(self) -> None:
        ids = [str(element["id"]) for element in self.soup.select("[id]")]
        assert len(ids) == len(set(ids)), f"an id occurs twice: {sorted(ids)}"
        for name in ("aria-describedby", "aria-labelledby", "for", "headers"):
            for element in self.soup.select(f"[{name}]"):
                assert set(str(element[name]).split()) <= set(ids), f"{name} dangles: {element}"
        assert set(self.errors) <= set(ids), "an error links to a field that is not there"
        inside = {str(a["href"])[1:] for a in self.soup.select('a[href^="#"]')}
        assert inside <= set(ids), f"a link leads nowhere: {inside - set(ids)}"

    def _check_labels(self) -> None:
        labelled = {str(label["for"]) for label in self.soup.select("label[for]")}
        for element in self.soup.select("input, select, textarea"):
            if element.get("type") in HIDDEN:
                continue
            inside = element.find_parent("label") is not None
            assert inside or element.get("id") in labelled, f"no label: {element}"

    def _check_names(self) -> None:
        for element in self.soup.select("a, button, summary"):
            name = element.get("aria-label") or element.get_text().strip()
            assert name, f"nothing says what this does: {element}"
        buttons = [" ".join(b.get_text().split()) for b in self.soup.select("main button")]
        doubled = {name for name in buttons if buttons.count(name) > 1}
        assert not doubled, f"two buttons have one name: {doubled}"

    def _check_forms(self) -> None:
        for form in self.soup.select("form"):
            if str(form.get("method", "get")).lower() == "post":
                assert form.select("input[name=csrf_token]"), f"no token: {form}"
        for button in self.soup.select("button[form]:not([type])"):
            # htmx would not see which button of a form was pressed, and leave its value out.
            raise AssertionError(f"a button outside its form needs type=submit: {button}")


def submit(client: FlaskClient, url: str, **data: Any) -> TestResponse:
    """Send a form with a valid token; lists send a field several times."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "raw"
    key = client.application.config["SECRET_KEY"]
    token = URLSafeTimedSerializer(key, "wtf-csrf-token").dumps("raw")
    return client.post(url, data={**data, "csrf_token": token})
