"""A bakery's till: five monthly exports with semicolons, German headers and decimal commas."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_SHOPS = ("Altstadt", "Bahnhof", "Südring")
_GOODS = {
    "Brezel": ("Kleingebäck", 0.95),
    "Croissant": ("Kleingebäck", 1.60),
    "Roggenbrot": ("Brot", 4.20),
    "Dinkelbrot": ("Brot", 4.90),
    "Käsekuchen": ("Kuchen", 3.40),
    "Apfelkuchen": ("Kuchen", 3.10),
    "Kaffee": ("Getränke", 2.80),
}
_HEADER = (
    "Bon-Nr",
    "Datum",
    "Uhrzeit",
    "Filiale",
    "Artikel",
    "Warengruppe",
    "Menge",
    "Einzelpreis",
    "Betrag",
    "Zahlart",
)


def _comma(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def make(folder: Path) -> Tables:
    """Five files of 600 rows."""
    dice = random.Random(11)
    rows = []
    for month in range(1, 6):
        days = (datetime(2025, month + 1, 1) - datetime(2025, month, 1)).days
        lines = []
        for k in range(600):
            at = datetime(2025, month, 1 + k * days // 600, 6) + timedelta(
                minutes=dice.randrange(0, 720)
            )
            good = dice.choice(list(_GOODS))
            group, price = _GOODS[good]
            count = dice.choice((1, 1, 2, 2, 3, 4, 6))
            amount = round(count * price, 2)
            shop, paid = dice.choices(_SHOPS, (5, 3, 2))[0], dice.choice(("bar", "Karte", "bar"))
            number = 10_000 * month + k
            rows.append(
                (
                    number,
                    at.strftime("%Y-%m-%d %H:%M"),
                    shop,
                    good,
                    group,
                    count,
                    price,
                    amount,
                    paid,
                )
            )
            lines.append(
                ";".join(
                    (
                        str(number),
                        at.strftime("%d.%m.%Y"),
                        at.strftime("%H:%M"),
                        shop,
                        good,
                        group,
                        str(count),
                        _comma(price),
                        _comma(amount),
                        paid,
                    )
                )
            )
        (folder / f"kasse_2025-{month:02}.csv").write_text(
            "\r\n".join([";".join(_HEADER), *lines]) + "\r\n", encoding="latin-1"
        )
    columns = ("bon", "at", "shop", "good", "grp", "count", "price", "amount", "paid")
    return {"till": (columns, rows)}


_ASKED = (
    Asked(
        "What was the total Betrag in March 2025?",
        "SELECT SUM(amount) FROM till WHERE substr(at, 1, 7) = '2025-03'",
    ),
    Asked(
        "Betrag by Filiale in May",
        "SELECT shop, SUM(amount) FROM till WHERE substr(at, 1, 7) = '2025-05' GROUP BY 1",
    ),
    Asked(
        "and only for Kuchen?",
        "SELECT shop, SUM(amount) FROM till WHERE substr(at, 1, 7) = '2025-05' "
        "AND grp = 'Kuchen' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "Top 3 Artikel by Menge",
        "SELECT good, SUM(count) FROM till GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "How much did we take in cash (bar) in April?",
        "SELECT SUM(amount) FROM till WHERE substr(at, 1, 7) = '2025-04' AND paid = 'bar'",
    ),
    Asked(
        "Show Betrag per month for Bahnhof",
        "SELECT substr(at, 1, 7) || '-01', SUM(amount) FROM till WHERE shop = 'Bahnhof' GROUP BY 1",
    ),
    Asked(
        "What share of the Betrag was paid by Karte?",
        "SELECT 100.0 * SUM(CASE WHEN paid = 'Karte' THEN amount END) / SUM(amount) FROM till",
    ),
    Asked(
        "Welche Filiale hatte im Mai den höchsten Betrag?",
        "SELECT shop, SUM(amount) FROM till WHERE substr(at, 1, 7) = '2025-05' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "Wie viele Brezeln haben wir im April verkauft?",
        "SELECT SUM(count) FROM till WHERE substr(at, 1, 7) = '2025-04' AND good = 'Brezel'",
    ),
    Asked(
        "Umsatz mit Kaffee pro Woche im März",
        "SELECT date(at, 'weekday 0', '-6 days'), SUM(amount) FROM till WHERE "
        "good = 'Kaffee' AND substr(at, 1, 7) = '2025-03' GROUP BY 1",
    ),
    Asked(
        "Durchschnittlicher Betrag pro Bon im Februar",
        "SELECT AVG(amount) FROM till WHERE substr(at, 1, 7) = '2025-02'",
    ),
    Asked(
        "Vergleiche den Betrag im April mit Mai",
        "SELECT (SELECT SUM(amount) FROM till WHERE substr(at, 1, 7) = "
        "'2025-04'), (SELECT SUM(amount) FROM till WHERE substr(at, 1, 7) = "
        "'2025-05')",
    ),
)

_FURTHER = (
    Asked(
        "How many receipts were there in January?",
        "SELECT COUNT(DISTINCT bon) FROM till WHERE substr(at, 1, 7)='2025-01'",
    ),
    Asked(
        "amount by branch and month",
        "SELECT shop, substr(at, 1, 7)||'-01', SUM(amount) FROM till GROUP BY 1,2",
    ),
    Asked(
        "average Einzelpreis by Warengruppe",
        "SELECT grp, AVG(price) FROM till GROUP BY 1",
    ),
    Asked(
        "Which day of the week has the highest Betrag?",
        "SELECT CASE strftime('%w', at) WHEN '0' THEN 7 ELSE strftime('%w', at)+0"
        " END, SUM(amount) FROM till GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "Menge Croissant gegen Brezel im Februar",
        "SELECT good, SUM(count) FROM till WHERE substr(at, 1, 7)='2025-02' AND "
        "good IN ('Croissant','Brezel') GROUP BY 1",
    ),
    Asked(
        "Betrag letzte Woche",
        "SELECT SUM(amount) FROM till WHERE date(at) BETWEEN '2025-05-19' AND '2025-05-25'",
    ),
    Asked(
        "Betrag before 9 am by Filiale",
        "SELECT shop, SUM(amount) FROM till WHERE substr(at,12,2) < '09' GROUP BY 1",
    ),
    Asked(
        "Receipts over 20 euros in May",
        "SELECT COUNT(*) FROM till WHERE amount > 20 AND substr(at, 1, 7)='2025-05'",
    ),
)

FOLDER = Folder(
    "bakery",
    make,
    (("import", "{folder}", "--name", "bakery", "--yes", "--json"),),
    _ASKED,
    _FURTHER,
    "bakery",
)
