"""A brewery: batches as Parquet, tanks and readings as CSV, readings with a quality each."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.own.kinds import Asked, Folder, Tables

_BEERS = ("Pils", "Weizen", "Export", "Bock")


def make(folder: Path) -> Tables:
    """240 batches, 8 tanks, 3,000 readings of temperature and pressure."""
    dice = random.Random(16)
    tanks = [
        (f"T{k}", "fermenter" if k < 6 else "bright tank", (200, 300, 400)[k % 3], 2005 + k)
        for k in range(1, 9)
    ]
    batches = []
    for k in range(240):
        day = datetime(2025, 7, 1) + timedelta(days=k)
        beer = dice.choices(_BEERS, (5, 3, 2, 1))[0]
        batches.append(
            (
                f"B{25000 + k}",
                day.date(),
                beer,
                tanks[k % 8][0],
                round(dice.uniform(120, 380), 1),
                round(dice.uniform(11, 17), 2),
                round(dice.uniform(1, 9), 2),
                dice.random() < 0.9,
            )
        )
    names = (
        "batch_no",
        "brewed_on",
        "beer",
        "tank",
        "volume_hl",
        "original_gravity",
        "loss_percent",
        "released",
    )
    pq.write_table(
        pa.table({n: [b[i] for b in batches] for i, n in enumerate(names)}),
        folder / "batches.parquet",
    )
    with (folder / "tanks.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Tank", "Kind", "Capacity (hl)", "Built"), *tanks])
    readings = []
    for k in range(1500):
        at = datetime(2026, 2, 1) + timedelta(minutes=25 * k)
        tank = tanks[k % 8][0]
        grade = dice.choices((192, 192, 64, 0), (80, 10, 6, 4))[0]
        for sensor, value in (("TT-1", dice.gauss(12, 3)), ("PT-1", dice.gauss(1.2, 0.2))):
            readings.append(
                (
                    f"{at:%Y-%m-%d %H:%M:%S}",
                    f"{tank}.{sensor}",
                    round(value, 3),
                    grade,
                    "°C" if sensor == "TT-1" else "bar",
                    tank,
                )
            )
    with (folder / "readings.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("Time", "Tag", "Value", "Quality", "Unit"), *(r[:5] for r in readings)]
        )
    text = [(b[0], f"{b[1]:%Y-%m-%d}", *b[2:7], int(b[7])) for b in batches]
    return {
        "batches": (("no", "day", "beer", "tank", "hl", "gravity", "loss", "released"), text),
        "tanks": (("tank", "kind", "capacity", "built"), tanks),
        "readings": (("at", "tag", "value", "quality", "unit", "tank"), readings),
    }


_ASKED = (
    Asked(
        "How many hectolitres did we brew in November?",
        "SELECT SUM(hl) FROM batches WHERE substr(day, 1, 7) = '2025-11'",
    ),
    Asked(
        "volume per beer in 2025",
        "SELECT beer, SUM(hl) FROM batches WHERE substr(day, 1, 4) = '2025' GROUP BY 1",
    ),
    Asked(
        "as a share",
        "SELECT beer, 100.0 * SUM(hl) / (SELECT SUM(hl) FROM batches WHERE "
        "substr(day, 1, 4) = '2025') FROM batches WHERE substr(day, 1, 4) = "
        "'2025' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "average original gravity of Bock",
        "SELECT AVG(gravity) FROM batches WHERE beer = 'Bock'",
    ),
    Asked(
        "How many batches were not released?",
        "SELECT COUNT(*) FROM batches WHERE NOT released",
    ),
    Asked(
        "Which tank had the highest loss on average?",
        "SELECT tank, AVG(loss) FROM batches GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "batches per month for Pils and Weizen",
        "SELECT beer, substr(day, 1, 7) || '-01', COUNT(*) FROM batches WHERE "
        "beer IN ('Pils', 'Weizen') GROUP BY 1, 2",
    ),
    Asked(
        "Compare the volume of January and February 2026",
        "SELECT (SELECT SUM(hl) FROM batches WHERE substr(day, 1, 7) = "
        "'2026-01'), (SELECT SUM(hl) FROM batches WHERE substr(day, 1, 7) = "
        "'2026-02')",
    ),
    Asked(
        "average temperature by tank",
        "SELECT tank, AVG(value) FROM readings WHERE tag LIKE '%.TT-1' AND "
        "quality = 192 GROUP BY 1",
        model="readings",
    ),
    Asked(
        "What was the highest temperature in T3 in the last 7 days?",
        "SELECT MAX(value) FROM readings WHERE tag LIKE '%.TT-1' AND quality = "
        "192 AND tank = 'T3' AND at > '2026-02-20 00:35'",
        model="readings",
    ),
    Asked(
        "Wie viel Volumen haben wir pro Monat gebraut?",
        "SELECT substr(day, 1, 7) || '-01', SUM(hl) FROM batches GROUP BY 1",
    ),
    Asked(
        "Sản lượng Pils tháng trước?",
        "SELECT SUM(hl) FROM batches WHERE beer = 'Pils' AND substr(day, 1, 7) = '2026-01'",
    ),
)

_FURTHER = (
    Asked(
        "how many batches in 2026",
        "SELECT COUNT(*) FROM batches WHERE substr(day,1,4)='2026'",
    ),
    Asked(
        "average loss by beer",
        "SELECT beer, AVG(loss) FROM batches GROUP BY 1",
    ),
    Asked(
        "share of released batches by beer",
        "SELECT beer, 100.0 * AVG(released) FROM batches GROUP BY 1",
    ),
    Asked(
        "total volume of batches above 300 hl",
        "SELECT SUM(hl) FROM batches WHERE hl > 300",
    ),
    Asked(
        "biggest batch of Weizen",
        "SELECT MAX(hl) FROM batches WHERE beer='Weizen'",
    ),
    Asked(
        "volume by tank last month",
        "SELECT tank, SUM(hl) FROM batches WHERE substr(day,1,7)='2026-01' GROUP BY 1",
    ),
    Asked(
        "unreleased batches per month",
        "SELECT substr(day,1,7)||'-01', COUNT(*) FROM batches WHERE NOT released GROUP BY 1",
    ),
    Asked(
        "Which beers did we brew in August?",
        "SELECT DISTINCT beer FROM batches WHERE substr(day,1,7)='2025-08'",
    ),
    Asked(
        "average pressure by asset",
        "SELECT tank, AVG(value) FROM readings WHERE tag LIKE '%PT-1' AND quality=192 GROUP BY 1",
        model="readings",
    ),
    Asked(
        "how many bad readings per tank",
        "SELECT tank, COUNT(*) FROM readings WHERE quality=0 GROUP BY 1",
        model="readings",
    ),
)

FOLDER = Folder(
    "brewery",
    make,
    (
        (
            "import",
            "{folder}/batches.parquet",
            "{folder}/tanks.csv",
            "--name",
            "brewery",
            "--yes",
            "--json",
        ),
        ("import", "{folder}/readings.csv", "--name", "readings", "--yes", "--json"),
    ),
    _ASKED,
    _FURTHER,
    "brewery",
)
