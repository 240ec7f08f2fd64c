"""The blueprint that the pages of this package are routes of."""

from flask import Blueprint

from opendeur.web.desk import labels

blueprint = Blueprint("desk", __name__)
labels.register(blueprint)
