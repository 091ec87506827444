"""Superlatives: which thing is ranked, how many of it, by what."""

from __future__ import annotations

from core.language.draft import DimensionDraft, Ranking
from core.language.interpreting.counts import counted_things
from core.language.interpreting.drafting import (
    add_dimension,
    add_entity,
    add_grain,
    add_value,
    table_follows,
)
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item
from core.semantic.query import Grain


def take_ranking(sentence: Sentence) -> None:
    """The superlative, how many are wanted, and what is ranked by what."""
    for at, item in enumerate(sentence.items):
        of_two = _more_of(sentence, at)
        payload = of_two or item.tags.get("superlatives")
        if payload is None or item.use or item.targets:
            continue
        if "comparators" in item.tags or (
            "change" in item.tags and item.norm in sentence.senses["more"]
        ):
            continue
        is_weak = item.norm in sentence.senses["weak_superlatives"] and of_two is None
        if is_weak and not (
            item.norm in sentence.senses["maximum"] and _noun_near(sentence, at) is not None
        ):
            continue
        ranking = Ranking(
            descending={"high": True, "low": False}.get(payload),
            good={"good": True, "bad": False}.get(payload),
            count=None,
            at=at,
            word=item.norm,
        )
        _ranking_place(sentence, ranking)
        _ranking_number(sentence, ranking)
        if ranking.noun_at is None and not _counted_things(sentence, ranking):
            _ranking_noun(sentence, ranking)
        if ranking.noun_at is None:
            _noun_before(sentence, ranking)
        _put_ranking(sentence, ranking)


def _ranking_place(sentence: Sentence, ranking: Ranking) -> None:
    """Which place is asked for: `second highest`."""
    before = sentence.items[ranking.at - 1] if ranking.at else None
    place = int(before.tags.get("places", 0)) if before is not None and not before.use else 0
    if place:
        ranking.place = place
        sentence.draft.mark(ranking.at - 1, "ranking")


def _more_of(sentence: Sentence, at: int) -> str | None:
    """`which ward had more emergencies`: high or low, for the one that has the most or the least.
    None for other words, and with "than", which compares."""
    items, word = sentence.items, sentence.items[at].norm
    kinds = sentence.senses.kinds["more_of_two"]
    found = next((kind for kind, words in kinds.items() if word in words), None)
    noun = sentence.before(at) if found is not None else -1
    if noun < 1 or "which" not in items[noun - 1].tags:
        return None
    behind = sentence.after(at)
    had = {w for i in items[noun:at] for w in i.norm.split()} & sentence.senses["have"]
    is_of = behind < len(items) and bool(items[behind].targets) and items[behind].number is None
    if any("versus" in i.tags for i in items) or not (had and is_of):
        return None
    return found if sentence.dimension_targets(items[noun]) else None


def _put_ranking(sentence: Sentence, ranking: Ranking) -> None:
    """The question's ranking; a second superlative adds to the first or is left over."""
    first = sentence.draft.ranking
    if first is None:
        sentence.draft.ranking = ranking
    elif ranking.place is not None or first.place is not None:
        return  # "the second worst of the highest": which of the two is meant is not said
    elif ranking.count is not None and first.count is None and ranking.noun_at is None:
        first.count = ranking.count  # "the highest ...? top 5"
    elif first.measure_at is None and not _is_second(sentence, first, ranking.at):
        # "top 5 pumps with the highest vibration": one ranking in two words
        both = {first.descending, ranking.descending}
        if both == {True, False} and first.count is None:
            return  # "the lowest of the highest": which of the two is not said
        if ranking.descending is not None:
            first.descending = ranking.descending
        first.word = ranking.word
    else:
        return
    sentence.draft.mark(ranking.at, "ranking")


def _is_second(sentence: Sentence, ranking: Ranking, at: int) -> bool:
    """`best and worst`, `top 5 and bottom 5`: two questions in one."""
    between = sentence.items[ranking.at + 1 : at]
    return any("and" in i.tags and not i.targets for i in between)


def _noun_near(sentence: Sentence, at: int) -> int | None:
    for index in (sentence.before(at), sentence.before(sentence.before(at))):
        if 0 <= index < len(sentence.items) and "which" in sentence.items[index].tags:
            return index
    return None


def _ranking_number(sentence: Sentence, ranking: Ranking) -> None:
    steps = {"d": Grain.DAY, "wk": Grain.WEEK, "mo": Grain.MONTH, "h": Grain.HOUR}
    for index in (ranking.at + 1, ranking.at - 1, ranking.at + 2):
        if 0 <= index < len(sentence.items):
            item = sentence.items[index]
            if (
                item.number is not None
                and item.unit in steps
                and not item.use
                and (item.number == int(item.number) and index == ranking.at + 1)
            ):
                ranking.count, ranking.noun_at = int(item.number), index
                sentence.draft.dimensions.append(
                    DimensionDraft(None, steps[item.unit], index, listed=True, plural=True)
                )
                sentence.draft.mark(index, "how many")
                return
            if (
                item.number is not None
                and item.unit is None
                and not item.use
                and (item.number == int(item.number) and 1 <= item.number <= 1000)
            ):
                if index == ranking.at + 2 and not sentence.items[ranking.at + 1].is_ignorable:
                    continue
                ranking.count = int(item.number)
                sentence.draft.mark(index, "how many")
                return


