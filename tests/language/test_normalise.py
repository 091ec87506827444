"""From raw text to tokens: limits, Unicode, control characters, and what becomes one token."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserFixable
from core.language.normalise import MAX_CHARACTERS, clean, singular, tokenise


@pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", "\x00\x07\x1b", "\u200b\u200e\ufeff"])
def test_nothing_to_read_is_said(text: str) -> None:
    with pytest.raises(UserFixable, match="The question is empty"):
        clean(text)


@pytest.mark.parametrize("text", ["🏭🔥😀", "???", "—…", "🏴‍☠️", "-- ; /*"])
def test_text_without_a_word_is_said(text: str) -> None:
    with pytest.raises(UserFixable, match="no words"):
        clean(text)


def test_the_longest_text_is_read_and_one_more_is_not() -> None:
    assert clean("a" * MAX_CHARACTERS)
    with pytest.raises(UserFixable, match=r"1,001 characters; at most 1,000"):
        clean("a" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  two   words\n", "two words"),
        ("caf\u0065\u0301 oven", "café oven"),
        ("yesterday’s “night”", 'yesterday\'s "night"'),
        ("3–9 May — ok", "3-9 May - ok"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("left\u202eright", "left right"),
        ("no\u00a0break", "no break"),
        ("smile 😀 please", "smile 😀 please"),
    ],
)
def test_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("above 4.5 mm/s", ["above", "4.5", "mm", "/", "s"]),
        ("1,200 kWh", ["1,200", "kWh"]),
        ("2026-04-05 14:00", ["2026-04-05", "14:00"]),
        ("5.4.2026", ["5.4.2026"]),
        ("AB-03", ["AB-03"]),
        ("ab03-x2", ["ab03-x2"]),
        ("night-shift", ["night", "shift"]),
        ("yesterday's", ["yesterday", "'s"]),
        ("don't", ["don't"]),
        (">= 10", [">=", "10"]),
        ("3 - 9", ["3", "-", "9"]),
        ("2 pm", ["2 pm"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [t.text for t in tokenise(text)] == tokens


@pytest.mark.parametrize(
    ("text", "value"), [("1,200", 1200), ("1,234,567.5", 1234567.5), ("4,5", 4.5), ("4.5", 4.5)]
)
def test_numbers(text: str, value: float) -> None:
    assert tokenise(text)[0].number == value


@pytest.mark.parametrize(
    ("plural", "one"),
    [("loaves", "loave"), ("batches", "batch"), ("ovens", "oven"), ("families", "family"),
     ("gas", "gas"), ("glass", "glass"), ("status", "status"), ("analysis", "analysis"),
     ("analyses", "analysis"), ("boxes", "box")],
)  # fmt: skip
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean(text)
    except UserFixable:
        return
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in once)


@given(st.text(min_size=1, max_size=200))
def test_tokens_keep_their_place_in_the_text(text: str) -> None:
    try:
        cleaned = clean(text)
    except UserFixable:
        return
    before = 0
    for token in tokenise(cleaned):
        assert cleaned[token.start : token.end] == token.text
        assert before <= token.start < token.end
        before = token.end
