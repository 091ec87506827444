"""Of what it is asked whether it drifts: one figure, of one asset or of each of several.

The mean over several assets hides which of them drifts, and changes as one of them stands still: a
reading is looked at asset by asset.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.drift.words import group_words
from core.language.asked_drift import DriftQuestion
from core.language.drift_questions import asset_column, is_measured
from core.semantic.limits import limited_column
from core.semantic.model import SemanticModel
from core.semantic.phrases import lowered, plural
from core.semantic.query import (
    Agg,
    Dimension,
    Filter,
    Measure,
    Op,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.said import said
from core.thresholds.record import Threshold
from core.translation import gettext as _
from core.types import Clarification, Option, Result, User

#: Readings of a query of ours beside the answer.
Run = Callable[[SemanticQuery], Result]
#: Thresholds in force: for a person, over a model.
InForce = Callable[[User, str], Sequence[Threshold]]
_MOST_OPTIONS: Final = 6
#: Assets that are looked at for one question.
MOST_ASSETS: Final = 100
_DAYS: Final = "%Y-%m-%d"
_NONE: Final = Option("", "")
_ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """query: the figure with its filters, without a time. notes: what was taken for granted. asset:
    the column that names what each of `places` is, where it is asked of several."""

    query: SemanticQuery
    notes: tuple[str, ...] = ()
    asset: str = ""
    places: tuple[Mapping[str, str], ...] = ()


def subject_of(
    asked: DriftQuestion,
    model: SemanticModel,
    thresholds: Sequence[Threshold],
    run: Run,
    time: TimeWindow,
    may_see: Callable[[str, str], bool],
) -> Subject | Clarification:
    """What is meant, or what is asked back. thresholds: in force. time: in which its assets are
    looked for. may_see: whether the person sees a column of a table as it is."""
    query = asked.query
    asset = _asset(query, model)
    if asset is None:
        if asked.has_measure:
            return Subject(query)
        return Clarification(_("Of which figure do you want to know whether it drifts?"))
    is_reading = not asked.has_measure or limited_column(_plain(query), model) is not None
    if not is_reading and not asked.each:
        return Subject(query)
    if not may_see(query.table, asset):
        return Clarification(_("Whether a reading drifts is told of one asset, and you see none."))
    if not (asked.has_measure or asked.query.filters or asked.each):
        return Clarification(
            _("Of what do you want to know whether it drifts? Name a figure and an asset.")
        )
    places = _places(query, asset, model, run, time, may_see)
    if len(places) > MOST_ASSETS:
        text = _(
            "That is {n} assets, and a mean over them hides which one drifts. Name fewer: at most "
            "{most} are looked at one by one."
        )
        return Clarification(text.format(n=len(places), most=MOST_ASSETS))
    found = Subject(query)
    if places and not asked.has_measure:
        watched = _watched(asked, places, asset, model, thresholds, run, time, may_see)
        if isinstance(watched, Clarification):
            return watched
        found = watched
    if len(places) > 1:
        return replace(found, asset=asset, places=tuple(places))
    return found


def _plain(query: SemanticQuery) -> Measure:
    """The figure as far as limits go: a mean, whatever is formed of the column."""
    measure = query.measures[0]
    return measure if measure.metric is not None else Measure(agg=Agg.AVG, column=measure.column)


def _asset(query: SemanticQuery, model: SemanticModel) -> str | None:
    """The column of the query's table that names an asset."""
    name = asset_column(model)
    return name if name is not None and name in model.tables[query.table].columns else None


def _places(
    query: SemanticQuery,
    asset: str,
    model: SemanticModel,
    run: Run,
    time: TimeWindow,
    may_see: Callable[[str, str], bool],
) -> list[Mapping[str, str]]:
    """The assets that the filters leave, with their levels; one of a name in two scopes twice."""
    table = model.tables[query.table]
    levels = model.watch.levels if model.watch is not None else ()
    names = dict.fromkeys((asset, *levels, *([table.scope] if table.scope else ())))
    seen = [name for name in names if name in table.columns and may_see(query.table, name)]
    found = run(
        SemanticQuery(
            query.model,
            query.table,
            dimensions=tuple(Dimension(column=name) for name in seen),
            filters=query.filters,
            time=time,
            readings="all",
        )
    )
    rows = found.table.to_pylist()
    return [{n: str(v) for n, v in zip(seen, row.values(), strict=False)} for row in rows]


