"""What a WSGI server such as gunicorn runs: ``gunicorn wsgi:app``."""

from opendeur.app import create_app

app = create_app()
