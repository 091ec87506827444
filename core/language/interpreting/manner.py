"""Times, which readings count, kinds of pictures, units to show, and small words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from core.language.interpreting.drafting import is_split_context
from core.language.interpreting.sentence import Sentence
from core.language.tagger import QUIET_GROUPS, Item
from core.types import ChartType

#: The kinds of pictures that a lexicon may have words for, by their names.
_CHARTS: dict[str, ChartType] = {kind: kind for kind in get_args(ChartType)}


def take_times(sentence: Sentence) -> None:
    """Time phrases; "by weekday" is a step and no window."""
    for at, item in enumerate(sentence.items):
        is_asked = bool(at) and "which" in sentence.items[at - 1].tags
        if (
            "grains" in item.tags
            and item.time is not None
            and (is_asked or is_split_context(sentence, at))
        ):
            item.time = None  # "by weekday" is a step and no window
        if item.time is not None and not item.use:
            sentence.draft.times.append((at, item.time))
            item.use = "time"


def take_readings(sentence: Sentence) -> None:
    """Whether only good readings count."""
    at = sentence.draft.has("readings")
    if at is not None:
        payload = sentence.items[at].tags["readings"]
        sentence.draft.readings = "all" if payload == "all" else "good"
        sentence.draft.mark(at, "which readings count")


def take_charts(sentence: Sentence) -> None:
    """The kind of picture asked for."""
    for at, item in enumerate(sentence.items):
        payload = item.tags.get("charts")
        if payload is None or item.targets or item.use:
            continue
        sentence.draft.mark(at, "kind of picture")
        if payload == "chart":
            sentence.draft.wants_trend = True
        else:
            sentence.draft.chart = _CHARTS[payload]


def charts_named(items: Iterable[Item]) -> tuple[ChartType, ...]:
    """The kinds of pictures that words name, each once, whatever else they say."""
    found = (_CHARTS.get(str(item.tags.get("charts"))) for item in items)
    return tuple(dict.fromkeys(kind for kind in found if kind is not None))


def take_direction(sentence: Sentence) -> None:
    """`is scrap rising in Hamburg?`: which way it goes is told of its course. Where it is asked
    which of some rise, and by how much, it is a change."""
    draft = sentence.draft
    compares = draft.has("compare") is not None or draft.has("versus") is not None
    if compares or any(d.listed for d in draft.dimensions):
        return
    if any(d.condition.of_change for d in draft.conditions):
        return
    figures = {m.at for m in draft.measures}
    for at, item in enumerate(sentence.items):
        said = not item.use and not item.targets and "change" in item.tags
        # "pumps with rising vibration", but "steigt der Ausschuss?"
        is_attribute = sentence.before(at) >= 0 and sentence.after(at) in figures
        if said and not is_attribute and item.norm in sentence.senses["goes_on"]:
            item.tags = {**{k: v for k, v in item.tags.items() if k != "change"}, "trend": "trend"}


def take_adjuncts(sentence: Sentence) -> None:
    """Units to show, and function words that only join."""
    for at, item in enumerate(sentence.items[:-1]):
        if (
            item.norm in sentence.senses["under_a_value"]
            and not item.use
            and sentence.items[at + 1].use == "filter"
        ):
            sentence.draft.mark(at, "filter")
    _take_between(sentence)
    shown = sentence.draft.has("display_unit")
    if shown is not None:
        sentence.draft.display_unit = sentence.items[shown].tags["display_unit"]
        sentence.draft.mark(shown, "unit of the answer")
    trend = sentence.draft.has("trend")
    if trend is not None and not sentence.items[trend].targets:
        sentence.draft.wants_trend = True
        sentence.draft.mark(trend, "over time")
    for index, item in enumerate(sentence.items):
        if (
            not item.use
            and not item.targets
            and item.number is None
            and (set(item.tags) & QUIET_GROUPS)
        ):
            sentence.draft.mark(index, "")


def _take_between(sentence: Sentence) -> None:
    """`compare OEE between Hamburg and Austin`, `between lines`: before what is compared."""
    compares = sentence.draft.has("compare")
    if compares is None:
        return
    for at, item in enumerate(sentence.items[compares + 1 :], compares + 1):
        after = sentence.after(at)
        is_between = "between" in item.tags and item.norm in sentence.senses["apart"]
        if not is_between or item.use or item.targets or after >= len(sentence.items):
            continue
        following = sentence.items[after]
        if following.of_kind("value") or sentence.dimension_targets(following):
            sentence.draft.mark(at, "joins")


def between_measures(sentence: Sentence) -> None:
    """`planned time vs run time`, `compare the power of K1 and K2`: figures side by side."""
    compares = sentence.draft.has("compare")
    listed = sorted(m.at for m in sentence.draft.measures)
    if compares is not None and len(listed) > 1 and compares < listed[0]:
        between = sentence.items[listed[0] + 1 : listed[-1]]
        if all({"and", "the", "ignored"} & set(i.tags) or i.use == "figure" for i in between):
            sentence.draft.mark(compares, "joins")
    at = sentence.draft.has("versus")
    if at is None or not 0 < at < len(sentence.items) - 1:
        return
    before, after = sentence.before(at), sentence.after(at)
    figures = {m.at for m in sentence.draft.measures}
    if before in figures and after in figures:
        sentence.draft.mark(at, "joins")
