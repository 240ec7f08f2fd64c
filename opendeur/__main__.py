"""``python -m opendeur`` is the command line."""

from opendeur.cli import main

main()