def _watched(
    asked: DriftQuestion,
    places: Sequence[Mapping[str, str]],
    asset: str,
    model: SemanticModel,
    thresholds: Sequence[Threshold],
    run: Run,
    time: TimeWindow,
    may_see: Callable[[str, str], bool],
) -> Subject | Clarification:
    """The one figure that has a limit at each of the assets; of none or several it is asked
    which."""
    query = asked.query
    columns = said(model).tables[query.table].columns
    limited = [_limited(place, model, thresholds) for place in places]
    names = [
        name
        for name in dict.fromkeys(name for one in limited for name in one)
        if name in columns and may_see(query.table, name)
    ]
    shared = [name for name in names if all(name in one for one in limited)]
    who = places[0][asset] if len(places) == 1 else _("these {n} assets").format(n=len(places))
    if len(names) == 1 and shared == names:
        found = query.with_(
            measures=(Measure(agg=Agg(columns[names[0]].default_agg), column=names[0]),)
        )
        if is_measured(found, model):
            note = _("No figure is named; {measure} is the one that has a limit for {asset}.")
            text = note.format(measure=lowered(columns[names[0]].label), asset=who)
            return Subject(found, (text,))
    if not names:
        names = _measured(query, model, run, time, may_see)
    text = _("Of which figure of {asset} do you want to know whether it drifts?")
    options = [_option(asked, places, asset, lowered(columns[n].label), model) for n in names]
    found_options = tuple(one for one in options[:_MOST_OPTIONS] if one.question)
    return Clarification(text.format(asset=who), found_options)


def _limited(
    place: Mapping[str, str], model: SemanticModel, thresholds: Sequence[Threshold]
) -> tuple[str, ...]:
    """The columns that have a limit at an asset."""
    found = [one.column for one in model.limits if _holds(one.applies, place)]
    found += [one.measure for one in thresholds if one.scope.holds_for(place)]
    return tuple(dict.fromkeys(found))


def _holds(applies: Mapping[str, str], place: Mapping[str, str]) -> bool:
    return all(place.get(name) == value for name, value in applies.items())


def _measured(
    query: SemanticQuery,
    model: SemanticModel,
    run: Run,
    time: TimeWindow,
    may_see: Callable[[str, str], bool],
) -> list[str]:
    """The columns of sensors that have readings."""
    names = [
        name
        for name, column in model.tables[query.table].columns.items()
        if column.role == "measure" and column.needs_good and may_see(query.table, name)
    ]
    if not names:
        return []
    counts = run(
        SemanticQuery(
            query.model,
            query.table,
            measures=tuple(Measure(agg=Agg.COUNT, column=name) for name in names),
            filters=query.filters,
            time=time,
            readings="all",
        )
    )
    row = counts.table.to_pylist()[0] if counts.row_count else {}
    return [name for name, count in zip(names, row.values(), strict=False) if count]


def _option(
    asked: DriftQuestion,
    places: Sequence[Mapping[str, str]],
    asset: str,
    measure: str,
    model: SemanticModel,
) -> Option:
    """The whole question of one figure of the assets; an empty one where its time, or what the
    assets have in common, has no words."""
    window = asked.query.time
    when = ""
    if window is not None:
        if window.start is None or window.end is None or not window.is_whole_days:
            return _NONE
        last = (window.end - _ONE_DAY).strftime(_DAYS)
        when = _(" from {first} to {last}").format(first=window.start.strftime(_DAYS), last=last)
    if len(places) == 1:
        text = _("Is the {measure} of {asset} drifting{when}?")
        text = text.format(measure=measure, asset=places[0][asset], when=when)
        return Option(text, text)
    who = group_words(asked.query, model)
    if not asked.query.filters:
        who = plural(lowered(said(model).tables[asked.query.table].columns[asset].label))
    text = _("Is the {measure} of {asset} drifting{when}?")
    return Option(measure, text.format(measure=measure, asset=who, when=when)) if who else _NONE


def with_running(query: SemanticQuery, model: SemanticModel) -> tuple[SemanticQuery, bool]:
    """The query over readings of a running asset alone, and whether that can be told: where the
    model says how, of a reading and not of a metric, which says itself what it is over."""
    watch = model.watch
    if query.measures[0].metric is not None and limited_column(query.measures[0], model) is None:
        return query, True
    if watch is None or watch.running is None or query.table != watch.table:
        return query, False
    running = watch.running
    if any(one.column == running.column for one in query.filters):
        return query, True
    if query.measures[0].column == running.column:
        return query, True
    one = Filter(running.column, Op.GE, (running.at_least,))
    return replace(query, filters=(*query.filters, one)), True
