"""German follow-ups say what their English twins say, and mix with English and names."""

import pytest

from core.dialogue.surface import in_read_words, surface
from core.dialogue.words import load_dialogue_words
from core.language.normalise import clean
from core.settings import ROOT
from tests.language import plant

WORDS = load_dialogue_words(ROOT / "data" / "lexicon" / "dialogue" / "en.yaml")

# What is typed -> what is read.
SAID = [
    ("und Freitag?", "and friday ?"),
    ("und im Mai", "and in may"),
    ("vorgestern", "day before yesterday"),
    ("nur Gutteile", "only ok part"),
    ("gründe", "reasons"),
    ("gruende", "reasons"),
    ("schlechteste?", "worst ?"),
    ("je Pumpe", "per pump"),
    ("je Auftragsart", "per maintenance type"),
    ("nach Anlage, Top 5", "by asset , top 5"),
    ("pro Tag, letzte 2 Wochen", "per day , past 2 weeks"),
    ("stündlich", "hourly"),
    ("doch lieber Balken", "instead bars"),
    ("nein, am 25.6.", "no , on 25.6."),
    ("temp dazu", "temp too"),
    ("Austin auch", "austin and also"),
    ("Austin bitte", "austin please"),
    ("nur pmp-03", "only pmp-03"),
    ("alle Werke", "for all plants"),
    ("für alle Werke", "for all plants"),
    ("die Woche davor", "the week before"),
    ("vs. Vortag", "versus the day before"),
    ("ggü. Vormonat", "versus the month before"),
    ("verglichen mit der Vorwoche", "compared with the week before"),
    ("was ist mit dem Vortag", "what about the day before"),
    ("zurück", "go back"),
    ("zurueck", "go back"),
    ("Tabelle", "as a table"),
    ("ohne den Filter", "without filter"),
    ("statt Linie", "instead of line"),
    ("im Vergleich zum April", "versus april"),
    ("was ist mit Hamburg?", "what about hamburg ?"),
    ("wie sieht es im Juni aus?", "what about in june ?"),
    ("seine Temperatur", "its temperature"),
    ("die zweite", "the second one"),
    ("zurück zu den Alarmen, nur Hamburg", "back to alarms , only hamburg"),
    ("pro Tag", "by day"),
    ("davon die Pumpen", "of those pumps"),
]


@pytest.mark.parametrize(("text", "english"), SAID)
def test_a_follow_up_in_german_is_said_in_the_words_that_are_read(text: str, english: str) -> None:
    said, language = in_read_words(clean(text), WORDS, plant.parser())
    assert (said.casefold(), language) == (english, "de")


@pytest.mark.parametrize(
    "text",
    [
        "only Line 2",
        "and in May",
        "by shift instead",
        "so what about Austin",
        "worst?",
        "hi prio",
        "top 5",
        "in Hamburg",
    ],
)
def test_an_english_follow_up_stays_as_it_is(text: str) -> None:
    assert in_read_words(clean(text), WORDS, plant.parser()) == (text, "en")


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("zurück", "go back"), ("von vorne", "start over"), ("warum?", "why?"),
        ("umgekehrt", "reverse"), ("alles", "show all"), ("wie viele sind das?", "how many"),
        ("als Torte", "as a pie chart"), ("zusammen", "in total"), ("nur Linie 2", "only Line 2"),
        ("Linie 2 auch", "Line 2 too"), ("Hamburg stattdessen", "Hamburg instead"),
        ("davon nur Hamburg", "of those only Hamburg"),
    ],
)  # fmt: skip
def test_both_languages_have_the_same_marks(german: str, english: str) -> None:
    one, other = (surface(text, WORDS, plant.parser()) for text in (german, english))
    assert (one.whole, one.chart, one.edge) == (other.whole, other.chart, other.edge)
    assert (one.joins, one.points_back) == (other.joins, other.points_back)


def test_a_word_that_no_book_holds_is_no_slip_of_an_english_one() -> None:
    said, language = in_read_words("nur prosent im Mai", WORDS, plant.parser())
    assert (said, language) == ("only ‹prosent› in may", "de")
    asked = plant.read(said)
    assert asked.clarification is not None
    assert asked.clarification.unknown_words == ("prosent",)
