"""What words of the model match: case, plural, codes, values that need a name; and the speller."""

import pytest

from core.language.normalise import clean, tokenise
from core.language.speller import Speller
from tests.language import bakery, plant
from tests.language.reading import lexicon

VOCABULARY = plant.parser().vocabulary
SPELLER = Speller(VOCABULARY, lexicon())


def meanings(text: str) -> set[tuple[str, str, str | None]]:
    """(kind, name, value) of everything that the whole text may mean."""
    words = [t.norm for t in tokenise(clean(text))]
    return {
        (t.kind, t.name, t.value)
        for m in VOCABULARY.match(words, 0)
        if m.length == len(words)
        for t in m.targets
    }


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("OEE", ("metric", "oee", None)),
        ("oee", ("metric", "oee", None)),
        ("vibration", ("column", "vibration_mm_s", None)),
        ("vibration_mm_s", ("column", "vibration_mm_s", None)),
        ("Vibrations", ("column", "vibration_mm_s", None)),
        ("lines", ("column", "line_name", None)),
        ("work orders", ("table", "work_orders", None)),
        ("WORK ORDER", ("table", "work_orders", None)),
        ("pumps", ("value", "asset_class", "pump")),
        ("hai phong", ("value", "plant_name", "Hai Phong")),
        ("valve bodies", ("value", "product_family", "Valve bodies")),
        ("line 2", ("value", "line_name", "Line 2")),
        ("line-2", ("value", "line_name", "Line 2")),
        ("LINE2", ("value", "line_name", "Line 2")),
        ("line 02", ("value", "line_name", "Line 2")),
        ("PMP-03", ("value", "asset_id", "PMP-03")),
        ("pmp3", ("value", "asset_id", "PMP-03")),
        ("Pmp-3", ("value", "asset_id", "PMP-03")),
        ("priority high", ("value", "priority", "high")),
        ("high priority", ("value", "priority", "high")),
        ("crew b", ("value", "crew", "B")),
    ],
)
def test_text_means(text: str, meaning: tuple[str, str, str | None]) -> None:
    assert meaning in meanings(text)


@pytest.mark.parametrize("text", ["high", "B", "low", "PMP-99", "pmp33", "line 9", "xyz"])
def test_text_means_no_value_by_itself(text: str) -> None:
    assert not [m for m in meanings(text) if m[0] == "value"]


def test_a_personal_columns_values_are_unknown() -> None:
    assert "Baker 1" not in {v.text for v in bakery.facts().values}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vibartion", "vibration"),  # swapped
        ("vibraton", "vibration"),  # left out
        ("vibrattion", "vibration"),  # one too many
        ("vibrazion", "vibration"),  # a wrong one
        ("tempreature", "temperature"),
        ("avilability", "availability"),
        ("compresors", "compressor"),
        ("yesterdy", "yesterday"),
        ("lats", "last"),
        ("avail", "availability"),  # cut short
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    found = SPELLER.mend(typed)
    assert found
    assert {w.rstrip("s") for w in found} == {meant}


@pytest.mark.parametrize(
    "word",
    ["vibration", "pumps", "plans", "planet", "stress", "price", "weather", "customer", "forklift",
     "ab", "x", "café", "xqzzt"],
)  # fmt: skip
def test_other_words_stay_as_they_are(word: str) -> None:
    assert SPELLER.mend(word) == ()


@pytest.mark.parametrize(
    "code", ["PMP-99", "PMP99", "PMP-9", "pmp-033", "PMQ-03", "CMP-99", "PO-1"]
)
def test_a_code_is_never_bent_to_another(code: str) -> None:
    """Either it is read as itself (`PMP-9` is PMP-09) or asked back."""
    found = plant.read(f"vibration of {code}")
    if found.query is not None:
        assert [f.values for f in found.query.filters] == [("PMP-09",)]
        assert code == "PMP-9"
    assert not found.mended


RARE = ["width", "stator", "takt", "fixture", "weld", "lathe", "rework", "anneal"]
ACRONYMS = ["ATS", "AFR", "TOU", "TRIR", "LMTD", "RCM", "EER", "TAK"]


@pytest.mark.parametrize("word", [*RARE, *ACRONYMS])
def test_a_word_of_another_trade_is_asked_back(word: str) -> None:
    found = plant.read(f"{word} energy by plant")
    assert found.query is None, found.mended
