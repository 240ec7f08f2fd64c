"""The page that shows every component, for developers only."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from opendeur.config import ROOT
from tests.page import Page

COMPONENTS = ROOT / "templates" / "components"
#: What every page shows anyway, and what needs the rows of an edition.
ELSEWHERE = ("frame.html", "moments.html", "steps.html", "cancelling.html", "history.html")


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_page_shows_the_components(client: FlaskClient, language: str) -> None:
    page = Page.get(client, f"/{language}/components")

    assert page.text("h1") == "Components"
    assert len(page.soup.select(".error-summary li")) == 8


def test_page_is_not_there_where_people_are_served(app: Flask, client: FlaskClient) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], shows_components=False)

    assert client.get("/nl/components").status_code == 404


@pytest.mark.parametrize(
    "file",
    [file for file in sorted(COMPONENTS.glob("*.html")) if file.name not in ELSEWHERE],
    ids=lambda file: file.stem,
)
def test_every_macro_is_shown(file: Path) -> None:
    page = (ROOT / "templates" / "public" / "components.html").read_text(encoding="utf-8")
    macros = re.findall(r"\{% macro (\w+)", file.read_text(encoding="utf-8"))

    assert [name for name in macros if f"{name}(" not in page] == []
