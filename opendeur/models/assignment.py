"""Runs of the solver."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from opendeur.enums import RunState
from opendeur.models.account import Account
from opendeur.models.base import Base, PrimaryKey, enum_column
from opendeur.models.edition import Edition
from opendeur.models.lease import Leased
from opendeur.models.visit import Slot


class AssignmentRun(Leased, Base):
    """One execution of the solver, kept with its problem, plan and progress.

    `problem` and `plan` are the canonical JSON texts of the interchange format;
    `problem_sha256` is the digest that a plan refers to. `progress` is what the solver said
    last: stage, stages, objective, value, bound, seconds.
    """

    __tablename__ = "assignment_run"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        CheckConstraint("time_limit_seconds > 0", name="time_limit_positive"),
    )

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[RunState] = mapped_column(enum_column(RunState), default=RunState.QUEUED)
    seed: Mapped[int]
    time_limit_seconds: Mapped[int]
    #: Whether the first goal is that people keep the places they have.
    keeps_places: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: The moment that the run tries to do without: adopting it cancels that as well.
    closes_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    problem: Mapped[str] = mapped_column(Text, deferred=True)
    problem_sha256: Mapped[str] = mapped_column(String(64))
    progress: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    stop_requested_at: Mapped[datetime | None]
    plan: Mapped[str | None] = mapped_column(Text, deferred=True)
    plan_status: Mapped[str | None] = mapped_column(String(20))
    #: Every objective's value and the checker's figures.
    metrics: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    adopted_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship()
    created_by: Mapped[Account | None] = relationship()
    closes_slot: Mapped[Slot | None] = relationship()

    @property
    def is_queued(self) -> bool:
        """Whether the run waits for a worker."""
        return self.state is RunState.QUEUED

    @property
    def goes_on(self) -> bool:
        """Whether the run waits or is being worked on, so that its page must refresh."""
        return self.state in (RunState.QUEUED, RunState.RUNNING)

    @property
    def breaks_ties(self) -> bool:
        """Whether every goal is settled and the solver chooses among equals."""
        return bool(self.progress and self.progress.get("objective") == "ties")

    @property
    def is_done(self) -> bool:
        """Whether the solver ended with an answer, be it that no plan exists."""
        return self.state is RunState.DONE

    @property
    def has_failed(self) -> bool:
        """Whether the run ended without an answer, by a fault of ours or of the machine."""
        return self.state is RunState.FAILED

    @property
    def is_infeasible(self) -> bool:
        """Whether the solver found that no plan can keep all rules."""
        return self.is_done and self.plan_status == "infeasible"

    @property
    def is_proven_best(self) -> bool:
        """Whether no plan at all can do better than the one that was found."""
        return self.is_done and self.plan_status == "optimal"

    @property
    def breaks_rules(self) -> bool:
        """Whether the checker found fault with the plan."""
        return self.is_done and bool(self.metrics and self.metrics.get("faults"))
