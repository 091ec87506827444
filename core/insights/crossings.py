"""Which rows are beyond a limit that held for them at their time, or that none is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.insights.reading import Figure, Split, View, value_name
from core.insights.steps import after
from core.semantic.display import format_plain, scale_unit
from core.semantic.held import HeldLimit
from core.semantic.limits import Known, limit_name, limits_over, values_words
from core.semantic.phrases import listed, say
from core.semantic.query import Grain
from core.types import Fact

_NAMED = 3
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One limit of the plant, in all the values that it had: the rows that it held for, and those
    of them that are beyond it, each with the value of its time."""

    side: str
    held: tuple[HeldLimit, ...]
    rows: tuple[int, ...]
    beyond: tuple[tuple[int, HeldLimit], ...]

    @property
    def height(self) -> float:
        """The last value."""
        return self.held[-1].value


def crossings(view: View, figure: Figure, known: Known | None) -> list[Fact]:
    """Rows above the highest limit that any row is above, and below the lowest that any is below;
    or that none is. known: as in `choose_chart`."""
    if figure.measure is None:
        return []
    present = {
        s.column.model_column: frozenset(str(v) for v in view.cells(s))
        for s in view.splits
        if s.column.type == "string" and s.column.model_column
    }
    known = known or Known()
    over = limits_over(
        figure.measure,
        view.query,
        view.model,
        unit=figure.column.unit,
        known=Known({**known.values, **present}, known.held),
        along=view.axis is not None,
    )
    # A limit of the model says from where on more is bad, which it is not of what should be high.
    is_free = figure.column.direction != "higher"
    limits = [one for one in over.limits if one.kind or is_free]
    rules = _rules(view, figure, limits)
    highs = sorted((r for r in rules if r.side == "high"), key=lambda r: -r.height)
    lows = sorted((r for r in rules if r.side == "low"), key=lambda r: r.height)
    crossed = [next((r for r in side if r.beyond), None) for side in (highs, lows)]
    found = [_beyond(view, figure, rule) for rule in crossed if rule is not None]
    if found:
        return found
    every = len(figure.there)
    for rule in (highs[-1:] or lows[-1:]) if every > 1 else ():
        if len(rule.rows) == every:
            return [_none(view, figure, rule)]
    return []


def _rules(view: View, figure: Figure, limits: Sequence[HeldLimit]) -> list[_Rule]:
    by_slot: dict[tuple[str, str], list[HeldLimit]] = {}
    for one in limits:
        slot = (one.kind or f"{one.label} {one.value}", one.side)
        by_slot.setdefault(slot, []).append(one)
    spans = _spans(view, figure) if any(not one.is_throughout for one in limits) else {}
    found = []
    for (_kind, side), held in by_slot.items():
        held.sort(key=lambda one: one.begin)
        rows, beyond = [], []
        for row in (int(r) for r in figure.there):
            limit = _at(held, spans.get(row))
            if limit is None:
                continue
            rows.append(row)
            if _is_beyond(figure.values[row], limit):
                beyond.append((row, limit))
        if rows:
            found.append(_Rule(side, tuple(held), tuple(rows), tuple(beyond)))
    return found


def _spans(view: View, figure: Figure) -> dict[int, tuple[dt.datetime, dt.datetime]]:
    """Row -> from when until when its step of time is; a shift, which is told by its production
    day, may reach into the next."""
    axis = view.axis
    if axis is None:
        return {}
    time = view.model.tables[view.query.table].time
    minutes = (time.interval_min if time is not None else None) or 60
    cells = view.cells(axis)
    grain = axis.grain or Grain.INTERVAL
    found = {}
    for row in (int(r) for r in figure.there):
        first = _moment(cells[row])
        if first is not None:
            more = _DAY if axis.is_shift or grain is Grain.SHIFT else dt.timedelta()
            found[row] = (first, after(first, grain, minutes) + more)
    return found


def _moment(cell: object) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    return dt.datetime.combine(cell, dt.time()) if isinstance(cell, dt.date) else None


def _at(
    held: Sequence[HeldLimit], span: tuple[dt.datetime, dt.datetime] | None
) -> HeldLimit | None:
    """The limit that held for the whole of a row's time; None where there was none, or where it
    changed meanwhile."""
    for one in held:
        if one.is_throughout or (span is not None and one.holds_in(*span)):
            return one
    return None


def _is_beyond(value: float, limit: HeldLimit) -> bool:
    return value > limit.value if limit.side == "high" else value < limit.value


def _beyond(view: View, figure: Figure, rule: _Rule) -> Fact:
    rows = [row for row, _limit in rule.beyond]
    crossed = tuple(dict.fromkeys(limit for _row, limit in rule.beyond))
    limit, values = _words(figure, crossed), tuple(dict.fromkeys(one.value for one in crossed))
    end, n, label = _end(rule), len(rule.rows), _label(crossed)
    if len(figure.there) == 1:
        own = float(figure.values[rows[0]])
        text = say(f"fact_limit_one{end}", value=figure.at(rows[0]), limit=limit, label=label)
        return Fact("threshold", text, (own, *values), False)
    if view.axis is not None and not view.categories:
        cells = view.cells(view.axis)
        first = min((cells[r] for r in rows if cells[r] is not None), default=None)
        text = say(
            f"fact_limit_first{end}",
            limit=limit,
            label=label,
            k=len(rows),
            n=n,
            steps=view.axis.words,
            at=value_name(first, view.axis),
        )
        return Fact("threshold", text, (*values, float(len(rows)), float(n)), False)
    splits = view.categories or view.splits
    names = list(dict.fromkeys(view.name(r, splits) for r in rows))
    everyone = len({view.name(r, splits) for r in rule.rows})
    text = say(
        f"fact_limit{end}",
        k=len(names),
        n=everyone,
        groups=_groups(splits),
        verb=say("is" if len(names) == 1 else "are"),
        limit=limit,
        label=label,
        who=listed(names, most=_NAMED),
    )
    return Fact("threshold", text, (float(len(names)), float(everyone), *values), False)


def _none(view: View, figure: Figure, rule: _Rule) -> Fact:
    n = len(rule.rows)
    text = say(
        f"fact_limit_none{_end(rule)}",
        n=n,
        groups=_groups(view.splits),
        limit=_words(figure, rule.held),
        label=_label(rule.held),
    )
    values = tuple(dict.fromkeys(one.value for one in rule.held))
    return Fact("rank", text, (float(n), *values), True)


def _end(rule: _Rule) -> str:
    """What the keys of sentences of this side end with."""
    return "_low" if rule.side == "low" else ""


def _groups(splits: Sequence[Split]) -> str:
    return splits[0].words if len(splits) == 1 else say("groups")


def _words(figure: Figure, limits: Sequence[HeldLimit]) -> str:
    """Their values, with the times from which each held where there are several."""
    unit, scale = scale_unit(figure.column), 100.0 if figure.column.display == "percent" else 1.0
    if len(limits) == 1:
        return format_plain(limits[0].value * scale, unit)
    return values_words(limits, unit, scale)


def _label(limits: Sequence[HeldLimit]) -> str:
    """What they are called; of several versions of one, its kind alone."""
    names = list(dict.fromkeys(limit_name(one) for one in limits))
    if len(names) == 1:
        return names[0]
    return limit_name(HeldLimit(0.0, kind=limits[0].kind)) if limits[0].kind else names[0]
