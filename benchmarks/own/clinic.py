"""A hospital's laboratory: a workbook with a sheet a month, merged heads, and a sheet of totals."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks.own.kinds import Asked, Folder, Tables

_WARDS = ("ICU", "Surgery", "Emergency", "Oncology")
_TESTS = (("CRP", 5.0), ("Troponin", 0.5), ("Potassium", 0.0), ("Glucose", 0.0))
_HEADER = ("Sample ID", "Received", "Turnaround", "Ward", "Test", "Result", "Hemolyzed", "Cost")
_UNITS = ("", "", "(hh:mm:ss)", "", "", "(mg/L)", "(Y/N)", "(EUR)")
#: Day 0 of a workbook's dates.
_DAY_0 = datetime(1899, 12, 30)


def make(folder: Path) -> Tables:
    """600 samples; moments as day numbers without a format, results below the limit as text."""
    dice = random.Random(62)
    months: dict[int, list[tuple]] = {1: [], 2: [], 3: []}
    for k in range(600):
        at = datetime(2026, 1, 1, 6) + timedelta(minutes=215 * k + dice.randrange(0, 200))
        test, limit = dice.choice(_TESTS)
        value = round(dice.lognormvariate(1, 1), 1)
        took = timedelta(seconds=dice.randrange(900, 30000))
        months[at.month].append((
            f"{1207 + k * 13:07}", at, took, dice.choice(_WARDS), test,
            None if value < limit else value, "Y" if dice.random() < 0.1 else "N",
            round(dice.uniform(3, 40), 2), limit,
        ))  # fmt: skip
    rows = []
    with xlsxwriter.Workbook(str(folder / "Lab Q1.xlsx")) as book:
        title = book.add_format({"bold": True, "align": "center"})
        for month, part in months.items():
            sheet = book.add_worksheet(("Jan", "Feb", "Mar")[month - 1])
            sheet.merge_range(0, 0, 0, len(_HEADER) - 1, "St. Martin - clinical chemistry", title)
            sheet.merge_range(1, 0, 1, 3, "Sample", title)
            sheet.merge_range(1, 4, 1, 7, "Analysis", title)
            sheet.write_row(2, 0, _HEADER)
            sheet.write_row(3, 0, _UNITS)
            for at_row, (no, at, took, ward, test, value, bad, cost, limit) in enumerate(part, 4):
                hours, rest = divmod(int(took.total_seconds()), 3600)
                text = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
                serial = round((at - _DAY_0).total_seconds() / 86400, 6)
                sheet.write_string(at_row, 0, no)
                sheet.write_row(at_row, 1, (serial, text, ward, test))
                sheet.write(at_row, 5, f"<{limit:g}" if value is None else value)
                sheet.write_row(at_row, 6, (bad, cost))
                rows.append((
                    no, f"{at:%Y-%m-%d %H:%M}", took.total_seconds(), ward, test, value, bad, cost,
                ))  # fmt: skip
            sheet.write_row(len(part) + 4, 0, ("Total", "", "", "", "", "", ""))
            sheet.write(len(part) + 4, 7, round(sum(r[7] for r in part), 2))
        total = book.add_worksheet("Total")
        total.write_row(0, 0, ("Month", "Samples", "Cost"))
        for month, part in months.items():
            total.write_row(month, 0, (f"2026-{month:02}", len(part), sum(r[7] for r in part)))
    return {
        "s": (("no", "received", "took", "ward", "test", "result", "hemolyzed", "cost"), rows),
    }


_ASKED = (
    Asked("How many samples were received in February?",
          "SELECT COUNT(*) FROM s WHERE substr(received, 1, 7) = '2026-02'"),
    Asked("number of samples per ward", "SELECT ward, COUNT(*) FROM s GROUP BY 1"),
    Asked("total cost by month",
          "SELECT substr(received, 1, 7) || '-01', SUM(cost) FROM s GROUP BY 1"),
    Asked("What is the total cost of all samples?", "SELECT SUM(cost) FROM s"),
    Asked("average turnaround by test", "SELECT test, AVG(took / 60.0) FROM s GROUP BY 1"),
    Asked("longest turnaround in the ICU", "SELECT MAX(took / 60.0) FROM s WHERE ward = 'ICU'"),
    Asked("highest potassium result in March",
          "SELECT MAX(result) FROM s WHERE test = 'Potassium' AND substr(received, 1, 7) = "
          "'2026-03'"),
    Asked("share of hemolyzed samples by ward",
          "SELECT ward, 100.0 * AVG(hemolyzed = 'Y') FROM s GROUP BY 1"),
    Asked("Which ward sent the most troponin samples?",
          "SELECT ward, COUNT(*) FROM s WHERE test = 'Troponin' GROUP BY 1 ORDER BY 2 DESC "
          "LIMIT 1"),
    Asked("How many samples took longer than 2 hours?",
          "SELECT COUNT(*) FROM s WHERE took > 7200"),
    Asked("Wie viele hämolysierte Proben gab es pro Monat?",
          "SELECT substr(received, 1, 7) || '-01', COUNT(*) FROM s WHERE hemolyzed = 'Y' "
          "GROUP BY 1"),
    Asked("tổng chi phí theo khoa", "SELECT ward, SUM(cost) FROM s GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "clinic", make,
    (
        ("import", "{folder}", "--name", "clinic", "--json"),
        ("import", "{folder}", "--name", "clinic", "--yes", "--json", "--leave-out", "Total",
         "--type", "Received=datetime", "--type", "Result=double", "--bad-cells", "empty"),
    ),
    _ASKED, (), "clinic",
)  # fmt: skip
