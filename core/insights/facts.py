"""Findings computed from the whole result, each with its numbers.

Every test has a threshold that keeps chance and the obvious out; what is left is ordered by how
much it asks to be acted on, and at most four are said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.insights.crossings import crossings
from core.insights.cut import Cut, Loaded, cut_steps, cut_words
from core.insights.reading import Figure, Floats, Split, View, view_of
from core.insights.stats import (
    LEAST,
    deviations,
    follows_cycle,
    is_steady,
    noise,
    trend,
    until_break,
)
from core.insights.steps import DAYS, missing_steps, moment_of
from core.semantic.display import (
    format_change,
    format_fixed,
    format_grain,
    format_number,
    format_percent,
    format_plain,
    is_later,
    shown,
)
from core.semantic.exact import minus
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, say, sentence
from core.semantic.query import Grain, SemanticQuery, Transform
from core.semantic.wording import is_count_of_some, metric_of, period
from core.types import Fact, Result, ResultColumn

MAX_FACTS = 4
_MAX_P = 0.01
#: A trend or an outlier below this part of the usual level is not worth a sentence.
_WORTH = 0.05
_OUTLIER = 3.5  # Iglewicz and Hoaglin's bound for robust z-scores
_OFF_LEVEL = 2.5
_NAMED = 3
_PARETO = 0.8
#: The steps of a course that are counted in part.
Cuts = Mapping[dt.datetime, Cut]
#: Most urgent first.
_ORDER = ("threshold", "change", "trend", "outlier", "gap", "share", "range", "rank")


def find_facts(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    *,
    known: Known | None = None,
    loaded: Loaded = (None, None),
    asks_trend: bool = False,
) -> tuple[Fact, ...]:
    """At most four findings, most useful first; none for lists, and none of a cut result that
    would need all of its rows.

    Fact.numbers are on the result's own scale (a ratio as 0..1). known: as in `choose_chart`.
    loaded: as in `cut_steps`. asks_trend: which way a course goes is told also where chance
    explains it.
    """
    if query is None or query.kind == "records" or not result.row_count:
        return ()
    view = view_of(result, columns, query, model)
    if not view.figures or not len(view.lead.there):
        return ()
    figure = view.lead
    cuts = cut_steps(view, loaded) if figure.adds else {}
    found = [
        *_implausible(view),
        *crossings(view, figure, known),
        *_changes(view, figure),
        *_trends(view, figure, cuts, asks_trend=asks_trend),
        *_outliers(view, figure, cuts),
        *_in_part(cuts),
        *_gaps(view, figure),
        *_shares(view, figure),
        *_range(view, figure),
    ]
    ranked = sorted(found, key=lambda fact: _ORDER.index(fact.kind))
    return tuple(ranked[:MAX_FACTS])


def _implausible(view: View) -> list[Fact]:
    """Values above what a metric can be, such as a performance over 100 %."""
    found = []
    for figure in view.figures:
        measure = figure.measure
        is_ratio = measure is not None and measure.over is not None
        metric = metric_of(measure.metric, view.model) if measure and not is_ratio else None
        if metric is None or metric.warn_above is None or figure.measure is None:
            continue
        if figure.measure.transform is not Transform.NONE or not len(figure.there):
            continue
        row = int(figure.there[np.argmax(figure.ranks[figure.there])])
        value = float(figure.values[row])
        if value > metric.warn_above * (1 + 1e-9):
            limit = figure.text(metric.warn_above)
            who = view.name(row) or say("in_total")
            text = say("fact_warn", what=figure.words, limit=limit, who=who, value=figure.at(row))
            found.append(Fact("threshold", sentence(text), (metric.warn_above, value), False))
    return found


def _changes(view: View, figure: Figure) -> list[Fact]:
    comparison = view.query.comparison
    if figure.previous is None or comparison is None or comparison.kind != "window":
        return []
    change = figure.values - figure.previous
    known = np.flatnonzero(~np.isnan(change))
    if not len(known) or view.axis is not None:
        return []
    if is_later(comparison.window, view.query.time):
        return _beside(view, figure, change, known)
    if not view.splits:
        return [_change(figure, int(known[0]), float(change[known[0]]), "")]
    found = []
    if len(known) >= 3 and len(view.splits) == 1:
        up, down = int((change[known] > 0).sum()), int((change[known] < 0).sum())
        text = say(
            "fact_changes",
            up=up,
            down=down,
            n=len(known),
            groups=view.splits[0].words,
            what=figure.words,
        )
        found.append(Fact("change", text, (float(up), float(len(known)), float(down))))
    # The headline says what changed most; what got worst is said here where it is another row.
    if figure.column.direction != "none" and len(known) > 1:
        bad = -1.0 if figure.column.direction == "higher" else 1.0
        worst = int(known[np.argmax(bad * change[known])])
        most = int(known[np.argmax(np.abs(change[known]))])
        if worst != most and bad * change[worst] > 0:
            found.append(_change(figure, worst, float(change[worst]), view.name(worst)))
    return found


def _beside(view: View, figure: Figure, change: Floats, known: npt.NDArray[np.int64]) -> list[Fact]:
    """Against a window that comes later nothing rose or fell, and nothing is better or worse."""
    comparison = view.query.comparison
    before_when = period(comparison.window if comparison else None)
    if view.splits:
        up, down = int((change[known] > 0).sum()), int((change[known] < 0).sum())
        if len(known) < 3 or len(view.splits) != 1:
            return []
        text = say(
            "fact_besides_one" if up == 1 else "fact_besides",
            up=up,
            down=down,
            n=len(known),
            groups=view.splits[0].words,
            what=figure.words,
            before_when=before_when,
        )
        return [Fact("change", text, (float(up), float(len(known)), float(down)))]
    assert figure.previous is not None
    moved, before = float(change[known[0]]), float(figure.previous[known[0]])
    if not moved or not before or figure.column.unit in ("Cel", "[degF]"):
        return []
    ratio = say("ratio", ratio=format_percent(abs(moved / before), 1))
    text = say(
        "fact_beside",
        what=figure.words,
        was=figure.was,
        change=figure.change_text(moved),
        ratio=ratio,
        side=say("above" if moved > 0 else "below"),
        before_when=before_when,
    )
    return [Fact("change", sentence(text), (moved, abs(moved / before), before))]


def _change(figure: Figure, row: int, change: float, who: str) -> Fact:
    assert figure.previous is not None
    value, before = float(figure.values[row]), float(figure.previous[row])
    moved = minus(figure.number(row), figure.number_before(row))
    is_good = figure.is_good(change)
    verdict = "" if is_good is None else say("verdict", word=say("good" if is_good else "bad"))
    numbers = [before, value, change]
    ratio = ""
    # A rise to more than a hundred times says only that there was nearly nothing before.
    is_sensible = abs(change) <= 100 * abs(before)
    if before and is_sensible and figure.column.unit not in ("Cel", "[degF]"):
        numbers.append(change / abs(before))
        ratio = say("ratio", ratio=format_percent(change / abs(before), 1, signed=True))
    text = say(
        "fact_change_of" if who else "fact_change",
        who=who,
        what=figure.words,
        direction=say("went_up" if change > 0 else "went_down"),
        before=figure.text(figure.number_before(row)),
        value=figure.at(row),
        change=format_change(moved, figure.column),
        ratio=ratio,
        verdict=verdict,
    )
    if change == 0:
        text = say("fact_unchanged", what=figure.words, value=figure.at(row))
    return Fact("change", sentence(text), tuple(numbers), is_good)


def _days(view: View, axis: Split) -> npt.NDArray[np.float64]:
    """The axis as days since an epoch; NaN for none."""
    column = view.result.table.column(axis.column.name)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)
    moments = pc.cast(column, pa.timestamp("us")).to_numpy()
    found = moments.astype("datetime64[us]").astype(np.float64) / 86_400e6
    found[np.isnat(moments)] = np.nan
    return np.asarray(found)


def _groups(view: View) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """The rows of each line over time: one group without a name, or one for each category."""
    others = view.categories
    if not others:
        return [("", np.arange(view.rows))]
    rows: dict[str, list[int]] = {}
    for row in range(view.rows):
        rows.setdefault(view.name(row, others), []).append(row)
    return [(name, np.array(own)) for name, own in rows.items()]


def _in_part(cuts: Cuts) -> list[Fact]:
    """That steps at the edges are counted in part: their amounts are no fall and no rise."""
    if not cuts:
        return []
    parts = [cut_words(cut) for cut in cuts.values()]
    text = say("fact_in_part", parts=listed(parts, most=_NAMED))
    return [Fact("gap", sentence(text), (float(len(cuts)),))]


def _whole(view: View, rows: npt.NDArray[np.int64], cuts: Cuts) -> npt.NDArray[np.int64]:
    """Those of the rows whose step is counted whole."""
    if view.axis is None or not cuts:
        return rows
    cells = view.cells(view.axis)
    kept = [int(r) for r in rows if cells[r] is None or moment_of(cells[r]) not in cuts]
    return np.array(kept, dtype=np.int64)


def _trends(view: View, figure: Figure, cuts: Cuts, *, asks_trend: bool) -> list[Fact]:
    """The strongest trend that chance does not explain. Steps that are counted in part are no part
    of it."""
    axis = view.axis
    if axis is None or (figure.measure and figure.measure.transform is Transform.RUNNING):
        return []
    cycle = _cycle(axis)
    x = _days(view, axis)
    best: tuple[float, Fact] | None = None
    most = 0
    for name, rows in _groups(view):
        own = rows[~np.isnan(figure.values[rows]) & ~np.isnan(x[rows])]
        own = _whole(view, own[np.argsort(x[own], kind="stable")], cuts)
        most = max(most, len(own))
        found = _trend(view, figure, axis, name, own, x, cycle)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None and asks_trend and axis.grain is not None:
        return [_no_trend(view, figure, axis, most)]
    return [best[1]] if best else []


def _no_trend(view: View, figure: Figure, axis: Split, steps: int) -> Fact:
    """That no trend can be told of the most steps that a line has, or too few to tell one."""
    key = "fact_no_trend_few" if steps < LEAST else "fact_no_trend"
    key += "_of" if view.categories else ""
    words = {"n": format_number(steps, 0), "steps": axis.word if steps == 1 else axis.words}
    text = say(key, what=figure.words, least=format_number(LEAST, 0), **words)
    return Fact("trend", sentence(text), (float(steps),))


def _cycle(axis: Split) -> float:
    """Length in days of the rhythm that figures of this step commonly have, 0 for none."""
    return {Grain.INTERVAL: 1.0, Grain.HOUR: 1.0, Grain.SHIFT: 1.0, Grain.DAY: 7.0}.get(
        axis.grain or Grain.YEAR, 0.0
    )


def _trend(
    view: View,
    figure: Figure,
    axis: Split,
    name: str,
    rows: npt.NDArray[np.int64],
    x: Floats,
    cycle: float,
) -> tuple[float, Fact] | None:
    """How strong the trend of some rows is against its noise, and the sentence; None for none.

    Where the last points have left the line (a repair, a stop), the trend is told up to there.
    """
    at, y = x[rows], figure.values[rows]
    found = trend(at, y)
    if found is None:
        return None
    kept = until_break(at, y, found)
    is_broken = kept < len(y)
    if is_broken:
        rows, at, y = rows[:kept], at[:kept], y[:kept]
        found = trend(at, y)
    if found is None or found.p >= _MAX_P or not is_steady(at, y, found):
        return None
    if follows_cycle(at, y, cycle, is_amount=figure.adds):
        return None
    total = found.slope * float(at[-1] - at[0])
    usual = float(np.median(np.abs(y))) or 1.0
    scatter = noise(y - found.slope * at)
    # The zero of a temperature is a convention, so that its level is no measure of a change.
    has_zero = figure.column.unit not in ("Cel", "[degF]")
    if abs(total) < (max(_WORTH * usual, scatter) if has_zero else 2 * scatter):
        return None
    step = DAYS.get(axis.grain) if axis.grain else None
    word, words = axis.word, axis.words
    if step is None:
        step, word, words = 1.0, say("day"), say("points")
    slope = found.slope * step
    text = say(
        "fact_trend_of" if name else "fact_trend",
        who=name,
        what=figure.words,
        direction=say("rising" if total > 0 else "falling"),
        until=say("until", at=view.name(int(rows[-1]), [axis])) if is_broken else "",
        slope=format_change(slope, _finer(figure.column, slope)),
        step=word,
        total=format_change(total, figure.column),
        n=format_number(len(y), 0),
        steps=words,
        p=f"< {format_plain(0.001)}" if found.p < 0.001 else f"= {format_fixed(found.p, 3)}",
    )
    numbers = (slope, total, float(len(y)), found.p)
    fact = Fact("trend", sentence(text), numbers, figure.is_good(total))
    return abs(total) / (scatter or usual), fact


def _finer(column: ResultColumn, slope: float) -> ResultColumn:
    """The column with digits enough that a slope is not rounded by more than 5 %."""
    size = abs(float(shown(slope, column)))
    decimals = column.decimals
    while decimals < column.decimals + 3 and abs(round(size, decimals) - size) > 0.05 * size:
        decimals += 1
    return replace(column, decimals=decimals)


def _outliers(view: View, figure: Figure, cuts: Cuts) -> list[Fact]:
    """Values far from the others by the median absolute deviation; around the trend over time."""
    rows = _whole(view, figure.there, cuts)
    if view.axis is not None and view.categories:
        return []
    values = figure.values[rows]
    rolled = (Transform.RUNNING, Transform.MOVING)
    if len(rows) < 8 or (figure.measure and figure.measure.transform in rolled):
        return []
    # Who makes up most of an amount is said as its share; a day has its rhythm.
    if view.axis is None and (figure.adds or any(s.is_recurring for s in view.splits)):
        return []
    judged = values
    if view.axis is not None:
        x = _days(view, view.axis)[rows]
        order = np.argsort(x, kind="stable")
        if not np.isnan(x).any():
            line = trend(x[order], values[order])
            if line is not None and line.p < _MAX_P:
                judged = values - line.slope * x
    far = deviations(judged)
    if far is None:
        return []
    median = float(np.median(values))
    usual = max(abs(median), 1e-12)
    strong = (np.abs(far) > _OUTLIER) & (np.abs(judged - np.median(judged)) > _WORTH * usual)
    if judged is not values:
        # Off the trend and off the usual level both: else the trend alone explains it.
        plain = deviations(values)
        if plain is None:
            return []
        strong &= (np.abs(plain) > _OFF_LEVEL) & (np.sign(plain) == np.sign(far))
    at = np.flatnonzero(strong)
    # Many outliers are a second group and no exception.
    most = max(_NAMED, len(rows) // 10) if view.axis is not None else max(1, len(rows) // 10)
    if not len(at) or len(at) > most:
        return []
    at = at[np.argsort(-np.abs(far[at]), kind="stable")][:_NAMED]
    names = [view.name(int(rows[i])) for i in at]
    texts = [figure.at(int(rows[i])) for i in at]
    over_time = view.axis is not None or not view.splits
    key = ("fact_outlier" if len(at) == 1 else "fact_outliers") + ("" if over_time else "_of")
    text = say(
        key,
        at=listed(names),
        value=texts[0],
        values=listed(texts),
        median=_median_text(median, figure),
        n=len(rows),
        groups=view.splits[0].words if len(view.splits) == 1 else say("groups"),
    )
    side = {float(np.sign(far[i])) for i in at}
    # A figure on the good side is as likely a standstill; only the bad side is judged.
    is_bad = len(side) == 1 and figure.is_good(side.pop()) is False
    is_good = False if is_bad else None
    numbers = (*(float(values[i]) for i in at), median, float(len(rows)))
    return [Fact("outlier", sentence(text), numbers, is_good)]


def _gaps(view: View, figure: Figure) -> list[Fact]:
    """Steps without data on the time axis, categories without a value."""
    if view.axis is None:
        missing = [r for r in range(view.rows) if np.isnan(figure.values[r])]
        if not missing or len(view.splits) != 1:
            return []
        text = say(
            "fact_missing",
            k=len(missing),
            n=view.rows,
            groups=view.splits[0].words,
            who=listed([view.name(r) for r in missing], most=_NAMED),
        )
        return [Fact("gap", text, (float(len(missing)), float(view.rows)))]
    if view.categories or not _expects_every_step(view):
        return []
    axis = view.axis
    grain = axis.grain or Grain.DAY
    table = view.model.tables.get(view.query.table)
    minutes = table.time.interval_min if table and table.time else None
    cells = view.cells(axis)
    present = [moment_of(cells[int(r)]) for r in figure.there if cells[int(r)] is not None]
    found, steps = missing_steps(
        present,
        view.query.time,
        grain,
        minutes=minutes or 60,
        week_start=view.model.week_start,
        zones=view.model.timezones.values(),
    )
    if not found or len(found) == steps:
        return []
    names = [format_grain(m if grain in _CLOCK else m.date(), grain) for m in found[: _NAMED + 1]]
    more = len(found) - _NAMED
    at = say("and_more", first=", ".join(names[:_NAMED]), n=more) if more > 0 else listed(names)
    key = "fact_zero" if is_count_of_some(view.query, figure.measure, view.model) else "fact_gap"
    counts = {"k": format_number(len(found), 0), "n": format_number(steps, 0)}
    key += "_one" if len(found) == 1 else ""
    text = say(key, steps=axis.words, at=at, **counts)
    return [Fact("gap", text, (float(len(found)), float(steps)))]


_CLOCK = (Grain.HOUR, Grain.INTERVAL)


def _expects_every_step(view: View) -> bool:
    """Whether a step without a row is a hole: not for events, nor under filters that pick times."""
    query = view.query
    table = view.model.tables.get(query.table)
    if table is None or table.time is None or table.time.interval_min is None:
        return False
    if view.axis is None or view.axis.grain is None or view.axis.grain is Grain.SHIFT:
        return False
    if query.limit is not None or query.having or view.result.truncated:
        return False
    clock = {table.time.timestamp, table.time.date, table.time.production_date, table.time.shift}
    return not any(f.column.startswith("@") or f.column in clock for f in query.filters)


def _shares(view: View, figure: Figure) -> list[Fact]:
    """A few that make up most of a total."""
    if view.axis is not None or len(view.splits) != 1 or not view.is_whole:
        return []
    split = view.splits[0]
    if not figure.adds or split.is_recurring or split.is_binned:
        return []
    values = np.sort(figure.values[figure.there])[::-1]
    n, total = len(values), float(values.sum())
    if n < 5 or total <= 0 or values[-1] < 0:
        return []
    parts = np.cumsum(values) / total
    k = int(np.argmax(parts >= _PARETO - 1e-12)) + 1
    if k == 1 or k > n / 2:
        return []
    share = float(parts[k - 1])
    text = say(
        "fact_share_few",
        k=k,
        n=n,
        groups=split.words,
        share=format_percent(share, 0),
        total=figure.text(figure.total(figure.there)),
    )
    return [Fact("share", text, (float(k), float(n), share, total))]


def _range(view: View, figure: Figure) -> list[Fact]:
    """How far apart the categories are."""
    rows = figure.there
    is_plain = view.axis is None and len(view.splits) == 1 and not view.splits[0].is_binned
    if not is_plain or len(rows) < 4 or not view.is_whole or view.splits[0].is_recurring:
        return []
    values = figure.values[rows]
    ranks = figure.ranks[rows]
    low, high = int(rows[np.argmin(ranks)]), int(rows[np.argmax(ranks)])
    if ranks.min() == ranks.max():
        return []
    median = float(np.median(values))
    if median in (figure.values[low], figure.values[high]):
        return []
    text = say(
        "fact_range",
        low=figure.at(low),
        low_who=view.name(low),
        high=figure.at(high),
        high_who=view.name(high),
        median=_median_text(median, figure),
    )
    numbers = (float(figure.values[low]), float(figure.values[high]), median)
    return [Fact("range", text, numbers)]


def _median_text(median: float, figure: Figure) -> str:
    """A median, which of whole numbers may lie between two."""
    is_between = figure.column.type == "integer" and median != round(median)
    return format_number(median, 1) if is_between else figure.text(median)
