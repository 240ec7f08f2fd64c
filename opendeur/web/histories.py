"""What became of somebody's seat, in words."""

from flask import Flask
from flask_babel import gettext as _

from opendeur.domain.placements import Step
from opendeur.enums import Door, PlacementState


def init_app(app: Flask) -> None:
    """Make the words known to templates."""
    app.add_template_filter(step_said)


def step_said(step: Step) -> str:
    """Return what happened to a seat: what, and through which door."""
    match step.state, step.door:
        case PlacementState.PLACED, Door.RUN:
            return str(_("got a place in the assignment"))
        case PlacementState.PLACED, Door.CHAIN:
            return str(_("got a place that became free"))
        case PlacementState.PLACED, Door.HOST | Door.DESK:
            return str(_("got a place by hand"))
        case PlacementState.PLACED, _door:
            return str(_("took the place after all"))
        case PlacementState.WITHDRAWN, _door:
            return str(_("gave the place up on the site"))
        case PlacementState.DECLINED, Door.MAIL:
            return str(_("said no in the calendar"))
        case PlacementState.DECLINED, _door:
            return str(_("said no through the letter"))
        case PlacementState.CANCELLED, Door.HOST:
            return str(_("lost the place: the host decided it"))
        case PlacementState.CANCELLED, _door:
            return str(_("lost the place: the team decided it"))
        case _other:
            return str(_("lost the place in a later assignment"))
