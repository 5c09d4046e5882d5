"""What an import did, or why it did nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A place and a reason. ``line`` counts from 1; 0 means the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(slots=True)
class ImportReport:
    """Ids by what became of them. With ``faults`` nothing was written; ``warnings`` hinder nothing."""

    created: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the whole import went through."""
        return not self.faults

    def summary(self) -> str:
        """One line for people."""
        if not self.ok:
            return f"{len(self.faults)} faults, nothing imported"
        parts = ("created", "revised", "published", "unchanged", "archived")
        told = [f"{len(getattr(self, part))} {part}" for part in parts if getattr(self, part)]
        return ", ".join(told) or "no articles"
