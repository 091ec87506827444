"""Checks of formats, patterns, delimiters and zones: plain texts whose meaning is known."""

from __future__ import annotations

import re
from typing import TypeGuard

from sqlglot import exp

from core.governance import limits
from core.governance.allowed.rule import Check
from core.governance.allowed.values import number_value
from core.governance.dialect import mysql_format
from core.translation import marked, told

#: Codes of date_format, as StarRocks has them from MySQL.
WRITTEN_CODES = frozenset("abcdefHhIijklMmprSsTUuVvWwXxYyD%")
#: Codes that str_to_date reads here: the numeric ones.
READ_CODES = frozenset("YmcdeHkisSfT")
_JAVA_FORMATS = ("yyyyMMdd", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss")
_FORMAT_CHARACTERS = 64
_CODE = re.compile(r"%(.?)", re.DOTALL)
_ZONE = re.compile(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*|[+-](?:0\d|1[0-4]):[0-5]\d")
# Their clocks do not leap by a full hour, which is what the DuckDB engine reckons with.
_ODD_ZONES = frozenset({"AUSTRALIA/LORD_HOWE", "AUSTRALIA/LHI", "ANTARCTICA/TROLL"})
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_NAMES = frozenset(d[:n] for d in _WEEKDAYS for n in (2, 3, 9))


def is_plain_text(node: object) -> TypeGuard[exp.Literal]:
    """Whether it is a literal text."""
    return isinstance(node, exp.Literal) and bool(node.is_string)


def date_format(node: exp.Expr) -> str:
    """DATE_FORMAT: codes that are known, or one of three formats in Java's style."""
    form = node.args.get("format")
    text = mysql_format(node) if is_plain_text(form) else ""
    if text in _JAVA_FORMATS:
        return ""
    if "%" not in text or len(text) > _FORMAT_CHARACTERS:
        return marked("its format must be a short plain text with codes such as %Y")
    return _codes(text, WRITTEN_CODES)


def str_to_date(node: exp.Expr) -> str:
    """STR_TO_DATE: a year, a month and a day in numeric codes, each once."""
    form = node.args.get("format")
    return _is_read(mysql_format(node)) if is_plain_text(form) else _is_read("")


#: Codes of from_unixtime; StarRocks gives NULL for a format with others.
UNIX_CODES = frozenset("YmdHis")


def from_unixtime(node: exp.Expr) -> str:
    """FROM_UNIXTIME: the default format, one in Java's style, or the codes that it documents."""
    if len(node.expressions) == 1:
        return ""
    form = node.expressions[1]
    text = form.name if is_plain_text(form) else ""
    if text in _JAVA_FORMATS:
        return ""
    if "%" not in text or len(text) > _FORMAT_CHARACTERS:
        return marked("its format must be a short plain text with codes such as %Y")
    return _codes(text, UNIX_CODES)


def str2date(node: exp.Expr) -> str:
    """STR2DATE: as STR_TO_DATE."""
    form = node.expressions[1]
    return _is_read(form.name if is_plain_text(form) else "")


def _is_read(text: str) -> str:
    if not text or len(text) > _FORMAT_CHARACTERS:
        return marked("its format must be a short plain text with codes such as %Y")
    reason = _codes(text, READ_CODES)
    if reason:
        return reason
    found = [{"c": "m", "e": "d", "k": "H", "S": "s"}.get(c, c) for c in _CODE.findall(text)]
    if "T" in found:
        found += ["H", "i", "s"]
    if len(found) != len(set(found)) or not {"Y", "m", "d"} <= set(found):
        return marked("its format needs %Y, %m and %d, and each code once")
    return ""


def _codes(text: str, known: frozenset[str]) -> str:
    for code in _CODE.findall(text):
        if code not in known or not code:
            return told("the format code '%{code}' is not offered", code=code)
    return ""


def zones(node: exp.Expr) -> str:
    """CONVERT_TZ: zones by name, or offsets from -14:59 to +14:59, as plain texts."""
    for name in ("source_tz", "target_tz"):
        zone = node.args.get(name)
        if not is_plain_text(zone) or not _ZONE.fullmatch(zone.name):
            return marked("a time zone is a plain text such as 'Europe/Berlin' or '+08:00'")
        if zone.name.upper() in _ODD_ZONES:
            return told(
                "the time zone {zone} is not offered: its clock leaps by other than an hour",
                zone=zone.name,
            )
    return ""


def weekday_name(node: exp.Expr) -> str:
    """NEXT_DAY and PREVIOUS_DAY: a weekday's name, or its first two or three letters."""
    day = node.args.get("expression")
    if is_plain_text(day) and day.name in WEEKDAY_NAMES:
        return ""
    return marked("the weekday is a plain text such as 'Monday', 'Mon' or 'Mo'")


def last_day(node: exp.Expr) -> str:
    """LAST_DAY: of the month, the quarter or the year."""
    unit = node.expressions[1]
    if is_plain_text(unit) and unit.name in ("month", "quarter", "year"):
        return ""
    return marked("its unit must be 'month', 'quarter' or 'year'")


def pattern(node: exp.Expr) -> str:
    """Patterns: plain texts of a bounded length."""
    pattern = node.args.get("expression")
    if not is_plain_text(pattern) or len(pattern.name) > limits.PATTERN:
        return told("a pattern must be a plain text of at most {n} characters", n=limits.PATTERN)
    return ""


# StarRocks takes the longest match and DuckDB the first: where one atom follows another and only
# atoms are repeated, greedily, both are the same.
_ATOM = r"(?:\\[^\d]|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|[^\\()\[\]{}|*+?])"
_TIMES = r"(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})?"
_SIMPLE = re.compile(rf"(?:{_ATOM}{_TIMES}(?![*+?{{])|\((?!\?)|\)(?![*+?{{]))+")


def plain_pattern(node: exp.Expr) -> str:
    """REGEXP_EXTRACT and REGEXP_REPLACE: a pattern with one way to match."""
    reason = pattern(node)
    if reason:
        return reason
    if not _SIMPLE.fullmatch(node.args["expression"].name):
        return marked("the pattern may hold no `|`, no lazy repetition and no repeated group")
    return ""


def extracted(node: exp.Expr) -> str:
    """REGEXP_EXTRACT: a plain group number."""
    group = number_value(node.args.get("position"))
    if group is None or group not in range(10):
        return marked("the group is a plain number from 0 to 9")
    return plain_pattern(node)


def replaced(node: exp.Expr) -> str:
    """REGEXP_REPLACE: a plain replacement."""
    if not is_plain_text(node.args.get("replacement")):
        return marked("the replacement must be a plain text")
    return plain_pattern(node)


def delimited(count: str) -> Check:
    """SPLIT_PART and SUBSTRING_INDEX: a plain delimiter, and a number of parts other than 0."""

    def check(node: exp.Expr) -> str:
        delimiter = node.args.get("delimiter")
        if not is_plain_text(delimiter) or not delimiter.name:
            return marked("the delimiter must be a plain text that is not empty")
        value = number_value(node.args.get(count))
        if value is None or value != int(value) or not 1 <= abs(value) <= limits.PAD:
            return marked("the number of the part must be a plain number other than 0")
        return ""

    return check


def translate(node: exp.Expr) -> str:
    """TRANSLATE: plain texts of a bounded length."""
    for name in ("from_", "to"):
        text = node.args.get(name)
        if not is_plain_text(text) or len(text.name) > limits.PATTERN:
            return marked("the characters to replace must be plain texts")
    return ""
