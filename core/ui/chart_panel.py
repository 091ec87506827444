"""The chart of an answer, and what changes it in place: from the rows at hand, at once.

The changes are kept with the turn, in order; the chart is made of them anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import streamlit as st

from core.charts import ChartMisfit, Edited, edited, edited_by, with_edit
from core.charts.choices import Choices, choices
from core.semantic.display import format_plain
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.translation import language, marked, retold
from core.types import (
    Answer,
    CategoryColour,
    ChartEdit,
    ChartSpec,
    Meaning,
    NewLine,
    Rest,
    Result,
    Severity,
    ThresholdLine,
    Top,
)
from core.ui import chart_control, figures, stay
from core.ui.conversations import Turn
from core.ui.guard import Visit
from core.ui.text import plain

_TYPES = {
    "line": marked("Line"),
    "bar": marked("Bars"),
    "grouped_bar": marked("Grouped bars"),
    "stacked_bar": marked("Stacked bars"),
    "pareto": marked("Pareto"),
    "heatmap": marked("Heatmap"),
    "scatter": marked("Scatter plot"),
    "histogram": marked("Histogram"),
    "box": marked("Box plot"),
    "pie": marked("Pie"),
    "kpi": marked("Single figure"),
    "table": marked("No chart"),
}
_ORDERS = {
    "given": marked("As the rows come"),
    "highest": marked("Highest first"),
    "lowest": marked("Lowest first"),
    "name": marked("By name"),
}
_MEANINGS = {
    "": marked("None"),
    "normal": marked("Normal (grey)"),
    "good": marked("Good"),
    "caution": marked("Caution"),
    "warning": marked("Warning"),
    "critical": marked("Critical"),
}
_LINES = {
    "mark": marked("Line"),
    "caution": marked("Caution"),
    "warning": marked("Warning"),
    "critical": marked("Critical"),
}
_RESTS = {"summed": marked("Sum it as Other"), "dropped": marked("Leave it out")}
_NO_SPLIT = marked("Nothing")
_PER_ROW = 3
_COLUMNS, _LINES_TAB, _COLOURS = marked("Chart"), marked("Lines"), marked("Colours")
Control = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A turn with its chart as it stands."""

    visit: Visit
    turn: Turn
    answer: Answer
    result: Result
    base: ChartSpec
    model: SemanticModel

    def key(self, name: str) -> str:
        return f"chart.{name}.{self.turn.id}"

    def now(self) -> Edited:
        """The chart after the turn's changes; made once for each change."""
        kept = st.session_state.get(self.key("made"))
        made_of = (self.turn.chart_edits, language())
        if kept is None or kept[0] != made_of:
            made = edited_by(self.base, self.turn.chart_edits, *self._rows())
            kept = st.session_state[self.key("made")] = (made_of, made)
        found: Edited = kept[1]
        return found

    def offered(self, spec: ChartSpec) -> Choices:
        return choices(spec, *self._rows())

    def change(self, edit: ChartEdit) -> None:
        """Add a change, or say why it does not fit."""
        if not self.visit.holds:
            return
        state = st.session_state
        state.pop(self.key("refused"), None)
        try:
            edited(self.now().spec, edit, *self._rows())
            self._keep(with_edit(self.turn.chart_edits, edit))
        except ChartMisfit as error:
            state[self.key("refused")] = retold(error)

    def keep(self, edits: tuple[ChartEdit, ...]) -> None:
        """Go back to earlier changes."""
        if self.visit.holds:
            st.session_state.pop(self.key("refused"), None)
            self._keep(edits)

    def _keep(self, edits: tuple[ChartEdit, ...]) -> None:
        self.turn.chart_edits = edits
        self.visit.parts.services.conversations.drawn(self.visit.user, self.turn.id, edits)

    def _rows(self) -> tuple[Any, ...]:
        answer = self.answer
        known = Known(answer.known, answer.held)
        return self.result, answer.columns, answer.plan, self.model, known


def draw(visit: Visit, turn: Turn, answer: Answer) -> str:
    """The chart with its panel; what is to be said of it, in place of what was said of the answer's
    own chart, and empty while that is unchanged."""
    spec, result = answer.chart, answer.result
    if spec is None or result is None or spec.type == "kpi" or result.row_count < 2:
        figures.draw(answer, key=turn.id)
        return ""
    model = visit.parts.services.model(answer.model)
    panel = _Panel(visit, turn, answer, result, spec, model)
    made = panel.now()
    figures.draw(answer, key=turn.id, spec=made.spec)
    if spec.type == "table" and not turn.chart_edits and panel.offered(spec).types == ("table",):
        return ""
    opened = stay.expander(
        _("Edit chart"), key=panel.key("edit"), icon=":material/tune:", is_compact=True
    )
    if opened.open:
        with opened:
            _controls(panel, made)
    return made.spec.note if turn.chart_edits else ""


