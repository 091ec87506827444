"""A compressed-air station: one wide CSV, a row a minute, German headers with their units."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_HEADER = (
    "Zeit",
    "Netzdruck [bar]",
    "Volumenstrom [m³/h]",
    "K1 Leistung [kW]",
    "K2 Leistung [kW]",
    "K3 Leistung [kW]",
    "Drucktaupunkt [°C]",
)


def make(folder: Path) -> Tables:
    """Three days, 4,320 rows, decimal commas."""
    dice = random.Random(23)
    rows, lines = [], [";".join(_HEADER)]
    for k in range(3 * 1440):
        at = datetime(2026, 5, 4) + timedelta(minutes=k)
        wave = 0.6 + 0.4 * math.sin((at.hour - 6) / 24 * 2 * math.pi)
        values = (
            round(dice.gauss(6.9, 0.25), 2),
            round(900 * wave * dice.uniform(0.9, 1.1), 1),
            round(75 * dice.uniform(0.9, 1.0), 1),
            round(55 * wave * dice.uniform(0.7, 1.0), 1),
            round(30 * dice.uniform(0.8, 1.0), 1) if wave > 0.8 else 0.0,
            round(dice.gauss(3, 1), 1),
        )
        rows.append((f"{at:%Y-%m-%d %H:%M}", *values))
        lines.append(
            ";".join([f"{at:%d.%m.%Y %H:%M}", *(str(v).replace(".", ",") for v in values)])
        )
    (folder / "druckluft.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"a": (("at", "bar", "flow", "k1", "k2", "k3", "dew"), rows)}


_ASKED = (
    Asked(
        "Mittlerer Netzdruck pro Tag",
        "SELECT date(at), AVG(bar) FROM a GROUP BY 1",
    ),
    Asked(
        "Wie hoch war der höchste Volumenstrom gestern?",
        "SELECT MAX(flow) FROM a WHERE date(at) = '2026-05-05'",
    ),
    Asked(
        "Wie viele Minuten lag der Netzdruck unter 6,5 bar?",
        "SELECT COUNT(*) FROM a WHERE bar < 6.5",
    ),
    Asked(
        "average power of K1 by hour on May 4",
        "SELECT strftime('%Y-%m-%d %H:00', at), AVG(k1) FROM a "
        "WHERE date(at) = '2026-05-04' GROUP BY 1",
    ),
    Asked(
        "and K2?",
        "SELECT strftime('%Y-%m-%d %H:00', at), AVG(k2) FROM a "
        "WHERE date(at) = '2026-05-04' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "How much energy did K2 use on May 5?",
        "SELECT SUM(k2) / 60 FROM a WHERE date(at) = '2026-05-05'",
    ),
    Asked(
        "Which compressor had the highest average power on May 5?",
        "SELECT 'K1', AVG(k1) FROM a WHERE date(at) = '2026-05-05'",
    ),
    Asked(
        "lowest Drucktaupunkt in the last 24 hours",
        "SELECT MIN(dew) FROM a WHERE at >= '2026-05-06 00:00'",
    ),
    Asked(
        "average Netzdruck between 06:00 and 14:00 on May 4",
        "SELECT AVG(bar) FROM a WHERE date(at) = '2026-05-04' AND "
        "substr(at, 12, 5) >= '06:00' AND substr(at, 12, 5) < '14:00'",
    ),
    Asked(
        "Wie lange war die Leistung von K3 am 5. Mai über 5 kW?",
        "SELECT COUNT(*) / 60.0 FROM a WHERE k3 > 5 AND date(at) = '2026-05-05'",
    ),
    Asked(
        "Vergleiche die Leistung von K1 und K2 am 6. Mai",
        "SELECT AVG(k1), AVG(k2) FROM a WHERE date(at) = '2026-05-06'",
    ),
    Asked(
        "Volumenstrom trung bình theo giờ ngày 5 tháng 5",
        "SELECT strftime('%Y-%m-%d %H:00', at), AVG(flow) FROM a "
        "WHERE date(at) = '2026-05-05' GROUP BY 1",
    ),
)

FOLDER = Folder(
    "air",
    make,
    (("import", "{folder}/druckluft.csv", "--name", "air", "--yes", "--json"),),
    _ASKED,
    (),
    "air",
)
