"""Answers in each language: the same plan, SQL and rows, and no sentence left in English."""

from __future__ import annotations

import gettext as gnu
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from core import translation
from core.charts.words import CHART_NAMES, SENTENCES
from core.language.wording import QUESTIONS, USES
from core.semantic.model import Label, Labels, SemanticModel
from core.semantic.phrases import TEMPLATES
from core.services import Services
from core.settings import ROOT
from core.translation import speaking
from core.types import Answer
from deploy import catalogues
from tests.plant_services import plant_services
from tests.translation.templates import template

#: English and Vietnamese: figures, rankings, splits, time, comparisons, limits, lists, counts,
#: empties, questions back, refusals, definitions, verified SQL.
QUESTIONS_ASKED = (
    "OEE of Line 2 in Hamburg last month",
    "which pump had the most vibration last week",
    "top 5 assets by alarms in May",
    "bottom 3 lines by availability last week",
    "downtime by shift last week",
    "OEE by day last week",
    "mean vibration of PMP-03 in June compared with May",
    "OEE by plant this week compared with last week",
    "number of open work orders in Hamburg",
    "list open work orders of PMP-03",
    "list alarms in Hamburg yesterday",
    "latest alarm of PMP-03",
    "energy by plant in June",
    "which lines have OEE below 65 % last month",
    "lines with more than 5 failures in May",
    "share of downtime by reason last week",
    "cumulative energy by day in June",
    "highest temperature of ovens in May",
    "median vibration of pumps last week",
    "how many pumps are there",
    "alarms of high priority by hour of day in June",
    "alarms on Mondays in June",
    "MTBF by asset class in June",
    "compressors with vibration above 4.5 mm/s last week",
    "scrap by week in May and by line",
    "which products are made on Line 4 in Hamburg",
    "histogram of vibration for PMP-03 last week",
    "vibration against temperature of PMP-03 last week by hour",
    "when was the vibration of PMP-03 first above 4.5 mm/s",
    "scrap rate by product family last quarter",
    "OEE in Hamburg in 2019",
    "vibration of ovens last week",
    "vibration of unicorns",
    "OEE of PMP-99 last week",
    "why is the OEE low",
    "forecast of OEE",
    "what does MTBF mean?",
    "vibration above the limit last week",
    "delete all alarms",
    "Bơm nào rung nhiều nhất tuần trước?",
    "OEE của Line 2 từ ngày 8 đến ngày 14 tháng 6",
    "10 thiết bị có nhiều cảnh báo nhất trong tháng 5",
)
FOLLOW_UPS = (
    "downtime by line last week",
    "why?",
    "only Hamburg",
    "what about the week before",
    "as a pie chart",
    "remove the filter",
    "only Hamburg and only Austin and what",
)


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("tongues")) as built:
        yield built


def asked(services: Services, question: str, language: str, session: str = "") -> Answer:
    user = services.policy.user("admin")
    return services.answer(question, user, session=session, is_kept=False, language=language)


@pytest.mark.parametrize("question", QUESTIONS_ASKED)
def test_numbers_are_the_same_in_every_language(services: Services, question: str) -> None:
    english = asked(services, question, "en")
    for language in ("vi", "de"):
        other = asked(services, question, language)
        assert other.status == english.status
        assert other.plan == english.plan
        assert other.sql == english.sql
        assert other.empty == english.empty
        assert len(other.facts) == len(english.facts)
        assert [f.numbers for f in other.facts] == [f.numbers for f in english.facts]
        assert [c.name for c in other.columns] == [c.name for c in english.columns]
        rows = english.result.table if english.result is not None else None
        assert (other.result.table if other.result is not None else None) == rows
        assert [chip.kind for chip in other.chips] == [chip.kind for chip in english.chips]
        if english.clarification is not None and other.clarification is not None:
            options = [o.question for o in english.clarification.options]
            asks = [o.question for o in other.clarification.options]
            assert asks == options


def test_a_vietnamese_question_is_answered_in_vietnamese(services: Services) -> None:
    answer = asked(services, "Bơm nào rung nhiều nhất tuần trước?", "de")
    assert answer.headline.startswith("Độ rung trung bình của bơm tuần trước (22/06 đến")
    assert "4,54\u00a0mm/s" in answer.headline


