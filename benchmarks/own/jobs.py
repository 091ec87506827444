"""A job shop's orders, planned against actual, with German headers and a list of customers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_JOBS = (
    "no", "customer", "machine", "created", "due", "finished", "planned", "actual", "pieces",
    "scrap", "energy", "material", "quote",
)  # fmt: skip
_CUSTOMERS = ("id", "name", "region")


def make(folder: Path) -> Tables:
    """700 orders of five months, the youngest without an end."""
    dice = random.Random(32)
    customers = [
        (n, f"Kunde {n:02}", ("Nord", "Süd", "West")[n % 3]) for n in range(101, 126)
    ]  # fmt: skip
    jobs = []
    last = date(2026, 5, 31)
    for k in range(700):
        created = date(2026, 1, 1) + timedelta(days=k * 150 // 700)
        due = created + timedelta(days=dice.randrange(5, 16))
        finished = due + timedelta(days=dice.randrange(-5, 6))
        is_done = finished <= last
        planned = dice.choice((2, 4, 6, 8, 12))
        pieces = dice.randrange(20, 400)
        jobs.append(
            (
                f"A{9000 + k}",
                dice.choice(customers)[0],
                dice.choices(("Fräse 1", "Fräse 2", "Drehbank", "Säge"), (4, 3, 3, 1))[0],
                created,
                due,
                finished if is_done else None,
                planned,
                round(planned * dice.uniform(0.7, 1.6), 2) if is_done else None,
                pieces,
                dice.randrange(0, 1 + pieces // 12),
                round(pieces * dice.uniform(0.1, 0.6), 1),
                round(pieces * dice.uniform(1, 9), 2),
                round(pieces * dice.uniform(2, 12), 2),
            )
        )
    header = (
        "Auftrags-Nr;Kunden-Nr;Maschine;Angelegt am;Fällig am;Fertig am;Planstunden [h];"
        "Iststunden [h];Stückzahl;Ausschuss;Energie [kWh];Materialkosten [€];Angebotspreis [€]"
    )
    lines = [";".join(_said(v) for v in job) for job in jobs]
    (folder / "auftraege.csv").write_text("\n".join([header, *lines, ""]), encoding="cp1252")
    lines = [";".join(map(str, one)) for one in customers]
    (folder / "kunden.csv").write_text(
        "\n".join(["Kunden-Nr;Kunde;Region", *lines, ""]), encoding="cp1252"
    )
    return {
        "j": (_JOBS, [tuple(f"{v}" if isinstance(v, date) else v for v in job) for job in jobs]),
        "k": (_CUSTOMERS, customers),
    }


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value}".replace(".", ",")
    return "" if value is None else str(value)


_ASKED = (
    Asked(
        "Bei wie vielen Aufträgen lagen die Iststunden über den Planstunden?",
        "SELECT COUNT(*) FROM j WHERE actual > planned",
    ),
    Asked(
        "Aufträge mit mehr als 8 Iststunden je Maschine",
        "SELECT machine, COUNT(*) FROM j WHERE actual > 8 GROUP BY 1",
    ),
    Asked(
        "Ausschuss je Stück nach Maschine",
        "SELECT machine, 1.0 * SUM(scrap) / SUM(pieces) FROM j GROUP BY 1",
    ),
    Asked(
        "Wie viele Aufträge wurden im April fertig?",
        "SELECT COUNT(*) FROM j WHERE substr(finished, 1, 7) = '2026-04'",
    ),
    Asked(
        "How many orders were finished late?",
        "SELECT COUNT(*) FROM j WHERE finished > due",
    ),
    Asked(
        "Energie pro Auftrag je Region",
        "SELECT region, 1.0 * SUM(energy) / COUNT(*) FROM j JOIN k ON k.id = j.customer GROUP BY 1",
    ),
    Asked(
        "orders where material cost is higher than the quoted price by month",
        "SELECT substr(created, 1, 7) || '-01', COUNT(*) FROM j WHERE material > quote GROUP BY 1",
    ),
    Asked(
        "finished orders per month",
        "SELECT substr(finished, 1, 7) || '-01', COUNT(*) FROM j WHERE finished IS NOT NULL "
        "GROUP BY 1",
    ),
    Asked(
        "Welche Maschine hat die meisten Iststunden im März?",
        "SELECT machine, SUM(actual) FROM j WHERE substr(created, 1, 7) = '2026-03' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "actual hours per planned hour by machine",
        "SELECT machine, SUM(actual) / SUM(CASE WHEN actual IS NOT NULL THEN planned END) "
        "FROM j GROUP BY 1",
    ),
    Asked(
        "Materialkosten nach Region in Februar",
        "SELECT region, SUM(material) FROM j JOIN k ON k.id = j.customer "
        "WHERE substr(created, 1, 7) = '2026-02' GROUP BY 1",
    ),
    Asked(
        "Số đơn hàng có phế phẩm trên 20",
        "SELECT COUNT(*) FROM j WHERE scrap > 20",
    ),
)

FOLDER = Folder(
    "jobs",
    make,
    (("import", "{folder}", "--name", "jobs", "--yes", "--json"),),
    _ASKED,
    (),
    "jobs",
)
