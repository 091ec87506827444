"""Texts of a database that hold dates, numbers or yes and no, as `03.02.2026` and `1.234,50` in a
column of texts: told from all texts of a sample, and read so where rows are copied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.cells import (
    FALSE,
    TRUE,
    DateForm,
    NumberMarks,
    column_type,
    date_form,
    filled,
    is_empty,
    is_number,
    mark_evidence,
    number_marks,
    strptime_formats,
)
from core.semantic.model import ColumnType

_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Written:
    """What texts are. date: how they write times; marks: of numbers."""

    type: ColumnType
    date: DateForm | None = None
    marks: NumberMarks = field(default_factory=NumberMarks)

    def value(self, text: str) -> Any:
        """What a text says, None where it says nothing. Raises ValueError for what it is not."""
        cell = text.strip()
        if is_empty(cell):
            return None
        return _READ[self.type](cell, self)


def written(values: Sequence[str], *, is_figure: bool) -> Written | None:
    """What all these texts hold; None for mere texts, and where they can be read in two ways.
    is_figure: whether the column's name says that it holds numbers: `1.10` may be a version."""
    cells = filled(values)
    if len(set(cells)) < _LEAST:
        return None
    form = date_form(cells)
    if form is not None:
        if form.order is None or form.has_zone or not form.mark:
            return None
        found = Written("datetime" if form.parts else "date", form)
        return found if _reads(found, cells) else None
    marks = number_marks(mark_evidence(cells), is_english=False)
    kind = column_type(cells, marks or NumberMarks())
    if kind == "boolean":
        return Written("boolean")
    if kind == "double" and is_figure and marks is not None:
        return Written("double", None, marks)
    return None


def _reads(found: Written, cells: Sequence[str]) -> bool:
    try:
        return all(found.value(cell) is not None for cell in cells)
    except ValueError:
        return False


def _moment(cell: str, found: Written) -> dt.datetime:
    assert found.date is not None
    for form in strptime_formats(found.date):
        if "%n" not in form:
            try:
                return dt.datetime.strptime(cell, form)
            except ValueError:
                continue
    raise ValueError(cell)


def _number(cell: str, found: Written) -> float:
    if not is_number(cell, found.marks):
        raise ValueError(cell)
    bare = cell.replace(found.marks.thousands, "") if found.marks.thousands else cell
    return float(bare.replace(",", ".") if found.marks.decimal == "," else bare)


def _truth(cell: str, _found: Written) -> bool:
    if cell.casefold() not in TRUE | FALSE:
        raise ValueError(cell)
    return cell.casefold() in TRUE


_READ: Final[dict[str, Callable[[str, Written], Any]]] = {
    "date": lambda cell, found: _moment(cell, found).date(),
    "datetime": _moment,
    "double": _number,
    "boolean": _truth,
}
