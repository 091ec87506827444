"""Which shape files have: a table, an export with a column a tag, or one with a row a reading."""

from __future__ import annotations

import re
from typing import Final

from core.errors import UserFixable, did_you_mean
from core.ingest.layout import label_and_unit
from core.ingest.recognised import Axes, Column, Recognised, Shape
from core.ingest.tags import letters, parse_tag
from core.translation import told

_NUMBERS: Final = ("integer", "double")
_TIMES: Final = ("date", "datetime")


def axes_of(found: Recognised) -> Axes:
    """Which columns say what. Raises UserFixable for a chosen one that is not there."""
    columns = found.columns
    choices = found.choices
    time = _whole(columns, _chosen(columns, choices.time))
    if time is None:
        time = _named(columns, "time", _TIMES) or next(
            (i for i, c in enumerate(columns) if c.type in _TIMES), None
        )
    tag = _chosen(columns, choices.tag)
    value = _chosen(columns, choices.value)
    quality = _chosen(columns, choices.quality)
    unit = _chosen(columns, choices.unit)
    taken = {time}
    if tag is None:
        tag = _named(columns, "tag", ("text",), taken)
    if value is None:
        value = _named(columns, "value", ("integer", "double", "text", "boolean"), taken | {tag})
    if quality is None:
        quality = _named(columns, "quality", None, taken | {tag, value})
    if unit is None:
        unit = _named(columns, "unit", ("text",), taken | {tag, value, quality})
    return Axes(time, tag, value, quality, unit, _qualities(columns))


def shape_of(found: Recognised, axes: Axes) -> Shape:
    """The shape, as chosen or by the columns. Raises UserFixable where a chosen one cannot be."""
    chosen = found.choices.shape
    has_long = None not in (axes.time, axes.tag, axes.value)
    if chosen == "long" and not has_long:
        raise UserFixable(
            told("A long export needs columns for the time, the tag and the value. Choose them.")
        )
    if chosen in ("wide", "long") and axes.time is None:
        raise UserFixable(told("An export of tags needs a column with the time. Choose it."))
    if chosen is not None:
        return chosen
    others = len(found.stored) - sum(
        place is not None for place in (axes.time, axes.tag, axes.value, axes.quality, axes.unit)
    )
    if has_long and others <= 2:
        return "long"
    return "wide" if axes.time is not None and _is_wide(found, axes) else "table"


def _is_wide(found: Recognised, axes: Axes) -> bool:
    """Whether the other columns are tags: most of them numbers with names of tags."""
    beside = {axes.time, axes.quality, *axes.qualities.values()}
    rest = [found.columns[place] for place in found.stored if place not in beside]
    tags = [c for c in rest if _is_tag(c.source)]
    numbers = [c for c in rest if c.type in _NUMBERS or not c.samples]
    return bool(rest) and 2 * len(tags) > len(rest) and 2 * len(numbers) > len(rest)


def _is_tag(header: str) -> bool:
    said = parse_tag(label_and_unit(header)[0])
    return said.is_isa or bool(said.measure and said.path)


def _qualities(columns: tuple[Column, ...]) -> dict[int, int]:
    """Columns that are the quality of another: `TIC-103` and `TIC-103.Quality`."""
    places = {label_and_unit(c.source)[0].casefold(): i for i, c in enumerate(columns)}
    found = {}
    for place, column in enumerate(columns):
        text = column.source.casefold()
        for ending in letters().quality_endings:
            match = re.fullmatch(rf"(.+?)[\s._:\-/(\[]+{re.escape(ending)}[\])]?", text)
            if match and match[1] in places and places[match[1]] != place:
                found[places[match[1]]] = place
    return found


def _whole(columns: tuple[Column, ...], place: int | None) -> int | None:
    """The column that holds the whole time, where one was chosen that is only its time of day."""
    return next((i for i, c in enumerate(columns) if c.clock and c.clock.place == place), place)


def _chosen(columns: tuple[Column, ...], header: str) -> int | None:
    if not header:
        return None
    for place, column in enumerate(columns):
        if column.source == header:
            return place
    names = [column.source for column in columns]
    raise UserFixable(
        told(
            "There is no column {column}.{hint} Columns: {names}.",
            column=repr(header),
            hint=did_you_mean(header, names),
            names=", ".join(names[:40]),
        )
    )


def _named(
    columns: tuple[Column, ...],
    role: str,
    types: tuple[str, ...] | None,
    taken: set[int | None] | None = None,
) -> int | None:
    """The column whose header is one of a role's, the first of these names first."""
    for name in letters().headers[role]:
        for place, column in enumerate(columns):
            fits = (types is None or column.type in types) and not column.part_of
            if fits and place not in (taken or ()) and _folded(column.label) == _folded(name):
                return place
    return None


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
