"""A dairy's cold stores: a wide historian export with a column of quality beside each tag."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_TAGS = (
    ("CR1", "TT-11", "°C", 3.2), ("CR1", "MT-12", "%", 84.0), ("CR2", "TT-21", "°C", 4.1),
    ("CR2", "MT-22", "%", 81.0), ("FRZ", "TT-31", "°C", -21.5),
)  # fmt: skip


def make(folder: Path) -> Tables:
    """A month of quarter hours, US dates with AM and PM, grades as OPC DA numbers."""
    dice = random.Random(63)
    rows = []
    lines = [
        "Dairy North,,,,,,,,,,",
        "Time," + ",".join(f"{p}.{t},{p}.{t}_Q" for p, t, _, _ in _TAGS),
        "," + ",".join(f"{u}," for _, _, u, _ in _TAGS),
    ]
    at = datetime(2026, 3, 1)
    while at.month == 3:
        cells = [f"{at.month}/{at.day}/{at.year} {at:%I:%M:%S %p}"]
        for place, tag, _, middle in _TAGS:
            is_bad = dice.random() < 0.02
            value = round(middle + math.sin(at.hour / 4) + dice.uniform(-0.5, 0.5), 2)
            value = 999.99 if is_bad else value
            cells += [f"{value}", "0" if is_bad else "192"]
            kind = "m" if tag.startswith("M") else "t"
            rows.append((f"{at:%Y-%m-%d %H:%M}", place, kind, value, 0 if is_bad else 192))
        lines.append(",".join(cells))
        at += timedelta(minutes=15)
    (folder / "trend_export.csv").write_text("\n".join(lines) + "\n", encoding="cp1252")
    return {"r": (("at", "place", "kind", "value", "q"), rows)}


_GOOD = "FROM r WHERE q = 192"
_WARM = f"{_GOOD} AND kind = 't'"
_ASKED = (
    Asked("mean temperature of CR1", f"SELECT AVG(value) {_WARM} AND place = 'CR1'"),
    Asked("highest temperature in CR2 on 4 March",
          f"SELECT MAX(value) {_WARM} AND place = 'CR2' AND date(at) = '2026-03-04'"),
    Asked("What was the warmest temperature in each cold room?",
          f"SELECT place, MAX(value) {_WARM} GROUP BY 1"),
    Asked("average temperature by room", f"SELECT place, AVG(value) {_WARM} GROUP BY 1"),
    Asked("temperature of FRZ per day",
          f"SELECT date(at), AVG(value) {_WARM} AND place = 'FRZ' GROUP BY 1"),
    Asked("How many hours was CR2 above 5 °C?",
          f"SELECT COUNT(*) * 0.25 {_WARM} AND place = 'CR2' AND value > 5"),
    Asked("lowest temperature last week",
          f"SELECT MIN(value) {_WARM} AND date(at) BETWEEN '2026-03-23' AND "
          "'2026-03-29'"),
    Asked("how many bad readings were there for FRZ?",
          "SELECT COUNT(*) FROM r WHERE q = 0 AND place = 'FRZ'"),
    Asked("mean humidity in CR1 by week",
          f"SELECT date(at, 'weekday 0', '-6 days'), AVG(value) {_GOOD} AND kind = 'm' AND "
          "place = 'CR1' GROUP BY 1"),
    Asked("Mittlere Temperatur von CR2 am 10. März",
          f"SELECT AVG(value) {_WARM} AND place = 'CR2' AND date(at) = '2026-03-10'"),
    Asked("Höchste Temperatur je Kühlraum im März",
          f"SELECT place, MAX(value) {_WARM} GROUP BY 1"),
    Asked("nhiệt độ trung bình của FRZ hôm qua",
          f"SELECT AVG(value) {_WARM} AND place = 'FRZ' AND date(at) = '2026-03-30'"),
)  # fmt: skip

FOLDER = Folder(
    "dairy", make, (("import", "{folder}", "--name", "dairy", "--yes", "--json"),), _ASKED, (),
    "dairy",
)  # fmt: skip
