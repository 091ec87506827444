"""A warehouse: stock movements with signed quantities as CSV, the list of items as a workbook."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks.own.kinds import Asked, Folder, Tables

_GROUPS = ("Bearings", "Seals", "Filters", "Belts")


def make(folder: Path) -> Tables:
    """32 items, 2,500 movements of four months; what was there at first is a receipt."""
    dice = random.Random(24)
    items = [
        (
            f"{40100 + k}",
            f"{_GROUPS[k % 4][:-1]} {6200 + k}",
            _GROUPS[k % 4],
            f"Hall {'AB'[k % 2]}",
            5 * dice.randrange(2, 12),
            round(dice.uniform(2, 180), 2),
        )
        for k in range(32)
    ]
    moves = []
    for k, item in enumerate(items):
        at = datetime(2025, 6, 1, 6) + timedelta(minutes=k)
        moves.append((f"M{k:05}", at, item[0], "Receipt", 400 + dice.randrange(200), "PO-1"))
    for k in range(32, 2500):
        at = datetime(2025, 6, 1, 7) + timedelta(minutes=k * 69 + dice.randrange(60))
        kind = dice.choices(("Receipt", "Issue", "Adjustment"), (20, 74, 6))[0]
        count = {
            "Receipt": dice.randrange(10, 80),
            "Issue": -dice.randrange(1, 18),
            "Adjustment": dice.choice((-3, -2, -1, 1, 2)),
        }[kind]
        order = f"{'PO' if kind == 'Receipt' else 'WO'}-{dice.randrange(100, 900)}"
        moves.append((f"M{k:05}", at, dice.choice(items)[0], kind, count, order))
    with (folder / "movements.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows(
            [
                ("Movement", "Posted at", "Item", "Type", "Quantity", "Reference"),
                *((m[0], f"{m[1]:%d.%m.%Y %H:%M:%S}", *m[2:]) for m in moves),
            ]
        )
    with xlsxwriter.Workbook(str(folder / "items.xlsx")) as book:
        sheet = book.add_worksheet("Items")
        header = ("Item", "Description", "Group", "Storage", "Min stock", "Unit cost (EUR)")
        for k, row in enumerate([header, *items]):
            sheet.write_row(k, 0, row)
    return {
        "m": (
            ("id", "at", "item", "type", "qty", "ref"),
            [(m[0], f"{m[1]:%Y-%m-%d %H:%M}", *m[2:]) for m in moves],
        ),
        "items": (("item", "name", "grp", "storage", "minimum", "cost"), items),
    }


_ASKED = (
    Asked(
        "What quantity did we receive in August?",
        "SELECT SUM(qty) FROM m WHERE type = 'Receipt' AND substr(at, 1, 7) = '2025-08'",
    ),
    Asked(
        "total quantity by group",
        "SELECT grp, SUM(qty) FROM m JOIN items USING (item) GROUP BY 1",
    ),
    Asked(
        "only Hall B",
        "SELECT grp, SUM(qty) FROM m JOIN items USING (item) WHERE storage = 'Hall B' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "What is the total quantity of Bearing 6204?",
        "SELECT SUM(qty) FROM m JOIN items USING (item) WHERE name = 'Bearing 6204'",
    ),
    Asked(
        "How many issues were there per month?",
        "SELECT substr(at, 1, 7) || '-01', COUNT(*) FROM m WHERE type = 'Issue' GROUP BY 1",
    ),
    Asked(
        "Which 3 items had the most movements in July?",
        "SELECT name, COUNT(*) FROM m JOIN items USING (item) "
        "WHERE substr(at, 1, 7) = '2025-07' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "number of adjustments with a quantity below 0",
        "SELECT COUNT(*) FROM m WHERE type = 'Adjustment' AND qty < 0",
    ),
    Asked(
        "average unit cost by group",
        "SELECT grp, AVG(cost) FROM items GROUP BY 1",
    ),
    Asked(
        "Which group had the largest quantity of receipts?",
        "SELECT grp, SUM(qty) FROM m JOIN items USING (item) WHERE type = 'Receipt' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "Which items have a min stock over 50?",
        "SELECT name FROM items WHERE minimum > 50",
    ),
    Asked(
        "Wie viele Bewegungen gab es pro Woche im August?",
        "SELECT date(at, 'weekday 0', '-6 days'), COUNT(*) FROM m "
        "WHERE substr(at, 1, 7) = '2025-08' GROUP BY 1",
    ),
    Asked(
        "Tổng quantity của Receipt theo tháng",
        "SELECT substr(at, 1, 7) || '-01', SUM(qty) FROM m WHERE type = 'Receipt' GROUP BY 1",
    ),
)

FOLDER = Folder(
    "stock",
    make,
    (
        (
            "import",
            "{folder}/movements.csv",
            "{folder}/items.xlsx",
            "--name",
            "stock",
            "--yes",
            "--json",
        ),
    ),
    _ASKED,
    (),
    "stock",
)
