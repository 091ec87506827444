"""A hospital ward: a workbook with two sheets, each with title rows above its header."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks.own.kinds import Asked, Folder, Tables

_DEPARTMENTS = ("Cardiology", "Surgery", "Neurology", "Internal medicine")


def make(folder: Path) -> Tables:
    """40 beds, 900 stays of which the last have no end."""
    dice = random.Random(12)
    beds = [
        (
            f"B{k:02}",
            f"Room {100 + k // 2}",
            "Ward A" if k <= 22 else "Ward B",
            "intensive" if k % 8 == 0 else "isolation" if k % 11 == 0 else "standard",
            "yes" if k % 3 == 0 else "no",
        )
        for k in range(1, 41)
    ]
    stays = []
    end = datetime(2026, 3, 31, 23)
    for k in range(900):
        came = datetime(2025, 10, 1) + timedelta(minutes=int(k * 288) + dice.randrange(0, 200))
        bed = dice.choice(beds)
        left = came + timedelta(hours=dice.randrange(14, 220))
        stays.append(
            (
                f"S-{1000 + k}",
                bed[0],
                bed[2],
                came,
                left if left < end else None,
                dice.choices(_DEPARTMENTS, (4, 3, 1, 2))[0],
                dice.randrange(18, 95),
                "yes" if dice.random() < 0.35 else "no",
                round(dice.uniform(2, 60), 1),
            )
        )
    with xlsxwriter.Workbook(
        str(folder / "ward.xlsx"), {"default_date_format": "dd.mm.yyyy hh:mm"}
    ) as book:
        for name, header, rows in (
            (
                "Stays",
                (
                    "Stay no.",
                    "Bed",
                    "Ward",
                    "Admitted",
                    "Discharged",
                    "Department",
                    "Age",
                    "Emergency",
                    "Nursing hours",
                ),
                stays,
            ),
            ("Beds", ("Bed", "Room", "Ward", "Type", "Monitor"), beds),
        ):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, f"St. Anna Hospital - {name}")
            sheet.write(1, 0, "Printed 01.04.2026, for internal use only")
            for k, row in enumerate([header, *rows]):
                sheet.write_row(3 + k, 0, row)
    text = [
        (*r[:3], f"{r[3]:%Y-%m-%d %H:%M}", f"{r[4]:%Y-%m-%d %H:%M}" if r[4] else None, *r[5:])
        for r in stays
    ]
    return {
        "stays": (
            ("no", "bed", "ward", "came", "left_at", "department", "age", "emergency", "hours"),
            text,
        ),
        "beds": (("bed", "room", "ward", "type", "monitor"), beds),
    }


_ASKED = (
    Asked(
        "How many stays were there in January 2026?",
        "SELECT COUNT(*) FROM stays WHERE substr(came, 1, 7) = '2026-01'",
    ),
    Asked(
        "number of stays per department in February",
        "SELECT department, COUNT(*) FROM stays WHERE substr(came, 1, 7) = '2026-02' GROUP BY 1",
    ),
    Asked(
        "and in March?",
        "SELECT department, COUNT(*) FROM stays WHERE substr(came, 1, 7) = '2026-03' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "average age by ward",
        "SELECT ward, AVG(age) FROM stays GROUP BY 1",
    ),
    Asked(
        "How many emergency stays did Surgery have?",
        "SELECT COUNT(*) FROM stays WHERE department = 'Surgery' AND emergency = 'yes'",
    ),
    Asked(
        "What share of stays were emergencies, per month?",
        "SELECT substr(came, 1, 7) || '-01', 100.0 * AVG(emergency = 'yes') FROM stays GROUP BY 1",
    ),
    Asked(
        "Total nursing hours for Cardiology in December 2025",
        "SELECT SUM(hours) FROM stays WHERE department = 'Cardiology' AND "
        "substr(came, 1, 7) = '2025-12'",
    ),
    Asked(
        "Which 5 beds had the most stays?",
        "SELECT bed, COUNT(*) FROM stays GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "How many patients older than 80 were admitted in March?",
        "SELECT COUNT(*) FROM stays WHERE age > 80 AND substr(came, 1, 7) = '2026-03'",
    ),
    Asked(
        "How many beds of each type do we have?",
        "SELECT type, COUNT(*) FROM beds GROUP BY 1",
    ),
    Asked(
        "Wie viele Aufenthalte gab es im Februar auf Ward B?",
        "SELECT COUNT(*) FROM stays WHERE substr(came, 1, 7) = '2026-02' AND ward = 'Ward B'",
    ),
    Asked(
        "Durchschnittliche Nursing hours pro Department",
        "SELECT department, AVG(hours) FROM stays GROUP BY 1",
    ),
)

_FURTHER = (
    Asked(
        "average length of stay by department",
        "SELECT department, AVG((julianday(left_at)-julianday(came))*24) FROM stays GROUP BY 1",
    ),
    Asked(
        "Which ward had more emergencies?",
        "SELECT ward, COUNT(*) FROM stays WHERE emergency='yes' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "stays per week in January in Ward A",
        "SELECT date(came, 'weekday 0', '-6 days'), COUNT(*) FROM stays WHERE "
        "substr(came,1,7)='2026-01' AND ward='Ward A' GROUP BY 1",
    ),
    Asked(
        "oldest patient in Neurology",
        "SELECT MAX(age) FROM stays WHERE department='Neurology'",
    ),
    Asked(
        "How many patients were discharged in February?",
        "SELECT COUNT(*) FROM stays WHERE substr(left_at,1,7)='2026-02'",
    ),
    Asked(
        "How many stays have not been discharged?",
        "SELECT COUNT(*) FROM stays WHERE left_at IS NULL",
    ),
    Asked(
        "non-emergency stays by month",
        "SELECT substr(came,1,7)||'-01', COUNT(*) FROM stays WHERE emergency='no' GROUP BY 1",
    ),
    Asked(
        "share of emergencies in Surgery",
        "SELECT 100.0 * AVG(emergency='yes') FROM stays WHERE department='Surgery'",
    ),
)

FOLDER = Folder(
    "ward",
    make,
    (("import", "{folder}/ward.xlsx", "--name", "ward", "--yes", "--json"),),
    _ASKED,
    _FURTHER,
    "ward",
)
