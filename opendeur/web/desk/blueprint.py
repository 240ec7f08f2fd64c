"""The blueprint that the pages of this package are routes of."""

from flask import Blueprint

from opendeur.web.desk import words

blueprint = Blueprint("desk", __name__)
words.register(blueprint)
