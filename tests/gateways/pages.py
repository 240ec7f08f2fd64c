"""A letter's HTML, as a mail program reads it."""

from typing import Any

from bs4 import BeautifulSoup

from opendeur.letters import Rendered

#: The only elements that a letter has.
TAGS = {"html", "head", "meta", "title", "body", "main", "p", "strong", "h1", "h2", "div"} | {
    *("br", "a", "ul", "ol", "li", "hr", "span")
}


def page(letter: Rendered) -> BeautifulSoup:
    return BeautifulSoup(letter.html, "html.parser")


def words(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())
