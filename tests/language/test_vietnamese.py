"""Vietnamese questions: times, order of words, words without marks, and what is asked back."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.normalise import clean, tokenise
from core.language.rendering.syllables import may_stand_for, parted, plain
from core.semantic.query import SemanticQuery
from core.settings import ROOT
from tests.language import plant

# The plant's clock: Tuesday 2026-06-30 is today, and now is the midnight after it.
TIMES = [
    ("hôm nay", "2026-06-30", "2026-07-01"),
    ("hôm qua", "2026-06-29", "2026-06-30"),
    ("ngày hôm qua", "2026-06-29", "2026-06-30"),
    ("hôm kia", "2026-06-28", "2026-06-29"),
    ("tuần này", "2026-06-29", "2026-07-01"),
    ("tuần trước", "2026-06-22", "2026-06-29"),
    ("tuần rồi", "2026-06-22", "2026-06-29"),
    ("tuần trước nữa", "2026-06-15", "2026-06-22"),
    ("cuối tuần trước", "2026-06-27", "2026-06-29"),
    ("tháng này", "2026-06-01", "2026-07-01"),
    ("tháng trước", "2026-05-01", "2026-06-01"),
    ("tháng 5", "2026-05-01", "2026-06-01"),
    ("tháng tư", "2026-04-01", "2026-05-01"),
    ("trong tháng 5", "2026-05-01", "2026-06-01"),
    ("tháng 3 năm 2026", "2026-03-01", "2026-04-01"),
    ("tháng 3/2026", "2026-03-01", "2026-04-01"),
    ("quý này", "2026-04-01", "2026-07-01"),
    ("quý 1", "2026-01-01", "2026-04-01"),
    ("quý I năm 2026", "2026-01-01", "2026-04-01"),
    ("quý 1/2026", "2026-01-01", "2026-04-01"),
    ("năm nay", "2026-01-01", "2026-07-01"),
    ("năm 2026", "2026-01-01", "2026-07-01"),
    ("từ đầu năm", "2026-01-01", "2026-07-01"),
    ("từ đầu tháng đến nay", "2026-06-01", "2026-07-01"),
    ("từ đầu tháng 4", "2026-04-01", "2026-07-01"),
    ("nửa đầu năm 2026", "2026-01-01", "2026-07-01"),
    ("3 tháng đầu năm", "2026-01-01", "2026-04-01"),
    ("nửa đầu tháng 6", "2026-06-01", "2026-06-16"),
    ("tuần 20", "2026-05-11", "2026-05-18"),
    ("tuần thứ 20", "2026-05-11", "2026-05-18"),
    ("7 ngày qua", "2026-06-24", "2026-07-01"),
    ("trong 2 tuần gần đây", "2026-06-17", "2026-07-01"),
    ("24 giờ qua", "2026-06-30", "2026-07-01"),
    ("3 ngày trước", "2026-06-27", "2026-06-28"),
    ("ngày 15/6", "2026-06-15", "2026-06-16"),
    ("15/6/2026", "2026-06-15", "2026-06-16"),
    ("ngày 15-06-2026", "2026-06-15", "2026-06-16"),
    ("ngày 5/6/2026", "2026-06-05", "2026-06-06"),
    ("ngày 15 tháng 6", "2026-06-15", "2026-06-16"),
    ("ngày 15 tháng 6 năm 2026", "2026-06-15", "2026-06-16"),
    ("thứ hai tuần trước", "2026-06-22", "2026-06-23"),
    ("từ thứ 2 đến thứ 6 tuần trước", "2026-06-22", "2026-06-27"),
    ("từ 1/6 đến 15/6", "2026-06-01", "2026-06-16"),
    ("từ ngày 1/6 đến ngày 15/6", "2026-06-01", "2026-06-16"),
    ("từ ngày 8 đến ngày 14 tháng 6", "2026-06-08", "2026-06-15"),
    ("từ 8 đến 14 tháng 6", "2026-06-08", "2026-06-15"),
    ("từ tháng 3 đến tháng 5", "2026-03-01", "2026-06-01"),
    ("từ 15/5", "2026-05-15", "2026-07-01"),
    ("từ tuần trước", "2026-06-22", "2026-07-01"),
    ("từ 15/5 đến nay", "2026-05-15", "2026-07-01"),
    ("kể từ tháng 4", "2026-04-01", "2026-07-01"),
    ("sau tháng 4", "2026-05-01", "2026-07-01"),
]


def query(question: str) -> SemanticQuery:
    reading = plant.read(question)
    assert reading.query is not None, reading.clarification
    return reading.query


def bare(value: Any) -> Any:
    """A query without the words that it was told in."""
    if is_dataclass(value):
        return [(f.name, bare(getattr(value, f.name))) for f in fields(value) if f.name != "phrase"]
    return [bare(v) for v in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("is_marked", [True, False], ids=["marks", "plain"])
@pytest.mark.parametrize(("phrase", "start", "end"), TIMES)
def test_times(phrase: str, start: str, end: str, is_marked: bool) -> None:
    said = query(f"điện năng {phrase}" if is_marked else plain(f"điện năng {phrase}".casefold()))
    assert said.time is not None
    assert f"{said.time.start}"[:10] == start
    assert f"{said.time.end}"[:10] == end


# The same question in both languages is the same query.
PAIRS = [
    ("bơm nào rung nhiều nhất tuần trước", "which pump vibrated most last week"),
    ("bom nao rung nhieu nhat tuan truoc", "which pump vibrated most last week"),
    ("OEE theo ca tháng 5", "OEE by shift in May"),
    ("downtime theo chuyền", "downtime by line"),
    ("5 nguyên nhân dừng máy hàng đầu tháng 6", "top 5 downtime reasons in June"),
    ("phế phẩm mỗi ngày tuần trước", "scrap per day last week"),
    ("sản lượng trung bình mỗi ngày trong tháng 6", "average production per day in June"),
    ("nhiệt độ cao nhất của PMP-03 hôm qua", "highest temperature of PMP-03 yesterday"),
    (
        "máy bơm nào có độ rung trên 4,5 mm/s tuần trước",
        "which pump has vibration above 4.5 mm/s last week",
    ),
    (
        "chuyền nào có sản lượng trên 10.000 tuần trước",
        "which line has production above 10000 last week",
    ),
    ("máy có ít nhất 3 cảnh báo tháng 6", "assets with at least 3 alarms in June"),
    ("điện năng tháng này so với tháng trước", "energy this month versus last month"),
    ("dừng máy không bao gồm vệ sinh tháng 6", "downtime excluding cleaning in June"),
    ("cảnh báo ưu tiên cao ở Hải Phòng hôm nay", "high priority alarms in Hai Phong today"),
    ("liệt kê lệnh công việc đang mở ở Hamburg", "list open work orders in Hamburg"),
    ("Hamburg có bao nhiêu máy bơm", "how many pumps in Hamburg"),
    (
        "bơm chiếm bao nhiêu phần trăm điện của từng nhà máy tháng 5",
        "what percent of energy by plant comes from pumps in May",
    ),
    ("so sánh OEE giữa các chuyền tháng 5", "compare OEE between lines in May"),
    ("điện năng của nhà máy tháng 5", "energy of the plant in May"),
    ("sản lượng theo ca ngày 25/6", "output by shift on 25 June"),
    ("phế phẩm mỗi ca ngày hôm qua", "scrap by shift yesterday"),
    ("máy nào dừng quá 10 tiếng tuần trước", "which asset has downtime above 10 hours last week"),
    ("cho em xin OEE từng chuyền ngày 25/6", "OEE by line on 25 June"),
    ("sp nào nhiều phế nhất quý 2", "which product has the most scrap in Q2"),
    ("sản lượng line 1 từ đầu tuần đến giờ", "output of Line 1 week to date"),
    ("cuối tuần vừa rồi làm được bao nhiêu hàng", "output last weekend"),
    ("có bn lệnh bảo trì dự đoán đang mở", "how many predictive work orders are open"),
    ("mất bao lâu để đóng một WO ở line 3", "how long do work orders of Line 3 take to close"),
    ("lệnh đang mở cũ hơn một tuần", "open work orders older than 1 week"),
    ("điện năng của các nhà máy tháng 5", "energy of plants in May"),
    ("liệt kê lệnh bảo trì đang mở của nhà máy mình", "list open work orders of our plant"),
    ("phế phẩm cả tuần trước", "scrap last week"),
    (
        "thời gian PMP-03 rung trên 7 mm/s tháng 6",
        "how long was PMP-03 vibrating above 7 mm/s in June",
    ),
    ("điện năng các ngày chủ nhật năm nay", "energy on Sundays this year"),
    ("OEE của tổ A tháng 5", "OEE of crew A in May"),
    ("Sản lượng tháng 6 có cao hơn tháng 5 không?", "production in June versus May"),
    ("điện năng tuần thứ hai của tháng 6", "energy in the second week of June"),
    ("điện năng từ 6 giờ đến 14 giờ hôm qua", "energy from 6:00 to 14:00 yesterday"),
    ("điện năng từ 6 giờ sáng đến 2 giờ chiều hôm qua", "energy from 6:00 to 14:00 yesterday"),
    ("điện năng từ 2 đến 4 giờ chiều hôm qua", "energy from 14:00 to 16:00 yesterday"),
    ("thời gian dừng ngày 3 và 4 tháng 6", "downtime on 3 and 4 June"),
    ("thời gian dừng thứ hai và thứ ba tuần trước", "downtime on Monday and Tuesday last week"),
    ("phế phẩm từ 6 giờ sáng", "scrap since 6 am"),
    ("phế phẩm ca chiều hôm qua so với ca sáng hôm nay",
     "scrap late shift yesterday vs early shift today"),
    ("phế phẩm từ đầu ca", "scrap since the start of the shift"),
    ("thời gian dừng ca này", "downtime this shift"),
    ("thời gian dừng ca hiện tại", "downtime this shift"),
    ("thời gian dừng ca vừa rồi", "downtime last shift"),
    ("thời gian dừng ca đêm gần nhất", "downtime last night shift"),
    ("thời gian dừng 3 ca gần nhất", "downtime of the last 3 shifts"),
    ("OEE ca này so với ca trước", "OEE this shift vs last shift"),
    ("máy bơm nào có độ rung trên 4 tuần trước không", "pumps with vibration above 4 last week"),
    ("cảnh báo theo thiết bị tháng 6, chỉ cái trên 50", "assets with more than 50 alarms in June"),
]  # fmt: skip


@pytest.mark.parametrize(("vietnamese", "english"), PAIRS)
def test_both_languages_give_the_same_query(vietnamese: str, english: str) -> None:
    assert bare(query(vietnamese)) == bare(query(english))


GOLDEN = [
    json.loads(line)["question"]
    for name in ("plant_vi", "plant_vi_second")
    for line in (ROOT / "data" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("question", GOLDEN)
def test_without_marks_it_is_the_same_or_asked_back(question: str) -> None:
    """Leaving the marks out may make a word doubtful, and never another one."""
    marked, unmarked = plant.read(question), plant.read(plain(question.casefold()))
    if marked.query is None:
        assert unmarked.query is None
    elif unmarked.query is not None:
        assert bare(unmarked.query) == bare(marked.query)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("doanh thu tháng trước", "thu"),
        ("độ ồn của máy nén hôm qua", "ồn"),
        ("sản lượng theo lô tháng 5", "lô"),
        ("so which bơm rung nhiều nhất the tuần trước", "the"),
        ("tổng số cảnh báo ưu tiên cao và trung bình tuần trước", "trung bình"),
        ("chuyền nào làm trên 1.200 sản phẩm hôm qua", "làm"),
    ],
)
def test_a_word_that_is_not_known_is_asked_back(question: str, word: str) -> None:
    reading = plant.read(question)
    assert reading.query is None
    assert reading.clarification is not None
    assert word in reading.clarification.unknown_words


@pytest.mark.parametrize(
    ("question", "word", "offered"),
    [
        ("phe pham theo lo tuan truoc", "lo", ("lò", "lô")),
        ("san luong thang sau", "thang sau", ("tháng sau", "tháng sáu")),
    ],
)
def test_a_word_that_is_doubtful_without_marks_is_asked_back(
    question: str, word: str, offered: tuple[str, ...]
) -> None:
    reading = plant.read(question)
    assert reading.query is None
    assert reading.clarification is not None
    assert word in reading.clarification.unknown_words
    labels = " ".join(o.label for o in reading.clarification.options)
    assert any(text in labels for text in offered) or not labels


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("OEE theo ca", "vi"),
        ("downtime của PMP-03 last week", "vi"),
        ("vibration trung bình của các compressor", "vi"),
        ("bom nao rung nhieu nhat", "vi"),
        ("OEE by shift", "en"),
        ("OEE", "en"),
        ("alarms in Hải Phòng last week", "en"),
        ("so which pump vibrates most in may", "en"),
        ("which bom vibrated most last week", "en"),
        ("scrap of the lo line on monday", "en"),
    ],
)
def test_the_language_of_a_question_is_told_by_its_words(question: str, language: str) -> None:
    assert plant.parser().tagger.tag(tokenise(clean(question))).language == language


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("vì sao PMP-03 hỏng", "cause"),
        ("dự báo sản lượng", "future"),
        ("sản lượng tháng sau", "future"),
        ("xóa cảnh báo tuần trước", "write"),
        ("OEE là gì?", "meaning"),
        ("mtbf nghia la gi", "meaning"),
    ],
)
def test_what_no_data_can_answer(question: str, problem: str) -> None:
    assert plant.read(question).problem == problem


def test_words_are_told_by_what_was_typed() -> None:
    question = "Bơm nào rung nhiều nhất tuần trước?"
    uses = plant.read(question).words
    assert [u.text for u in uses] == [question[u.start : u.end] for u in uses]
    assert [u.start for u in uses] == sorted(u.start for u in uses)
    meanings = {u.text: u.meaning for u in uses}
    assert meanings["Bơm"] == "Loại thiết bị: bơm"
    assert meanings["rung"] == "Độ rung"
    assert meanings["tuần trước"] == "22/06 đến 28/06/2026"


def test_the_place_of_a_mark_is_no_other_word() -> None:
    assert parted("hoà") == parted("hòa")
    assert parted("hoá") != parted("hòa")
    assert may_stand_for("bom", "bơm")
    assert not may_stand_for("bợm", "bơm")


ONSETS = ("b", "ch", "g", "kh", "l", "ng", "nh", "ph", "qu", "s", "th", "tr", "v", "x")
NUCLEI = ("a", "á", "ã", "e", "ệ", "i", "ĩ", "o", "ở", "ừ", "uyễ", "oẹ", "ươ")
CODAS = ("", "c", "ch", "m", "n", "ng", "nh", "p", "t")
SYLLABLES = st.tuples(st.sampled_from(ONSETS), st.sampled_from(NUCLEI), st.sampled_from(CODAS)).map(
    "".join
)
ANSWERED = [q for q in GOLDEN if plant.read(q).query is not None]


@given(question=st.sampled_from(ANSWERED), word=SYLLABLES, place=st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_a_question_with_a_word_that_no_book_holds_is_never_answered(
    question: str, word: str, place: int
) -> None:
    book = plant.parser().tagger.renderer.book("vi")
    if plain(word) in book.letters:
        return
    words = question.split()
    at = place % (len(words) + 1)
    assert plant.read(" ".join([*words[:at], word, *words[at:]])).query is None
