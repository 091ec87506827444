"""A Swiss wind park: a day's figures of each turbine, and its stops, as a portal writes them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_CAUSES = ("Icing", "Grid fault", "Service", "Bat protection")


def _swiss(value: float, places: int) -> str:
    text = f"{abs(value):,.{places}f}".replace(",", "'")
    return f"({text})" if value < 0 else text


def make(folder: Path) -> Tables:
    """Eight turbines over four months, what they draw in brackets, per cent as text."""
    dice = random.Random(65)
    turbines = [f"WT{k:02}" for k in range(1, 9)]
    days, stops = [], []
    for turbine in turbines:
        day = date(2025, 11, 1)
        while day < date(2026, 3, 1):
            is_calm = dice.random() < 0.15
            energy = (
                -round(dice.uniform(20, 90), 1) if is_calm else round(dice.uniform(900, 61e3), 1)
            )
            days.append((
                turbine, day.isoformat(), energy, round(dice.uniform(70, 100), 1),
                round(dice.uniform(1, 4) if is_calm else dice.uniform(4, 14), 1),
            ))  # fmt: skip
            if dice.random() < 0.3:
                began = datetime(day.year, day.month, day.day, dice.randrange(0, 24))
                lost = round(dice.uniform(10, 20000))
                stops.append((
                    turbine, f"{began:%Y-%m-%d %H:%M}", dice.randrange(60, 120000),
                    dice.choice(_CAUSES), lost,
                ))  # fmt: skip
            day += timedelta(days=1)
    days.sort(key=lambda row: (row[1], row[0]))
    stops.sort(key=lambda row: (row[1], row[0]))
    lines = ["Turbine;Day;Energy (kWh);Availability;Wind speed (m/s)"]
    lines += [f"{t};{d};{_swiss(e, 1)};{a} %;{w}" for t, d, e, a, w in days]
    lines += ["", f"Total;;{_swiss(sum(r[2] for r in days), 1)};;"]
    (folder / "production.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["Turbine;Start;Duration;Cause;Lost energy [kWh]"]
    for turbine, began, took, cause, lost in stops:
        clock = f"{took // 3600:02}:{took % 3600 // 60:02}:{took % 60:02}"
        lines.append(f"{turbine};{began};{clock};{cause};{_swiss(lost, 0)}")
    (folder / "stops.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "d": (("turbine", "day", "energy", "available", "wind"), days),
        "s": (("turbine", "began", "took", "cause", "lost"), stops),
    }


_ASKED = (
    Asked("total energy in January",
          "SELECT SUM(energy) FROM d WHERE substr(day, 1, 7) = '2026-01'"),
    Asked("energy per turbine", "SELECT turbine, SUM(energy) FROM d GROUP BY 1"),
    Asked("Which turbine produced the least energy in December?",
          "SELECT turbine, SUM(energy) FROM d WHERE substr(day, 1, 7) = '2025-12' GROUP BY 1 "
          "ORDER BY 2 LIMIT 1"),
    Asked("average availability by month",
          "SELECT substr(day, 1, 7) || '-01', 1.0 * AVG(available) FROM d GROUP BY 1"),
    Asked("mean wind speed of WT03", "SELECT AVG(wind) FROM d WHERE turbine = 'WT03'"),
    Asked("How many stops were there per cause?", "SELECT cause, COUNT(*) FROM s GROUP BY 1"),
    Asked("total stop duration by turbine", "SELECT turbine, SUM(took / 60.0) FROM s GROUP BY 1"),
    Asked("lost energy due to icing by month",
          "SELECT substr(began, 1, 7) || '-01', SUM(lost) FROM s WHERE cause = 'Icing' GROUP BY 1"),
    Asked("stops longer than 10 hours", "SELECT COUNT(*) FROM s WHERE took > 36000"),
    Asked("Mittlere Verfügbarkeit pro Turbine",
          "SELECT turbine, AVG(available) FROM d GROUP BY 1"),
    Asked("Energie pro Woche im Februar",
          "SELECT date(day, 'weekday 0', '-6 days'), SUM(energy) FROM d "
          "WHERE substr(day, 1, 7) = '2026-02' GROUP BY 1"),
    Asked("sản lượng năng lượng theo tua bin trong tháng 2",
          "SELECT turbine, SUM(energy) FROM d WHERE substr(day, 1, 7) = '2026-02' GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "wind", make, (("import", "{folder}", "--name", "wind", "--yes", "--json"),), _ASKED, (),
    "wind",
)  # fmt: skip
