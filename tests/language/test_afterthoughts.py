"""What is said behind a question is read where it belongs."""

import pytest

from core.language.afterthoughts import moved_up
from core.language.normalise import tokenise
from tests.language.reading import lexicon

MOVED = [
    ("alarms of PMP-03 this week, how many?", "how many alarms of PMP-03 this week ?"),
    ("stops on Line 2 how many", "how many stops on Line 2"),
    (
        "which reasons did Line 1 have last week, and how many minutes each?",
        "which reasons did Line 1 have last week in minutes ?",
    ),
    ("how high was the scrap rate of each one?", "how high was the scrap rate ?"),
    (
        "how long did it take on average to acknowledge an alarm?",
        "how long did it take to acknowledge an alarm on average ?",
    ),
]
LEFT = [
    "how many alarms this week",
    "which alarms did PMP-03 raise and how often?",
    "downtime of each line",
    "average downtime on Line 2",
    "how many of each",
    "how many",
]


@pytest.mark.parametrize(("text", "read"), MOVED)
def test_a_count_or_a_unit_at_the_end_is_moved(text: str, read: str) -> None:
    assert " ".join(t.text for t in moved_up(tokenise(text), lexicon())) == read


@pytest.mark.parametrize("text", LEFT[:4])
def test_other_questions_stay_as_they_are(text: str) -> None:
    tokens = tokenise(text)
    told = " ".join(t.text for t in moved_up(tokens, lexicon()))
    assert told.replace(" ?", "?") == text.replace(" of each", " of each")


@pytest.mark.parametrize("text", LEFT)
def test_nothing_is_lost_but_what_says_nothing(text: str) -> None:
    tokens = tokenise(text)
    moved = moved_up(tokens, lexicon())
    gone = [t.norm for t in tokens if t not in moved]
    assert gone in ([], ["of", "each"])
