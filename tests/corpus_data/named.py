"""What a seed question names, read without the product's parser: windows, places, assets, numbers.

Small on purpose: it knows the phrases of the seed corpus and of its labels, and no others.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
PLANTS = {"Hamburg": "HAM", "Austin": "AUS", "Hai Phong": "HPH"}
YEAR = 2026
END = dt.date(2026, 7, 1)
"""The first moment that the demo plant does not have."""

Window = tuple[str, str]

_MONTH = "|".join(MONTHS)
_DAY = rf"(?P<day>\d{{1,2}}) (?P<month>{_MONTH})"
_FIXED: dict[str, Window] = {
    r"last week": ("2026-06-22", "2026-06-29"),
    r"last month": ("2026-05-01", "2026-06-01"),
    r"yesterday": ("2026-06-29", "2026-06-30"),
    r"this year": ("2026-01-01", "2026-07-01"),
    r"(q1|first quarter)": ("2026-01-01", "2026-04-01"),
    r"(q2|second quarter)": ("2026-04-01", "2026-07-01"),
}


def windows(question: str) -> set[Window]:
    """The half-open windows that a question names; one that is open to a side has "" there.

    The end of a day is a moment: it may be written by the day or by the midnight after it.
    """
    text = question.casefold()
    found: set[Window] = set()
    for pattern, window in _FIXED.items():
        if re.search(rf"\b{pattern}\b", text):
            found.add(window)
    for match in re.finditer(r"\bpast (\d+) days\b", text):
        found.add((str(END - dt.timedelta(days=int(match[1]))), str(END)))
    for match in re.finditer(rf"(?P<word>since|at the end of|after)? ?\b{_DAY}\b", text):
        day = dt.date(YEAR, MONTHS[match["month"]], int(match["day"]))
        after = day + dt.timedelta(days=1)
        word = match["word"]
        if word == "since":
            found.add((str(day), str(END)))
        elif word == "after":
            found.add((str(day), ""))
        elif word == "at the end of":
            found.add(("", str(after)))
        else:
            found.add((str(day), str(after)))
    for match in re.finditer(rf"(?<!\d )\b({_MONTH})\b", text):
        number = MONTHS[match[1]]
        following = dt.date(YEAR, number + 1, 1)
        found.add((str(dt.date(YEAR, number, 1)), str(following)))
    return found


def plants(question: str) -> set[str]:
    """The codes of the plants that a question names."""
    return {code for name, code in PLANTS.items() if name in question}


def lines(question: str) -> set[str]:
    """The lines that a question names."""
    return set(re.findall(r"\bLine \d\b", question))


def assets(question: str) -> set[str]:
    """The asset and product codes that a question names."""
    return set(re.findall(r"\b(?!ISA)(?:[A-Z]{3}-\d\d|[A-Z]{2}\d0)\b", question))


def how_many(question: str) -> set[int]:
    """The N of a ranking: `top 5`, `the 10 longest`, `Which 3 packagers`."""
    text = question.replace("Ten ", "10 ")
    pattern = (
        r"\b[Tt]op (\d+)\b|\b(?:[Tt]he|of the|[Ww]hich|^) ?(\d+) "
        r"(?:longest|worst|biggest|assets|machines|packagers|production|tags|work|bad)"
    )
    found = re.findall(pattern, text)
    begins = re.match(r"(\d+) (?!-)(?:assets|production|longest|worst|uninterrupted)", text)
    numbers = {int(one or other) for one, other in found}
    return numbers | ({int(begins[1])} if begins else set())


def limits(question: str) -> set[str]:
    """Numbers with a unit, as the SQL may write them: any one of the forms parted by `|`."""
    found: set[str] = set()
    unit = r"(mm/s|bar|%|sigma|minutes|seconds|hours|days|units)"
    for number, name in re.findall(rf"\b(?<!past )(\d+(?:\.\d+)?) {unit}(?![a-z])", question):
        value = float(number)
        forms = {number}
        if name == "%":
            forms |= {f"{value / 100:g}", f"{1 + value / 100:g}"}
        elif name in ("minutes", "hours"):
            forms |= {f"{value * 60:g}"}
        found.add("|".join(sorted(forms)))
    return found
