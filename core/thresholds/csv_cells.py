"""One threshold as the cells of a row, and back: numbers, times and words as spreadsheets have
them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from core.errors import did_you_mean
from core.semantic.units import is_ucum, parse_unit
from core.thresholds.finding import Finding
from core.thresholds.grounds import Grounds
from core.thresholds.record import (
    KINDS,
    SEVERITIES,
    STATISTICS,
    Source,
    Threshold,
    cleaned,
    scope_of,
)
from core.translation import gettext as _

#: The columns of a file; `scope` stands for one column a level.
COLUMNS: Final = (
    "id", "scope", "measure", "kind", "per", "low", "high", "unit", "severity", "deadband",
    "on_delay_min", "off_delay_min", "window_min", "statistic", "baseline_days", "weight", "latch",
    "realarm_min", "action", "source_standard", "source_part", "source_group", "source_support",
    "source_note", "note", "valid_from", "ends", "version", "revision", "status", "author",
    "approver",
)  # fmt: skip
_NUMBERS: Final = ("low", "high", "deadband", "weight")
_WHOLE: Final = (
    "on_delay_min", "off_delay_min", "window_min", "baseline_days", "realarm_min", "version",
    "revision",
)  # fmt: skip
#: Columns of numbers, in which nothing is a formula.
NUMERIC: Final = frozenset((*_NUMBERS, *_WHOLE))
_MAYBE: Final = ("low", "high", "baseline_days", "realarm_min")
_FLAGS: Final = ("latch", "ends")
_CHOICES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "kind": KINDS, "severity": SEVERITIES, "statistic": STATISTICS,
}  # fmt: skip
_DEFAULTS: Final = {
    "severity": "warning", "statistic": "mean", "weight": 1.0, "deadband": 0.0, "version": 0,
    "revision": 0, "on_delay_min": 0, "off_delay_min": 0, "window_min": 0,
}  # fmt: skip
_TRUE: Final = frozenset({"true", "1", "yes", "y", "x", "wahr", "ja", "đúng", "có"})
_FALSE: Final = frozenset({"", "false", "0", "no", "n", "falsch", "nein", "sai", "không"})
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMA: Final = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?")
_GERMAN_DATE: Final = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?"
)
_ID: Final = re.compile(r"[0-9A-Za-z_-]{0,48}")
_MOST: Final = 10**9


class Misread(Exception):
    """Cells that could not be read; findings name their columns."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].text)
        self.findings = findings


# -- out -------------------------------------------------------------------------------------------


def cell_of(threshold: Threshold, column: str, *, comma: bool = False) -> str:
    """A column's text; an empty one where there is no value. comma: the decimal sign."""
    if column.startswith("source_"):
        return str(getattr(threshold.source, column.removeprefix("source_")))
    if column not in COLUMNS:
        return dict(threshold.scope.at).get(column, "")
    value = getattr(threshold, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", ",") if comma else repr(value)
    return str(value.isoformat()) if isinstance(value, dt.datetime) else str(value)


# -- in --------------------------------------------------------------------------------------------


def read_row(cells: Mapping[str, str], grounds: Grounds, *, comma: bool) -> Threshold:
    """The threshold of a row, cleaned; columns that are left out have their defaults. comma: a
    number may have a decimal comma. Raises Misread."""
    found: list[Finding] = []
    values: dict[str, Any] = {}
    for column, text in cells.items():
        try:
            values[column] = _value(column, text.strip(), comma=comma)
        except ValueError as error:
            found.append(Finding(column, str(error)))
    if found:
        raise Misread(tuple(found))
    scope = scope_of({level: values.pop(level, "") for level in grounds.levels}, grounds.levels)
    source = {key: values.pop(f"source_{key}", "") for key in Source.__slots__}
    for key in ("status", "author", "approver"):
        values.pop(key, None)  # how far a version has come is what people do, and not a file
    for column in _MAYBE:
        values.setdefault(column, None)
    for column, default in _DEFAULTS.items():
        if values.get(column) is None:
            values[column] = default
    values.setdefault("id", "")
    values.setdefault("per", "")
    return cleaned(
        Threshold(model=grounds.model.name, scope=scope, source=Source(**source), **values)
    )


def _value(column: str, text: str, *, comma: bool) -> Any:
    """Raises ValueError with what to say."""
    if column in _NUMBERS:
        return _number(text, comma=comma)
    if column in _WHOLE:
        return _whole(text, comma=comma)
    if column in _FLAGS:
        return _flag(text)
    if column in _CHOICES:
        return _choice(column, text)
    if column == "unit":
        return unit_typed(text)
    if column == "valid_from":
        return _moment(text)
    if column == "id" and not _ID.fullmatch(text):
        raise ValueError(
            _("{text!r} is no id. Leave it empty for another threshold.").format(text=text[:60])
        )
    return text


def _number(text: str, *, comma: bool) -> float | None:
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return float(text)
    if comma and _COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    said = _("{text!r} is no number. Write it like {example}, without a separator of thousands.")
    raise ValueError(said.format(text=text[:60], example="1234,5" if comma else "1234.5"))


def _whole(text: str, *, comma: bool) -> int | None:
    value = _number(text, comma=comma)
    if value is None:
        return None
    if not value.is_integer() or abs(value) > _MOST:
        raise ValueError(_("{text!r} is no whole number.").format(text=text[:60]))
    return int(value)


def _flag(text: str) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise ValueError(_("{text!r} is neither true nor false.").format(text=text[:60]))


def _choice(column: str, text: str) -> str | None:
    folded = text.casefold().replace(" ", "_").replace("-", "_")
    if folded in _CHOICES[column]:
        return folded
    if not text and column != "kind":
        return None
    said = _("There is no {column} {text!r}.{near} Use: {known}.")
    near, known = did_you_mean(folded, _CHOICES[column]), ", ".join(_CHOICES[column])
    raise ValueError(said.format(column=column, text=text[:60], near=near, known=known))


def unit_typed(text: str) -> str:
    """The UCUM code for a unit as people type it (`°C`, `bar`); what is neither stays as it is, and
    is told by the checks."""
    return text if not text or is_ucum(text) else parse_unit(text) or text


def _moment(text: str) -> dt.datetime | None:
    if not text:
        return None
    german = _GERMAN_DATE.fullmatch(text)
    if german is not None:
        day, month, year, clock = german.groups()
        clock = clock or "00:00"
        clock = clock if clock.index(":") == 2 else f"0{clock}"
        text = f"{year}-{int(month):02d}-{int(day):02d} {clock}"
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        said = _("{text!r} is no time. Write it in UTC, like 2026-06-30T14:05.")
        raise ValueError(said.format(text=text[:60])) from None
