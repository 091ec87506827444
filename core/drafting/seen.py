"""What was seen of each column when a model was drafted: how many different values, from where to
where, how much of it is empty. It stands in a file beside the model, and means nothing to answers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from core.drafting.found import Profile
from core.drafting.natures import Natured
from core.drafting.survey import Survey

_EXAMPLES: Final = 5
_RANGED: Final = ("integer", "double", "date", "datetime")
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """Of the rows that were looked at: how many have a value, and different ones. first, last: the
    smallest and the greatest of numbers and times (ISO text); None where there is none, or where
    values may not be kept. examples: the most frequent texts."""

    filled: int
    distinct: int
    first: Value = None
    last: Value = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenTable:
    """rows: of the table, `by_bound` where there are more; looked_at: of them that say what its
    columns hold."""

    rows: int
    by_bound: bool
    looked_at: int
    columns: Mapping[str, SeenColumn]


def seen_of(found: Survey, *, has_values: bool) -> str:
    """The text of the file. has_values: whether values of rows may stand in it; those of personal
    columns never do."""
    tables = {}
    for name, sampled in found.tables.items():
        profiles, natures = sampled.profiles, found.natures[name]
        columns = {
            found.names.columns[name, column]: _column(profiles[column], natured, has_values)
            for column, natured in natures.items()
        }
        looked_at = max((p.rows for p in profiles.values()), default=0)
        tables[found.names.tables[name]] = asdict(
            SeenTable(sampled.rows, sampled.by_bound, looked_at, columns)
        )
    return json.dumps(tables, ensure_ascii=False)


def _column(profile: Profile, natured: Natured, has_values: bool) -> SeenColumn:
    counts = SeenColumn(profile.filled, profile.distinct)
    if not has_values or natured.is_personal:
        return counts
    first = last = None
    if natured.type in _RANGED:
        first, last = _plain(profile.first), _plain(profile.last)
    shows = natured.type == "string" and natured.is_linked
    examples = tuple(map(str, profile.values[:_EXAMPLES])) if shows else ()
    return SeenColumn(profile.filled, profile.distinct, first, last, examples)


def _plain(value: Any) -> Value:
    if isinstance(value, dt.date):  # a moment is one too
        return value.isoformat(*((" ",) if isinstance(value, dt.datetime) else ()))
    return value if isinstance(value, str | int | float) else None


def read_seen(text: str) -> dict[str, SeenTable]:
    """Table -> what was seen of it; nothing for a text that is none of ours."""
    try:
        return {
            name: SeenTable(
                **{
                    **table,
                    "columns": {
                        column: SeenColumn(**{**entry, "examples": tuple(entry["examples"])})
                        for column, entry in table["columns"].items()
                    },
                }
            )
            for name, table in json.loads(text or "{}").items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def seen_file(models: Path, name: str) -> Path:
    """Where it stands. models: the folder of models that people made."""
    return models / "seen" / f"{name}.json"
