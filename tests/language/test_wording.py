"""What the parser asks back, in the language of the question."""

import ast
import string

import pytest

from core.language.wording import _TABLES, Wording
from core.settings import ROOT
from tests.language import plant


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", sorted(set(_TABLES) - {"en"}))
def test_a_language_says_everything_with_the_same_fields(language: str) -> None:
    assert set(_TABLES[language]) == set(_TABLES["en"])
    for key, template in _TABLES[language].items():
        assert fields_of(template) <= fields_of(_TABLES["en"][key]), key


def test_every_sentence_is_said_somewhere() -> None:
    said = {
        node.value
        for path in (ROOT / "core" / "language").rglob("*.py")
        if path.name != "wording.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {key for key in _TABLES["en"] if not key.startswith("which_")} <= said


def test_a_field_is_never_read_as_a_template() -> None:
    assert Wording("vi")("does_not_go", word="{label}") == "“{label}” không đi cùng chỉ số này."


def test_a_language_that_there_is_not_is_english() -> None:
    assert Wording("xx")("which_limit") == Wording()("which_limit") == "Which limit do you mean?"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("doanh thu tháng trước", "Tôi không hiểu “doanh”, “thu” ở đây là gì."),
        ("OEE của PMP-99 tuần trước", "Không có PMP-99. Hiện có PMP-01,"),
        ("sản lượng tháng sau", "Gemba trả lời từ dữ liệu đã ghi và không dự báo."),
        ("OEE hiện tại", "OEE được tính trên một khoảng thời gian."),
        ("thiết bị quan trọng nào dừng nhiều nhất tháng trước", "thấp nhất của cái gì?"),
        ("chi phí phụ tùng theo hãng sản xuất", "“hãng sản xuất” không đi cùng chỉ số này được."),
    ],
)
def test_it_asks_in_the_language_of_the_question(question: str, says: str) -> None:
    clarification = plant.read(question).clarification
    assert clarification is not None
    assert says in clarification.question


def test_a_doubtful_word_is_offered_with_its_marks() -> None:
    clarification = plant.read("dien nang theo to tuan truoc").clarification
    assert clarification is None
    clarification = plant.read("nhiet do cua lo tuan truoc").clarification
    assert clarification is not None
    (option,) = clarification.options
    assert option.label == "“lo” nghĩa là “lò”"
    assert plant.read(option.question).query is not None
