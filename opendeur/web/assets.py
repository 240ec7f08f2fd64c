"""Static files under a name that changes with what is in them, so that browsers keep them.

``tokens.css`` is asked for as ``tokens.1a2b3c4d5e6f.css`` and kept for a year. A file that
changes is seen at once, and every process finds the same digest for the same file. Whoever
asks for a digest of before, or for none, gets the present file and is told to ask again:
a page that was opened before a new version came still finds its sheets.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, abort, current_app, request, url_for
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from opendeur.web import compression

YEAR = 31_536_000
DIGITS = 12
#: A name with a digest: what stands before, the digest, the ending.
_DIGESTED = re.compile(
    rf"(?P<stem>.+)\.(?P<digest>[0-9a-f]{{{DIGITS}}})(?P<ending>\.[a-z0-9]+)"
)
#: A file that a sheet asks for.
_REFERENCE = re.compile(r'url\("(?!data:|#)([^"]+)"\)')
#: When a file was changed, in nanoseconds, and how long it is.
Stamp = tuple[int, int]


@dataclass(frozen=True)
class Asset:
    """A file as it is sent. Its compressed forms are made once, when first asked for.

    Attributes
    ----------
    files
        The file itself, then those that it asks for.
    stamp
        Of each of them.
    """

    name: str
    body: bytes
    files: tuple[Path, ...]
    stamp: tuple[Stamp | None, ...]

    @cached_property
    def digest(self) -> str:
        """What names the content."""
        return hashlib.sha256(self.body).hexdigest()[:DIGITS]

    @cached_property
    def address(self) -> str:
        """The name with the digest."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{ending}"

    @cached_property
    def media_type(self) -> str:
        """What kind of file this is."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @cached_property
    def forms(self) -> dict[str, bytes]:
        """The body in each encoding that makes it shorter."""
        if not compression.pays(self.media_type, len(self.body)):
            return {}
        return compression.all_forms(self.body)


class Assets:
    """The static files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Asset] = {}

    def find(self, name: str) -> Asset | None:
        """Return a file as it is now, or None where there is none."""
        known = self._known.get(name)
        if known is not None and known.stamp == tuple(map(_stamp, known.files)):
            return known
        file = self._file(name)
        if file is None:
            return None
        stamp = _stamp(file)  # before it is read: what is written after that is seen next time
        body, needs = file.read_bytes(), list[Asset]()
        if file.suffix == ".css":
            body, needs = self._resolved(file, body.decode())
        made = Asset(
            name=name,
            body=body,
            files=(file, *(need.files[0] for need in needs)),
            stamp=(stamp, *(need.stamp[0] for need in needs)),
        )
        self._known[name] = made
        return made

    def _file(self, name: str) -> Path | None:
        """Return the file of a name, if it is written as it is kept under.

        Anybody can write one file in endless ways, such as with ``x/../`` before it: each of
        them would be kept.
        """
        joined = safe_join(str(self._folder), name)
        if joined != f"{self._folder}/{name}":
            return None
        try:
            return Path(joined) if Path(joined).is_file() else None
        except OSError:  # longer than the name of any file
            return None

    def _resolved(self, sheet: Path, text: str) -> tuple[bytes, list[Asset]]:
        """Put digests into the names of the files that a sheet asks for."""
        needs = []

        def with_digest(found: re.Match[str]) -> str:
            file = (sheet.parent / found[1]).relative_to(self._folder)
            need = self.find(file.as_posix())
            if need is None:
                raise FileNotFoundError(f"{sheet.name} asks for {found[1]}, which is not there")
            needs.append(need)
            folder, slash, _ = found[1].rpartition("/")
            return f'url("{folder}{slash}{Path(need.address).name}")'

        return _REFERENCE.sub(with_digest, text).encode(), needs


def _stamp(file: Path) -> Stamp | None:
    """Return when a file was changed and how long it is, or None when it is gone."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def init_app(app: Flask) -> None:
    """Serve the static files, and give templates their addresses."""
    app.extensions["assets"] = Assets(Path(app.root_path) / "static")
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=_serve)
    app.add_template_global(address, "static_url")


def address(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    return url_for("static", filename=_find(name).address)


def _find(name: str) -> Asset:
    assets: Assets = current_app.extensions["assets"]
    found = assets.find(name)
    if found is None:
        raise FileNotFoundError(f"no static file {name}")
    return found


def _serve(filename: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    asked = _DIGESTED.fullmatch(filename)
    name = asked["stem"] + asked["ending"] if asked else filename
    found = assets.find(name) or assets.find(filename) or abort(404)
    encoding = compression.accepted(request, tuple(found.forms))
    response = Response(
        found.forms[encoding] if encoding else found.body, content_type=_typed(found)
    )
    if found.forms:
        response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    if asked and asked["digest"] == found.digest:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    response.set_etag(found.digest, weak=bool(found.forms))
    return response.make_conditional(request)


def _typed(found: Asset) -> str:
    is_text = found.media_type.startswith("text/") or found.media_type.endswith("javascript")
    return f"{found.media_type}; charset=utf-8" if is_text else found.media_type
