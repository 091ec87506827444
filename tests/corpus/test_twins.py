"""Which questions are one, and which entries say so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.corpus import Corpus, New, twins
from core.corpus.text import question_key, sql_key
from core.corpus.twins import is_near
from tests.corpus.kept import ANNA, at, new, qa

_ROWS = (Path(__file__).parent / "questions.tsv").read_text("utf-8").splitlines()
PAIRS = [tuple(row.split("\t")) for row in _ROWS if not row.startswith("#")]


def near(one: str, other: str) -> bool:
    a, b = question_key(one), question_key(other)
    return a == b or is_near(a, b)


@pytest.mark.parametrize(("one", "other"), [p[1:] for p in PAIRS if p[0] == "other"])
def test_two_questions_are_never_taken_for_one(one: str, other: str) -> None:
    assert not near(one, other)
    assert not near(other, one)


def test_the_threshold_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "SPELLING", 80.0)
    assert any(near(*p[1:]) for p in PAIRS if p[0] == "other")


def test_nearly_all_slips_are_found() -> None:
    same = [p[1:] for p in PAIRS if p[0] == "same"]
    found = [near(one, other) for one, other in same]
    assert sum(found) >= 0.9 * len(same), [p for p, f in zip(same, found, strict=True) if not f]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OEE, of the Lines?", "oee of line"),
        ("Durchsätze", "DURCHSÄTZE"),
        ("energy  (kWh)", "Energy kWh"),
    ],
)
def test_a_normal_form_is_without_case_signs_and_plurals(one: str, other: str) -> None:
    assert question_key(one) == question_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("above 5", "above -5"), ("> 5", "< 5"), ("5", "5 %"), ("1.5 bar", "15 bar")],
)
def test_a_normal_form_keeps_what_tells_apart(one: str, other: str) -> None:
    assert question_key(one) != question_key(other)


def test_sql_is_compared_without_layout_and_with_its_texts() -> None:
    assert sql_key("SELECT  a ,b\nFROM T;") == sql_key("select a, b from t")
    assert sql_key("SELECT 'A'") != sql_key("SELECT 'a'")
    assert sql_key("SELECT 'a  b'") != sql_key("SELECT 'a b'")


@given(st.text(max_size=200))
def test_any_text_has_a_normal_form(text: str) -> None:
    key = question_key(text)
    assert len(key) <= 512
    assert is_near(key, key) in (True, False)
    assert isinstance(sql_key(text), str)


def test_same_and_conflict_are_told(corpus: Corpus) -> None:
    same = qa("OEE of the week", "SELECT 2")
    slip = qa("vibration of pumps", "SELECT 3", paraphrases=("how do pumps shake",))
    corpus.editing.add([New(same, "oee|week"), New(slip, "vib")], ANNA, at(0))

    def told(text: str, sql: str, plan: str) -> list[tuple[str, str, bool]]:
        found = corpus.twins.of(qa(text, sql), plan)
        return [(t.id, t.kind, t.is_exact) for t in found]

    assert told("how good were we", "SELECT x", "oee|week") == [(same.id, "same", False)]
    assert told("oee of week", "SELECT x", "oee|week") == [(same.id, "same", True)]
    assert told("oee of week", "SELECT x", "other") == [(same.id, "conflict", False)]
    assert told("vibraton of pump", "SELECT 3", "") == [(slip.id, "same", False)]
    assert told("How do pumps shake?", "SELECT 9", "q") == [(slip.id, "conflict", False)]
    assert told("scrap of the week", "SELECT 2", "scrap") == []


def test_groups_of_the_whole_corpus(corpus: Corpus) -> None:
    one, two, three = qa("OEE of the week"), qa("OEE of week", "SELECT 2"), qa("Scrap", "SELECT 3")
    four, put_away = qa("waste", "SELECT 4"), qa("scraps", "SELECT 5", status="rejected")
    corpus.editing.add(
        [*new(one, two), New(three, "scrap"), New(four, "scrap"), New(put_away)], ANNA, at(0)
    )
    groups = corpus.twins.groups("default", "plant")
    assert [(g.kind, set(g.ids)) for g in groups] == [
        ("conflict", {one.id, two.id}), ("same", {three.id, four.id}),
    ]  # fmt: skip
    assert corpus.twins.groups("another", "plant") == ()
