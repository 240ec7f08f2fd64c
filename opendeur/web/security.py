"""What every answer carries, and what is refused before any view runs."""

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from opendeur.config import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
READING = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # same-origin, not no-referrer: the CSRF check needs a Referer on HTTPS.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer and refuse changes that other sites ask for."""

    @app.before_request
    def refuse_other_sites() -> None:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in READING and site not in ("same-origin", "none"):
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_secure:
            response.headers.setdefault(
                "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
            )
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def own_path(target: str) -> str:
    """Return `target` when it is a path on this site, and "/" otherwise.

    Refuses other schemes and hosts, ``//host``, backslashes and control characters.
    """
    if any(ord(character) < 33 or character == "\\" for character in target):
        return "/"
    if not target.startswith("/") or target.startswith("//"):
        return "/"
    return target
