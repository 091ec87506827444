"""What the parser asks back, as templates by language: another language is another table.

A language says in English what its table lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_EN: Final[dict[str, str]] = {
    "unknown": "I do not know what {words} is here. Please say it another way, or leave it out.",
    "unknown_many": (
        "I do not know what {words} are here. Please say it another way, or leave it out."
    ),
    "means": "“{word}” means “{other}”",
    "leftover": (
        "I understood the rest, but not what {words} should do in this question. Please say it "
        "another way, or leave it out."
    ),
    "without": "Without “{word}”",
    "absent": "There is no {word}. There are {names}.",
    "absent_more": "There is no {word}. There are {names} and others.",
    "future": (
        "Gemba answers from recorded data and makes no forecasts. Ask about a time that has passed."
    ),
    "cause": (
        "Gemba shows what the data says and does not guess at causes. Ask for a figure split by "
        "what may lie behind it, such as its reasons."
    ),
    "which_figure": "“{word}” can mean more than one figure. Which one do you mean?",
    "which_value": "“{word}” can mean more than one value. Which one do you mean?",
    "which_column": "“{word}” can mean more than one column. Which one do you mean?",
    "no_definition": "I have no definition of “{word}”. Ask for its figures instead.",
    "not_recorded": (
        "{table} are not recorded by {column}, so “{word}” cannot go with this figure."
    ),
    "does_not_go": "“{word}” does not go with this figure.",
    "number_or_list": (
        "I understood the rest, but not what “{word}” should do in this question. Do you want "
        "their number, or a list of them?"
    ),
    "two_selections": (
        "“{word}” or “{other}” are two selections. Please ask for one of them at a time."
    ),
    "span": "{label} is formed over a span of time. Which one do you mean?",
    "average_of_amount": (
        "{label} is an amount: an average needs a step of time. Average per what?"
    ),
    "peak_of_amount": (
        "{label} is an amount: its highest or lowest needs something to rank."
    ),
    "in_range": "What do you want to know about {label} in that range?",
    "which_limit": "Which limit do you mean?",
    "under_way": "Figures are of a span of time, and “now” is none. Over which one?",
    "limit_about": "Which figure is the limit about?",
    "number_about": "Which figure is the number about? Please name it.",
    "what_figure": "What do you want to know? Name a figure.",
    "ranked_by": "Ranked by which figure?",
    "share_of_what": "The share of what?",
    "ranked_what": "The highest or lowest of what?",
    "share_adds_up": "A share needs an amount that adds up; this figure does not.",
    "which_day": "Which day is {word}?",
    "over_midnight": "The clock times run over midnight. Which day do they begin on?",
    "which_times": (
        "Of several times only one, two, or a row without gaps can be asked at once. Which ones "
        "do you mean?"
    ),
    "overlapping": (
        "“{word}” and “{other}” overlap, so comparing them would count some of it twice. Which "
        "days do you mean?"
    ),
}  # fmt: skip

_VI: Final[dict[str, str]] = {
    "unknown": "Tôi không hiểu {words} ở đây là gì. Hãy nói cách khác hoặc bỏ đi.",
    "unknown_many": "Tôi không hiểu {words} ở đây là gì. Hãy nói cách khác hoặc bỏ đi.",
    "means": "“{word}” nghĩa là “{other}”",
    "leftover": (
        "Tôi hiểu phần còn lại, nhưng không rõ {words} có vai trò gì trong câu hỏi này. Hãy nói "
        "cách khác hoặc bỏ đi."
    ),
    "without": "Không có “{word}”",
    "absent": "Không có {word}. Hiện có {names}.",
    "absent_more": "Không có {word}. Hiện có {names} và các mục khác.",
    "future": (
        "Gemba trả lời từ dữ liệu đã ghi và không dự báo. Hãy hỏi về thời gian đã qua."
    ),
    "cause": (
        "Gemba cho biết dữ liệu nói gì và không đoán nguyên nhân. Hãy hỏi một con số chia theo "
        "điều có thể đứng sau nó, chẳng hạn theo lý do."
    ),
    "which_figure": "“{word}” có thể là nhiều chỉ số. Bạn muốn hỏi chỉ số nào?",
    "which_value": "“{word}” có thể là nhiều giá trị. Bạn muốn hỏi giá trị nào?",
    "which_column": "“{word}” có thể là nhiều cột. Bạn muốn hỏi cột nào?",
    "no_definition": "Tôi không có định nghĩa của “{word}”. Hãy hỏi số liệu của nó.",
    "not_recorded": (
        "{table} không được ghi theo {column}, nên “{word}” không đi cùng chỉ số này được."
    ),
    "does_not_go": "“{word}” không đi cùng chỉ số này.",
    "number_or_list": (
        "Tôi hiểu phần còn lại, nhưng không rõ “{word}” có vai trò gì trong câu hỏi này. Bạn muốn "
        "biết số lượng hay danh sách?"
    ),
    "two_selections": "“{word}” hoặc “{other}” là hai lựa chọn. Hãy hỏi từng lựa chọn một.",
    "span": "{label} được tính trên một khoảng thời gian. Bạn muốn hỏi khoảng nào?",
    "average_of_amount": (
        "{label} là một lượng: trung bình cần một bước thời gian. Trung bình theo gì?"
    ),
    "peak_of_amount": "{label} là một lượng: cao nhất hay thấp nhất cần có cái để xếp hạng.",
    "in_range": "Bạn muốn biết gì về {label} trong khoảng đó?",
    "which_limit": "Bạn muốn nói giới hạn nào?",
    "under_way": "Số liệu là của một khoảng thời gian, không phải của “lúc này”. Khoảng nào?",
    "limit_about": "Giới hạn này là của chỉ số nào?",
    "number_about": "Con số này là của chỉ số nào? Hãy nêu tên.",
    "what_figure": "Bạn muốn biết gì? Hãy nêu một chỉ số.",
    "ranked_by": "Xếp hạng theo chỉ số nào?",
    "share_of_what": "Tỷ lệ của cái gì?",
    "ranked_what": "Cao nhất hay thấp nhất của cái gì?",
    "share_adds_up": "Tỷ lệ cần một lượng cộng dồn được; chỉ số này thì không.",
    "which_day": "{word} là ngày nào?",
    "over_midnight": "Khoảng giờ đi qua nửa đêm. Nó bắt đầu từ ngày nào?",
    "which_times": (
        "Mỗi lần chỉ hỏi được một, hai hoặc một dãy khoảng thời gian liền nhau. Bạn muốn hỏi "
        "khoảng nào?"
    ),
    "overlapping": (
        "“{word}” và “{other}” chồng lên nhau, nên so sánh sẽ tính trùng. Bạn muốn hỏi những ngày "
        "nào?"
    ),
}  # fmt: skip

_DE: Final[dict[str, str]] = {
    "unknown": (
        "Ich weiß nicht, was {words} hier bedeutet. Bitte sagen Sie es anders oder lassen Sie es "
        "weg."
    ),
    "unknown_many": (
        "Ich weiß nicht, was {words} hier bedeuten. Bitte sagen Sie es anders oder lassen Sie es "
        "weg."
    ),
    "means": "„{word}“ bedeutet „{other}“",
    "leftover": (
        "Den Rest habe ich verstanden, aber nicht, was {words} in dieser Frage soll. Bitte sagen "
        "Sie es anders oder lassen Sie es weg."
    ),
    "without": "Ohne „{word}“",
    "absent": "{word} gibt es nicht. Es gibt {names}.",
    "absent_more": "{word} gibt es nicht. Es gibt {names} und andere.",
    "future": (
        "Gemba antwortet aus aufgezeichneten Daten und sagt nichts voraus. Bitte fragen Sie nach "
        "einer Zeit, die vergangen ist."
    ),
    "cause": (
        "Gemba zeigt, was die Daten sagen, und rät keine Ursachen. Bitte fragen Sie nach einer "
        "Kennzahl, aufgeteilt nach dem, was dahinter stehen kann, etwa nach ihren Gründen."
    ),
    "which_figure": "„{word}“ kann mehr als eine Kennzahl sein. Welche meinen Sie?",
    "which_value": "„{word}“ kann mehr als ein Wert sein. Welchen meinen Sie?",
    "which_column": "„{word}“ kann mehr als eine Spalte sein. Welche meinen Sie?",
    "no_definition": (
        "Ich habe keine Erklärung von „{word}“. Bitte fragen Sie nach den Zahlen dazu."
    ),
    "not_recorded": (
        "{table}: wird nicht nach {column} erfasst, daher passt „{word}“ nicht zu dieser Kennzahl."
    ),
    "does_not_go": "„{word}“ passt nicht zu dieser Kennzahl.",
    "number_or_list": (
        "Den Rest habe ich verstanden, aber nicht, was „{word}“ in dieser Frage soll. Möchten Sie "
        "die Anzahl oder eine Liste?"
    ),
    "two_selections": (
        "„{word}“ oder „{other}“ sind zwei Auswahlen. Bitte fragen Sie nach einer nach der anderen."
    ),
    "span": "{label} wird über einen Zeitraum gebildet. Welchen meinen Sie?",
    "average_of_amount": (
        "{label} ist eine Menge: ein Durchschnitt braucht einen Zeitschritt. Durchschnitt je was?"
    ),
    "peak_of_amount": (
        "{label} ist eine Menge: für das Höchste oder Niedrigste braucht es etwas zum Vergleichen."
    ),
    "in_range": "Was möchten Sie über {label} in diesem Bereich wissen?",
    "which_limit": "Welchen Grenzwert meinen Sie?",
    "under_way": (
        "Kennzahlen gelten für einen Zeitraum, und „jetzt“ ist keiner. Für welchen Zeitraum?"
    ),
    "limit_about": "Für welche Kennzahl gilt der Grenzwert?",
    "number_about": "Für welche Kennzahl gilt die Zahl? Bitte nennen Sie sie.",
    "what_figure": "Was möchten Sie wissen? Bitte nennen Sie eine Kennzahl.",
    "ranked_by": "Nach welcher Kennzahl geordnet?",
    "share_of_what": "Der Anteil wovon?",
    "ranked_what": "Das Höchste oder Niedrigste wovon?",
    "share_adds_up": (
        "Ein Anteil braucht eine Menge, die sich summieren lässt; diese Kennzahl lässt sich nicht "
        "summieren."
    ),
    "which_day": "Welcher Tag ist {word}?",
    "over_midnight": "Die Uhrzeiten gehen über Mitternacht. An welchem Tag beginnen sie?",
    "which_times": (
        "Auf einmal geht nur ein Zeitraum, zwei, oder eine Reihe ohne Lücken. Welche meinen Sie?"
    ),
    "overlapping": (
        "„{word}“ und „{other}“ überschneiden sich; ein Vergleich würde einen Teil doppelt zählen. "
        "Welche Tage meinen Sie?"
    ),
}  # fmt: skip

_TABLES: Final[dict[str, dict[str, str]]] = {"en": _EN, "de": _DE, "vi": _VI}
_QUOTES: Final[dict[str, str]] = {"de": "„{word}“"}


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in one language. language: of the question."""

    language: str = "en"

    def __call__(self, key: str, **fields: str) -> str:
        """The sentence of a key with its fields filled in; a field is never read as a template."""
        template = _TABLES.get(self.language, _EN).get(key) or _EN[key]
        return template.format_map(fields)

    def quoted(self, words: Sequence[str]) -> str:
        """Typed words as a list."""
        template = _QUOTES.get(self.language, "“{word}”")
        return ", ".join(template.format(word=word) for word in words)
