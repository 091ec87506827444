"""What the parser asks back, in the language of the question."""

import ast

import pytest

from core.language.wording import QUESTIONS, USES, say
from core.settings import ROOT
from core.translation import speaking
from tests.language import plant


def test_every_sentence_is_said_somewhere() -> None:
    said = {
        node.value
        for path in (ROOT / "core" / "language").rglob("*.py")
        if path.name != "wording.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {key for key in QUESTIONS if not key.startswith("which_")} <= said


def test_a_field_is_never_read_as_a_template() -> None:
    with speaking("vi"):
        said = say("does_not_go", word="{label}")
    assert said == "“{label}” không đi cùng chỉ số này."


def test_what_words_were_used_for_can_be_said() -> None:
    """Each use that the code gives a word is in the table that catalogues are made of."""
    given = set()
    for path in (ROOT / "core" / "language").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_use = (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Attribute)
                and node.targets[0].attr == "use"
            )
            is_call = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("use", "take")
            )
            texts = ast.walk(node) if is_use or is_call else ()
            given |= {n.value for n in texts if isinstance(n, ast.Constant) and n.value}
    assert {text for text in given if isinstance(text, str) and " " in text} <= set(USES)


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
