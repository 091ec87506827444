"""A works laboratory's samples: taken, received and reported, a file a month, and their methods."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_SAMPLES = ("no", "taken", "received", "reported", "product", "method", "result", "repeat", "price")
_METHODS = ("method", "name", "section", "hours")
_HEADER = (
    "Sample no", "Taken at", "Received at", "Reported at", "Product", "Method", "Result [mg/kg]",
    "Repeated", "Price [EUR]",
)  # fmt: skip


def make(folder: Path) -> Tables:
    """1,200 samples of four months and six methods; the last ones are not reported yet."""
    dice = random.Random(47)
    methods = [
        (f"M{n}", name, section, hours)
        for n, (name, section, hours) in enumerate(
            (("Sulfur", "Metals", 24), ("Iron", "Metals", 24), ("Water", "Wet", 8),
             ("Acid value", "Wet", 8), ("Residue", "Wet", 48), ("Lead", "Metals", 72)), 1)
    ]  # fmt: skip
    samples, months = [], {}
    for k in range(1200):
        taken = datetime(2026, 1, 5, 6) + timedelta(minutes=k * 140 + dice.randrange(0, 120))
        received = taken + timedelta(minutes=dice.randrange(20, 900))
        reported = received + timedelta(minutes=dice.randrange(180, 6000))
        row = (
            f"P{26000 + k}",
            taken,
            received,
            reported if k < 1160 else None,
            dice.choice(("Base oil", "Grease", "Additive")),
            dice.choice(methods)[0],
            round(dice.lognormvariate(2, 0.6), 2),
            dice.choices(("no", "yes"), (9, 1))[0],
            dice.choice((35, 48, 60)),
        )
        samples.append(tuple(_said(v) for v in row))
        months.setdefault(f"{taken:%Y_%m}", []).append(
            ["" if v is None else v for v in samples[-1]]
        )
    for month, rows in months.items():
        _write(folder / f"samples_{month}.csv", _HEADER, rows)
    header = ("Method", "Method name", "Section", "Target time [h]")
    _write(folder / "methods.csv", header, methods)
    return {"s": (_SAMPLES, samples), "m": (_METHODS, methods)}


def _said(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _write(path: Path, header: tuple[str, ...], rows: object) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])  # type: ignore[misc]


_ASKED = (
    Asked("How many samples were taken in March?",
          "SELECT COUNT(*) FROM s WHERE substr(taken, 1, 7) = '2026-03'"),
    Asked("reported samples per month",
          "SELECT substr(reported, 1, 7) || '-01', COUNT(*) FROM s WHERE reported IS NOT NULL "
          "GROUP BY 1"),
    Asked("How many samples were received per month?",
          "SELECT substr(received, 1, 7) || '-01', COUNT(*) FROM s GROUP BY 1"),
    Asked("samples not reported yet by product",
          "SELECT product, COUNT(*) FROM s WHERE reported IS NULL GROUP BY 1"),
    Asked("average time from received to reported by section",
          "SELECT section, AVG((julianday(reported) - julianday(received)) * 24) FROM s "
          "JOIN m USING (method) GROUP BY 1"),
    Asked("total price of the samples reported in February",
          "SELECT SUM(price) FROM s WHERE substr(reported, 1, 7) = '2026-02'"),
    Asked("price of reported samples per month by product",
          "SELECT substr(reported, 1, 7) || '-01', product, SUM(price) FROM s "
          "WHERE reported IS NOT NULL GROUP BY 1, 2"),
    Asked("share of repeated samples by method name",
          "SELECT name, 100.0 * AVG(repeat = 'yes') FROM s JOIN m USING (method) GROUP BY 1"),
    Asked("highest result of grease in April",
          "SELECT MAX(result) FROM s WHERE product = 'Grease' AND substr(taken, 1, 7) = '2026-04'"),
    Asked("price per sample by section",
          "SELECT section, AVG(price) FROM s JOIN m USING (method) GROUP BY 1"),
    Asked("Wie viele Proben wurden im Februar genommen?",
          "SELECT COUNT(*) FROM s WHERE substr(taken, 1, 7) = '2026-02'"),
    Asked("tổng giá theo sản phẩm", "SELECT product, SUM(price) FROM s GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "lab", make, (("import", "{folder}", "--name", "lab", "--yes", "--json"),), _ASKED, (), "lab"
)
