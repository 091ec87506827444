"""Short ways to read time phrases against a fixed clock."""

from __future__ import annotations

import datetime as dt

from core.language import Lexicon, load_lexicon
from core.language.normalise import clean, tokenise
from core.language.time_phrases import ClockTime, TimeParser, TimePhrase
from core.settings import ROOT

LEXICON_FILE = ROOT / "data" / "lexicon" / "en.yaml"


def lexicon() -> Lexicon:
    return load_lexicon(LEXICON_FILE)


def clock(today: str, now: str = "", week_start: int = 1) -> ClockTime:
    """today: the clock's date; now: its moment, the midnight after today when not given."""
    day = dt.date.fromisoformat(today)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    moment = dt.datetime.fromisoformat(now) if now else midnight
    return ClockTime(day, moment, week_start)


def time_parser(today: str, now: str = "", week_start: int = 1) -> TimeParser:
    return TimeParser(lexicon(), clock(today, now, week_start))


def read_phrase(parser: TimeParser, text: str) -> TimePhrase:
    """The time phrase that is the whole text."""
    tokens = tokenise(clean(text))
    found = parser.parse(tokens, 0)
    assert found is not None, f"{text!r} is no time phrase"
    assert found.length == len(tokens), f"{text!r}: only {found.length} of {len(tokens)} tokens"
    return found


def window_of(parser: TimeParser, text: str) -> str:
    """The window as `start .. end`; midnights as dates, an open edge as `-`."""
    found = read_phrase(parser, text)
    assert not found.readings, f"{text!r} has two readings"
    return f"{_short(found.start)} .. {_short(found.end)}"


def _short(edge: dt.datetime | None) -> str:
    if edge is None:
        return "-"
    return f"{edge:%Y-%m-%d}" if edge.time() == dt.time() else f"{edge:%Y-%m-%d %H:%M}"