def _ranking_noun(sentence: Sentence, ranking: Ranking) -> None:
    """The thing ranked: the noun right after the superlative (and its number)."""
    cursor = sentence.after(ranking.at)
    if cursor < len(sentence.items) and sentence.items[cursor].use == "how many":
        cursor = sentence.after(cursor)
    steps = 0
    while cursor < len(sentence.items) and steps < 4:
        item = sentence.items[cursor]
        if item.use:
            return
        if sentence.is_measure(item) and not sentence.dimension_targets(item):
            ranking.measure_at = cursor
            after = cursor + 1
            if after < len(sentence.items) and sentence.is_free(after):
                noun = sentence.items[after]
                if sentence.dimension_targets(noun) and not sentence.is_measure(noun):
                    add_dimension(sentence, after, listed=True)
                    ranking.noun_at = after
            return
        if item.of_kind("table") and not _splits_others(sentence, item):
            return
        if item.of_kind("state") and (item.is_plural or table_follows(sentence, cursor)):
            return  # "the most emergencies", "the most urgent tickets": their number
        if cursor > ranking.at + 1 and _is_asked_which(sentence, ranking.at):
            return  # "which reason is most common for pumps": the reasons, of the pumps
        if sentence.dimension_targets(item):
            add_dimension(sentence, cursor, listed=True)
            ranking.noun_at = cursor
            return
        if sentence.is_noun_value(item) and not (
            table_follows(sentence, cursor) and not item.is_plural
        ):
            add_value(sentence, cursor, noun=True)
            add_entity(sentence, cursor, listed=True)
            ranking.noun_at = cursor
            return
        if "grains" in item.tags and not item.targets:
            add_grain(sentence, cursor, listed=True)
            ranking.noun_at = cursor
            return
        if not item.of_kind("value"):
            return
        steps += 1
        cursor = sentence.after(cursor)


def _counted_things(sentence: Sentence, ranking: Ranking) -> bool:
    """`which line has the most assets`, `the line with the fewest pumps`, `ran on the most days`:
    different things are counted for each of what is asked about. Whether it is such a ranking."""
    noun = sentence.after(ranking.at)
    is_many = ranking.word in sentence.senses["most_of_things"]
    if not is_many or not sentence.is_free(noun) or not _has_subject(sentence, ranking.at):
        return False
    counted = counted_things(sentence, noun)
    if counted is None:
        return False
    sentence.draft.measures.append(counted)
    sentence.draft.mark(noun, "figure")
    ranking.measure_at = noun
    return True


def _has_subject(sentence: Sentence, at: int) -> bool:
    """Whether what is ranked stands before a superlative: `which line has the`, `line with the`."""
    before = sentence.before(at)
    is_with = before >= 0 and sentence.items[before].norm in sentence.senses["having"]
    return _is_asked_which(sentence, at) or (
        is_with and _is_thing(sentence, sentence.before(before))
    )


def _is_asked_which(sentence: Sentence, at: int) -> bool:
    """Whether the question is which of a kind of things is first: `which reason is the most`."""
    return any(
        "which" in item.tags and _is_thing(sentence, sentence.after(index))
        for index, item in enumerate(sentence.items[:at])
    )


def _is_thing(sentence: Sentence, at: int) -> bool:
    if not 0 <= at < len(sentence.items):
        return False
    item = sentence.items[at]
    is_split = bool(sentence.dimension_targets(item)) or "grains" in item.tags
    return is_split or sentence.is_noun_value(item)


def _splits_others(sentence: Sentence, item: Item) -> bool:
    """`titles` by the number of loans: rows of one table by which those of others are split."""
    own = {t.name for t in item.of_kind("table")}
    return any(t.tables - own for t in sentence.dimension_targets(item))


def _noun_before(sentence: Sentence, ranking: Ranking) -> None:
    """`technician with most hours`: the thing ranked stands right before."""
    cursor = ranking.at - 1
    while cursor >= 0 and sentence.items[cursor].is_ignorable:
        cursor -= 1
    if cursor < 0 or cursor == ranking.at - 1 or sentence.items[cursor].use:
        return
    if sentence.items[cursor + 1].norm not in sentence.senses["having"]:
        return
    item = sentence.items[cursor]
    if sentence.dimension_targets(item) and not sentence.is_measure(item):
        add_dimension(sentence, cursor, listed=True)
    elif sentence.is_noun_value(item):
        add_value(sentence, cursor, noun=True)
        add_entity(sentence, cursor, listed=True)
    else:
        return
    ranking.noun_at = cursor


def rank_markers(sentence: Sentence) -> None:
    """`ranked`, `descending`, `worst first`: an order without a superlative."""
    for group, descending in (("descending", True), ("ascending", False)):
        at = sentence.draft.has(group)
        if at is not None and sentence.items[at].use == "" and not sentence.items[at].targets:
            sentence.draft.mark(at, "order")
            word = sentence.items[at].norm
            good = {"best first": True, "worst first": False}.get(word)
            if sentence.draft.ranking is None:
                sentence.draft.ranking = Ranking(
                    None if good is not None else descending, good, None, at, word
                )
            elif good is None:
                sentence.draft.ranking.descending = descending
    at = sentence.draft.has("rank_markers")
    if at is not None and not sentence.items[at].targets:
        sentence.draft.mark(at, "order")
        noun = sentence.after(at)
        if noun < len(sentence.items) and sentence.is_free(noun):
            if sentence.is_noun_value(sentence.items[noun]) and not table_follows(sentence, noun):
                add_value(sentence, noun, noun=True)
                add_entity(sentence, noun, listed=True)
            elif sentence.dimension_targets(sentence.items[noun]):
                add_dimension(sentence, noun, listed=True)
        if sentence.draft.ranking is None and sentence.draft.dimensions:
            sentence.draft.ranking = Ranking(True, None, None, at, "ranked")
