"""Clock times: "14:00", "between 2 and 4 pm"."""

from __future__ import annotations

from collections.abc import Sequence

from core.language.normalise import Token
from core.language.when.words import TimeWords


def clock_minutes(words: TimeWords, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Minutes after midnight and next token; `14:00`, `2 pm`, `noon`, `14h`, `14 o'clock`."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if words.word("noon", tokens, at) > 0:
        return 720, words.word("noon", tokens, at)
    if words.word("midnight", tokens, at) > 0:
        return 0, words.word("midnight", tokens, at)
    if token.kind == "clock":
        text = token.norm.replace(".", "").replace(" ", "")
        is_pm, is_am = text.endswith("pm"), text.endswith("am")
        parts = text.rstrip("apm").split(":")
        hour, minute = int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
        if (is_pm or is_am) and not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 if is_pm else hour % 12 if is_am else hour
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            return None
        return hour * 60 + minute, at + 1
    if _says_how_long(words, tokens, at):
        return None
    if token.number is not None and token.text.isdecimal() and int(token.text) <= 24:
        rest = [t.norm for t in tokens[at + 1 : at + 2]]
        if rest in (["o'clock"], ["h"], ["hrs"]):
            return int(token.text) * 60, at + 2
    if token.kind == "code" and token.norm.endswith("h") and token.norm[:-1].isdecimal():
        return (int(token.norm[:-1]) * 60, at + 1) if int(token.norm[:-1]) <= 24 else None
    return None


def _says_how_long(words: TimeWords, tokens: Sequence[Token], at: int) -> bool:
    """Whether hours without minutes stand behind a comparison: "over 10 h" is no time of day."""
    compares = words.lexicon["comparators"]
    for start in range(max(0, at - compares.longest), at):
        found = compares.match(tokens, start)
        if found is not None and start + found[1] == at:
            return True
    return False


def clock_range(
    words: TimeWords, tokens: Sequence[Token], at: int
) -> tuple[int | None, int | None, int] | None:
    """(from, to, next) of `14:00 to 16:00`, `between 2 and 4 pm`, `after 14:00`, `at 14:00`."""
    begins = False
    for group in ("between", "from", "in"):
        after = words.word(group, tokens, at)
        if after > 0:
            at, begins = after, group == "from"
            break
    else:
        for group in ("after", "since", "before", "until"):
            after = words.word(group, tokens, at)
            moment = clock_minutes(words, tokens, after) if after > 0 else None
            if moment:
                if group in ("after", "since"):
                    return moment[0], None, moment[1]
                return None, moment[0], moment[1]
    first = clock_minutes(words, tokens, at)
    if not first and at + 1 < len(tokens) and tokens[at].text.isdecimal():
        first = (int(tokens[at].text) * 60, at + 1)  # "between 2 and 4 pm"
        bare = True
    else:
        bare = False
    if not first:
        return None
    after = max(words.word("to", tokens, first[1]), words.word("and", tokens, first[1]))
    second = clock_minutes(words, tokens, after) if after > 0 else None
    if second:
        start: int | None = first[0]
        if bare:
            start = _start_of(first[0], second[0], tokens[after : second[1]])
        return (start, second[0] or 1440, second[1]) if start is not None else None
    if bare:
        return None
    if begins:
        return first[0], None, first[1]  # "from 6 am"
    return first[0], first[0] + 60 if first[0] % 60 == 0 else first[0] + 10, first[1]


def _start_of(bare: int, end: int, said: Sequence[Token]) -> int | None:
    """What "between 6 and ..." begins at, in minutes after midnight: with am or pm behind the end
    the last such hour before it. said: the words of the end. None where it is no time of day."""
    text = said[0].norm.replace(".", "")
    if bare <= 12 * 60 and text.endswith(("am", "pm")):
        morning = bare % 720
        halves = (morning + 720, morning) if text.endswith("pm") else (morning, morning + 720)
        return next((half for half in halves if half < end), halves[1])
    if bare > 24 * 60:
        return None
    # "between 6 and 14 o'clock"; hours alone may be how long something takes
    is_clock = said[0].kind == "clock" or (said[-1].norm == "o'clock" and bare < end)
    return bare if is_clock else None
