"""A municipal water works: a historian's export, a column a tag, the unit in brackets."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_TAGS = (
    ("PS1.FT-101 [m3/h]", 120.0),
    ("PS1.PT-102 [bar]", 4.2),
    ("PS2.FT-201 [m3/h]", 85.0),
    ("PS2.PT-202 [bar]", 3.8),
    ("RES1.LT-301 [m]", 5.5),
    ("WTP.TT-401 [°C]", 11.0),
)


def make(folder: Path) -> Tables:
    """Two files, a month each, by the hour, with gaps and bad inputs."""
    dice = random.Random(13)
    columns = ["at", "flow1", "pressure1", "flow2", "pressure2", "level", "temp"]
    rows = []
    for month in (4, 5):
        lines = ["Timestamp," + ",".join(name for name, _ in _TAGS)]
        at = datetime(2026, month, 1)
        while at.month == month:
            wave = 1 + 0.3 * math.sin(at.hour / 24 * 2 * math.pi)
            values: list[float | None] = []
            for _, middle in _TAGS:
                value = round(middle * wave * dice.uniform(0.95, 1.05), 2)
                values.append(None if dice.random() < 0.01 else value)
            rows.append((at.strftime("%Y-%m-%d %H:%M"), *values))
            cells = ["Bad Input" if v is None else f"{v}" for v in values]
            lines.append(",".join([at.strftime("%Y-%m-%d %H:%M:%S"), *cells]))
            at += timedelta(hours=1)
        (folder / f"export_2026{month:02}.csv").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )
    return {"w": (columns, rows)}


_ASKED = (
    Asked(
        "What was the average flow in PS1 in April?",
        "SELECT AVG(flow1) FROM w WHERE substr(at, 1, 7) = '2026-04'",
    ),
    Asked(
        "highest pressure in PS2 in May",
        "SELECT MAX(pressure2) FROM w WHERE substr(at, 1, 7) = '2026-05'",
    ),
    Asked(
        "and the lowest?",
        "SELECT MIN(pressure2) FROM w WHERE substr(at, 1, 7) = '2026-05'",
        goes_on=True,
    ),
    Asked(
        "mean level of the reservoir RES1 per week",
        "SELECT date(at, 'weekday 0', '-6 days'), AVG(level) FROM w GROUP BY 1",
    ),
    Asked(
        "Compare the flow of PS1 and PS2 in May",
        "SELECT 'PS1', AVG(flow1) FROM w WHERE substr(at, 1, 7) = '2026-05' UNION"
        " ALL SELECT 'PS2', AVG(flow2) FROM w WHERE substr(at, 1, 7) = '2026-05'",
    ),
    Asked(
        "On which day was the water temperature highest?",
        "SELECT date(at), AVG(temp) FROM w GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "average pressure by pumping station",
        "SELECT 'PS1', AVG(pressure1) FROM w UNION ALL SELECT 'PS2', AVG(pressure2) FROM w",
    ),
    Asked(
        "How often was the flow at PS1 above 150 m3/h?",
        "SELECT COUNT(*) FROM w WHERE flow1 > 150",
    ),
    Asked(
        "Minimum reservoir level yesterday",
        "SELECT MIN(level) FROM w WHERE date(at) = '2026-05-31'",
    ),
    Asked(
        "flow of PS1 in the last 7 days by day",
        "SELECT date(at), AVG(flow1) FROM w WHERE at > '2026-05-24 23:30' GROUP BY 1",
    ),
    Asked(
        "Mittlerer Druck in PS1 im April",
        "SELECT AVG(pressure1) FROM w WHERE substr(at, 1, 7) = '2026-04'",
    ),
    Asked(
        "Lưu lượng trung bình của PS2 trong tháng 5",
        "SELECT AVG(flow2) FROM w WHERE substr(at, 1, 7) = '2026-05'",
    ),
)

_FURTHER = (
    Asked(
        "total flow of PS1 in April",
        "SELECT SUM(flow1) FROM w WHERE substr(at,1,7)='2026-04'",
    ),
    Asked(
        "Which station had the higher pressure in May?",
        "SELECT 'PS1', AVG(pressure1) FROM w WHERE substr(at,1,7)='2026-05'",
    ),
    Asked(
        "average level by hour of day",
        "SELECT substr(at,12,2)+0, AVG(level) FROM w GROUP BY 1",
    ),
    Asked(
        "temperature trend by day in May",
        "SELECT date(at), AVG(temp) FROM w WHERE substr(at,1,7)='2026-05' GROUP BY 1",
    ),
    Asked(
        "hours with pressure below 3.5 bar at PS1",
        "SELECT COUNT(*) FROM w WHERE pressure1 < 3.5",
    ),
    Asked(
        "Durchschnittlicher Durchfluss pro Woche",
        "SELECT date(at, 'weekday 0', '-6 days'), "
        "(SUM(flow1)+SUM(flow2))/(COUNT(flow1)+COUNT(flow2)) FROM w GROUP BY 1",
    ),
    Asked(
        "Compare PS1 flow in April and May",
        "SELECT (SELECT AVG(flow1) FROM w WHERE substr(at,1,7)='2026-04'), "
        "(SELECT AVG(flow1) FROM w WHERE substr(at,1,7)='2026-05')",
    ),
)

FOLDER = Folder(
    "water",
    make,
    (("import", "{folder}", "--name", "water", "--yes", "--json"),),
    _ASKED,
    _FURTHER,
    "water",
)
