"""The lexicon file: it loads, holds no empty phrase, and a broken one is named."""

from pathlib import Path
from typing import get_args

import pytest

from core.errors import ConfigError
from core.language import load_lexicon
from core.language.lexicon import PhraseSet
from core.language.normalise import tokenise
from core.settings import ROOT
from core.types import ChartType
from tests.language.reading import lexicon

FILES = [ROOT / "data" / "lexicon" / "en.yaml"]  # tests/language/test_wordbook.py has the others


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_language_loads_and_has_no_empty_phrase(path: Path) -> None:
    words = load_lexicon(path)
    assert words.language == path.stem
    for name, group in words.groups.items():
        assert group.phrases, f"group {name!r} is empty"
        assert () not in group.phrases, f"group {name!r} holds an empty phrase"
        assert all(all(part for part in phrase) for phrase in group.phrases), name


def test_months_and_weekdays_are_complete() -> None:
    assert set(lexicon()["months"].phrases.values()) == {str(n) for n in range(1, 13)}
    assert set(lexicon()["weekdays"].phrases.values()) == {str(n) for n in range(1, 8)}


def test_yes_no_words_of_yaml_stay_words() -> None:
    """YAML reads bare `on` and `no` as booleans."""
    assert lexicon().has("not", tokenise("no"), 0) == 1
    assert lexicon().has("ignored", tokenise("on"), 0) == 1


def test_the_longest_phrase_wins() -> None:
    phrases = PhraseSet.of({"a": ["more"], "b": ["more than"]})
    assert phrases.match(tokenise("more than 5"), 0) == ("b", 2)
    assert phrases.matches(tokenise("more than 5"), 0) == [("b", 2), ("a", 1)]
    assert phrases.match(tokenise("less"), 0) is None


def test_an_index_outside_the_text_holds_nothing() -> None:
    assert lexicon().has("ignored", tokenise("the"), 5) == 0
    assert lexicon().has("ignored", tokenise("the"), -1) == 0


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"xx\.yaml is missing"):
        load_lexicon(tmp_path / "xx.yaml")


def test_a_broken_lexicon_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "yy.yaml"
    broken.write_text("by: [per, 'each", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"yy\.yaml is not valid YAML"):
        load_lexicon(broken)


def test_kinds_of_pictures_are_those_there_are() -> None:
    kinds = set(lexicon()["charts"].phrases.values())
    assert kinds <= {*get_args(ChartType), "chart"}
