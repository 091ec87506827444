"""A model's tables and columns: what each is, what nobody confirmed yet, and the form to say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import pandas as pd
import streamlit as st

from core.model_desk import ModelDesk, Sheet
from core.semantic.model import Column, Role, SemanticModel, Table
from core.semantic.units import display_unit
from core.translation import gettext as _
from core.translation import marked
from core.ui import models_seen
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.text import plain

ROLES: Final[Mapping[str, str]] = {
    "dimension": marked("Split"),
    "measure": marked("Figure"),
    "time": marked("Time"),
    "text": marked("Free text"),
}
SUMS: Final[Mapping[str, str]] = {
    "sum": marked("Sum"),
    "avg": marked("Mean"),
    "min": marked("Minimum"),
    "max": marked("Maximum"),
    "stddev": marked("Standard deviation"),
    "count": marked("Count"),
    "count_distinct": marked("Number of different ones"),
    "latest": marked("Latest"),
}
_PARTS: Final = (7, 5)


def draw(visit: Visit, sheet: Sheet, model: SemanticModel) -> None:
    """The tables' columns as a list, and the chosen one as a form beside it."""
    tables = list(model.tables)
    if st.session_state.get(state.TABLE) not in tables:
        st.session_state[state.TABLE] = tables[0]
    name = st.selectbox(
        _("Table"),
        tables,
        format_func=lambda t: f"{model.tables[t].label} ({t})",
        key=state.TABLE,
        persist_state="session",
    )
    table = model.tables[str(name)]
    left, right = st.columns(_PARTS, gap="medium")
    with left:
        _list(visit, sheet, table)
    with right:
        _table_form(visit, sheet, table)
        _one(visit, sheet, table)


