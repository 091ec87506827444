"""Words whose neighbours decide what they are."""

from __future__ import annotations

import re
from typing import Final

from core.language.conditions import skip
from core.language.interpreting.sentence import Sentence
from core.language.normalise import singular
from core.language.reading import Ask
from core.language.tagger import Item
from core.language.wording import say
from core.types import Clarification, Option

#: The name of one of several alike things, as the words of a question have it.
_NUMBERED: Final = re.compile(r"[^\W\d_]+[-.]?\d+[^\W\d_]?")


def settle_words(sentence: Sentence) -> None:
    """Words whose neighbours decide: `current vibration` is no current, `high alarms` is a
    priority; but "a work order" is no work order of class A."""
    items = sentence.items
    is_shouted = not any(c.islower() for item in items for c in item.text)
    for at in range(len(items)):
        _settle_verb(sentence, at)
        _settle_amount(sentence, at)
    for at, item in enumerate(items[:-1]):
        after = items[skip(items, at + 1)] if skip(items, at + 1) < len(items) else None
        if after is None:
            continue
        if item.tags.get("aggregates") and sentence.is_measure(item) and sentence.is_measure(after):
            item.targets = ()
        if {"running", "moving"} & set(item.tags) and (
            sentence.is_measure(after) or "aggregates" in after.tags or after.of_kind("table")
        ):
            item.targets = ()
        _settle_rate(sentence, item, items[at + 1])
        may_name = len(item.text) > 1 or (item.text.isupper() and not is_shouted)
        if may_name and all(t.is_partial for t in item.targets) and item.number is None:
            found = tuple(
                t
                for t in sentence.vocabulary.guarded(item.norm)
                if any(t.tables & table.tables for table in after.of_kind("table"))
            )
            if len(found) == 1:
                item.targets, item.level = found, 3


def take_comparatives(sentence: Sentence) -> None:
    """`more scrap in June than in May`, `was it higher in Austin than in Hamburg`: which way is
    what the answer says; the word asks for no more than the comparison."""
    items = sentence.items
    for at, item in enumerate(items):
        if item.norm not in sentence.senses["comparatives"] or item.use or item.targets:
            continue
        than = next((i for i in range(at + 1, len(items)) if "versus" in items[i].tags), None)
        if than is not None and _are_two(sentence, than):
            sentence.draft.mark(at, "compares")


def _are_two(sentence: Sentence, than: int) -> bool:
    """Whether `than` stands between two times, or between two values of one column."""
    after = sentence.after(than)
    if after >= len(sentence.items):
        return False
    one, before = sentence.items[after], sentence.items[:than]
    if one.time is not None:
        return any(item.time is not None for item in before)
    columns = {t.name for t in sentence.value_targets(one)}
    return any(columns & {t.name for t in sentence.value_targets(item)} for item in before)


def _settle_rate(sentence: Sentence, item: Item, after: Item) -> None:
    """`pass rate`: the share of what a value names."""
    is_value = bool(item.of_kind("value")) and not sentence.is_measure(item)
    is_rate = after.is_unknown and after.norm in sentence.senses["rate_of_value"]
    if is_rate and (is_value or item.of_kind("state")):
        after.tags["share"] = "share"


def _settle_verb(sentence: Sentence, at: int) -> None:
    """`how many trips did each vehicle make`: the last word is what was done, and no `make` of the
    vehicle."""
    item, ignored = sentence.items[at], sentence.vocabulary.lexicon["ignored"].phrases
    if item.length < 2 or not item.targets or (item.tokens[-1].norm,) not in ignored:
        return
    before = {word for other in sentence.items[:at] for word in other.norm.split()}
    if not before & sentence.senses["do"]:
        return
    words = [token.norm for token in item.tokens[:-1]]
    whole = next((m for m in sentence.vocabulary.match(words, 0) if m.length == len(words)), None)
    if whole is not None:
        item.targets, item.is_plural = whole.targets, whole.is_plural


def _settle_amount(sentence: Sentence, at: int) -> None:
    """`quantity of receipts`: the figure that is called so, and no number of rows."""
    item = sentence.items[at]
    if item.tags.get("aggregates") != "count" or item.targets or item.length != 2:
        return
    if item.tokens[1].norm not in sentence.senses["of_events"]:
        return
    found = sentence.vocabulary.match([item.tokens[0].norm], 0)[:1]
    if found and any(sentence.is_measure_target(t) for t in found[0].targets):
        item.targets, item.tags, item.level = found[0].targets, {}, found[0].level


