"""What becomes of a seat that was given up."""

from datetime import datetime

from sqlalchemy.orm import Session

from opendeur.models import Slot


def pass_on(session: Session, slot: Slot, *, now: datetime) -> None:
    """Pass on what is free in a slot. The seat is open again; nobody is asked for it yet."""
