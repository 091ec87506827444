"""A foundry: a melt log with a row a heat, and the castings poured of each, as two CSV files."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_ALLOYS = {"GJL-250": 1420, "GJS-400": 1445, "GJS-600": 1450}
_PARTS = ("Housing 12", "Flange DN80", "Bracket", "Pump cover")
_DEFECTS = ("blowhole", "sand inclusion", "cold shut")


def make(folder: Path) -> Tables:
    """600 heats of three months in three furnaces, two or three lots of castings of each."""
    dice = random.Random(21)
    melts, castings = [], []
    for k in range(600):
        start = datetime(2025, 8, 1, 5) + timedelta(minutes=k * 219 + dice.randrange(40))
        tapped = start + timedelta(minutes=dice.randrange(62, 118))
        alloy = dice.choices(list(_ALLOYS), (5, 3, 2))[0]
        tap = round(dice.gauss(_ALLOYS[alloy], 14))
        charge = 1500 + 10 * dice.randrange(0, 90)
        number = f"H{25000 + k}"
        melts.append(
            (
                number,
                f"F{1 + dice.randrange(3)}",
                alloy,
                f"{start:%Y-%m-%d %H:%M}",
                f"{tapped:%Y-%m-%d %H:%M}",
                tap,
                tap - dice.randrange(25, 70),
                charge,
                round(charge * dice.uniform(0.52, 0.66), 1),
                ("night", "early", "late")[(start.hour + 2) // 8 % 3],
            )
        )
        for _ in range(2 + k % 2):
            scrap = dice.choices((0, dice.randrange(1, 9)), (2, 3))[0]
            castings.append(
                (
                    number,
                    dice.choice(_PARTS),
                    f"{tapped + timedelta(minutes=dice.randrange(6, 25)):%Y-%m-%d %H:%M}",
                    f"Line {1 + dice.randrange(2)}",
                    dice.randrange(30, 120),
                    scrap,
                    dice.choices(_DEFECTS, (4, 2, 1))[0] if scrap else "",
                )
            )
    for name, header, rows in (
        (
            "melts.csv",
            (
                "Heat no",
                "Furnace",
                "Alloy",
                "Melt start",
                "Tapped",
                "Tap temp [°C]",
                "Ladle temp [°C]",
                "Charge [kg]",
                "Energy [kWh]",
                "Shift",
            ),
            melts,
        ),
        (
            "castings.csv",
            ("Heat no", "Part", "Poured", "Moulding line", "Good pcs", "Scrap pcs", "Defect"),
            castings,
        ),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
    return {
        "melts": (
            ("heat", "furnace", "alloy", "at", "tapped", "tap", "ladle", "kg", "kwh", "shift"),
            melts,
        ),
        "castings": (("heat", "part", "at", "line", "good", "scrap", "defect"), castings),
    }


_ASKED = (
    Asked(
        "How many heats did we melt in September?",
        "SELECT COUNT(*) FROM melts WHERE substr(at, 1, 7) = '2025-09'",
    ),
    Asked(
        "average tap temp per alloy",
        "SELECT alloy, AVG(tap) FROM melts GROUP BY 1",
    ),
    Asked(
        "and the ladle temperature?",
        "SELECT alloy, AVG(ladle) FROM melts GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "energy per kg of charge by furnace",
        "SELECT furnace, SUM(kwh) / SUM(kg) FROM melts GROUP BY 1",
    ),
    Asked(
        "How long does a heat take from melt start to tapped on average, by furnace?",
        "SELECT furnace, AVG((julianday(tapped) - julianday(at)) * 1440) FROM melts GROUP BY 1",
    ),
    Asked(
        "number of heats with a tap temp below 1400 °C by shift",
        "SELECT shift, COUNT(*) FROM melts WHERE tap < 1400 GROUP BY 1",
    ),
    Asked(
        "scrap pieces by part in October",
        "SELECT part, SUM(scrap) FROM castings WHERE substr(at, 1, 7) = '2025-10' GROUP BY 1",
    ),
    Asked(
        "scrap by alloy",
        "SELECT alloy, SUM(scrap) FROM castings JOIN melts USING (heat) GROUP BY 1",
    ),
    Asked(
        "What are the top 2 defects by scrap pcs?",
        "SELECT defect, SUM(scrap) FROM castings WHERE defect <> '' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 2",
    ),
    Asked(
        "How many kg of GJS-400 did we melt in September?",
        "SELECT SUM(kg) FROM melts WHERE alloy = 'GJS-400' AND substr(at, 1, 7) = '2025-09'",
    ),
    Asked(
        "Wie viele Chargen hatte Ofen F2 im Oktober?",
        "SELECT COUNT(*) FROM melts WHERE furnace = 'F2' AND substr(at, 1, 7) = '2025-10'",
    ),
    Asked(
        "Durchschnittliche Energie pro Schicht im August",
        "SELECT shift, AVG(kwh) FROM melts WHERE substr(at, 1, 7) = '2025-08' GROUP BY 1",
    ),
)

FOLDER = Folder(
    "foundry",
    make,
    (("import", "{folder}", "--name", "foundry", "--yes", "--json"),),
    _ASKED,
    (),
    "foundry",
)
