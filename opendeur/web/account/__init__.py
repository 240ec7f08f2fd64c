"""Signing in and out, and what a person says about themselves."""

from opendeur.web.account import person, second_factor, sign_in
from opendeur.web.account.blueprint import blueprint

__all__ = ["blueprint", "person", "second_factor", "sign_in"]
