"""Words that change a chart, in three languages, and words that look like it and do not."""

import pytest

from core.dialogue.drawing import Drawing, DrawingWords, drawing_of, load_drawing_words
from core.errors import ConfigError
from core.evaluation.questions import read_questions
from core.services import GOLDEN_DIR
from tests.assistant.bakehouse import DIALOGUE


@pytest.fixture(scope="module")
def words() -> tuple[DrawingWords, ...]:
    return load_drawing_words(DIALOGUE.parent)


def line(value: float, name: str = "", unit: str | None = None, severity: str = "mark") -> Drawing:
    return Drawing("line", name, value, unit, severity)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: Vibration of the pumps", Drawing("title", "Vibration of the pumps")),
        ("Title: “Pumps, week 27”", Drawing("title", "Pumps, week 27")),
        ("set the title to Scrap (June)", Drawing("title", "Scrap (June)")),
        ("remove the title", Drawing("title")),
        ("add a line at 4.5", line(4.5)),
        ("please add a line at 4.5 mm/s", line(4.5, unit="mm/s")),
        ("draw a line at -3", line(-3.0)),
        ("a line at 85 % called Goal of June, please", line(85.0, "Goal of June", "%")),
        ("add a target at 85%", line(85.0, "Target", "%")),
        ("limit line at 7.1", line(7.1, "Limit", severity="warning")),
        ("remove the line at 4.5", Drawing("drop", value=4.5)),
        ("swap the axes", Drawing("swap")),
        ("stack them", Drawing("stack")),
        ("could you stack the bars?", Drawing("stack")),
        ("unstack", Drawing("unstack")),
        ("horizontal bars", Drawing("lie")),
        ("log scale", Drawing("log")),
        ("show the limits", Drawing("limits")),
        ("make Line 2 red", Drawing("colour", "Line 2", meaning="critical")),
        ("mark PMP-03 as a warning", Drawing("colour", "PMP-03", meaning="warning")),
        ("Titel: Schwingung der Pumpen", Drawing("title", "Schwingung der Pumpen")),
        ("Linie bei 4,5", line(4.5)),
        ("Achsen tauschen bitte", Drawing("swap")),
        ("logarithmische Skala", Drawing("log")),
        ("mach Line 2 rot", Drawing("colour", "Line 2", meaning="critical")),
        ("tiêu đề: Độ rung của bơm", Drawing("title", "Độ rung của bơm")),
        ("tieu de: Do rung", Drawing("title", "Do rung")),
        ("kẻ đường ở 4.5", line(4.5)),
        ("ke duong o 4.5", line(4.5)),
        ("đổi trục", Drawing("swap")),
        ("xếp chồng", Drawing("stack")),
        ("tô Line 2 màu đỏ", Drawing("colour", "Line 2", meaning="critical")),
    ],
)
def test_what_changes_a_chart(words, text: str, expected: Drawing) -> None:
    assert drawing_of(text, words) == expected


@pytest.mark.parametrize(
    "text",
    [
        "line 4",
        "add line 4",
        "line at Hamburg",
        "add a line at 4.5 yesterday",
        "downtime by line at 4.5",
        "top line",
        "title",
        "title:",
        "sort by downtime, biggest first",
        "remove the limit",
        "limit to 5",
        "above 4.5",
        "target last week",
        "make it weekly",
        "make",
        "only good readings",
        "show alarms critical",
        "critical alarms by line",
        "as a bar chart",
        "stacked bars",
        "swap Line 2 for Line 3",
        "a log of alarms",
        "",
        "?",
    ],
)
def test_what_does_not(words, text: str) -> None:
    assert drawing_of(text, words) is None


@pytest.mark.parametrize(
    "name",
    ["dialogues", "dialogues_second", "dialogues_third", "dialogues_fourth", "plant", "plant_vi"],
)
def test_no_golden_question_is_taken_for_one(words, name: str) -> None:
    golden = read_questions(GOLDEN_DIR / f"{name}.jsonl")
    asked = [turn.question for one in golden for turn in one.turns]
    assert [text for text in asked if drawing_of(text, words) is not None] == []


def test_a_file_that_lacks_the_words_is_told(tmp_path) -> None:
    (tmp_path / "en.yaml").write_text("language: en\n", "utf-8")
    with pytest.raises(ConfigError, match=r"en\.yaml"):
        load_drawing_words(tmp_path)
    (tmp_path / "en.yaml").write_text("draws: {paint: [x]}\n", "utf-8")
    with pytest.raises(ConfigError, match="paint"):
        load_drawing_words(tmp_path)
