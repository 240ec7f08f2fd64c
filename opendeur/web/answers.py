"""What is done last to every answer: who may keep it, whether it changed, how it is sent."""

import hashlib

from flask import Flask, current_app, g, request, session
from werkzeug.wrappers import Response

from opendeur.web import auth, compression
from opendeur.web.request import settings

#: Pages that are the same for everybody who is not signed in. A browser keeps them, asks each
#: time whether they changed, and mostly hears: no.
SAME_FOR_EVERYBODY = frozenset(
    {
        "public.home",
        "public.accessibility",
        "public.privacy",
        "public.programme",
        "public.visit",
    }
)


def init_app(app: Flask) -> None:
    """Finish every answer but those of static files, which finish themselves."""
    app.extensions["compressed"] = compression.Kept()
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    if request.endpoint == "static" or response.is_streamed or response.direct_passthrough:
        return response
    if is_same_for_everybody(response):
        response.headers["Cache-Control"] = "no-cache"
        response.vary.update(("Cookie", "Accept-Encoding"))
        if "ETag" not in response.headers:
            # Weak, as the compressed forms of a page share it.
            response.set_etag(hashlib.sha256(response.data).hexdigest()[:32], weak=True)
        response.make_conditional(request)
    if response.status_code != 304 and _may_compress():
        _compress(response)
    return response


def is_same_for_everybody(response: Response) -> bool:
    """Tell whether an answer would be the same for anybody else who is not signed in.

    A page with a form has the token of its reader in it, and a message is for one person.
    """
    return (
        response.status_code == 200
        and request.endpoint in SAME_FOR_EVERYBODY
        and request.method in ("GET", "HEAD")
        and auth.cookie_name() not in request.cookies
        and not session.modified
        and "csrf_token" not in g
        and "Set-Cookie" not in response.headers
    )


def _may_compress() -> bool:
    """Tell whether nobody but this site or its reader can have asked, as BREACH needs."""
    ours = {auth.cookie_name(), current_app.config["SESSION_COOKIE_NAME"]}
    if not settings().is_secure or ours.isdisjoint(request.cookies):
        return True
    asked_by = request.headers.get("Sec-Fetch-Site")
    if asked_by is None:  # a browser from before 2023; it cannot lie about this either
        return (request.referrer or "").startswith(f"{settings().base_url.rstrip('/')}/")
    return asked_by in ("same-origin", "none")


def _compress(response: Response) -> None:
    if response.content_encoding or not compression.pays(response.mimetype, len(response.data)):
        return
    response.vary.add("Accept-Encoding")
    encoding = compression.accepted(request)
    if encoding is None:
        return
    tag, _ = response.get_etag()
    if tag is None or response.cache_control.private:
        response.data = compression.compress(response.data, encoding)
    else:
        kept: compression.Kept = current_app.extensions["compressed"]
        response.data = kept.compressed(response.data, encoding, tag=tag)
    response.content_encoding = encoding
