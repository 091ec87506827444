"""Things asked for one by one: "which pumps", "three lines"."""

from __future__ import annotations

from core.language.interpreting.drafting import (
    add_dimension,
    add_entity,
    add_grain,
    add_value,
    labels_a_value,
)
from core.language.interpreting.sentence import Sentence


def ask_at_the_front(sentence: Sentence) -> None:
    """`in which week was ...`: words that link further on, at the front ask."""
    for item in sentence.items:
        if item.norm in sentence.senses["asks_at_front"] and not item.targets:
            item.tags = {**item.tags, "which": item.norm}
        if not item.is_ignorable:
            return


def listed_nouns(sentence: Sentence) -> None:
    """`which pumps`, `what lines`, `each pump`, `list the pumps`: nouns asked for one by
    one."""
    for at, item in enumerate(sentence.items):
        asks = "which" in item.tags or "records" in item.tags or ("compare" in item.tags)
        if not asks or item.targets or item.time:
            continue
        cursor = sentence.after(at)
        while cursor < len(sentence.items) and (
            "which" in sentence.items[cursor].tags or sentence.items[cursor].use == "ranking"
        ):
            cursor = sentence.after(cursor)
        while cursor < len(sentence.items) and _is_adjective(sentence, cursor):
            cursor = sentence.after(cursor)
        if cursor >= len(sentence.items) or sentence.items[cursor].use:
            continue
        if "which" in item.tags and _acts(sentence, at, cursor):
            continue
        noun = sentence.items[cursor]
        if sentence.dimension_targets(noun) and not sentence.is_measure(noun):
            if not labels_a_value(sentence, cursor):
                add_dimension(sentence, cursor, listed=True)
                sentence.draft.mark(at, "asks which")
                _step_beside(sentence, cursor)
        elif sentence.is_noun_value(noun) and not _event_follows(sentence, cursor):
            if "compare" in item.tags:
                continue
            add_value(sentence, cursor, noun=True)
            add_entity(sentence, cursor, listed=True)
            sentence.draft.mark(at, "asks which")
        elif "grains" in noun.tags and not noun.targets and "which" in item.tags:
            add_grain(sentence, cursor, listed=True)
            sentence.draft.mark(at, "asks which")


def _step_beside(sentence: Sentence, at: int) -> None:
    """`which plant and month is the highest`: the step of time behind the noun."""
    joined = sentence.after(at)
    step = sentence.after(joined) if joined < len(sentence.items) else joined
    if step >= len(sentence.items) or "and" not in sentence.items[joined].tags:
        return
    item = sentence.items[step]
    if "grains" in item.tags and not (item.use or item.targets or item.time):
        add_grain(sentence, step, listed=True)


def _acts(sentence: Sentence, at: int, noun: int) -> bool:
    """Whether the noun did it: `what did the pumps cost`."""
    between = sentence.items[at + 1 : noun]
    return any(i.norm in sentence.senses["do"] for i in between)


def _event_follows(sentence: Sentence, at: int) -> bool:
    after = at + 1
    return after < len(sentence.items) and bool(sentence.items[after].of_kind("table"))


def _is_adjective(sentence: Sentence, at: int) -> bool:
    """A value before the noun that it describes: `which Hamburg pumps`, `which A assets`."""
    item = sentence.items[at]
    if item.use or not item.of_kind("value"):
        return False
    after = at + 1
    if after >= len(sentence.items) or sentence.items[after].use:
        return False
    noun = sentence.items[after]
    is_dimension = bool(sentence.dimension_targets(noun)) and not labels_a_value(sentence, after)
    return is_dimension or (sentence.is_noun_value(noun) and not sentence.is_noun_value(item))


def numbered_nouns(sentence: Sentence) -> None:
    """`three lines with the lowest quality`, `the 2 asset classes that use most`."""
    ranking = sentence.draft.ranking
    if ranking is None or ranking.count is not None:
        return
    for at, item in enumerate(sentence.items[:-1]):
        number = item.number
        if number is None or item.use or item.unit or item.time is not None:
            continue
        noun = at + 1
        while noun < len(sentence.items) - 1 and _is_adjective(sentence, noun):
            noun += 1
        target = sentence.items[noun]
        if number != int(number) or not 1 <= number <= 1000:
            continue
        listed = next((d for d in sentence.draft.dimensions if d.at == noun), None)
        if listed is None and not target.use:
            if sentence.dimension_targets(target) and not sentence.is_measure(target):
                listed = add_dimension(sentence, noun, listed=True)
            elif sentence.is_noun_value(target):
                add_value(sentence, noun, noun=True)
                listed = add_entity(sentence, noun, listed=True)
        if listed is not None:
            listed.listed = True
            ranking.count = int(number)
            sentence.draft.mark(at, "how many")
            return
