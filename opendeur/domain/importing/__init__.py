"""Import an edition from a folder of CSV files and a TOML file: see ``docs/import.md``."""

from opendeur.domain.importing.edition_import import import_folder
from opendeur.domain.importing.faults import Fault, ImportRefused
from opendeur.domain.importing.summary import Count, ImportSummary

__all__ = [
    "Count",  # what became of the rows of one file
    "Fault",  # one fault, and where it stands
    "ImportRefused",  # a folder has faults, and nothing of it was imported
    "ImportSummary",  # what became of the rows of each file
    "import_folder",  # import a folder, or change what an earlier import made
]