def _controls(panel: _Panel, made: Edited) -> None:
    spec = made.spec
    offered = panel.offered(spec)
    refused = st.session_state.get(panel.key("refused"))
    for text in [refused] if refused else made.refused:
        st.markdown(f":yellow[:material/warning:] {plain(text)}")
    names = [_COLUMNS, *[_LINES_TAB] * offered.has_lines, *[_COLOURS] * bool(offered.categories)]
    tabs = stay.tabs({name: _(name) for name in names}, key=panel.key("tabs"))
    for name, tab in tabs.items():
        if tab.open is False:
            continue
        with tab:
            if name == _COLUMNS:
                _chart(panel, spec, offered)
            elif name == _LINES_TAB:
                _lines(panel, spec, offered)
            else:
                _colours(panel, spec, offered)
    _ways_back(panel)


def _ways_back(panel: _Panel) -> None:
    edits = panel.turn.chart_edits
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Undo"),
            key=panel.key("undo"),
            icon=":material/undo:",
            type="tertiary",
            disabled=not edits,
            on_click=panel.keep,
            args=(edits[:-1],),
        )
        st.button(
            _("Reset"),
            key=panel.key("reset"),
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=not edits,
            on_click=panel.keep,
            args=((),),
        )


def _chart(panel: _Panel, spec: ChartSpec, offered: Choices) -> None:
    """Kind, columns, order and title."""

    def choice(label: str, field: str, words: Mapping[Any, str], now: object) -> Control:
        return partial(_choice, panel, label, field, words, now)

    is_chart = spec.type != "table"
    has_top = bool(offered.most)
    kinds = {t: _(_TYPES[t]) for t in offered.types}
    controls = [choice(_("Kind"), "type", kinds, spec.type)]
    if is_chart and len(offered.along) > 1:
        controls.append(choice(_("Along"), "x", offered.along, spec.x))
    if is_chart and len(offered.series) > 1:
        words = offered.series | {"": _(_NO_SPLIT)}
        controls.append(choice(_("Split by"), "series", words, spec.series or ""))
    if is_chart and len(offered.figures) > 1:
        controls.append(partial(_figures, panel, spec, offered))
    if offered.can_order:
        controls.append(choice(_("Order"), "order", _looked_up(_ORDERS), spec.order))
    if has_top:
        controls.append(partial(_top, panel, spec, offered))
    if has_top and spec.top_n and offered.can_sum_rest and spec.type not in ("pie", "pareto"):
        controls.append(partial(_rest, panel, spec))
    for row in range(0, len(controls), _PER_ROW):
        places = st.columns(_PER_ROW)
        for at, control in enumerate(controls[row : row + _PER_ROW]):
            with places[at]:
                control()
    _title(panel, spec)
    if offered.can_lie:
        state, key = st.session_state, panel.key("horizontal")
        state[key] = spec.horizontal
        st.toggle(
            _("Horizontal bars"),
            key=key,
            on_change=lambda: panel.change(ChartEdit(horizontal=bool(state[key]))),
        )


def _looked_up(words: Mapping[str, str]) -> dict[str, str]:
    """A table of texts in the language at hand."""
    return {name: _(text) for name, text in words.items()}


def _choice(panel: _Panel, label: str, field: str, words: Mapping[Any, str], now: object) -> None:
    """A list to choose from; what is chosen becomes that field of a change."""
    state, key = st.session_state, panel.key(field)
    state[key] = now if now in words else None
    st.selectbox(
        label,
        tuple(words),
        format_func=words.__getitem__,
        key=key,
        on_change=lambda: panel.change(ChartEdit(**{field: state[key]})),
    )


def _figures(panel: _Panel, spec: ChartSpec, offered: Choices) -> None:
    state, key = st.session_state, panel.key("y")
    state[key] = [*spec.y, *spec.y2]
    st.multiselect(
        _("Figures"),
        tuple(offered.figures),
        format_func=offered.figures.__getitem__,
        key=key,
        on_change=lambda: panel.change(ChartEdit(y=tuple(state[key]))),
    )


