"""Catalogues of the interface's texts in Dutch and French; English is the source."""
