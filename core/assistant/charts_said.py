"""A change of a chart that was said, as the changes that a chart takes; and what else it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.charts import ChartMisfit, edited
from core.charts.choices import Choices, choices
from core.charts.edit import case_of, categories
from core.charts.fits import BARS, coloured_by
from core.charts.own_lines import axis_column, on_axis
from core.charts.text import clip
from core.charts.words import chart_name
from core.dialogue.drawing import Drawing
from core.semantic.display import format_plain
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.phrases import sentence
from core.semantic.query import SemanticQuery
from core.translation import gettext as _
from core.translation import marked
from core.types import (
    CategoryColour,
    ChartEdit,
    ChartSpec,
    ChartType,
    NewLine,
    Option,
    Result,
    ResultColumn,
)

#: What asks for a kind of picture.
ASKED_AS: Final[Mapping[ChartType, str]] = {
    "line": marked("as a line chart"),
    "bar": marked("as a bar chart"),
    "stacked_bar": marked("as stacked bars"),
    "pareto": marked("as a pareto chart"),
    "heatmap": marked("as a heatmap"),
    "scatter": marked("as a scatter plot"),
    "histogram": marked("as a histogram"),
    "box": marked("as a box plot"),
    "pie": marked("as a pie chart"),
    "table": marked("as a table"),
}
_MOST_OFFERS: Final = 6
_SAME: Final = 1e-9
_NO_LOG: Final = marked(
    "A chart has no logarithmic scale: heights and lengths would not show how much each is."
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart is drawn of. known: as for `choose_chart`."""

    result: Result
    columns: tuple[ResultColumn, ...]
    query: SemanticQuery | None
    model: SemanticModel
    known: Known

    def with_edit(self, spec: ChartSpec, edit: ChartEdit) -> ChartSpec:
        """Raises ChartMisfit."""
        return edited(spec, edit, self.result, self.columns, self.query, self.model, self.known)

    def choices(self, spec: ChartSpec) -> Choices:
        """What the chart may be changed to."""
        return choices(spec, self.result, self.columns, self.query, self.model, self.known)


def edits_of(drawing: Drawing, spec: ChartSpec, of: Drawn) -> tuple[ChartEdit, ...]:
    """The changes, in order. Raises ChartMisfit where the chart has nothing of the kind."""
    match drawing.kind:
        case "order":
            return (ChartEdit(order=drawing.order),)
        case "title":
            return (ChartEdit(title=drawing.text),)
        case "stack":
            return (ChartEdit(type="stacked_bar"),)
        case "unstack":
            if spec.type != "stacked_bar":
                raise ChartMisfit(
                    _("Nothing is stacked in {chart}.").format(chart=chart_name(spec.type))
                )
            return (ChartEdit(type="grouped_bar"),)
        case "lie" | "stand":
            turned = ChartEdit(horizontal=drawing.kind == "lie")
            return (turned,) if spec.type in BARS else (ChartEdit(type="bar"), turned)
        case "swap":
            return (_swapped(spec),)
        case "line":
            line = NewLine(drawing.value or 0.0, drawing.text, drawing.unit, drawing.severity)
            return (ChartEdit(add_line=line),)
        case "drop":
            return (_dropped(drawing, spec, of),)
        case "no_lines":
            return _without_lines(spec)
        case "limits":
            if not of.choices(spec).has_limits:
                raise ChartMisfit(_("There are no limits that this chart could show."))
            return (ChartEdit(limits=True),)
        case "no_limits":
            if all(line.is_own for line in spec.lines):
                raise ChartMisfit(_("The chart shows no limits."))
            return (ChartEdit(limits=False),)
        case "colour":
            return (_coloured(drawing, spec, of),)
        case "control":
            return (ChartEdit(control="both"),)
        case "nelson" | "western_electric":
            return (ChartEdit(control=drawing.kind),)
        case "no_control":
            return (ChartEdit(control="none"),)
    raise ChartMisfit(_(_NO_LOG))


def offers(spec: ChartSpec, of: Drawn) -> tuple[Option, ...]:
    """What can be said to change the chart, the nearest first."""
    can = of.choices(spec)
    said: list[str] = []
    if can.can_order:
        wanted = marked("sort by name") if spec.order != "name" else marked("sort by value")
        said.append(wanted)
    if can.can_lie:
        said.append(marked("vertical bars") if spec.horizontal else marked("horizontal bars"))
    if spec.type != "stacked_bar" and "stacked_bar" in can.types:
        said.append(marked("stack them"))
    if spec.series and spec.series in can.along:
        said.append(marked("swap the axes"))
    if can.has_limits and all(line.is_own for line in spec.lines):
        said.append(marked("show the limits"))
    if can.can_control and spec.control is None and _holds(spec, of):
        said.append(marked("show control limits"))
    said += [
        ASKED_AS[t] for t in can.types if t in ASKED_AS and t not in (spec.type, "stacked_bar")
    ]
    return tuple(Option(sentence(_(text)), text) for text in said[:_MOST_OFFERS])


def _holds(spec: ChartSpec, of: Drawn) -> bool:
    """Whether control limits of the rows hold."""
    try:
        of.with_edit(spec, ChartEdit(control="both"))
    except ChartMisfit:
        return False
    return True


def _swapped(spec: ChartSpec) -> ChartEdit:
    if spec.type == "scatter" and spec.x and len(spec.y) == 1:
        return ChartEdit(x=spec.y[0], y=(spec.x,))
    if spec.x and spec.series:
        return ChartEdit(x=spec.series)
    if spec.type in BARS:
        return ChartEdit(horizontal=not spec.horizontal)
    raise ChartMisfit(
        _("There are no two axes that could change places in {chart}.").format(chart=_name(spec))
    )


def _dropped(drawing: Drawing, spec: ChartSpec, of: Drawn) -> ChartEdit:
    """The line at that value. Raises ChartMisfit."""
    value = drawing.value or 0.0
    column = axis_column(case_of(of.result, of.columns, of.query, of.model), spec)
    if column is not None:
        value = on_axis(NewLine(value, unit=drawing.unit), column)
    for line in spec.lines:
        if abs(line.value - value) <= _SAME * max(1.0, abs(value)):
            return ChartEdit(drop_line=line)
    there = ", ".join(format_plain(line.value) for line in spec.lines)
    end = _(" It has some at {there}.").format(there=there) if there else ""
    raise ChartMisfit(
        _("The chart has no line at {value}.{end}").format(value=format_plain(value), end=end)
    )


def _without_lines(spec: ChartSpec) -> tuple[ChartEdit, ...]:
    if not spec.lines:
        raise ChartMisfit(_("The chart has no lines."))
    own = tuple(ChartEdit(drop_line=line) for line in spec.lines if line.is_own)
    has_limits = len(own) < len(spec.lines)
    return (*own, ChartEdit(limits=False)) if has_limits else own


def _coloured(drawing: Drawing, spec: ChartSpec, of: Drawn) -> ChartEdit:
    """Raises ChartMisfit for a name that the chart does not have."""
    case = case_of(of.result, of.columns, of.query, of.model)
    names = categories(case, spec)
    found = [n for n in names if n.casefold() == drawing.text.casefold()]
    column = coloured_by(case, spec)
    if not found or column is None:
        shown = ", ".join(names[:5])
        end = _(" It shows {shown}.").format(shown=shown) if shown else ""
        raise ChartMisfit(
            _("The chart shows no {name!r}.{end}").format(name=clip(drawing.text, 40), end=end)
        )
    return ChartEdit(colour=CategoryColour(column, found[0], drawing.meaning))


def _name(spec: ChartSpec) -> str:
    return chart_name(spec.type)