def _top(panel: _Panel, spec: ChartSpec, offered: Choices) -> None:
    state, key = st.session_state, panel.key("top")
    state[key] = spec.top_n

    def change() -> None:
        n = state[key]
        rest: Rest = "summed" if offered.can_sum_rest and spec.other_label else "dropped"
        panel.change(ChartEdit(top=Top(None if n is None else int(n), rest)))

    st.number_input(
        _("How many"),
        min_value=1,
        max_value=max(offered.most, spec.top_n or 1),
        value=None,
        step=1,
        key=key,
        placeholder=_("All that fit"),
        on_change=change,
    )


def _rest(panel: _Panel, spec: ChartSpec) -> None:
    state, key = st.session_state, panel.key("rest")
    state[key] = "summed" if spec.other_label else "dropped"
    st.selectbox(
        _("The rest"),
        tuple(_RESTS),
        format_func=_looked_up(_RESTS).__getitem__,
        key=key,
        on_change=lambda: panel.change(ChartEdit(top=Top(spec.top_n, state[key]))),
    )


def _title(panel: _Panel, spec: ChartSpec) -> None:
    state, key = st.session_state, panel.key("title")
    state[key] = spec.title if spec.has_own_title else ""
    st.text_input(
        _("Chart title"),
        key=key,
        placeholder=spec.title,
        max_chars=120,
        on_change=lambda: panel.change(ChartEdit(title=str(state[key] or ""))),
    )


def _lines(panel: _Panel, spec: ChartSpec, offered: Choices) -> None:
    """The lines that there are, each to be removed, and one more."""
    for at, line in enumerate(spec.lines):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_said(line, offered), width="content")
            st.button(
                _("Remove"),
                key=f"{panel.key('drop')}.{at}",
                type="tertiary",
                icon=":material/delete:",
                on_click=panel.change,
                args=(ChartEdit(drop_line=line),),
            )
    if offered.has_limits and all(line.is_own for line in spec.lines):
        st.button(
            _("Show the limits"),
            key=panel.key("limits"),
            icon=":material/straighten:",
            on_click=panel.change,
            args=(ChartEdit(limits=True),),
        )
    if offered.can_control:
        chart_control.draw(spec, panel.key("control"), panel.change)
    with st.form(panel.key("line"), border=False):
        one, two, three, four = st.columns(4)
        with one:
            st.number_input(_("Value"), value=None, key=panel.key("value"), placeholder=_("Number"))
        with two:
            st.text_input(
                _("Unit"),
                key=panel.key("unit"),
                max_chars=20,
                placeholder=offered.unit or _("None"),
            )
        with three:
            st.text_input(_("Name"), key=panel.key("name"), max_chars=60, placeholder=_("Target"))
        with four:
            st.selectbox(
                _("Meaning"),
                get_args(Severity),
                format_func=_looked_up(_LINES).__getitem__,
                key=panel.key("severity"),
            )
        st.form_submit_button(
            _("Add the line"), icon=":material/add:", on_click=_add, args=(panel,)
        )


def _said(line: ThresholdLine, offered: Choices) -> str:
    unit = f" {offered.unit}" if offered.unit else ""
    text = f"{_(_LINES[line.severity])} {format_plain(line.value)}{unit}"
    return plain(f"{text}: {line.label}" if line.label else text)


def _add(panel: _Panel) -> None:
    state = st.session_state
    value = state.get(panel.key("value"))
    if value is None:
        state[panel.key("refused")] = _("Write the value at which the line stands.")
        return
    unit = str(state.get(panel.key("unit")) or "").strip() or None
    name = str(state.get(panel.key("name")) or "")
    severity: Severity = state.get(panel.key("severity")) or "mark"
    panel.change(ChartEdit(add_line=NewLine(float(value), name, unit, severity)))


def _colours(panel: _Panel, spec: ChartSpec, offered: Choices) -> None:
    """A category and what its colour says; its word stands beside it on the chart."""
    state = st.session_state
    left, right = st.columns(2)
    with left:
        name = st.selectbox(_("Which"), offered.categories, key=panel.key("category"))
    given = {c.category: c.meaning for c in spec.colours if c.column == offered.column}
    key = panel.key("meaning")
    state[key] = given.get(str(name)) or ""

    def change() -> None:
        meaning: Meaning | None = state[key] or None
        colour = CategoryColour(offered.column, str(name), meaning)
        panel.change(ChartEdit(colour=colour))

    with right:
        st.selectbox(
            _("Its colour says"),
            tuple(_MEANINGS),
            format_func=_looked_up(_MEANINGS).__getitem__,
            key=key,
            on_change=change,
        )
    st.caption(_("The word stands beside the name, so that no one has to tell colours apart."))
