"""How many categories or series of a changed chart are kept, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

from core.charts.case import MAX_BARS, MAX_SERIES, MAX_SLICES, Case, more
from core.charts.fits import BARS, figures_of, is_upright, splits_of
from core.charts.misfit import ChartMisfit
from core.charts.pies import has_no_slice
from core.charts.shape import Split
from core.charts.summed import drawn_rows
from core.charts.words import chart_name, joined, say
from core.semantic.phrases import lowered
from core.translation import gettext as _
from core.types import ChartSpec, Top

_PARETO = 16
#: Kinds that show shares of everything, so that nothing may be left out.
_WHOLES = ("pie", "pareto")


def limited(case: Case, spec: ChartSpec) -> Split | None:
    """What a chart keeps only some of: its categories, or its series along time."""
    along = is_upright(case, spec)
    if spec.type in ("pie", "pareto", "box") or (spec.type in BARS and not along):
        return splits_of(case).get(spec.x or "")
    if spec.type in ("line", "histogram", *BARS):
        return splits_of(case).get(spec.series or "")
    return None


def most(case: Case, spec: ChartSpec) -> int:
    """How many can be read, a rest among them."""
    if spec.type == "pie":
        return MAX_SLICES
    split = limited(case, spec)
    return MAX_SERIES if split is not None and split.name == spec.series else MAX_BARS


def can_sum_rest(case: Case, spec: ChartSpec) -> bool:
    """Whether the rest adds up to one more category that is drawn."""
    if spec.type == "box" or case.truncated:
        return False
    if spec.type in BARS and spec.series and not is_upright(case, spec):
        return False
    figures = figures_of(case)
    return all(figures[n].additive for n in spec.y if n in figures)


def topped_again(case: Case, old: ChartSpec, spec: ChartSpec) -> ChartSpec:
    """The chart with as many as its kind can show: those that it kept before, where they are of the
    same column."""
    split, before = limited(case, spec), limited(case, old)
    if split is None:
        return replace(spec, top_n=None)
    is_same = before is not None and before.name == split.name
    room = most(case, spec)
    n = old.top_n if is_same and old.top_n is not None else None
    usual = _PARETO if spec.type == "pareto" else room
    if n is None and split.count <= usual:
        return replace(spec, top_n=None)
    is_summed = can_sum_rest(case, spec) and (
        n is None or bool(old.other_label) or spec.type in _WHOLES
    )
    n = min(n if n is not None else usual, room) if not is_summed else min(n or usual, room - 1)
    return replace(spec, top_n=n, other_label=say("other") if is_summed else "")


def with_top(case: Case, spec: ChartSpec, top: Top) -> ChartSpec:
    """The chart with so many. Raises ChartMisfit."""
    split = limited(case, spec)
    if split is None:
        raise ChartMisfit(
            _("There is nothing to keep a part of in {chart}.").format(chart=chart_name(spec.type))
        )
    if top.n is None:
        return topped_again(case, replace(spec, top_n=None), replace(spec, top_n=None))
    room = most(case, spec)
    if 0 < split.count <= min(top.n, room):
        return replace(spec, top_n=None)
    is_summed = top.rest == "summed"
    if is_summed and not can_sum_rest(case, spec):
        raise ChartMisfit(_("The rest cannot be summed here. Leave it out."))
    if not is_summed and spec.type in _WHOLES:
        raise ChartMisfit(_("Shares are of everything, so the rest cannot be left out. Sum it."))
    allowed = room - 1 if is_summed else room
    if not 1 <= top.n <= allowed:
        raise ChartMisfit(_("Between 1 and {allowed} can be kept here.").format(allowed=allowed))
    return replace(spec, top_n=top.n, other_label=say("other") if is_summed else "")


def noted(case: Case, spec: ChartSpec) -> str:
    """What must be said beside a changed chart: what it adds up, leaves out or does not show."""
    said: list[str] = []
    if spec.type == "table":
        return ""
    if spec.summed:
        over = [
            lowered(s.column.label)
            for s in case.shape.splits
            if s.name not in (spec.x, spec.series)
        ]
        said.append(say("added_up_over", what=joined(over)))
    split = limited(case, spec)
    if split is not None and spec.top_n is not None and spec.top_n < split.count:
        said.append(_rest(case, spec, split, spec.top_n))
    if spec.type == "pie":
        if not case.is_whole:
            said.append(say("share_of_shown", n=split.count if split else case.shape.rows))
        column = figures_of(case)[spec.y[0]]
        if has_no_slice(drawn_rows(spec, case.table), column):
            said.append(say("slices_without"))
    if spec.type != "kpi":
        names = [*spec.y, *spec.y2, *([spec.x] if spec.type == "scatter" and spec.x else [])]
        said.append(more(case, names))
    return " ".join(filter(None, said))


def _rest(case: Case, spec: ChartSpec, split: Split, kept: int) -> str:
    if spec.other_label:
        which = "lowest" if spec.order == "lowest" else "largest"
        return say("rest_added", kept=kept, which=which, all=split.count, other=spec.other_label)
    column = figures_of(case)[spec.y[0]]
    is_low = spec.order == "lowest" or (
        spec.order != "highest" and not column.additive and column.direction == "higher"
    )
    which = say("lowest" if is_low else "highest")
    return say("rest_left_out", kept=kept, which=which, all=split.count)
