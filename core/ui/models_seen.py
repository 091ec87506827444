"""What was seen of a model's columns when it was drafted, on the page of models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.drafting.seen import SeenColumn, SeenTable, Value
from core.semantic.model import Column
from core.semantic.units import display_unit
from core.translation import gettext as _
from core.translation import ngettext
from core.ui.text import date, moment, number, plain


def shown(table: SeenTable | None, columns: Sequence[Column]) -> dict[str, list[Any]]:
    """The cells of the list; none where nothing was seen."""
    if table is None:
        return {}
    seen = [table.columns.get(column.name) for column in columns]
    empty = [_empty(table, one) if one else None for one in seen]
    ends = [_ends(one, column) for one, column in zip(seen, columns, strict=True)]
    return {
        "different": [one.distinct if one else None for one in seen],
        "empty": empty,
        "range": [" \u2026 ".join(pair) for pair in ends],
    }


def config() -> Mapping[str, Any]:
    """How these cells are headed and written."""
    return {
        "different": st.column_config.NumberColumn(_("Different values")),
        "empty": st.column_config.NumberColumn(_("Empty"), format="percent"),
        "range": st.column_config.TextColumn(_("Smallest and largest")),
    }


def draw(table: SeenTable | None, column: Column) -> None:
    """The same of one column, above its form, with how many rows were looked at."""
    one = table.columns.get(column.name) if table is not None else None
    if table is None or one is None:
        return
    rows = ngettext("Seen in {n} row", "Seen in {n} rows", table.looked_at)
    values = ngettext("{n} different value", "{n} different values", one.distinct)
    share = _("{share} % empty").format(share=number(100 * _empty(table, one), 0))
    told = [
        rows.format(n=number(table.looked_at, 0)),
        values.format(n=number(one.distinct, 0)),
        share,
    ]
    unit = f" {display_unit(column.unit)}" if column.unit else ""
    if ends := _ends(one, column):
        told.append(_("{first} to {last}").format(first=ends[0], last=ends[1] + unit))
    text = " \u00b7 ".join(told)
    if one.examples and not column.personal:
        text += " \u00b7 " + _("such as {values}").format(values=", ".join(one.examples))
    st.caption(plain(text))


def _empty(table: SeenTable, one: SeenColumn) -> float:
    return 1 - one.filled / table.looked_at if table.looked_at else 0.0


def _ends(one: SeenColumn | None, column: Column) -> tuple[str, ...]:
    """Smallest and largest, as they may be shown: none of a column that is personal by now."""
    if one is None or column.personal or one.first is None or one.last is None:
        return ()
    return _said(one.first), _said(one.last)


def _said(value: Value) -> str:
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else 2)
    try:
        at = dt.datetime.fromisoformat(str(value))
        return moment(at) if " " in str(value) else date(at)
    except ValueError:
        return str(value)
