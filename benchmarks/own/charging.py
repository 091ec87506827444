"""A town's charging posts: each charge with its energy and fee, and the posts with their power."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_CHARGES = ("id", "plugged", "unplugged", "post", "card", "energy", "fee", "aborted")
_POSTS = ("post", "street", "district", "power")


def make(folder: Path) -> Tables:
    """2,400 charges of three months as JSON lines, and fourteen posts as CSV."""
    dice = random.Random(53)
    posts = [
        (f"LP-{n:02}", ("Hafenweg", "Ostring", "Markt", "Am Wall")[n % 4],
         ("North", "Center", "South")[n % 3], (11, 22, 50)[n % 3 - n % 2])
        for n in range(1, 15)
    ]  # fmt: skip
    charges, lines = [], []
    for k in range(2400):
        at = datetime(2026, 4, 1) + timedelta(minutes=k * 54 + dice.randrange(0, 50))
        away = at + timedelta(minutes=dice.randrange(12, 700))
        energy = round(dice.uniform(1, 62), 2)
        row = (
            900_000 + k, f"{at:%Y-%m-%dT%H:%M:%S}", f"{away:%Y-%m-%dT%H:%M:%S}",
            dice.choice(posts)[0], dice.choice(("RFID", "App", "Credit card")), energy,
            round(energy * 0.49 + 0.5, 2), dice.random() < 0.06,
        )  # fmt: skip
        charges.append(row)
        names = ("charge_id", "plugged_in_at", "unplugged_at", "post_id", "paid_by", "energy_kwh",
                 "fee_eur", "aborted")  # fmt: skip
        lines.append(json.dumps(dict(zip(names, row, strict=True))))
    (folder / "charges.jsonl").write_text("\n".join(lines) + "\n")
    text = "\n".join(",".join(map(str, row)) for row in posts)
    (folder / "posts.csv").write_text(f"post_id,street,district,power_kw\n{text}\n")
    return {"c": (_CHARGES, charges), "p": (_POSTS, posts)}


_ASKED = (
    Asked("How much energy was charged in May?",
          "SELECT SUM(energy) FROM c WHERE substr(plugged, 1, 7) = '2026-05'"),
    Asked("number of charges per week in June",
          "SELECT date(plugged, '-6 days', 'weekday 1'), COUNT(*) FROM c "
          "WHERE substr(plugged, 1, 7) = '2026-06' GROUP BY 1"),
    Asked("fees by district in June",
          "SELECT district, SUM(fee) FROM c JOIN p USING (post) "
          "WHERE substr(plugged, 1, 7) = '2026-06' GROUP BY 1"),
    Asked("Which post had the most charges?",
          "SELECT post, COUNT(*) FROM c GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("average energy per charge by payment",
          "SELECT card, AVG(energy) FROM c GROUP BY 1"),
    Asked("share of aborted charges per street",
          "SELECT street, 100.0 * AVG(aborted) FROM c JOIN p USING (post) GROUP BY 1"),
    Asked("fee per kWh by district",
          "SELECT district, SUM(fee) / SUM(energy) FROM c JOIN p USING (post) GROUP BY 1"),
    Asked("charges longer than 6 hours by post",
          "SELECT post, COUNT(*) FROM c WHERE (julianday(unplugged) - julianday(plugged)) * 24 "
          "> 6.0001 GROUP BY 1"),
    Asked("unplugged per hour of day",
          "SELECT CAST(substr(unplugged, 12, 2) AS INT), COUNT(*) FROM c GROUP BY 1"),
    Asked("energy by weekday compared May with April",
          "SELECT (CAST(strftime('%w', plugged) AS INT) + 6) % 7 + 1, "
          "SUM(energy * (substr(plugged, 1, 7) = '2026-05')), "
          "SUM(energy * (substr(plugged, 1, 7) = '2026-04')) FROM c "
          "WHERE substr(plugged, 1, 7) IN ('2026-04', '2026-05') GROUP BY 1"),
    Asked("Gesamte Energie pro Monat",
          "SELECT substr(plugged, 1, 7) || '-01', SUM(energy) FROM c GROUP BY 1"),
    Asked("Energie über 50 kWh: wie viele Ladungen?", "SELECT COUNT(*) FROM c WHERE energy > 50"),
)  # fmt: skip

FOLDER = Folder(
    "charging",
    make,
    (("import", "{folder}", "--name", "charging", "--yes", "--json"),),
    _ASKED,
    (),
    "charging",
)
