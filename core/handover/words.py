"""Words, numbers and dates of a shift's sheet, in the plant's language.

Another language is another table here, and the model's `labels` for its own names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

_EN: Final = {
    "title": "Shift handover {plant}",
    "shift_of": "{shift}, {day}, {start} to {end}",
    "open": "still running: figures to {moment}",
    "made": "Data to {moment}. Made by {name}.",
    "data_to": "Data to {moment}",
    "page": "Page {n}",
    "whole": "Whole plant",
    "by_line": "{figure} by line",
    "change_before": "vs shift before",
    "change_day": "vs day before",
    "losses": "What {figure} lost",
    "losses_said": "{factor} took {points} points",
    "no_losses": "No loss can be told: a figure is missing.",
    "reasons": "{figure}: top reasons",
    "assets": "{figure}: top assets",
    "mostly": "Mostly",
    "worst": "Lowest {figure} by asset",
    "alarms": "Open alarms at the end of the shift: {n}",
    "none_open": "None was open.",
    "more": "and {n} more",
    "nothing": "Nothing was recorded.",
    "at_least": "at least {n}",
    "notes": "Notes",
    "no_notes": "No notes.",
    "note_by": "{name}, {moment}",
    "changed": "changed {moment}",
    "signed": "Signed by {name}, {moment}",
    "unsigned": "Not signed yet.",
    "quality": "{good} of {n} readings Good",
    "no_quality": "The readings of this shift have no quality.",
    "points": "{value} pp",
}
_DE: Final = {
    "title": "Schichtübergabe {plant}",
    "shift_of": "{shift}, {day}, {start} bis {end} Uhr",
    "open": "läuft noch: Werte bis {moment}",
    "made": "Daten bis {moment}. Erstellt von {name}.",
    "data_to": "Daten bis {moment}",
    "page": "Seite {n}",
    "whole": "Ganzes Werk",
    "by_line": "{figure} je Linie",
    "change_before": "zur Schicht davor",
    "change_day": "zum Vortag",
    "losses": "Was {figure} verlor",
    "losses_said": "{factor} nahm {points} Punkte",
    "no_losses": "Kein Verlust benennbar: Ein Wert fehlt.",
    "reasons": "{figure}: wichtigste Gründe",
    "assets": "{figure} je Anlage, höchste zuerst",
    "mostly": "Vor allem",
    "worst": "Niedrigste {figure} je Anlage",
    "alarms": "Offene Alarme am Schichtende: {n}",
    "none_open": "Keiner war offen.",
    "more": "und {n} weitere",
    "nothing": "Nichts erfasst.",
    "at_least": "mindestens {n}",
    "notes": "Notizen",
    "no_notes": "Keine Notizen.",
    "note_by": "{name}, {moment}",
    "changed": "geändert {moment}",
    "signed": "Unterschrieben von {name}, {moment}",
    "unsigned": "Noch nicht unterschrieben.",
    "quality": "{good} von {n} Messwerten gut",
    "no_quality": "Die Messwerte dieser Schicht haben keine Güte.",
    "points": "{value} PP",
}
_VI: Final = {
    "title": "Bàn giao ca {plant}",
    "shift_of": "{shift}, {day}, từ {start} đến {end}",
    "open": "ca chưa kết thúc: số liệu đến {moment}",
    "made": "Dữ liệu đến {moment}. Người lập: {name}.",
    "data_to": "Dữ liệu đến {moment}",
    "page": "Trang {n}",
    "whole": "Toàn nhà máy",
    "by_line": "{figure} theo dây chuyền",
    "change_before": "so với ca trước",
    "change_day": "so với hôm trước",
    "losses": "{figure} mất ở đâu",
    "losses_said": "{factor} làm mất {points} điểm",
    "no_losses": "Không xác định được tổn thất: thiếu số liệu.",
    "reasons": "{figure}: nguyên nhân hàng đầu",
    "assets": "{figure} theo thiết bị, cao nhất trước",
    "mostly": "Chủ yếu",
    "worst": "Thiết bị có {figure} thấp nhất",
    "alarms": "Cảnh báo còn mở cuối ca: {n}",
    "none_open": "Không có cảnh báo nào còn mở.",
    "more": "và {n} mục khác",
    "nothing": "Không ghi nhận gì.",
    "at_least": "ít nhất {n}",
    "notes": "Ghi chú",
    "no_notes": "Không có ghi chú.",
    "note_by": "{name}, {moment}",
    "changed": "sửa lúc {moment}",
    "signed": "Đã ký: {name}, {moment}",
    "unsigned": "Chưa ký.",
    "quality": "{good} trong {n} lần đo có chất lượng tốt",
    "no_quality": "Số đo của ca này không có thông tin chất lượng.",
    "points": "{value} điểm %",
}
#: Language -> its sentences. Every one has every key (a test keeps it).
TABLES: Final[Mapping[str, Mapping[str, str]]] = {"en": _EN, "de": _DE, "vi": _VI}
#: Languages that write 1.234,5, and the form of a day.
_COMMA: Final = ("de", "vi")
_DAYS: Final = {"en": "{d:%d} {d:%b} {d:%Y}", "de": "{d:%d.%m.%Y}", "vi": "{d:%d/%m/%Y}"}
_NBSP: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """One language. labels: name or value of the model -> its words."""

    language: str = "en"
    labels: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, **fields: object) -> str:
        """A sentence; in English where the language is not known."""
        return TABLES.get(self.language, _EN)[key].format(**fields)

    def label(self, name: str, otherwise: str = "") -> str:
        """What a name or value of the model is called."""
        return self.labels.get(name) or otherwise or name

    def number(self, value: float, decimals: int = 1) -> str:
        """`1,234.5` as this language writes it, always with so many decimals."""
        text = f"{value:,.{decimals}f}".replace("-", "−")
        swapped = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
        return swapped if self.language in _COMMA else text

    def percent(self, fraction: float | None, decimals: int = 1) -> str:
        """`73.2 %` of a fraction; a dash for None."""
        return "–" if fraction is None else f"{self.number(fraction * 100, decimals)}{_NBSP}%"

    def points(self, change: float | None) -> str:
        """A change of a fraction with its sign, in percentage points."""
        if change is None:
            return "–"
        value = self.number(abs(change) * 100, 1)
        is_none = not value.strip("0.,")
        sign = "±" if is_none else "+" if change > 0 else "−"
        return self.say("points", value=f"{sign}{value}").replace(" ", _NBSP)

    def day(self, day: dt.date) -> str:
        """A date with its year."""
        return _DAYS.get(self.language, _DAYS["en"]).format(d=day)

    def local(self, moment: dt.datetime, zone: str) -> str:
        """A moment in UTC (naive) on the clock of a zone."""
        there = moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
        return self.moment(there.replace(tzinfo=None))

    def moment(self, moment: dt.datetime) -> str:
        """A date with the time."""
        return f"{self.day(moment.date())} {moment:%H:%M}"
