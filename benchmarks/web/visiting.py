"""The people of the load: run by Locust, in the environment of the benchmarks.

``Chooser`` reads the programme, chooses a visit, orders the list and looks at what will be
submitted, again and again, without pausing; ``Reader`` reads the programme and is not signed
in. WORLD in the environment is JSON with the edition and a token for each chooser.
"""

import json
import os
import random
import re
import sys
from http.cookiejar import Cookie
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, constant, task

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.web.forms import Button, Form, forms_of

WORLD = json.loads(os.environ["WORLD"])
#: Where a list is full, something is taken out.
MOST = 6
_numbers = count()


class Reader(FastHttpUser):  # type: ignore[misc]
    """Somebody who is not signed in."""

    wait_time = constant(0)

    @task
    def read(self) -> None:
        """Read the programme."""
        self.client.get(f"/nl/{WORLD['slug']}/", name="programme")


class Chooser(FastHttpUser):  # type: ignore[misc]
    """A visitor who makes a list."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Be somebody whom nobody else is, with a draw of one's own."""
        number = next(_numbers)
        self.draw = random.Random(number)
        self.client.cookiejar.set_cookie(_cookie(WORLD["tokens"][number]))
        self.home = f"/nl/{WORLD['slug']}"

    @task
    def choose_and_order(self) -> None:
        """Do it once through."""
        programme = self._get(f"{self.home}/", "programme")
        if not self._press(programme, "/preferences/add", "choose"):
            self._choose_on_the_page_of_a_visit(programme)
        path = f"{self.home}/me/preferences"
        mine = self._get(path, "preferences")
        change = "/preferences/change"
        listed = sum(button.says("remove") for _, button in _buttons(mine, change))
        if listed >= MOST:
            self._press(mine, change, "remove", only="remove")
        else:
            self._press(mine, change, "order", only="down")
        if f"{self.home}/me/check" in mine:  # a page of its own, once
            self._get(f"{self.home}/me/check", "check")
        else:
            self._get(path, "check")

    def _choose_on_the_page_of_a_visit(self, programme: str) -> None:
        visits = sorted(set(re.findall(r'href="([^"?#]+/visits/\d+)', programme)))
        if visits:
            path = self.draw.choice(visits)
            self._press(self._get(path, "visit"), "/preferences/add", "choose")

    def _get(self, path: str, name: str) -> str:
        with self.client.get(path, name=name, catch_response=True) as got:
            self._keep(got)
            return got.text or ""

    def _press(self, page: str, action: str, name: str, *, only: str = "") -> bool:
        """Press one of the buttons of a page, by chance; tell whether there was one."""
        found = [
            (form, button)
            for form, button in _buttons(page, action)
            if not button.is_off and (not only or button.says(only))
        ]
        if not found:
            return False
        form, button = self.draw.choice(found)
        with self.client.post(
            button.action or form.action,
            data=urlencode(form.sent_with(button)),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            name=name,
            catch_response=True,
        ) as got:
            self._keep(got)
        return True

    def _keep(self, got: Any) -> None:
        if got.status_code >= 400 or got.status_code == 0:
            got.failure(f"answers {got.status_code}")
        elif "/sign-in" in (got.url or ""):
            got.failure("asks to sign in")


def _cookie(token: str) -> Cookie:
    """Return the cookie of a browser that is signed in."""
    return Cookie(
        version=0,
        name="opendeur",
        value=token,
        port=None,
        port_specified=False,
        domain="127.0.0.1",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )


def _buttons(page: str, action: str) -> list[tuple[Form, Button]]:
    return [
        (form, button)
        for form in forms_of(page)
        if form.method == "post"
        for button in form.buttons
        if (button.action or form.action).split("?")[0].endswith(action)
    ]
