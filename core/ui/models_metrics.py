"""A model's metrics: the list, and the form that adds, changes or takes one out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from core.model_desk import Sheet
from core.semantic.model import Metric, SemanticModel
from core.translation import gettext as _
from core.ui import code
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.models_columns import words
from core.ui.text import plain

_NEW: Final = ""
_PARTS: Final = (7, 5)


def draw(visit: Visit, sheet: Sheet, model: SemanticModel) -> None:
    """The metrics, and the chosen one as a form beside them."""
    left, right = st.columns(_PARTS, gap="medium")
    with left:
        if not model.metrics:
            st.caption(
                _("No metrics yet. A plain sum or mean of a column needs none: the column says it.")
            )
        for metric in model.metrics.values():
            _metric(metric)
    with right:
        names = [*([] if sheet.is_shipped else [_NEW]), *model.metrics]
        if not names:
            return
        if st.session_state.get(state.METRIC) not in names:
            st.session_state[state.METRIC] = names[0]
        name = st.selectbox(
            _("Metric"),
            names,
            format_func=lambda n: model.metrics[n].label if n else _("A further one"),
            key=state.METRIC,
            persist_state="session",
        )
        _form(visit, sheet, model, model.metrics.get(str(name)))


def _metric(metric: Metric) -> None:
    mark = ":orange[✳] " if metric.drafted else ""
    st.markdown(f"{mark}**{plain(metric.label)}** :gray[{plain(metric.name)}]")
    code.sql(metric.expression or metric.formula or "", wrap_lines=True)


def _form(visit: Visit, sheet: Sheet, model: SemanticModel, metric: Metric | None) -> None:
    what = metric.name if metric else "new"
    off = sheet.is_shipped
    fields = ("name", "label", "table", "sql", "unit", "percent", "said", "description")
    keys = {k: state.field(sheet, "metric", what, k) for k in fields}
    tables = list(model.tables)
    with st.form(state.field(sheet, "metric", what, "form")):
        if metric is None:
            st.text_input(
                _("Name"), key=keys["name"],
                help=_("Small letters, digits and _; no column has the same"),
            )  # fmt: skip
        st.text_input(_("Label"), metric.label if metric else "", key=keys["label"], disabled=off)
        if metric is None or metric.formula is None:
            at = tables.index(metric.table) if metric else 0
            st.selectbox(_("Table"), tables, at, key=keys["table"], disabled=off)
        st.text_area(
            _("Formula over metrics") if metric and metric.formula else _("Expression"),
            (metric.expression or metric.formula or "") if metric else "",
            key=keys["sql"],
            height=100,
            disabled=off,
            help=_("Each column inside an aggregate: SUM(a) / NULLIF(SUM(b), 0)"),
        )
        st.text_input(
            _("Unit"), (metric.unit or "") if metric else "", key=keys["unit"], disabled=off
        )
        st.checkbox(
            _("Shown as a percentage"), bool(metric and metric.display == "percent"),
            key=keys["percent"], disabled=off,
        )  # fmt: skip
        st.text_input(
            _("Synonyms, parted by commas"), ", ".join(metric.synonyms) if metric else "",
            key=keys["said"], disabled=off,
        )  # fmt: skip
        st.text_area(
            _("Description"), metric.description if metric else "", key=keys["description"],
            height=80, disabled=off,
        )  # fmt: skip
        st.form_submit_button(
            _("Save and confirm"), key="models.save_metric", type="primary", disabled=off,
            on_click=_save, args=(visit, sheet, metric, keys),
        )  # fmt: skip
    if metric is not None and not off:
        st.button(
            _("Take this metric out"),
            key="models.drop_metric",
            icon=":material/delete:",
            type="tertiary",
            on_click=state.act,
            args=(
                visit,
                lambda desk: desk.drop_metric(sheet.name, metric.name, visit.user),
                _("Taken out of the draft."),
            ),
        )


def _save(visit: Visit, sheet: Sheet, metric: Metric | None, keys: Mapping[str, str]) -> None:
    typed = {k: st.session_state.get(key) for k, key in keys.items()}
    name = metric.name if metric else str(typed["name"] or "").strip()
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        state.say(
            state.Note(_("A metric's name has small letters, digits and _."), is_trouble=True)
        )
        return
    if metric is None and sheet.model is not None and name in sheet.model.metrics:
        state.say(state.Note(_("There is a metric of that name already."), is_trouble=True))
        return
    said: dict[str, Any] = {
        "label": str(typed["label"] or "").strip() or name,
        "unit": str(typed["unit"] or "").strip(),
        "display": "percent" if typed["percent"] else None,
        "synonyms": words(str(typed["said"] or "")),
        "description": str(typed["description"] or "").strip(),
    }
    body = " ".join(str(typed["sql"] or "").split())
    if metric is not None and metric.formula is not None:
        said["formula"] = body
    else:
        said |= {"table": typed["table"], "expression": body}
    state.act(
        visit,
        lambda desk: desk.set_metric(sheet.name, name, said, visit.user),
        _("{name} is kept in the draft. Publish it to put it in force.").format(name=name),
    )
