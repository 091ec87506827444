"""Vietnamese follow-ups say what their English twins say, with their marks and without."""

import pytest

from core.dialogue.surface import in_read_words
from core.dialogue.words import load_dialogue_words
from core.language.normalise import clean
from core.settings import ROOT
from tests.language import plant

WORDS = load_dialogue_words(ROOT / "data" / "lexicon" / "dialogue" / "en.yaml")

# What is typed -> what is read.
SAID = [
    ("còn tuần này thì sao?", "what about this week please ?"),
    ("con tuan nay thi sao", "what about this week please"),
    ("chỉ Hamburg thôi", "only hamburg only"),
    ("Hamburg thôi", "hamburg only"),
    ("thêm Austin nữa", "also austin too"),
    ("thế còn ca đêm?", "what about nights ?"),
    ("vậy còn các máy nén?", "what about compressors ?"),
    ("à không, ý tôi là tháng 6", "no , i mean june"),
    ("không, tháng 5", "no , may"),
    ("trong số đó chỉ ca đêm", "of those only nights"),
    ("nó hôm qua thế nào?", "it yesterday please ?"),
    ("quay lại OEE theo ca", "back to oee by shift"),
    ("quay lại câu đầu tiên", "back to the beginning"),
    ("quay lại", "go back"),
    ("bỏ Austin", "without austin"),
    ("trừ Austin", "without austin"),
    ("không tính Austin", "without austin"),
    ("thay vì theo ca thì theo chuyền", "instead of by shift by line"),
    ("theo ngày thay vì theo tuần", "by day instead of by week"),
    ("đổi sang độ F", "in ° f"),
    ("tính bằng kWh", "in kwh"),
    ("tính bằng phút", "in minutes"),
    ("đổi sang giờ", "in hours"),
    ("so với tháng trước đó", "compared with the month before"),
    ("so với Austin", "compared with austin"),
    ("tất cả các nhà máy", "for all plant"),
    ("cho tất cả nhà máy", "for all plant"),
    ("5 cái cao nhất", "5 highest"),
    ("chỉ lấy 3 máy thấp nhất", "only 3 asset lowest"),
    ("sắp xếp giảm dần", "descending"),
    ("sắp xếp tăng dần", "ascending"),
    ("cái nào cao nhất?", "which highest ?"),
    ("cái thứ hai thì sao?", "the second one please ?"),
    ("máy đó tuần trước thế nào?", "that asset last week please ?"),
    ("ca đó theo ngày", "that shift by day"),
    ("chia theo ca", "by shift"),
    ("chia nhỏ theo chuyền", "break that down by line"),
    ("theo ca luôn", "by shift too"),
    ("tổng cộng là bao nhiêu?", "in total how many ?"),
    ("tại sao lại tăng?", "why? ?"),
    ("vì sao giảm?", "why? ?"),
    ("cả tháng 5 nữa", "also may too"),
    ("cùng kỳ tháng trước", "same period last month"),
    ("hôm qua", "yesterday"),
    ("tuần trước nữa", "the week before"),
    ("2 tuần trước", "2 week ago"),
    ("lấy trung bình thay vì tổng", "show average instead of total"),
    ("giá trị lớn nhất thay vì trung bình", "highest instead of average"),
    ("chỉ những máy trên 4.5", "only assets above 4.5"),
    ("lọc trên 5 mm/s", "only above 5 mm / s"),
    ("bỏ bộ lọc", "remove the filter"),
    ("bắt đầu lại", "start over"),
    ("vẽ thành biểu đồ đường", "as a line chart"),
    ("hiện bảng", "as a table"),
    ("Hải Phòng thì sao", "hai phong please"),
    ("tỷ lệ phần trăm", "as a share of the total"),
    ("tính theo tỷ lệ %", "as a share of the total"),
    ("tuần đó", "that week"),
    ("hôm đó máy nào dừng nhiều nhất", "that day which asset most down"),
    ("cả tuần trước", "last week"),
    ("them theo ca nua", "also by shift too"),
    ("cả tuần trước nữa", "last week too"),
    ("hôm đó theo giờ", "that day by hours"),
    ("con đó", "that one"),
    ("dây chuyền 2", "l2"),
    ("tuần này", "this week"),
]


@pytest.mark.parametrize(("text", "english"), SAID)
def test_a_follow_up_in_vietnamese_is_said_in_the_words_that_are_read(
    text: str, english: str
) -> None:
    said, language = in_read_words(clean(text), WORDS, plant.parser())
    assert (said.casefold(), language) == (english, "vi")