def _list(visit: Visit, sheet: Sheet, table: Table) -> None:
    """The columns with their marks."""
    columns = list(table.columns.values())
    frame = pd.DataFrame(
        {
            "mark": ["✳" if c.drafted else "" for c in columns],
            "name": [c.name for c in columns],
            "label": [c.label for c in columns],
            "role": [_(ROLES[c.role]) for c in columns],
            "unit": [display_unit(c.unit) if c.unit else "" for c in columns],
            "sum": [_(SUMS[c.default_agg]) if c.role == "measure" else "" for c in columns],
            "hidden": [c.personal for c in columns],
            "said": [", ".join(c.synonyms) for c in columns],
            **models_seen.shown(sheet.seen.get(table.name), columns),
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=min(560, 38 + 35 * len(columns)),
        column_config={
            "mark": st.column_config.TextColumn("✳", width=30, help=_("Drafted, to be confirmed")),
            "name": st.column_config.TextColumn(_("Column")),
            "label": st.column_config.TextColumn(_("Label")),
            "role": st.column_config.TextColumn(_("Role")),
            "unit": st.column_config.TextColumn(_("Unit")),
            "sum": st.column_config.TextColumn(_("Adds up as")),
            "hidden": st.column_config.CheckboxColumn(_("Personal")),
            "said": st.column_config.TextColumn(_("Synonyms")),
            **models_seen.config(),
        },
    )
    drafted = sum(c.drafted for c in columns) + table.drafted
    if drafted and not sheet.is_shipped:
        st.caption(_("✳ was read from the data and is confirmed by nobody yet."))
        st.button(
            _("Confirm this table"),
            key=f"models.confirm.{table.name}",
            icon=":material/done_all:",
            on_click=state.act,
            args=(
                visit,
                lambda desk: desk.confirm(sheet.name, visit.user, table.name),
                _("Confirmed. Publish the draft to put it in force."),
            ),
        )


def _table_form(visit: Visit, sheet: Sheet, table: Table) -> None:
    """What is said of the table as a whole."""
    with st.expander(_("The table {name}").format(name=plain(table.name))):
        keys = {k: state.field(sheet, table.name, "table", k) for k in ("label", "entity", "said")}
        with st.form(state.field(sheet, table.name, "form"), border=False):
            st.text_input(_("Label"), table.label, key=keys["label"], disabled=sheet.is_shipped)
            st.text_input(
                _("One row is a"), table.entity, key=keys["entity"], disabled=sheet.is_shipped
            )
            st.text_input(
                _("Synonyms, parted by commas"),
                ", ".join(table.synonyms),
                key=keys["said"],
                disabled=sheet.is_shipped,
            )
            st.form_submit_button(
                _("Save and confirm"),
                key=f"models.save.{table.name}",
                disabled=sheet.is_shipped,
                on_click=_save_table,
                args=(visit, sheet, table.name, keys),
            )


def _save_table(visit: Visit, sheet: Sheet, table: str, keys: Mapping[str, str]) -> None:
    typed = {k: str(st.session_state.get(key, "")).strip() for k, key in keys.items()}
    said = {
        "label": typed["label"],
        "entity": typed["entity"],
        "synonyms": words(typed["said"]),
    }
    state.act(visit, lambda desk: desk.set_table(sheet.name, table, said, visit.user), _kept(table))


def _one(visit: Visit, sheet: Sheet, table: Table) -> None:
    """The chosen column."""
    names = list(table.columns)
    if st.session_state.get(state.COLUMN) not in names:
        st.session_state[state.COLUMN] = next(
            (n for n in names if table.columns[n].drafted), names[0]
        )
    name = st.selectbox(
        _("Column"),
        names,
        format_func=lambda n: f"{'✳ ' if table.columns[n].drafted else ''}{n}",
        key=state.COLUMN,
        persist_state="session",
    )
    column = table.columns[str(name)]
    models_seen.draw(sheet.seen.get(table.name), column)
    _proposed(visit, sheet, table, column)
    _form(visit, sheet, table, column)


def _proposed(visit: Visit, sheet: Sheet, table: Table, column: Column) -> None:
    """What a language model proposes, to be taken over or not."""
    if column.proposed is None:
        return
    with st.container(border=True, key="models-proposed"):
        st.markdown(":orange[:material/auto_awesome:] " + _("**Proposed by the language model**"))
        if column.proposed.description:
            st.markdown(plain(column.proposed.description))
        if column.proposed.synonyms:
            st.caption(_("Synonyms") + ": " + plain(", ".join(column.proposed.synonyms)))
        with st.container(horizontal=True, gap="small"):
            for takes, label in ((True, _("Take over")), (False, _("Throw away"))):
                st.button(
                    label,
                    key=f"models.proposed.{takes}",
                    on_click=state.act,
                    args=(visit, _answer(sheet, table, column, visit, takes), _kept(column.name)),
                )


def _answer(
    sheet: Sheet, table: Table, column: Column, visit: Visit, takes: bool
) -> Callable[[ModelDesk], None]:
    return lambda desk: desk.answer_proposal(
        sheet.name, table.name, column.name, visit.user, takes=takes
    )


def _form(visit: Visit, sheet: Sheet, table: Table, column: Column) -> None:
    """The fields of a column; saving them confirms it."""
    fields = ("label", "role", "sum", "unit", "said", "description", "personal", "linked")
    keys = {k: state.field(sheet, table.name, column.name, k) for k in fields}
    off = sheet.is_shipped
    with st.form(state.field(sheet, table.name, column.name, "form")):
        st.text_input(_("Label"), column.label, key=keys["label"], disabled=off)
        roles = _roles(column)
        st.selectbox(
            _("Role"), roles, roles.index(column.role), format_func=lambda r: _(ROLES[r]),
            key=keys["role"], disabled=off,
        )  # fmt: skip
        if column.type in ("integer", "double"):
            sums = list(SUMS)
            st.selectbox(
                _("Adds up as"), sums, sums.index(column.default_agg),
                format_func=lambda s: _(SUMS[s]), key=keys["sum"], disabled=off,
                help=_("What is meant where a question says the figure alone"),
            )  # fmt: skip
            st.text_input(
                _("Unit"), column.unit or "", key=keys["unit"], disabled=off,
                help=_("As UCUM has it: Cel, bar, kW.h, m3/h, %, EUR"),
            )  # fmt: skip
        st.text_input(
            _("Synonyms, parted by commas"), ", ".join(column.synonyms), key=keys["said"],
            disabled=off,
        )  # fmt: skip
        st.text_area(
            _("Description"), column.description, key=keys["description"], height=80, disabled=off
        )
        st.checkbox(
            _("Personal: masked for most"), column.personal, key=keys["personal"], disabled=off
        )
        if column.type == "string":
            st.checkbox(
                _("Its values can be named in questions"), column.linked, key=keys["linked"],
                disabled=off,
            )  # fmt: skip
        st.form_submit_button(
            _("Save and confirm"),
            key="models.save_column",
            type="primary",
            disabled=off,
            on_click=_save_column,
            args=(visit, sheet, table, column, keys),
        )


def _roles(column: Column) -> list[str]:
    """The roles that a column of this type may have."""
    wrong = {
        "measure": column.type not in ("integer", "double"),
        "time": column.type not in ("date", "datetime"),
    }
    return [r for r in get_args(Role) if not wrong.get(r, False)]


def _save_column(
    visit: Visit, sheet: Sheet, table: Table, column: Column, keys: Mapping[str, str]
) -> None:
    typed = {k: st.session_state.get(key) for k, key in keys.items()}
    is_measure = typed["role"] == "measure"
    said: dict[str, Any] = {
        "label": str(typed["label"] or "").strip(),
        "role": typed["role"],
        "synonyms": words(str(typed["said"] or "")),
        "description": str(typed["description"] or "").strip(),
        "personal": bool(typed["personal"]),
    }
    if column.type in ("integer", "double"):
        said["default_agg"] = typed["sum"] if is_measure else None
        said["additive"] = is_measure and typed["sum"] == "sum"
        said["unit"] = str(typed["unit"] or "").strip()
    if column.type == "string":
        said["linked"] = bool(typed["linked"]) and not typed["personal"]
        if not said["linked"]:
            said |= {"values_need_name": None, "value_synonyms": None}
    state.act(
        visit,
        lambda desk: desk.set_column(sheet.name, table.name, column.name, said, visit.user),
        _kept(column.name),
    )


def words(text: str) -> list[str]:
    """Words parted by commas, each once."""
    return list(
        {w.casefold(): w for part in text.split(",") if (w := " ".join(part.split()))}.values()
    )


def _kept(name: str) -> str:
    return _("{name} is kept in the draft. Publish it to put it in force.").format(name=name)
