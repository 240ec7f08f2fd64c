"""Advice as JSON: ``opendeur-advice/1``."""

from dataclasses import fields, is_dataclass
from typing import Any

from solver.advice.findings import Action, Advice, Effect, Figure
from solver.advice.words import action_in_words

ADVICE_FORMAT = "opendeur-advice/1"


def advice_to_json(advice: Advice) -> dict[str, Any]:
    """Return advice as JSON data: names and figures, and the short list in words as well."""
    return {"format": ADVICE_FORMAT, **_plain(advice)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    data = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Action):
        data["words"] = action_in_words(value)
    elif isinstance(value, Effect):
        data |= {"verdict": value.verdict, "is_proven": value.is_proven}
    elif isinstance(value, Figure):
        data |= {"gain": value.gain, "most_gain": value.most_gain}
    return data