def test_an_english_question_is_answered_in_the_language_of_who_asks(services: Services) -> None:
    question = "OEE of Line 2 in Hamburg last month"
    said = {language: asked(services, question, language).headline for language in ("vi", "de")}
    assert said["vi"] == "OEE của Line 2 ở Hamburg tháng trước (tháng 5/2026) là 76,3\u00a0%."
    assert said["de"] == "OEE für Line 2 in Hamburg letzten Monat (Mai 2026): 76,3\u00a0%."
    with speaking("de"):
        assert asked(services, question, "").headline == said["de"]


def told(services: Services, file: str) -> dict[str, str]:
    dialogue = services.parts().dialogue
    lines = (ROOT / "data" / "eval" / file).read_text("utf-8").splitlines()
    questions = [json.loads(line).get("question", "") for line in lines]
    return {question: dialogue.language_of(question) for question in questions if question}


def test_the_language_of_a_question_is_told(services: Services) -> None:
    # of those in no other script than English is, one is German
    english = {q: one for q, one in told(services, "plant.jsonl").items() if q.isascii()}
    german = "Wie hoch war die OEE letzte Woche in Hamburg?"
    assert {q: one for q, one in english.items() if one} == {german: "de"}
    vietnamese = told(services, "plant_vi.jsonl")
    assert sum(one == "vi" for one in vietnamese.values()) > 0.95 * len(vietnamese)
    dialogue = services.parts().dialogue
    assert [dialogue.language_of(text) for text in ("nur Hamburg", "only Hamburg", "?")] == [
        "de", "", "",
    ]  # fmt: skip


def test_one_persons_language_is_not_anothers(services: Services) -> None:
    question = "downtime by shift last week"
    first = asked(services, question, "en")
    for language in ("vi", "de", "vi"):
        asked(services, question, language)
    again = asked(services, question, "en")
    assert again.headline == first.headline
    assert again.chips == first.chips
    assert again.columns == first.columns
    assert again.explanation == first.explanation


def test_what_is_offered_in_vietnamese_is_read_as_it_is_meant(services: Services) -> None:
    for question in QUESTIONS_ASKED[:8]:
        english, said = (asked(services, question, one) for one in ("en", "vi"))
        assert len(said.suggestions) == len(english.suggestions)
        for one, other in zip(said.suggestions, english.suggestions, strict=True):
            mine, theirs = asked(services, one, "en"), asked(services, other, "en")
            assert mine.source is not None
            assert mine.plan is not None
            assert theirs.plan is not None
            assert mine.plan.measures == theirs.plan.measures
            assert mine.plan.dimensions == theirs.plan.dimensions


# -- nothing is said that nobody looks up ----------------------------------------------------

_WIDE = {
    ord(c): chr(ord(c) + 0xFEE0) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
}


def widened(text: str) -> str:
    """The text's own letters made wide; its fields, which others fill in, stay."""
    made = ""
    for literal, name, spec, conversion in Formatter().parse(text):
        made += literal.translate(_WIDE).replace("{", "{{").replace("}", "}}")
        if name is not None:
            made += "{" + name + (f"!{conversion}" if conversion else "")
            made += (f":{spec}" if spec else "") + "}"
    return made


class Wide(gnu.NullTranslations):
    """A language of wide letters: what is left in plain ones was never looked up."""

    def gettext(self, message: str) -> str:
        return widened(message)

    def pgettext(self, context: str, message: str) -> str:
        return widened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return widened(msgid1 if n == 1 else msgid2)


def labelled(model: SemanticModel) -> Labels:
    """Every thing of the model under a wide name, values apart."""

    def wide(text: str) -> Label:
        return Label(text.translate(_WIDE), text.translate(_WIDE))

    columns = {n: c for t in model.tables.values() for n, c in t.columns.items()}
    return Labels(
        model="Ｗ",
        tables={n: wide(t.label) for n, t in model.tables.items()},
        rows={n: wide(t.entity) for n, t in model.tables.items()},
        states={(n, s.name): wide(s.name) for n, t in model.tables.items() for s in t.states},
        columns={n: wide(c.label) for n, c in columns.items()},
        metrics={n: wide(m.label) for n, m in model.metrics.items()},
        limits={o.label: wide(o.label) for o in model.limits},
        values={"asset_class": {v: wide(v) for v in ("pump", "compressor", "oven", "press")}},
    )


