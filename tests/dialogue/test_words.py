"""The words of follow-ups: read from a file, put right, and of no plant."""

from pathlib import Path

import pytest
import yaml

from core.dialogue.surface import surface
from core.dialogue.tongues import restated
from core.dialogue.words import load_dialogue_words
from core.errors import ConfigError
from core.semantic.load import load_model
from core.settings import ROOT
from tests.assistant.bakehouse import DIALOGUE
from tests.language import bakery, plant

FOLDER = DIALOGUE.parent
WORDS = load_dialogue_words(DIALOGUE)


@pytest.mark.parametrize(
    ("text", "restated"),
    [
        ("more or less than in May?", "vs in May?"),
        ("is that more than the week before?", "vs the week before?"),
        ("which one is better?", "which is best?"),
        ("broken down by line", "by line"),
        ("only Line 2", "only Line 2"),
    ],
)
def test_other_words_for_the_same(text: str, restated: str) -> None:
    said = WORDS.restated(text)
    assert said == restated or said == restated.replace("in May", "May")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("start over", "reset"), ("ok, go back please", "undo"), ("Why?", "why"),
        ("the week before?", "before"), ("same day last week", "earlier"), ("in total", "total"),
        ("together", "total"), ("only Line 2", None),
    ],
)  # fmt: skip
def test_what_all_of_it_says(text: str, whole: str | None) -> None:
    assert surface(text, WORDS, bakery.parser()).whole == whole


def test_slips_in_these_words_are_put_right() -> None:
    said = surface("onyl Rye", WORDS, bakery.parser())
    assert said.marks.only
    assert said.mended == {"onyl": "only"}


def test_no_phrase_says_two_things_of_one_kind() -> None:
    for file in FOLDER.glob("*.yaml"):
        raw = yaml.safe_load(file.read_text("utf-8"))
        for name, table in raw.items():
            if not isinstance(table, dict) or name in ("pointing", "references", "small"):
                continue
            seen: dict[str, str] = {}
            for kind, phrases in table.items():
                for phrase in map(str, phrases):
                    where = f"{file.name} {name}: {phrase!r}"
                    assert seen.setdefault(phrase, str(kind)) == str(kind), where


def test_these_words_are_of_no_plant() -> None:
    """No value of a plant's data and no label of its own stands among them."""
    single = set(load_dialogue_words(DIALOGUE).single)
    facts = plant.facts()
    values = {entry.text.casefold() for entry in facts.values}
    model = load_model(ROOT / "data" / "models" / "plant.yaml")
    metrics = {m.label.casefold() for m in model.metrics.values()}
    # two words for taking a figure apart are words of its data as well
    assert single & {v for v in values if len(v) > 4} == {"breakdown", "dimension"}
    assert single & metrics == set()


def test_a_file_that_lacks_a_list_says_so(tmp_path: Path) -> None:
    raw = yaml.safe_load(DIALOGUE.read_text("utf-8"))
    del raw["remove"]
    (tmp_path / "en.yaml").write_text(yaml.safe_dump(raw), "utf-8")
    with pytest.raises(ConfigError, match="lacks remove"):
        load_dialogue_words(tmp_path / "en.yaml")
    with pytest.raises(ConfigError, match="missing"):
        load_dialogue_words(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("als Tabelle", "as a table"), ("zurück", "go back"), ("von vorn", "start over"),
        ("Warum?", "why? ?"), ("die Woche davor", "the week before"),
        ("Filter entfernen", "remove the filter"), ("nur Rye", "only Rye"),
        ("ohne Rye", "without Rye"), ("quay lại", "go back"), ("quay lai", "go back"),
        ("dạng bảng", "as a table"), ("tai sao", "why?"), ("chỉ Rye", "only Rye"),
        ("tuần trước đó", "the week before"), ("nur die grünen", "nur die grünen"),
        ("only Rye", "only Rye"), ("loaves by shop last week", "loaves by shop last week"),
    ],
)  # fmt: skip
def test_other_tongues(text: str, english: str) -> None:
    found = restated(text, WORDS.tongues, bakery.parser().vocabulary)
    assert (found[0] if found else text) == english


def test_a_bare_on_is_refused_as_yaml_makes_a_truth_of_it(tmp_path: Path) -> None:
    text = DIALOGUE.read_text("utf-8").replace('"on"', "on", 1)
    (tmp_path / "en.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="quotes"):
        load_dialogue_words(tmp_path / "en.yaml")
