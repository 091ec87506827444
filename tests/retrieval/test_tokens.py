"""Which words find which texts."""

from __future__ import annotations

import pytest

from core.retrieval.sparse import Bm25, SparseVector
from core.retrieval.tokens import tokens


def overlap(question: str, text: str) -> float:
    """The score of a text without rarity."""
    asked, held = Bm25().question(question), Bm25().passage(text, "qa")
    weights = dict(zip(held.indices, held.values, strict=True))
    return sum(v * weights.get(i, 0.0) for i, v in zip(asked.indices, asked.values, strict=True))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("pmp-03", "Vibration of PMP-03"),
        ("energy", "energy_kwh"),
        ("ENERGY_KWH", "the column energy_kwh"),
        ("pumps vibrating", "a pump vibrates"),
        ("do rung", "độ rung của bơm"),
        ("độ rung", "Độ Rung"),
        ("độ", "độ"),  # the same letters, composed in another way
        ("stoerung", "Störungen und Störung"),
        ("storung", "Störung"),
        ("straße", "STRASSE"),
        ("mm/s", "limit in mm/s"),
        ("°C", "temperature in °C"),
        ("%", "in %"),
        ("line 2", "Line 2 in Austin"),
        ("iso 10816-3", "ISO 10816-3"),
        ("Kompressor", "der Kompressor"),
    ],
)
def test_it_is_found(question: str, text: str) -> None:
    assert overlap(question, text) > 0


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("energy of line 2", "energy of line 2", "energy of line 3, top 2"),
        ("PMP-03", "PMP-03 stopped", "PMP-04 stopped 03 times"),
        ("scrap rate", "scrap rate", "scrap scrap scrap scrap"),
        ("energy_kwh", "energy_kwh", "energy and power"),
        ("độ rung", "độ rung", "do rung"),
    ],
)
def test_one_is_better_than_the_other(question: str, right: str, wrong: str) -> None:
    assert overlap(question, right) > overlap(question, wrong)


def test_words_that_tell_nothing_count_nothing() -> None:
    assert Bm25().question("what is the of in?") == SparseVector((), ())
    assert Bm25().passage("", "doc") == SparseVector((), ())


def test_the_parts_of_a_code_stand_beside_it() -> None:
    assert list(tokens("PMP-03")) == [("pmp-03", True), ("pmp", False), ("03", False)]
    assert list(tokens("Line 2")) == [("line", True), ("line 2", False), ("2", True)]


def test_vectors_are_what_an_engine_takes() -> None:
    vector = Bm25().passage("energy of line 2 " * 200 + "Độ rung 10816-3", "doc")
    assert list(vector.indices) == sorted(set(vector.indices))
    assert all(0 <= i < 2**32 for i in vector.indices)
    assert all(v > 0 for v in vector.values)


def test_a_long_text_does_not_win_by_length() -> None:
    assert overlap("energy", "energy") > overlap("energy", "energy " + "other words " * 100)