@pytest.fixture
def wide(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Services that speak German in wide letters."""
    parts = services.parts()
    model = replace(parts.model, labels={"de": labelled(parts.model)})
    monkeypatch.setitem(services.models._built, model.name, replace(parts, model=model))
    monkeypatch.setattr(parts.parser, "model", model)
    monkeypatch.setattr(translation, "_catalogue", lambda language: Wide())
    return services


_WORDS = re.compile(r"(?<![\w/-])[A-Za-z]{3,}(?![\w/-])")
#: What the model calls its tables and what they hold.
LABELS = ("Alarms", "Readings", "Work orders", "Asset", "Shift", "Downtime reason", "Vibration")
#: Words of English that sentences and names are made of.
_ENGLISH = {
    word.casefold()
    for texts in (*map(dict.values, (TEMPLATES, SENTENCES, CHART_NAMES, QUESTIONS)), LABELS)
    for text in texts
    for word in _WORDS.findall(re.sub(r"\{[^}]*\}", " ", text))
} | {word for use in USES for word in use.split()}
#: Names of the model, of its data and of units, and words that were typed.
_NAMES = frozenset({"oee", "mtbf", "line", "good", "min", "left"})


def english_in(text: str) -> set[str]:
    return {word for word in map(str.casefold, _WORDS.findall(text)) if word in _ENGLISH - _NAMES}


def texts_of(answer: Answer) -> dict[str, str]:
    """All that an answer says in words, but for definitions in SQL."""
    found = {
        "headline": answer.headline,
        "message": answer.message,
        "made": answer.made.why if answer.made is not None else "",
        "title": answer.chart.title if answer.chart is not None else "",
        "x": answer.chart.x_title if answer.chart is not None else "",
        "y": answer.chart.y_title if answer.chart is not None else "",
    }
    found |= {f"fact {i}": fact.text for i, fact in enumerate(answer.facts)}
    found |= {f"chip {i}": chip.label for i, chip in enumerate(answer.chips)}
    found |= {f"note {i}": note for i, note in enumerate(answer.notes)}
    found |= {f"column {i}": column.label for i, column in enumerate(answer.columns)}
    found |= {f"word {i}": use.meaning for i, use in enumerate(answer.words)}
    lines = answer.explanation.split("\n")
    found |= {
        f"line {i}": line
        for i, line in enumerate(lines)
        if " = " not in line.translate({0xFF1D: 61})
    }
    if answer.clarification is not None:
        found["asks"] = re.sub(r"“[^”]*”", "", answer.clarification.question)
        for i, option in enumerate(answer.clarification.options):
            found[f"option {i}"] = re.sub(r"“[^”]*”", "", option.label)
        found["message"] = ""
    return found


@pytest.mark.parametrize("question", [q for q in QUESTIONS_ASKED if q.isascii()])
def test_no_sentence_of_an_answer_is_left_in_english(wide: Services, question: str) -> None:
    answer = asked(wide, question, "de")
    assert any(ord(character) > 0xFF00 for character in answer.headline or answer.message)
    left = {place: text for place, text in texts_of(answer).items() if english_in(text)}
    assert not left


def test_no_sentence_of_a_conversation_is_left_in_english(wide: Services) -> None:
    left = {}
    for question in FOLLOW_UPS:
        answer = asked(wide, question, "de", "talk")
        left |= {
            (question, place): text for place, text in texts_of(answer).items() if english_in(text)
        }
    assert not left


def test_the_tables_are_what_the_catalogues_hold() -> None:
    marked = template("answers")
    for tables in catalogues.TABLES.values():
        for table in tables:
            assert all(marked.get(text, context=key) is not None for key, text in table.items())
