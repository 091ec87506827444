"""A solar park: packed CSV by quarter of an hour with offsets, and a table of its inverters."""

from __future__ import annotations

import gzip
import math
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.own.kinds import Asked, Folder, Tables

_HOME = ZoneInfo("Europe/Berlin")
_INVERTERS = (
    ("INV-01", "SMA", 100, "North"),
    ("INV-02", "SMA", 100, "North"),
    ("INV-03", "Fronius", 60, "South"),
    ("INV-04", "Huawei", 80, "South"),
)


def make(folder: Path) -> Tables:
    """Six days around the change of the clocks, four inverters, in two files."""
    dice = random.Random(18)
    rows = []
    start = datetime(2026, 3, 26, tzinfo=_HOME).astimezone(ZoneInfo("UTC"))
    for part in range(2):
        lines = ["time,inverter,field,power_kw,energy_kwh,dc_voltage_v,status"]
        for k in range(part * 288, part * 288 + 288):
            at = (start + timedelta(minutes=15 * k)).astimezone(_HOME)
            for name, _, rated, field in _INVERTERS:
                sun = (
                    max(0.0, math.sin((at.hour + at.minute / 60 - 6) / 12 * math.pi))
                    if 6 <= at.hour <= 18
                    else 0.0
                )
                down = dice.random() < 0.03
                power = 0.0 if down else round(rated * sun * dice.uniform(0.6, 0.98), 2)
                status = "fault" if down else "running" if power > 0 else "standby"
                volts = round(dice.uniform(580, 640), 1) if power else 0.0
                rows.append(
                    (f"{at:%Y-%m-%d %H:%M}", name, field, power, round(power / 4, 3), volts, status)
                )
                lines.append(
                    f"{at.isoformat()},{name},{field},{power},{round(power / 4, 3)},"
                    f"{volts},{status}"
                )
        with gzip.open(folder / f"production_{part + 1}.csv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    (folder / "inverters").mkdir()
    (folder / "inverters" / "inverters.csv").write_text(
        "\n".join(["inverter;maker;rated_kw;field", *(";".join(map(str, i)) for i in _INVERTERS)])
        + "\n"
    )
    return {
        "p": (("at", "inverter", "field", "kw", "kwh", "volts", "status"), rows),
        "inverters": (("inverter", "maker", "rated", "field"), _INVERTERS),
    }


_ASKED = (
    Asked(
        "How much energy did we produce per day?",
        "SELECT date(at), SUM(kwh) FROM p GROUP BY 1",
    ),
    Asked(
        "energy by inverter on March 28",
        "SELECT inverter, SUM(kwh) FROM p WHERE date(at) = '2026-03-28' GROUP BY 1",
    ),
    Asked(
        "and the day before?",
        "SELECT inverter, SUM(kwh) FROM p WHERE date(at) = '2026-03-27' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "What was the peak power of INV-03?",
        "SELECT MAX(kw) FROM p WHERE inverter = 'INV-03'",
    ),
    Asked(
        "How many faults did each inverter have?",
        "SELECT inverter, COUNT(*) FROM p WHERE status = 'fault' GROUP BY 1",
    ),
    Asked(
        "share of time in fault by inverter",
        "SELECT inverter, 100.0 * AVG(status = 'fault') FROM p GROUP BY 1",
    ),
    Asked(
        "Energy of North vs South yesterday",
        "SELECT field, SUM(kwh) FROM p WHERE date(at) = '2026-03-31' GROUP BY 1",
    ),
    Asked(
        "average DC voltage while running",
        "SELECT AVG(volts) FROM p WHERE status = 'running'",
    ),
    Asked(
        "average power by hour on 30 March",
        "SELECT strftime('%Y-%m-%d %H:00', at), AVG(kw) FROM p WHERE date(at) = "
        "'2026-03-30' GROUP BY 1",
    ),
    Asked(
        "rated power by maker",
        "SELECT maker, SUM(rated) FROM inverters GROUP BY 1",
    ),
    Asked(
        "Wie viel Energie wurde am 29. März erzeugt?",
        "SELECT SUM(kwh) FROM p WHERE date(at) = '2026-03-29'",
    ),
    Asked(
        "Tổng energy theo inverter",
        "SELECT inverter, SUM(kwh) FROM p GROUP BY 1",
    ),
)

_FURTHER = (
    Asked(
        "total energy per field",
        "SELECT field, SUM(kwh) FROM p GROUP BY 1",
    ),
    Asked(
        "Which inverter produced the least energy on 29 March?",
        "SELECT inverter, SUM(kwh) FROM p WHERE date(at)='2026-03-29' GROUP BY 1 "
        "ORDER BY 2 LIMIT 1",
    ),
    Asked(
        "maximum power per day",
        "SELECT date(at), MAX(kw) FROM p GROUP BY 1",
    ),
    Asked(
        "hours in fault by inverter",
        "SELECT inverter, COUNT(*)/4.0 FROM p WHERE status='fault' GROUP BY 1",
    ),
    Asked(
        "energy between 10:00 and 14:00 on March 30",
        "SELECT SUM(kwh) FROM p WHERE date(at)='2026-03-30' AND "
        "substr(at,12,5)>='10:00' AND substr(at,12,5)<'14:00'",
    ),
    Asked(
        "average voltage of INV-02 last 2 days",
        "SELECT AVG(volts) FROM p WHERE inverter='INV-02' AND at >= '2026-03-30 01:00'",
    ),
    Asked(
        "Năng lượng theo ngày",
        "SELECT date(at), SUM(kwh) FROM p GROUP BY 1",
    ),
    Asked(
        "Leistung von INV-01 pro Stunde am 27. März",
        "SELECT strftime('%Y-%m-%d %H:00', at), AVG(kw) FROM p WHERE "
        "date(at)='2026-03-27' AND inverter='INV-01' GROUP BY 1",
    ),
)

FOLDER = Folder(
    "solar",
    make,
    (
        (
            "import",
            "{folder}/production_1.csv.gz",
            "{folder}/production_2.csv.gz",
            "{folder}/inverters/inverters.csv",
            "--name",
            "solar",
            "--zone",
            "Europe/Berlin",
            "--yes",
            "--json",
        ),
    ),
    _ASKED,
    _FURTHER,
    "solar",
)
