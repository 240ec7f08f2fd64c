"""What tests of signing in share: hostile texts, and what the mail said."""

import email
import re
from email.message import EmailMessage
from email.policy import default

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from opendeur.enums import MessageKind
from opendeur.models import Message

HOSTILE = (
    "<script>alert(1)</script>",
    "a\r\nBcc: x@y.example",
    "\u202etxt.exe",
    "🙂" * 200,
    "x" * 10_000,
    "'; DROP TABLE account; --",
    "\x00",
)


def mailed(store: Session) -> tuple[str, str]:
    """Return the path of the link and the code in the last sign-in mail."""
    store.rollback()
    message = store.scalars(
        select(Message).where(Message.kind == MessageKind.SIGN_IN).order_by(Message.id.desc())
    ).first()
    assert message is not None
    assert message.raw is not None
    text = _plain_text(message.raw)
    link = re.search(r"http://localhost(/\S+/sign-in/link/\S+)", text)
    code = re.search(r"\b(\d{3}) ?(\d{3})\b", text.replace(link[0] if link else "", ""))
    assert link is not None
    assert code is not None
    return link[1], code[1] + code[2]


def _plain_text(raw: bytes) -> str:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/nl/account").status_code == 200
