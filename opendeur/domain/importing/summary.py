"""What an import did, in numbers."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Count:
    """What became of the rows of one file.

    `removed` are preferences that a shorter list left out; `kept` are rows of the edition
    that the file does not name, and which stay as they are.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0

    def add(self, *, is_new: bool, is_changed: bool) -> None:
        """Count one row."""
        if is_new:
            self.created += 1
        elif is_changed:
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of the rows of each file."""

    edition: Count = field(default_factory=Count)
    organisations: Count = field(default_factory=Count)
    visits: Count = field(default_factory=Count)
    slots: Count = field(default_factory=Count)
    visitors: Count = field(default_factory=Count)
    preferences: Count = field(default_factory=Count)

    @property
    def counts(self) -> dict[str, Count]:
        """The counts by what they are about, in the order of the files."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def total(self) -> Count:
        """All counts together."""
        total = Count()
        for count in self.counts.values():
            for name in Count.__slots__:
                setattr(total, name, getattr(total, name) + getattr(count, name))
        return total

    def __str__(self) -> str:
        """Return one line: ``73 organisations created; 140 visitors created, 2 kept``."""
        parts = []
        for subject, count in self.counts.items():
            figures = [
                f"{getattr(count, name)} {name}"
                for name in Count.__slots__
                if getattr(count, name)
            ]
            if figures:
                parts.append(f"{subject} {', '.join(figures)}")
        return "; ".join(parts)
