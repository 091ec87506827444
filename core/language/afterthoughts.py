"""What is said behind a question that belongs into it: "alarms this week, how many", "which reasons
did Line 1 have, and how many minutes each"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.vocabulary import Vocabulary
from core.semantic.facts import DataFacts
from core.semantic.units import parse_unit

_STOPS = frozenset("?!.")
_SIGNS = frozenset({",", ";", "-"})


def moved_up(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens with a count that is asked for at the end put in front of what is counted, and
    with what each of several is to be told in ("and how many minutes each") as their unit. "Of
    each" falls away, as it says nothing new. As they are where nothing of the kind ends them."""
    tokens = span_before(average_last(tokens, lexicon), lexicon)
    end = len(tokens)
    while end and tokens[end - 1].text in _STOPS:
        end -= 1
    senses = lexicon.senses
    ends = next((n for n in (3, 2) if _said(tokens[max(end - n, 0) : end]) in senses["of_each"]), 0)
    if ends:  # "how high was the scrap rate of each one"
        return (*tokens[: end - ends], *tokens[end:])
    each = int(bool(end) and tokens[end - 1].norm in senses["each_alone"])
    for at in range(end - 1, 0, -1):
        found = lexicon["aggregates"].match(tokens, at)
        if found is None or found[0] != "count" or tokens[at].norm not in senses["asks_how"]:
            continue
        last = at + found[1]
        first = at
        while first and tokens[first - 1].norm in _SIGNS | senses["adds_a_second"]:
            first -= 1
        # "which alarms and how many" asks for both
        is_second = any(t.norm in senses["adds_a_second"] for t in tokens[first:at])
        if last == end and first and not is_second:
            return (*tokens[at:last], *tokens[:first], *tokens[end:])
        unit = tokens[last : end - each]
        if each and first < at and len(unit) == 1 and parse_unit(unit[0].text):
            into = replace(tokens[at], text="in", norm="in")
            return (*tokens[:first], into, unit[0], *tokens[end:])
        return tuple(tokens)
    return tuple(tokens)


def span_before(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """ "The 7 days before" behind a comparing word, as "previous 7 days"."""
    for at in range(1, len(tokens) - 2):
        the = int(tokens[at].norm in lexicon.senses["articles"])
        count, unit, before = at + the, at + the + 1, at + the + 2
        if before >= len(tokens) or tokens[before].norm not in lexicon.senses["lies_before"]:
            continue
        named = lexicon["units_of_time"].match(tokens, unit)
        number = lexicon["cardinals"].match(tokens, count)
        is_count = tokens[count].number is not None or (number is not None and number[1] == 1)
        compares = any(
            (found := lexicon["versus"].match(tokens, begin)) is not None and begin + found[1] == at
            for begin in range(max(0, at - 3), at)
        )
        if is_count and compares and named is not None and named[1] == 1:
            said = min(lexicon.senses["says_before"])
            previous = replace(tokens[before], text=said, norm=said)
            return (*tokens[:at], previous, tokens[count], tokens[unit], *tokens[before + 1 :])
    return tuple(tokens)


def average_last(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """ "On average" out of the middle of a question that begins with "how", to its end: it parts
    what belongs together ("how long did it take on average to acknowledge an alarm")."""
    senses = lexicon.senses
    if not tokens or tokens[0].norm not in senses["asks_how"]:
        return tuple(tokens)
    at = next(
        (i for i in range(len(tokens)) if _said(tokens[i : i + 2]) in senses["on_average"]), 0
    )
    if not at:
        return tuple(tokens)
    end = len(tokens) - 1 if tokens[-1].text in _STOPS else len(tokens)
    return (*tokens[:at], *tokens[at + 2 : end], *tokens[at : at + 2], *tokens[end:])


def _said(tokens: Sequence[Token]) -> str:
    return " ".join(t.norm for t in tokens)


def without_count(
    tokens: Sequence[Token], lexicon: Lexicon, vocabulary: Vocabulary, facts: DataFacts
) -> tuple[Token, ...]:
    """The tokens without a number between "all" and the name of a column that has just so many
    values ("all three plants"); another number stays, and is asked about."""
    for at in range(len(tokens) - 2):
        said = lexicon["cardinals"].match(tokens, at + 1)
        number = tokens[at + 1].number if said is None else float(said[0])
        # "which ran in all three plants" may ask for what ran in each of them
        is_apart = at == 0 or tokens[at - 1].norm in _SIGNS | lexicon.senses["before_all"]
        if tokens[at].norm not in lexicon.senses["all_of"] or number is None or not is_apart:
            continue
        noun = at + 1 + (said[1] if said is not None else 1)
        norms = [t.norm for t in tokens]
        names = {
            t.name for m in vocabulary.match(norms, noun) for t in m.targets if t.kind == "column"
        }
        counts = {len({v.text for v in facts.values if v.column == name}) for name in names}
        if int(number) in counts:
            return (*tokens[: at + 1], *tokens[noun:])
    return tuple(tokens)