def extend_numbered_values(sentence: Sentence) -> None:
    """`lines 1, 2 and 4` and `PMP-01 and 03`: bare numbers after a numbered value."""
    items = sentence.items
    for at, item in enumerate(items):
        values = sentence.value_targets(item)
        letters = _letters_of(values[0].value or "") if values else ""
        is_label = not values and any(
            sentence.vocabulary.columns[t.name][0].linked for t in sentence.dimension_targets(item)
        )
        if not letters and is_label:
            letters = singular(item.tokens[-1].norm)
        if not letters:
            continue
        cursor = at + 1 if letters and not is_label else at
        while True:
            joint = cursor
            if cursor > at:
                if joint >= len(items) or not {"and", "or", "range_to"} & set(items[joint].tags):
                    break
                while joint < len(items) and {"and", "or"} & set(items[joint].tags):
                    joint += 1
            else:
                joint = at + 1
            if joint >= len(items) or items[joint].number is None or items[joint].unit:
                break
            number = items[joint].number
            assert number is not None
            found = sentence.vocabulary.code(letters, int(number)) if number >= 0 else ()
            if not found or number != int(number):
                if is_label and cursor == at and number == int(number):
                    _ask_which(sentence, f"{item.text} {items[joint].text}", letters)
                break
            items[joint].targets, items[joint].number = found, None
            items[joint].time = None
            if cursor == at:
                item.use = item.use or "names the values"
            cursor = joint + 1


def extend_named_values(sentence: Sentence) -> None:
    """`crew A, B and D`, `high and medium priority`: values that need their column's name, beside
    one that has it."""
    items = sentence.items
    for at, item in enumerate(items):
        columns = {t.name for t in sentence.value_targets(item)}
        for step in (1, -1) if len(columns) == 1 else ():
            cursor = at + step
            while (further := _past_joins(sentence, cursor, step)) is not None:
                found = tuple(
                    t for t in sentence.vocabulary.guarded(items[further].norm) if t.name in columns
                )
                one = items[further]
                is_typed = one.is_unknown or one.text.isupper()  # and no article: "and a chart"
                if len(found) != 1 or one.targets or not (is_typed or len(one.text) > 1):
                    break
                one.targets, one.tags, one.level = found, {}, 3
                one.number = one.unit = one.time = None
                cursor = further + step


def extend_numbered_columns(sentence: Sentence) -> None:
    """`power of K1, K2 and K3`: further figures that are called as the first one is, but for the
    number of the thing that they are of."""
    items = sentence.items
    for at, item in enumerate(items):
        words = [token.norm for token in item.tokens]
        codes = [i for i, word in enumerate(words) if _NUMBERED.fullmatch(word)]
        if not sentence.is_measure(item) or len(words) < 2 or len(codes) != 1:
            continue
        cursor = at + 1
        while (further := _past_joins(sentence, cursor, 1)) is not None:
            one = items[further]
            if not (one.is_unknown and one.length == 1 and _NUMBERED.fullmatch(one.norm)):
                break
            called = [*words[: codes[0]], one.norm, *words[codes[0] + 1 :]]
            whole = sentence.vocabulary.match(called, 0)[:1]
            if not whole or whole[0].length != len(called):
                break
            one.targets, one.level = whole[0].targets, whole[0].level
            cursor = further + 1


def _past_joins(sentence: Sentence, at: int, step: int) -> int | None:
    """The place behind "and", "or" and commas; None where there are none, or nothing is."""
    items, first = sentence.items, at
    while 0 <= at < len(items) and {"and", "or"} & set(items[at].tags):
        at += step
    return at if at != first and 0 <= at < len(items) else None


def _ask_which(sentence: Sentence, text: str, letters: str) -> None:
    """Ask back for a numbered value that there is none of; nothing where none is known."""
    known = sentence.vocabulary.of_letters(letters, sentence.scopes)
    names = list(dict.fromkeys(t.value or "" for t in known))
    if names:
        raise Ask(
            Clarification(
                say(
                    "absent_more" if len(names) > 8 else "absent",
                    word=text,
                    names=", ".join(names[:8]),
                ),
                tuple(Option(n, _with_word(sentence, text, n)) for n in names[:4]),
                (text,),
            )
        )


def _with_word(sentence: Sentence, old: str, new: str) -> str:
    words = " ".join(i.text for i in sentence.items)
    return words.replace(old, new, 1)


def _letters_of(value: str) -> str:
    """`Line 2` -> `line`, `PMP-03` -> `pmp`; empty when it is not letters and a number."""
    text = value.casefold().rstrip("0123456789")
    return text.rstrip(" -_") if text != value.casefold() and text.strip(" -_").isalpha() else ""
