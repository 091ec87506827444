"""Literals of bounded length: numbers, dates, moments, texts, row counts."""

from __future__ import annotations

import re
import unicodedata

from core.generation.grammar.nodes import (
    Book,
    Chars,
    Node,
    Repeat,
    Text,
    listed,
    maybe,
    one_of,
    seq,
)

#: Characters of a text that is not in the value dictionary.
MAX_TEXT = 40
#: A stored value that is longer is not offered.
MAX_VALUE = 80

# Letters that show nothing and are printable by Unicode's tables.
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\uffff]"
)
_DIGIT = (("0", "9"),)
_ONE_TO_NINE = (("1", "9"),)
# Printable ASCII but the quote and the backslash, and the letters of Latin and Vietnamese, which
# stand composed (NFC).
_PLAIN = ((" ", "&"), ("(", "["), ("]", "~"), ("\u00c0", "\u024f"), ("\u1ea0", "\u1ef9"))


def digits(low: int, high: int) -> Node:
    """So many digits."""
    return Chars(_DIGIT, low, high)


class Literals:
    """The rules for literals, shared by all tables."""

    def __init__(self, book: Book) -> None:
        # Six digits: three such whole numbers may be multiplied without outgrowing 64 bits.
        whole = one_of("0", seq(Chars(_ONE_TO_NINE), Chars(_DIGIT, 0, 5)))
        self.count: Node = book.rule("count", seq(Chars(_ONE_TO_NINE), Chars(_DIGIT, 0, 3)))
        self.amount: Node = book.rule("amount", seq(whole, maybe(".", digits(1, 9))))
        longer = one_of("0", seq(Chars(_ONE_TO_NINE), Chars(_DIGIT, 0, 8)))
        self.number: Node = book.rule("number", seq(maybe("-"), longer, maybe(".", digits(1, 9))))
        worked_out = seq(
            one_of(self.amount, seq("(", self.amount, one_of(" + ", " - "), self.amount, ")")),
            Repeat(seq(one_of(" * ", " / "), self.amount), 0, 2),
        )
        #: A number, or one in another unit: `(180 - 32) * 5 / 9`.
        self.limit: Node = book.rule("edge", one_of(self.number, worked_out))
        self.share: Node = book.rule("share", seq("0.", digits(1, 4)))
        day = book.rule("ymd", _day())
        self.date: Node = book.rule("date", seq("'", day, "'"))
        clock = book.rule("clock", _clock())
        self.moment: Node = book.rule("moment", seq("'", day, maybe(" ", clock), "'"))
        plain = one_of(Chars(_PLAIN), "''")
        self.text: Node = book.rule("text", seq("'", listed(plain, MAX_TEXT, ""), "'"))


def _day() -> Node:
    """`YYYY-MM-DD` of a day that there is, from 2000 to 2099."""
    year = seq("20", digits(2, 2))
    leap = seq(
        "20",
        one_of(
            seq(Chars((("0", "0"), ("2", "2"), ("4", "4"), ("6", "6"), ("8", "8"))),
                Chars((("0", "0"), ("4", "4"), ("8", "8")))),
            seq(Chars((("1", "1"), ("3", "3"), ("5", "5"), ("7", "7"), ("9", "9"))),
                Chars((("2", "2"), ("6", "6")))),
        ),
    )  # fmt: skip
    to_28 = one_of(
        seq("0", Chars(_ONE_TO_NINE)), seq("1", digits(1, 1)), seq("2", Chars((("0", "8"),)))
    )
    not_february = one_of(*(f"{m:02}" for m in range(1, 13) if m != 2))
    long_month = one_of("01", "03", "05", "07", "08", "10", "12")
    month = one_of(seq("0", Chars(_ONE_TO_NINE)), seq("1", Chars((("0", "2"),))))
    return one_of(
        seq(year, "-", month, "-", to_28),
        seq(year, "-", not_february, "-", one_of("29", "30")),
        seq(year, "-", long_month, "-31"),
        seq(leap, "-02-29"),
    )


def _clock() -> Node:
    hour = one_of(seq(Chars((("0", "1"),)), digits(1, 1)), seq("2", Chars((("0", "3"),))))
    sixty = seq(Chars((("0", "5"),)), digits(1, 1))
    return seq(hour, ":", sixty, ":", sixty)


def up_to(most: int) -> Node:
    """A whole number from 1 to `most`, without leading zeros."""
    text = str(most)
    size = len(text)
    options: list[Node] = []
    if size > 1:
        options.append(seq(Chars(_ONE_TO_NINE), Chars(_DIGIT, 0, size - 2)))
    for at, digit in enumerate(text):
        first = 1 if at == 0 else 0
        if int(digit) > first:
            rest = size - at - 1
            options.append(
                seq(
                    text[:at],
                    Chars(((str(first), str(int(digit) - 1)),)),
                    *([digits(rest, rest)] if rest else []),
                )
            )
    return one_of(*options, Text(text))


def quoted(value: str) -> str | None:
    """A stored value as a literal; None for one that is not offered: too long, with a backslash
    or a control character, or not composed."""
    is_plain = value.isprintable() and "\\" not in value and not _BLANKS.search(value)
    if not value or len(value) > MAX_VALUE or not is_plain:
        return None
    if not unicodedata.is_normalized("NFC", value):
        return None
    return "'" + value.replace("'", "''") + "'"
