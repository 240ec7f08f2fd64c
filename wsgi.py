"""The application for a WSGI server of one's own; ``opendeur serve`` has one built in."""

from opendeur.app import create_app

app = create_app()
