"""The blueprint that the pages of this package are routes of."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
