"""What every table shares: names of constraints, types of columns, texts in two languages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

from opendeur import limits


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}; say which time zone it is in")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CodeSet(TypeDecorator[frozenset[str]]):
    """A small set of codes, such as languages, stored in order with spaces between."""

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(sorted(set(map(str, value))))

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> frozenset[str] | None:
        return None if value is None else frozenset(value.split())


def enum_column(members: type[StrEnum]) -> Enum:
    """Return a column type that stores the value of an enum, checked by the database."""
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda enum: [member.value for member in enum],
    )


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Reference = Annotated[str, mapped_column(String(limits.LONGEST_REFERENCE))]
ShortText = Annotated[str, mapped_column(String(limits.LONGEST_LINE))]
LongText = Annotated[str, mapped_column(String(limits.LONGEST_TEXT))]
Codes = Annotated[frozenset[str], mapped_column(CodeSet)]


class Base(DeclarativeBase):
    """Base class of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class LocalText(NamedTuple):
    """A text and the language it is in, so that a page can mark it with ``lang``."""

    text: str
    language: str


def localised(language: str, *, nl: str, fr: str) -> LocalText:
    """Return the text in `language` where there is one, and the other language otherwise.

    English readers get French first: it is the language that more of them read in Brussels.
    """
    texts = {"nl": nl, "fr": fr}
    order = ("nl", "fr") if language == "nl" else ("fr", "nl")
    for code in order:
        if texts[code]:
            return LocalText(texts[code], code)
    return LocalText("", order[0])
