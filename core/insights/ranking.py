"""Sentences about groups: the first of them, what changed most, what a threshold kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.insights.parts import (
    count,
    is_backward,
    ranked,
    reference,
    share_text,
    subjected,
    superlative,
)
from core.insights.reading import Figure, View
from core.semantic.display import (
    format_change,
    format_number,
)
from core.semantic.exact import Number, magnitude, minus
from core.semantic.phrases import has, listed, say
from core.semantic.query import Op
from core.semantic.subject import grouped_words, kept_figure, subject_of
from core.semantic.wording import (
    period,
    when,
)

_MEMBERS_SHOWN = 4
#: A ratio of two of these says nothing: their zero is a convention.
_OFFSET_UNITS = ("Cel", "[degF]")
_WORTH_TIMES = 1.5
_MOST_TIMES = 100


def compared(view: View, figure: Figure) -> str:
    """The row whose figure changed most, or that is furthest from the reference."""
    if figure.previous is None or view.axis is not None:
        return ""
    change = figure.values - figure.previous
    known = np.flatnonzero(~np.isnan(change))
    if not len(known):
        return ""
    comparison = view.query.comparison
    is_window = comparison is None or comparison.kind == "window"
    row = int(known[np.argmax(np.abs(change[known]))])
    window = when(view.query.time)
    before_when = period(comparison.window) if comparison and is_window else reference(view)
    moved = minus(figure.number(row), figure.number_before(row))
    what = subjected(view, figure.words)
    is_late = is_backward(view)
    if moved == 0:
        key = ("beside_none" if is_late else "changed_none") if is_window else ""
        key = key or "same_as_reference"
        return say(key, what=what, before_when=before_when, when=window, was=figure.was)
    words = {
        "who": view.name(row),
        "what": what,
        "was": figure.was,
        "value": figure.at(row),
        "when": window,
        "change": figure.moved_text(moved, figure.number_before(row)),
        "side": say("above" if moved > 0 else "below"),
        "direction": say("up" if moved > 0 else "down"),
        "before_when": before_when,
        "before": figure.text(figure.number_before(row)),
    }
    if not is_window:
        return say("differs_most", reference=before_when, **words)
    end = "most" if len(known) > 1 else "one"
    return say(f"beside_{end}" if is_late else f"changed_{end}", **words)


def kept(view: View) -> str:
    """Groups that a threshold has left: how many, the threshold, and the furthest ones."""
    query = view.query
    if not query.having or not view.splits or query.limit is not None or view.result.truncated:
        return ""
    having = query.having[0]
    if having.measure >= len(query.measures):
        return ""
    figure = next((f for f in view.figures if f.measure is query.measures[having.measure]), None)
    if figure is None or not len(figure.there) or len(query.having) > 1:
        return ""
    by_change = having.on != "value"
    is_moved = by_change and figure.change is not None
    values = figure.change if is_moved and figure.change is not None else figure.ranks
    sign = 1 if having.op in (Op.LT, Op.LE) else -1
    order = figure.there[np.argsort(sign * values[figure.there], kind="stable")]
    texts = [
        format_change(figure.number_moved(int(r)), figure.column) if is_moved else figure.at(int(r))
        for r in order
    ]
    group, groups, skip = grouped_words(query, view.model)
    subject = subject_of(query, view.model, skip=skip)
    figure_kept = kept_figure(having, query, view.model)
    words = {
        "n": count(len(order)),
        "groups": groups,
        "group": group,
        "what": subject.apart(figure_kept),
        "when": when(query.time),
        "value": texts[0],
        "who": view.name(int(order[0])),
    }
    if by_change and query.comparison is not None and query.comparison.kind == "window":
        words["when"] = say("against", when=words["when"], other=period(query.comparison.window))
    if query.every is not None and not any(figure.values[order]):
        words["who"] = listed([view.name(int(r)) for r in order], most=_MEMBERS_SHOWN)
        return say("kept_zero_one" if len(order) == 1 else "kept", **words)
    if len(order) == 1:
        return say("kept_one", **words)
    is_level = len(set(texts)) == 1
    members = [
        view.name(int(r)) if is_level else say("kept_member", who=view.name(int(r)), value=text)
        for r, text in zip(order, texts, strict=True)
    ]
    words["who"] = listed(members, most=_MEMBERS_SHOWN)
    return say("kept_each" if is_level else "kept", **words)


def is_ranked(view: View) -> bool:
    """Whether the rows are ordered by a figure and cut: the first of them is the answer."""
    first = view.query.order[0] if view.query.order else None
    is_cut = view.query.limit is not None and (view.axis is None or not view.categories)
    return first is not None and first.by == "measure" and is_cut


def _sought(view: View, figure: Figure) -> tuple[Figure, bool]:
    """The figure that the query orders by, and whether its highest value comes first."""
    for one in view.query.order:
        if one.by == "measure" and one.index < len(view.query.measures):
            wanted = view.query.measures[one.index]
            found = next((f for f in view.figures if f.measure is wanted), figure)
            # An amount and its share have the same order; the share is what was asked for.
            found = figure if figure is not view.figures[0] else found
            return (found, one.descending) if len(found.there) else (figure, one.descending)
    return figure, True


def top(view: View, figure: Figure, level: Sequence[str] = ()) -> str:
    """The first group, and how far it is from the next; level: names of those that were cut off
    though they share the first place with all that are shown."""
    figure, high = _sought(view, figure)
    rows, window = figure.there, when(view.query.time)
    values, ranks = figure.values[rows], figure.ranks[rows]
    # Stable, so that of two equal rows the first one stands first, as in the table.
    order = rows[np.argsort(-ranks if high else ranks, kind="stable")]
    first = int(order[0])
    best = figure.number(first)
    words = {
        "what": ranked(view, figure, high=high),
        "when": window,
        "value": figure.text(best),
        "superlative": superlative(figure, high=high),
    }
    if level:
        sharing = [*(view.name(int(row)) for row in order), *level]
        return say("top_tie", who=listed(sharing, most=4), **words)
    if view.rows == 1:
        is_sought = view.query.limit == 1 and bool(view.query.order)
        if is_sought:
            return say("top", who=view.name(first), **words)
        own = {"what": subjected(view, figure.words), "was": figure.was}
        return say("one_of", who=view.name(first), **(words | own))
    if len(order) == 1:
        return say("top", who=view.name(first), **words)
    tied = [int(r) for r in order if figure.ranks[r] == figure.ranks[first]]
    if len(tied) == len(order) and len(order) == view.rows:
        alike = say("agg_count", what=figure.counted) if figure.counted else figure.words
        words["what"] = subjected(view, alike)
        if len(tied) == 2:
            return say("pair_level", who=view.name(tied[0]), next=view.name(tied[1]), **words)
        groups = view.splits[0].words if len(view.splits) == 1 else say("groups")
        return say("all_same", n=count(len(tied)), groups=groups, **words)
    if len(tied) > 1:
        names = listed([view.name(r) for r in tied], most=4)
        return say("top_tie", who=names, **words)
    who, second = view.name(first), int(order[1])
    is_amount = figure.adds and high and view.is_whole
    if is_amount and best > 0 and not np.any(values[ranks != figure.ranks[first]]):
        return say("top_only", who=who, **words)
    can_share = figure.adds and view.is_whole and len(view.splits) == 1
    if can_share and not np.any(values < 0) and view.rows > 2:
        share = share_text(best, figure.total(rows), view.rows) if high else ""
        if share:
            return say("top_share", who=who, share=share, **words)
    follows = figure.number(second)
    figure = _told_apart(figure, best, follows)
    words["value"] = figure.text(best)
    gap = _gap(figure, best, follows, high=high)
    next_value = figure.text(follows)
    if not gap or next_value == words["value"]:
        return say("top", who=who, **words)
    return say("top_next", who=who, gap=gap, next=view.name(second), next_value=next_value, **words)


@dataclass(frozen=True, slots=True)
class Shared:
    """Groups that share the place that was asked for. names: of all of them; first, last: the
    places that they take, from 1; next: name and row's figure of the one behind them, empty
    without one."""

    names: tuple[str, ...]
    first: int
    last: int
    next: tuple[str, str] = ("", "")


def placed(view: View, figure: Figure, shared: Shared | None = None) -> str:
    """The groups at the places that were asked for, such as the second."""
    query = view.query
    figure, high = _sought(view, figure)
    what, window = ranked(view, figure, high=high), when(query.time)
    row, n = int(figure.there[0]), query.skip + 1
    extreme = superlative(figure, high=high)
    words = {"what": what, "when": window, "value": figure.at(row)}
    if query.per_group or query.limit != 1 or view.rows > 1:
        return _places(view, figure, extreme, words)
    if shared is not None:
        names = listed(list(shared.names), most=_MEMBERS_SHOWN)
        ends = {"first": count(shared.first), "last": count(shared.last)}
        words |= {"who": names, "superlative": extreme, **ends}
        if shared.next[0]:
            behind = {"next": shared.next[0], "next_value": shared.next[1]}
            return say("place_level_next", **words, **behind)
        return say("place_level", **words)
    words["who"] = view.name(row)
    if not has(f"nth_{n}"):
        return say("place_far", n=count(n), superlative=extreme, **words)
    keys = {"superlative_high": "nth_high", "superlative_low": "nth_low"}
    keys |= {"superlative_most": "nth_most", "superlative_few": "nth_few"}
    key = next(own for key, own in keys.items() if say(key) == extreme)
    return say("place", nth=say(f"nth_{n}"), superlative=say(key), **words)


def _places(view: View, figure: Figure, extreme: str, words: dict[str, str]) -> str:
    query = view.query
    members = [
        say("kept_member", who=view.name(int(row)), value=figure.at(int(row)))
        for row in figure.there
    ]
    last = query.skip + (query.limit or 1)
    n = count(query.skip + 1)
    one = query.limit == 1
    places = say("one_place", n=n) if one else say("more_places", n=n, last=count(last))
    words = words | {
        "places": places,
        "superlative": extreme,
        "members": listed(members, most=_MEMBERS_SHOWN),
    }
    if query.per_group:
        return say("places_each", group=view.splits[0].word, **words)
    return say("places_shown", **words)


def no_place(view: View, n: int) -> str:
    """That there is no place `n`, of the groups that have a figure. view: of all of them."""
    figure, high = _sought(view, view.lead)
    words = {"n": count(n), "what": ranked(view, figure, high=high), "when": when(view.query.time)}
    split = view.splits[0]
    if len(figure.there) == 1:
        return say("place_none_one", group=split.word, **words)
    groups = split.words if len(view.splits) == 1 else say("groups")
    return say("place_none", there=count(len(figure.there)), groups=groups, **words)


def _told_apart(figure: Figure, one: Number, other: Number) -> Figure:
    """The figure with up to two decimals more where two different values would read the same."""
    column = figure.column
    for more in (0, 1, 2):
        finer = replace(figure, column=replace(column, decimals=column.decimals + more))
        if figure.column.type == "integer" or finer.text(one) != finer.text(other):
            return finer
    return figure


def _gap(figure: Figure, best: Number, second: Number, *, high: bool) -> str:
    """How far the first is from the next: so many times, or a difference in its unit."""
    ratio = float(best) / float(second) if second else 0.0
    may_divide = figure.column.unit not in _OFFSET_UNITS and figure.column.display != "percent"
    if high and may_divide and best > 0 and second > 0 and _WORTH_TIMES <= ratio <= _MOST_TIMES:
        return say("gap_times", n=format_number(ratio, 1))
    change = magnitude(minus(best, second))
    if change == 0:
        return ""
    text = format_change(change, figure.column, signed=False)
    return say("gap_above" if high else "gap_below", change=text)
