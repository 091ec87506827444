"""The second languages' files: what they say is understood, and a broken one fails no question."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.language import QuestionParser, book_of, check_words
from core.language.rendering.order import UNKNOWN, read_rule
from core.language.rendering.wordbook import HOUR, HOUR_PM, NUMBER, SPOKEN, Wordbook, load_wordbook
from core.semantic.load import load_model
from core.settings import ROOT
from tests.language import plant
from tests.language.reading import lexicon

LEXICON = ROOT / "data" / "lexicon"
WORDS = LEXICON / "vi.yaml"
BOOKS = sorted(p for p in LEXICON.glob("*.yaml") if p.stem != "en")
MODELS = sorted((ROOT / "data" / "models").glob("*.*.yaml"))


@pytest.fixture(params=BOOKS, ids=lambda p: p.stem)
def book(request: pytest.FixtureRequest) -> Wordbook:
    return load_wordbook(request.param)


def test_everything_that_is_said_is_known_to_the_parser(book: Wordbook) -> None:
    known = set(lexicon().words) | set(plant.parser().vocabulary.words()) | {"celsius", "percent"}
    for entries in book.phrases.values():
        for entry in entries:
            said = {w for w in entry.say if w.isalpha()} - {UNKNOWN}
            assert said <= known, f"{entry.text!r} says {said - known}"


def test_a_number_that_is_said_was_typed(book: Wordbook) -> None:
    for entries in book.phrases.values():
        for entry in entries:
            assert _numbers(entry.say) == entry.words.count(NUMBER), entry.text


def _numbers(say: tuple[str, ...]) -> int:
    return sum(map(say.count, (NUMBER, HOUR, HOUR_PM)))


def test_rules_speak_of_groups_that_there_are(book: Wordbook) -> None:
    kinds = {e.kind for entries in book.phrases.values() for e in entries}
    of_the_model = {"measure", "column", "value", "table", "state"}
    of_the_text = {"number", "date", "word", "slash", "mark", "...", SPOKEN}
    for rule in book.rules:
        for part in rule.pattern:
            assert part <= kinds | of_the_model | of_the_text, rule


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem)
def test_the_words_of_every_model_name_what_it_has(path: Path) -> None:
    model = load_model(path.with_name(f"{path.name.split('.')[0]}.yaml"))
    assert check_words(path, model, lexicon()) == ()


def test_a_name_that_the_model_lacks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plant.vi.yaml"
    path.write_text("metrics: {oeee: [hiệu suất]}\nvalues: {shift: {Early: [ca sáng]}}", "utf-8")
    assert check_words(path, plant.model(), lexicon()) == (
        "plant.vi.yaml: there is no metric 'oeee'.",
        "plant.vi.yaml: there is no value 'Early' of 'shift'.",
    )


def test_one_phrase_for_two_things_with_no_word_in_common_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plant.vi.yaml"
    path.write_text("columns: {temperature_c: [mức đo], pressure_bar: [mức đo]}", "utf-8")
    (problem,) = check_words(path, plant.model(), lexicon())
    assert "'mức đo' is said of temperature_c, pressure_bar" in problem


@pytest.mark.parametrize("text", ["[", "a list", "language: vi", "words: {of: 3}"])
def test_a_broken_file_of_words_is_named_and_fails_no_question(tmp_path: Path, text: str) -> None:
    words = tmp_path / "vi.yaml"
    words.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"vi\.yaml"):
        load_wordbook(words)
    read_book = book_of(words, tmp_path / "plant.vi.yaml", plant.model())
    parser = QuestionParser(plant.model(), plant.facts(), lexicon(), [read_book])
    assert parser.parse("OEE theo ca").clarification is not None
    assert parser.parse("OEE by shift").query is not None


@pytest.mark.parametrize("line", ["unit last", "-> 1", "unit -> 2", "a b -> 3 1"])
def test_a_rule_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_rule(line)
