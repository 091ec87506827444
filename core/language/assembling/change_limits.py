"""By how much a figure changed: "rose by more than 10 hours", "fell by at least 5 %"."""

from __future__ import annotations

from typing import Final, Literal

from core.language.assembling.context import Context
from core.language.assembling.lookups import measure_unit
from core.language.conditions import POINTS, Condition
from core.language.reading import Ask
from core.semantic import units
from core.semantic.query import Having, Measure, Op
from core.translation import gettext as _
from core.types import Clarification, Option

#: How a fall by so much compares: a fall by more is further down.
_DOWN: Final = {Op.GT: Op.LT, Op.GE: Op.LE, Op.LT: Op.GT, Op.LE: Op.GE}


def so_much(ctx: Context, by: Condition, *, rises: bool) -> list[Having]:
    """The groups whose figure changed by so much in one direction; "rose by less than 10" is above
    nothing too. A percentage is of what the figure was before, and of a rate it is in points.
    Raises Ask for what cannot be said of a change, and for a unit that the figure is not in."""
    measure = ctx.parts.measures[0]
    is_rate = _is_rate(ctx, measure)
    is_relative = by.unit == "%" and not is_rate
    on: Literal["change", "change_pct"] = "change_pct" if is_relative else "change"
    if is_relative or is_rate:
        if by.unit not in (None, "%", POINTS):
            raise _ask_unit(ctx, by)
        values = tuple(v / 100 for v in by.values)
    else:
        values = _differences(ctx, measure, by)
    if by.op is Op.BETWEEN:
        ends = values if rises else tuple(-v for v in reversed(values))
        return [Having(0, by.op, ends, on=on)]
    if by.op not in _DOWN:
        raise _ask_unit(ctx, by)
    op = by.op if rises else _DOWN[by.op]
    found = [Having(0, op, tuple(v if rises else -v for v in values), on=on)]
    if by.op in (Op.LT, Op.LE):
        found.append(Having(0, Op.GT if rises else Op.LT, (0,), on=on))
    return found


def refuse_without_before(ctx: Context) -> None:
    """Raises Ask for a change that nothing says since when."""
    if any(d.condition.of_change for d in ctx.draft.conditions):
        raise Ask(Clarification(_("A change needs something to compare with, such as last month.")))


def ask_way(ctx: Context, by: Condition) -> Ask:
    """Asks whether a figure that "changed by more than 10" rose or fell."""
    word = next(
        (i.text for i in ctx.draft.items if "change" in i.tags and not i.targets), _text(ctx, by)
    )
    options = (
        Option(_("It rose"), ctx.question.replace(word, "rose", 1)),
        Option(_("It fell"), ctx.question.replace(word, "fell", 1)),
    )
    return Ask(Clarification(_("Did the figure rise or fall by so much?"), options))


def _is_rate(ctx: Context, measure: Measure) -> bool:
    metric = ctx.model.metrics[measure.metric] if measure.metric is not None else None
    return metric is not None and metric.display == "percent"


def _differences(ctx: Context, measure: Measure, by: Condition) -> tuple[float, ...]:
    """Differences in the figure's own unit: 18 °F are 10 °C more."""
    own = measure_unit(ctx, measure)
    if by.unit is None or by.unit == own:
        return by.values
    if own is None or by.unit == POINTS or not units.same_dimension(own, by.unit):
        raise _ask_unit(ctx, by)
    scale, _offset = units.line(by.unit, own)
    return tuple(float(f"{v * scale:.9g}") for v in by.values)


def _ask_unit(ctx: Context, by: Condition) -> Ask:
    text = _text(ctx, by)
    return Ask(
        Clarification(
            _("The change of this figure cannot be “{text}”. Which limit do you mean?").format(
                text=text
            ),
            (),
            (text,),
        )
    )


def _text(ctx: Context, by: Condition) -> str:
    return " ".join(i.text for i in ctx.draft.items[by.first : by.last + 1])
