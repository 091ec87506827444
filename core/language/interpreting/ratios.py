"""One figure divided by another: "scrap per good unit", "downtime as a share of planned time"."""

from __future__ import annotations

from typing import Final

from core.language.interpreting.drafting import measure_of
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item

#: Steps of time that a length of time may be counted in, as UCUM units.
_STEPS: Final = {"hour": "h", "day": "d"}


def take_ratios(sentence: Sentence) -> None:
    """A figure right behind words that divide is what the figure before them is divided by. Where
    none is before them, it is the one behind ("what percentage of planned time was downtime"), or
    that of the question before."""
    for at in range(len(sentence.items)):
        under = _divisor(sentence, at)
        if under is None:
            continue
        top = _figure_before(sentence, at)
        if top is None and _is_share(sentence, at):
            top = _figure_behind(sentence, under)
            begins = sentence.items[at].tokens[0].norm
            if top is None and begins not in sentence.senses["as_share"]:
                continue  # "share of downtime by line": of the total
        if top is not None and _names_same(sentence, top, under):
            continue  # "energy as a share of the total energy"
        divisor = measure_of(sentence, under)
        divisor.unit = _step_of(sentence, sentence.after(at))
        divisor.is_share = _is_share(sentence, at)
        if top is None:
            sentence.draft.divisor = divisor
        else:
            sentence.draft.measures.append(measure_of(sentence, top))
            sentence.draft.measures[-1].over = divisor
            sentence.draft.mark(top, "figure")
            number = sentence.before(top)  # "how many alarms per work order"
            if number >= 0 and sentence.items[number].tags.get("aggregates") == "count":
                sentence.draft.mark(number, "figure")
        sentence.draft.mark(under, "figure")
        for index in range(at, under):
            sentence.draft.mark(index, "divides")
        return


def _divisor(sentence: Sentence, at: int) -> int | None:
    """Where the figure is that words at an index divide by ("per good unit", "per hour of run
    time", "per alarm"); None where they divide by nothing."""
    item = sentence.items[at]
    if item.use or item.targets or item.time:
        return None
    divides = bool({"divides", "share"} & set(item.tags)) or item.norm in sentence.senses["each_of"]
    under = sentence.after(at)
    if not divides or not sentence.is_free(under):
        return None
    words = [t.norm for one in sentence.items[at:under] for t in one.tokens]
    if "share" in item.tags and not sentence.senses["share_of"] & set(words):
        return None
    behind = sentence.items[under]
    if _step_of(sentence, under) is not None:
        return sentence.after(under)
    is_other = behind.time or behind.number is not None or "grains" in behind.tags
    if is_other or sentence.dimension_targets(behind) or sentence.value_targets(behind):
        return None
    if sentence.is_measure(behind):
        return under
    return under if _counts_others(sentence, at, behind) else None


def _step_of(sentence: Sentence, at: int) -> str | None:
    """The unit of a length of time that a figure is counted in: "hour", of "hour of run time"."""
    behind = sentence.after(at)
    if not 0 < at < behind < len(sentence.items) or behind == at + 1:
        return None
    between = [t.norm for one in sentence.items[at + 1 : behind] for t in one.tokens]
    is_of = bool(sentence.senses["share_of"] & set(between))
    if not is_of or not sentence.is_measure(sentence.items[behind]):
        return None
    return _STEPS.get(str(sentence.items[at].tags.get("grains")))


def _counts_others(sentence: Sentence, at: int, item: Item) -> bool:
    """Whether the things that an item names are rows of another table than the figure before: "per
    alarm", of downtime. Those of its own table are asked for as the mean of a row."""
    tables = {t.name for t in item.of_kind("table")}
    top = _figure_before(sentence, at)
    if not tables or top is None:
        return False
    return not any(tables & target.tables for target in sentence.items[top].targets)


def _is_share(sentence: Sentence, at: int) -> bool:
    return "share" in sentence.items[at].tags


def _figure_before(sentence: Sentence, at: int) -> int | None:
    """The nearest figure, or things to be counted, before an index."""
    for index in range(at - 1, -1, -1):
        item = sentence.items[index]
        if {"and", "or", "versus"} & set(item.tags) and not item.targets:
            return None
        if sentence.is_free(index) and (sentence.is_measure(item) or item.of_kind("table")):
            return index
    return None


def _figure_behind(sentence: Sentence, at: int) -> int | None:
    """The only figure behind an index, if nothing is listed."""
    behind = range(at + 1, len(sentence.items))
    if any("and" in sentence.items[index].tags for index in behind):
        return None
    found = [i for i in behind if sentence.is_free(i) and sentence.is_measure(sentence.items[i])]
    return found[0] if len(found) == 1 else None


def _names_same(sentence: Sentence, one: int, other: int) -> bool:
    names = [{(t.kind, t.name) for t in sentence.items[at].targets} for at in (one, other)]
    return bool(names[0] & names[1])
